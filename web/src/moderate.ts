// Keys of the moderation queue, beside those of the desk (j, k, ?): in the list `x` picks a row, `a` accepts and `r` opens the refusal, of
// what is picked or else of the row one stands on; on a case `j` and `k` lead to its neighbours, and `a` presses its first button, but only
// goes to one that cannot be taken back. `u` takes the last decision back. All that happens is said to those who do not see it. The forms
// do the same without any of this.

/** Whether a key is meant for the page: nobody who writes or is in a dialog meets the keys, nor who turned them off. */
const meant = (event: KeyboardEvent): boolean => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return false;
  const on = document.querySelector<HTMLInputElement>("[data-desk-keys-on]");
  if (on && !on.checked) return false;
  if (document.querySelector("dialog[open]")) return false;
  if (!(target instanceof Element)) return true;
  const box = target instanceof HTMLInputElement && (target.type === "checkbox" || target.type === "radio");
  return box || !target.closest("input, textarea, select, dialog, [contenteditable]");
};

const say = (words: string): void => {
  const status = document.querySelector<HTMLElement>("[data-said]");
  if (!status) return;
  status.textContent = "";
  requestAnimationFrame(() => {
    status.textContent = words;
  });
};

/** Opens the part of a form that asks why, and goes to its first field. */
const openRefusal = (box: HTMLElement): void => {
  const part = box.querySelector<HTMLDetailsElement>("details[data-refuse]");
  if (!part) return;
  part.open = true;
  const field = part.querySelector<HTMLElement>("select, textarea");
  field?.focus({ preventScroll: true });
  part.scrollIntoView({ block: "nearest" });
};

/** Takes away what is offered for some seconds only, when they are over; not from under who has the focus on it. */
const passes = (): void => {
  for (const offer of document.querySelectorAll<HTMLElement>("[data-ends]")) {
    setTimeout(() => {
      if (!offer.contains(document.activeElement)) offer.remove();
    }, Number(offer.dataset["ends"]) * 1000);
  }
};

/** `[data-moderate]`: the list of cases, or one case; with a form in it for who decides. */
export function moderation(box: HTMLElement): void {
  let gone = false; // a decision is on its way: what is typed meanwhile is not for the page that leaves
  box.addEventListener("submit", () => {
    gone = true;
  });
  addEventListener("pageshow", () => {
    gone = false;
  });
  passes();
  const keys = box.dataset["moderate"] === "list" ? listKeys(box) : caseKeys(box);
  // Before the keys of the desk, which know j and k too.
  document.addEventListener(
    "keydown",
    (event) => {
      if (gone || event.defaultPrevented || !meant(event)) return;
      const undo = event.key === "u" ? document.querySelector<HTMLButtonElement>("button[data-act=u]") : null;
      if (undo) undo.click();
      else if (!keys(event.key)) return;
      event.preventDefault();
    },
    { capture: true },
  );
}

function caseKeys(box: HTMLElement): (key: string) => boolean {
  const lead = (to: string | undefined): boolean => {
    if (to) location.assign(to);
    return to !== undefined;
  };
  return (key) => {
    const button = key === "a" || key === "r" ? box.querySelector<HTMLButtonElement>(`button[data-act=${key}]`) : null;
    const final = button?.dataset["final"]; // cannot be taken back: the key goes to the button, and does not press it
    if (button && final) {
      button.focus();
      say(final);
    } else if (button) button.form?.requestSubmit(button);
    else if (key === "r") openRefusal(box);
    else if (key === "j") return lead(box.dataset["after"]);
    else if (key === "k") return lead(box.dataset["before"]);
    else if (key === "a") say(box.dataset["none"] ?? "");
    else return false;
    return true;
  };
}

function listKeys(box: HTMLElement): (key: string) => boolean {
  const boxes = (): HTMLInputElement[] => [...box.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")];
  const count = box.querySelector<HTMLElement>("[data-count-picked]");
  const after = box.querySelector<HTMLInputElement>("[data-after]");
  const told = (): string => {
    const picked = boxes().filter((one) => one.checked);
    const { single = "", several = "", nothing = "" } = count?.dataset ?? {};
    if (picked.length !== 1) return picked.length === 0 ? nothing : several.replace("{n}", String(picked.length));
    return single.replace("{title}", picked[0]?.closest("tr")?.querySelector("a")?.textContent ?? "");
  };
  const show = (): void => {
    if (count) count.textContent = told();
    const none = !boxes().some((one) => one.checked);
    for (const button of box.querySelectorAll<HTMLButtonElement>(".bulk button[name=acte]")) button.disabled = none;
  };
  box.addEventListener("change", show);
  addEventListener("pageshow", show); // boxes may come back as they were
  show();

  const here = (): HTMLTableRowElement | null => box.querySelector<HTMLTableRowElement>("tr.row-here");
  /** Says why nothing is picked: there is no row, or its case is decided on its own page. */
  const refuse = (row: HTMLTableRowElement | null): void => {
    say(box.dataset[row ? "pickedOwn" : "pickedNone"] ?? "");
  };
  /** Makes sure that something is picked: the row one stands on where nothing is. Remembers the row to come back to. */
  const ready = (): boolean => {
    const row = here();
    if (!boxes().some((one) => one.checked)) {
      const own = row?.querySelector<HTMLInputElement>("input[type=checkbox]");
      if (!own) {
        refuse(row);
        return false;
      }
      own.checked = true;
      show();
    }
    let next = row?.nextElementSibling;
    while (next?.querySelector("input:checked")) next = next.nextElementSibling;
    if (after) after.value = next?.id ?? "";
    return true;
  };
  return (key) => {
    if (key === "x") {
      const own = here()?.querySelector<HTMLInputElement>("input[type=checkbox]");
      if (!own) refuse(here());
      else {
        own.checked = !own.checked;
        show();
        say(told());
      }
    } else if (key === "a") {
      const button = box.querySelector<HTMLButtonElement>("button[data-act=a]");
      if (button && ready()) button.form?.requestSubmit(button);
    } else if (key === "r") {
      if (ready()) openRefusal(box);
    } else return false;
    return true;
  };
}
