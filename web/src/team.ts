// Islands of the team's pages that no visitor needs: fetched by the pages that have them.
import { compose } from "./compose";
import { follow, upload } from "./follow";
import { moderation } from "./moderate";

const each = <E extends HTMLElement>(selector: string, island: (element: E) => void): void => {
  for (const element of document.querySelectorAll<E>(selector)) island(element);
};

each<HTMLFormElement>("form[data-compose]", compose);
each<HTMLElement>("[data-follow]", follow);
each<HTMLFormElement>("form[data-upload]", upload);
each<HTMLElement>("[data-moderate]", moderation);
