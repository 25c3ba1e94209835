// The form in which a card is edited: what is typed is kept, and the card beside it is made anew; lists grow, competences are searched,
// zones light up on the map, days are copied. All of it improves a form that works without.
import { zones } from "./edit/area";
import { draft } from "./edit/draft";
import { hours } from "./edit/hours";
import { picker } from "./edit/picker";
import { placing } from "./edit/placing";
import { rows } from "./edit/rows";

const each = <E extends HTMLElement>(selector: string, island: (element: E) => void): void => {
  for (const element of document.querySelectorAll<E>(selector)) island(element);
};

each<HTMLElement>("[data-list]", rows);
each<HTMLElement>("[data-picker]", picker);
each<HTMLElement>("[data-area]", zones);
each<HTMLElement>("[data-hours]", hours);
each<HTMLElement>("[data-place]", placing);
each<HTMLFormElement>("form[data-edit]", draft);
