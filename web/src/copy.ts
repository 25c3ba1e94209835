import { toast } from "./toast";

/**
 * `<button data-copy="https://…" data-copied="Lien copié" data-refused="Copiez avec Ctrl+C" hidden>`: shown only where the
 * clipboard can be written. Where it then refuses, the text is selected in the field that holds it, with words on what to do.
 */
export function copyLink(button: HTMLButtonElement): void {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.dataset["copy"] || location.href;
    try {
      await navigator.clipboard.writeText(text);
      toast(button.dataset["copied"] ?? text);
    } catch {
      const field = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input[type=text], input[type=url], input:not([type])")].find((f) => f.value === text);
      field?.focus();
      field?.select();
      toast(field ? (button.dataset["refused"] ?? text) : text);
    }
  });
}
