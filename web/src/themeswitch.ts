/** One button that turns the page to the other theme, remembers it, and says by its words which one it leads to. */
export function themeSwitch(button: HTMLButtonElement): void {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = (): boolean => (root.dataset["theme"] ? root.dataset["theme"] === "dark" : system.matches);
  const show = (): void => {
    for (const face of button.querySelectorAll<HTMLElement>("[data-face]")) {
      face.hidden = face.dataset["face"] !== (isDark() ? "light" : "dark");
    }
  };
  button.addEventListener("click", () => {
    const next = isDark() ? "light" : "dark";
    const own = system.matches ? "dark" : "light";
    try {
      if (next === own) localStorage.removeItem("grappe.theme");
      else localStorage.setItem("grappe.theme", next);
    } catch {
      // Storage is refused: the choice lasts as long as this page.
    }
    if (next === own) delete root.dataset["theme"];
    else root.dataset["theme"] = next;
    show();
  });
  system.addEventListener("change", show);
  button.hidden = false;
  show();
}
