// Short confirmations. The region is in the page from the start, so that screen readers announce what comes into it.
const shown = 6000;

/** Announces a sentence politely and shows it for a few seconds; hovering or focusing it keeps it. */
export function toast(message: string): void {
  const region = document.getElementById("toasts");
  if (!region) return;
  const box = document.createElement("div");
  box.className = "toast";
  const text = document.createElement("p");
  text.textContent = message;
  box.append(text);
  region.replaceChildren(box);
  let timer = 0;
  const leave = (): void => {
    timer = window.setTimeout(() => box.remove(), shown);
  };
  box.addEventListener("pointerenter", () => window.clearTimeout(timer));
  box.addEventListener("pointerleave", leave);
  leave();
}

/** Wires the buttons that show a sentence they carry (`data-toast`). */
export function toasts(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-toast]");
    const message = button?.dataset["toast"];
    if (message) toast(message);
  });
}
