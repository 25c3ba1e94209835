// Keys of the team's desk: `/` goes to the search field, `j` and `k` move through the rows of `[data-rows]`, `?` shows the keys. Nobody
// who writes, and nobody who turned them off, meets them.
const off = "grappe-desk-keys";

const isOff = (): boolean => {
  try {
    return localStorage.getItem(off) === "off";
  } catch {
    return false; // storage is closed: the keys work on every page
  }
};

/** `[data-desk-keys]`: the button that shows the keys; the checkbox beside them turns them off on this device. */
export function deskKeys(button: HTMLButtonElement): void {
  const box = document.querySelector<HTMLInputElement>("[data-desk-keys-on]");
  button.hidden = false;
  if (box) {
    box.checked = !isOff();
    box.addEventListener("change", () => {
      try {
        if (box.checked) localStorage.removeItem(off);
        else localStorage.setItem(off, "off");
      } catch {
        // then it holds for this page
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || (box ? !box.checked : isOff())) return;
    if (target instanceof Element && target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (key === "?") button.click();
    else if (key === "/") document.querySelector<HTMLElement>("main input[type=search]")?.focus();
    else if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
    else return;
    event.preventDefault();
  });
}

/** Moves to another row: to its first link or button, else to the row itself. */
function move(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-rows] tbody > tr, tbody[data-rows] > tr, [data-rows] > li")];
  const here = rows.findIndex((row) => row.classList.contains("row-here"));
  const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1)];
  if (!next) return;
  const fold = next.closest("details");
  if (fold) fold.open = true;
  rows[here]?.classList.remove("row-here");
  next.classList.add("row-here");
  const goal = next.querySelector<HTMLElement>("a[href], button") ?? next;
  if (goal === next) next.tabIndex = -1;
  goal.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
