/** `<textarea data-count="id" maxlength="300">`: keeps the count under the field current ("12 / 300"), and says it when near the end. */
export function counter(field: HTMLTextAreaElement | HTMLInputElement): void {
  const place = document.getElementById(field.dataset["count"] ?? "");
  const most = field.maxLength;
  if (!place || most < 0) return;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const show = (): void => {
    place.textContent = `${numbers.format(field.value.length)} / ${numbers.format(most)}`;
    if (field.value.length > most * 0.9) place.setAttribute("role", "status");
    else place.removeAttribute("role");
  };
  field.addEventListener("input", show);
  show();
}
