/** `[data-list data-add="words"]`: a button that adds one more line to a list. */
export function rows(group: HTMLElement): void {
  const list = group.querySelector<HTMLElement>(".edit-rows");
  if (!list) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet";
  button.textContent = `+ ${group.dataset["add"] ?? ""}`;
  const last = (): HTMLInputElement | null => list.querySelector(".edit-row:last-of-type input");
  const full = (): void => {
    button.hidden = last()?.value.trim() === "";
  };
  list.addEventListener("input", full);
  button.addEventListener("click", () => {
    const row = list.querySelector<HTMLElement>(".edit-row:last-of-type");
    const copy = row?.cloneNode(true) as HTMLElement | undefined;
    const input = copy?.querySelector("input");
    if (!row || !copy || !input) return;
    const n = list.querySelectorAll(".edit-row").length;
    copy.classList.remove("field-bad");
    copy.querySelector(".field-error")?.remove();
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
    input.id = input.name = `${input.name.replace(/-\d+$/, "")}-${n}`;
    input.setAttribute("aria-label", (input.getAttribute("aria-label") ?? "").replace(/\d+$/, String(n + 1)));
    input.value = "";
    row.after(copy);
    input.focus();
    full();
  });
  list.after(button);
  full();
}
