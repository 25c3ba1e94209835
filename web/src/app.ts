// Every island of the pages. Each one finds its elements by a data attribute and improves what already works without it.
import { combobox } from "./combobox";
import { forget } from "./copies";
import { copyLink } from "./copy";
import { counter } from "./counter";
import { deskKeys } from "./desk";
import { dialogs } from "./dialog";
import { autoSubmit, facetSheet } from "./facets";
import { lazyMap, nearMe, panes } from "./finder";
import { passkeyEnrol, passkeyLogin } from "./passkey";
import { themeSwitch } from "./themeswitch";
import { toasts } from "./toast";

const each = <E extends HTMLElement>(selector: string, island: (element: E) => void): void => {
  for (const element of document.querySelectorAll<E>(selector)) island(element);
};

each<HTMLInputElement>("input[data-suggest]", combobox);
each<HTMLButtonElement>("button[data-copy]", copyLink);
each<HTMLTextAreaElement | HTMLInputElement>("[data-count]", counter);
each<HTMLFormElement>("form[data-autosubmit]", autoSubmit);
each<HTMLDetailsElement>("details[data-sheet]", facetSheet);
each<HTMLButtonElement>("button[data-desk-keys]", deskKeys);
each<HTMLElement>("[data-finder]", panes);
each<HTMLElement>("[data-map]", lazyMap);
each<HTMLElement>("[data-near]", nearMe);
each<HTMLButtonElement>("button[data-passkey=login]", passkeyLogin);
each<HTMLFormElement>("form[data-passkey=enrol]", passkeyEnrol);
each<HTMLButtonElement>("button[data-theme-switch]", themeSwitch);
forget(false);
each<HTMLFormElement>("form.office-leave", (form) => form.addEventListener("submit", () => forget(true)));
dialogs();
toasts();
