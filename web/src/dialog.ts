// Dialogs. `<a href="…" data-dialog="id">` or a button opens <dialog id="id">; without scripts the link leads to a page that
// asks the same. `[data-close]` inside closes it; a click on the backdrop does too. Focus returns to the opener by itself.
export function dialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset["dialog"] ?? "");
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }
    if (target.closest("[data-close]") || target instanceof HTMLDialogElement) {
      const dialog = target.closest("dialog");
      if (dialog?.open) {
        event.preventDefault();
        dialog.close();
      }
    }
  });
}
