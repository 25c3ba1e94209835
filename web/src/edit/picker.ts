/** `[data-picker]`: boxes that are found by searching; those that are ticked stand above as chips that take them back. */
export function picker(group: HTMLElement): void {
  const search = group.querySelector<HTMLElement>("[data-search]");
  const chips = group.querySelector<HTMLUListElement>("[data-chosen]");
  const fold = group.querySelector<HTMLDetailsElement>("[data-fold]");
  const boxes = [...group.querySelectorAll<HTMLInputElement>(".check input")];
  const input = search?.querySelector<HTMLInputElement>("input");
  if (!search || !chips || !input) return;
  const unpicked = group.querySelector<HTMLElement>("[data-unpicked]");
  const options = (): HTMLElement[] => [...search.querySelectorAll<HTMLElement>("[role=option]")];
  const alike = (a: string, b: string): boolean => a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();
  const label = (box: HTMLInputElement): string => box.closest("label")?.textContent?.trim() ?? "";

  const show = (): void => {
    const ticked = boxes.filter((box) => box.checked);
    chips.replaceChildren(...ticked.map((box) => {
      const item = document.createElement("li");
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip";
      const what = document.createElement("span");
      what.className = "visually-hidden";
      what.textContent = `${group.dataset["take"] ?? ""} `;
      const cross = document.createElement("span");
      cross.setAttribute("aria-hidden", "true");
      cross.textContent = "×";
      chip.append(what, label(box), cross);
      chip.addEventListener("click", () => {
        tick(box, false);
        input.focus();
      });
      item.append(chip);
      return item;
    }));
    chips.hidden = ticked.length === 0;
  };

  const tick = (box: HTMLInputElement, is: boolean): void => {
    box.checked = is;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const take = (text: string): boolean => {
    const box = boxes.find((b) => alike(label(b), text));
    if (!box) return false;
    tick(box, true);
    input.value = "";
    return true;
  };

  group.addEventListener("change", (event) => {
    if (event.target === input) {
      event.stopPropagation();
      take(input.value);
    } else show();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented) return;
    event.preventDefault(); // looks for a competence, and sends no form
    if (take(input.value)) return;
    const exact = options().find((option) => [...option.children].some((part) => alike(part.textContent ?? "", input.value)));
    if (exact) exact.click();
    else input.dispatchEvent(new Event("input", { bubbles: true })); // shows what there is to choose from
  });

  // What was searched and not chosen is not lost without a word: the form waits once, for who meant to choose.
  let told = "";
  group.closest("form")?.addEventListener("submit", (event) => {
    const typed = input.value.trim();
    if (typed === "" || typed === told || take(typed)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    told = typed;
    if (unpicked) {
      unpicked.hidden = false;
      unpicked.textContent = (unpicked.dataset["unpicked"] ?? "").replace("{typed}", typed);
    }
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.addEventListener("input", () => {
    if (unpicked && input.value.trim() !== told) unpicked.hidden = true;
  });
  if (fold) {
    fold.open = false;
    fold.dataset["ready"] = "";
  }
  search.hidden = false;
  show();
}
