// Keys of the moderation queue, beside those of the desk (j, k, ?): in the list `x` picks a row, `a` accepts and `r` opens the refusal, of
// what is picked or else of the row one stands on; on a case `j` and `k` lead to its neighbours. `u` takes the last decision back. All that
// happens is said to those who do not see it. The forms do the same without any of this.

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
const openRefusal = (form: HTMLFormElement): void => {
  const part = form.querySelector<HTMLDetailsElement>("details[data-refuse]");
  if (!part) return;
  part.open = true;
  const field = part.querySelector<HTMLElement>("select, textarea");
  field?.focus({ preventScroll: true });
  part.scrollIntoView({ block: "nearest" });
};

/** `form[data-moderate]`: the list of cases, or one case. */
export function moderation(form: HTMLFormElement): void {
  let gone = false; // a decision is on its way: what is typed meanwhile is not for the page that leaves
  form.addEventListener("submit", () => {
    gone = true;
  });
  addEventListener("pageshow", () => {
    gone = false;
  });
  const keys = form.dataset["moderate"] === "list" ? listKeys(form) : caseKeys(form);
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

function caseKeys(form: HTMLFormElement): (key: string) => boolean {
  const lead = (to: string | undefined): boolean => {
    if (to) location.assign(to);
    return to !== undefined;
  };
  return (key) => {
    const button = key === "a" || key === "r" ? form.querySelector<HTMLButtonElement>(`button[data-act=${key}]`) : null;
    if (button) form.requestSubmit(button);
    else if (key === "r") openRefusal(form);
    else if (key === "j") return lead(form.dataset["after"]);
    else if (key === "k") return lead(form.dataset["before"]);
    else return false;
    return true;
  };
}

function listKeys(form: HTMLFormElement): (key: string) => boolean {
  const boxes = (): HTMLInputElement[] => [...form.querySelectorAll<HTMLInputElement>("tbody input[type=checkbox]")];
  const count = form.querySelector<HTMLElement>("[data-count-picked]");
  const after = form.querySelector<HTMLInputElement>("[data-after]");
  const told = (): string => {
    const picked = boxes().filter((box) => box.checked).length;
    const { single = "", several = "", nothing = "" } = count?.dataset ?? {};
    return picked === 0 ? nothing : picked === 1 ? single : several.replace("{n}", String(picked));
  };
  const show = (): void => {
    if (count) count.textContent = told();
  };
  form.addEventListener("change", show);
  show();
  arrive(form);

  const here = (): HTMLTableRowElement | null => form.querySelector<HTMLTableRowElement>("tr.row-here");
  /** Makes sure that something is picked: the row one stands on where nothing is. Remembers the row to come back to. */
  const ready = (): boolean => {
    const row = here();
    if (!boxes().some((box) => box.checked)) {
      const box = row?.querySelector<HTMLInputElement>("input[type=checkbox]");
      if (!box) {
        say(form.dataset["pickedNone"] ?? "");
        return false;
      }
      box.checked = true;
      show();
    }
    let next = row?.nextElementSibling;
    while (next?.querySelector("input:checked")) next = next.nextElementSibling;
    if (after) after.value = next?.id ?? "";
    return true;
  };
  return (key) => {
    if (key === "x") {
      const box = here()?.querySelector<HTMLInputElement>("input[type=checkbox]");
      if (!box) say(form.dataset["pickedNone"] ?? "");
      else {
        box.checked = !box.checked;
        show();
        say(told());
      }
    } else if (key === "a") {
      const button = form.querySelector<HTMLButtonElement>("button[data-act=a]");
      if (button && ready()) form.requestSubmit(button);
    } else if (key === "r") {
      if (ready()) openRefusal(form);
    } else return false;
    return true;
  };
}

/** Goes to the row that the address names: the one after what was just decided. */
function arrive(form: HTMLFormElement): void {
  const row = location.hash.startsWith("#cas-") ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (!row || !form.contains(row)) return;
  row.classList.add("row-here");
  row.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
