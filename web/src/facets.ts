// Facets: the form sends itself when a box is ticked, and on phones its disclosure opens as a sheet from below.
const narrow = matchMedia("(max-width: 1199.98px)");
const kept = "grappe.facets";

/** Sends the form at each change, and puts focus and scroll back where they were on the page that comes. */
export function autoSubmit(form: HTMLFormElement): void {
  restore(form);
  form.addEventListener("change", () => {
    if (form.closest("dialog")) {
      // In the sheet, one sends when one is done; how many there will be is known then.
      const send = form.querySelector<HTMLButtonElement>("[data-changed]");
      if (send) send.textContent = send.dataset["changed"] ?? "";
      return;
    }
    const id = document.activeElement?.id ?? "";
    try {
      sessionStorage.setItem(kept, JSON.stringify({ path: location.pathname, id, y: scrollY }));
    } catch {
      // Storage is refused: the next page opens at its top.
    }
    form.setAttribute("aria-busy", "true");
    form.requestSubmit();
  });
}

function restore(form: HTMLFormElement): void {
  try {
    const state = JSON.parse(sessionStorage.getItem(kept) ?? "null") as { path: string; id: string; y: number } | null;
    sessionStorage.removeItem(kept);
    if (!state || state.path !== location.pathname) return;
    const field = state.id ? document.getElementById(state.id) : null;
    if (field && form.contains(field)) field.focus({ preventScroll: true });
    scrollTo({ top: state.y });
  } catch {
    // What was kept cannot be read: nothing to put back.
  }
}

/** Where it is narrow, opening the disclosure lifts its form into a modal sheet; closing puts it back. */
export function facetSheet(details: HTMLDetailsElement): void {
  const summary = details.querySelector("summary");
  const form = details.querySelector("form");
  const dialog = document.getElementById(details.dataset["sheet"] ?? "");
  if (!summary || !form || !(dialog instanceof HTMLDialogElement)) return;
  const place = dialog.querySelector("[data-sheet-body]") ?? dialog;
  const follow = (): void => {
    if (narrow.matches) {
      if (!dialog.open) details.open = false;
      return;
    }
    if (dialog.open) dialog.close();
    details.open = true;
  };
  summary.addEventListener("click", (event) => {
    if (!narrow.matches) return;
    event.preventDefault();
    place.append(form);
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    if (dialog.open) return; // opened again before the event came
    details.append(form);
    summary.focus();
  });
  narrow.addEventListener("change", follow);
  follow();
}
