/** `[data-hours]`: copies a day to others, and writes usual hours, without going to the server. */
export function hours(group: HTMLElement): void {
  const day = (key: string): HTMLElement | null => group.querySelector<HTMLElement>(`[data-day="${key}"]`);
  const times = (key: string): HTMLInputElement[] => [...(day(key)?.querySelectorAll<HTMLInputElement>("input[type=time]") ?? [])];
  const closed = (key: string): HTMLInputElement | null => day(key)?.querySelector<HTMLInputElement>("input[type=checkbox]") ?? null;
  const tell = (): void => void group.dispatchEvent(new Event("change", { bubbles: true }));

  const copy = (from: string, to: string[]): void => {
    const values = times(from).map((input) => input.value);
    const shut = closed(from)?.checked ?? false;
    for (const key of to) {
      if (key === from) continue;
      times(key).forEach((input, i) => (input.value = values[i] ?? ""));
      const box = closed(key);
      if (box) box.checked = shut;
      for (const old of day(key)?.querySelectorAll(".field-error, .edit-doubt") ?? []) old.remove(); // of what stood there
      times(key).forEach((input) => input.removeAttribute("aria-invalid"));
    }
    tell();
  };

  group.querySelector("[data-copy-day]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const from = group.querySelector<HTMLSelectElement>("[name=copier-de]")?.value ?? "1";
    copy(from, [...group.querySelectorAll<HTMLInputElement>("[name=copier-vers]:checked")].map((box) => box.value));
  });

  const usual = group.querySelector<HTMLButtonElement>("[data-usual]");
  usual?.addEventListener("click", (event) => {
    event.preventDefault();
    times("1").forEach((input, i) => (input.value = ["08:00", "12:00", "13:00", "17:00"][i] ?? ""));
    copy("1", ["2", "3", "4", "5"]);
    for (const key of ["6", "0"]) {
      const box = closed(key);
      if (box) box.checked = true;
    }
    times("1")[0]?.focus();
    usual.hidden = true;
    tell();
  });
}
