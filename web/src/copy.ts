import { toast } from "./toast";

/** `<button data-copy="https://…" data-copied="Lien copié" hidden>`: shown only where the clipboard can be written. */
export function copyLink(button: HTMLButtonElement): void {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.dataset["copy"] || location.href;
    try {
      await navigator.clipboard.writeText(text);
      toast(button.dataset["copied"] ?? text);
    } catch {
      toast(text);
    }
  });
}
