// What goes on by itself: the page of an import asks again how far it is, and leads on when there is something else to see.
const every = 1200;
const afterFailure = 5000;

/** `[data-follow]`: the parts of the page that change meanwhile. */
export function follow(main: HTMLElement): void {
  let quarter = -1;
  const ask = async (): Promise<void> => {
    let wait = every;
    try {
      if (document.hidden) return again(wait);
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = [...page.querySelectorAll("[data-follow-part]")];
      if (!answer.ok || next.length === 0 || new URL(answer.url).pathname !== location.pathname) {
        location.replace(answer.url || location.href);
        return;
      }
      const parts = [...main.querySelectorAll("[data-follow-part]")];
      parts.forEach((part, i) => {
        const html = next[i]?.innerHTML ?? "";
        if (part.innerHTML !== html) part.innerHTML = html;
      });
      const bar = main.querySelector("progress");
      const now = bar && bar.max > 0 && bar.position >= 0 ? Math.floor(4 * bar.position) : -1;
      const said = document.querySelector("[data-follow-said]");
      if (now !== quarter && said) {
        quarter = now;
        said.textContent = page.querySelector("[data-follow-said]")?.textContent ?? "";
      }
    } catch {
      wait = afterFailure; // the server restarts, or the line is down: what goes on does so without us
    }
    again(wait);
  };
  const again = (wait: number): void => {
    window.setTimeout(() => void ask(), wait);
  };
  again(every);
}

/** `form[data-upload]`: says before sending that a file is too large, and while it is sent that it is. */
export function upload(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (!input || !button) return;
  const most = Number(form.dataset["upload"]);
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.setCustomValidity(file && file.size > most ? (form.dataset["tooLarge"] ?? "") : "");
    if (!input.checkValidity()) input.reportValidity();
  });
  form.addEventListener("submit", (event) => {
    if (button.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-busy", "true");
    button.lastChild?.replaceWith(form.dataset["busy"] ?? "");
  });
  window.addEventListener("pageshow", () => button.removeAttribute("aria-busy"));
}
