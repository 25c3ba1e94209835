// Keeps what is typed in the draft, and shows the card as it would be.
const patience = 700; // milliseconds without a key
const soon = 150; // after a choice

/** `<form data-edit="address" data-step="contact">`: sends itself there when something was typed, and puts what comes back into the page. */
export function draft(form: HTMLFormElement): void {
  const address = form.dataset["edit"] ?? "";
  let timer = 0;
  let dirty = false;
  let leaving = false;
  let busy: Promise<void> | null = null;

  const body = (): URLSearchParams => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    data.set("etape", form.dataset["step"] ?? "");
    return data;
  };

  const keep = async (): Promise<void> => {
    dirty = false;
    try {
      const answer = await fetch(address, { method: "POST", body: body(), headers: { Accept: "text/html" } });
      if (answer.ok) show(form, await answer.text());
    } catch {
      dirty = true; // the link is down: the next key tries again
    }
  };

  const run = (): Promise<void> => {
    window.clearTimeout(timer);
    busy ??= keep().finally(() => {
      busy = null;
      if (dirty && !leaving) later(patience);
    });
    return busy;
  };

  const later = (wait: number): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void run(), wait);
  };

  const changed = (wait: number) => (event: Event): void => {
    if (event.target instanceof HTMLInputElement && event.target.name === "") return; // a field that only helps
    dirty = true;
    later(wait);
  };
  form.addEventListener("input", changed(patience));
  form.addEventListener("change", changed(soon));

  // What is on its way arrives before the form that follows it: else it would begin a draft after the publishing.
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    leaving = true;
    if (!busy) return;
    event.preventDefault();
    const { submitter } = event;
    void busy.then(() => form.requestSubmit(submitter));
  });
  window.addEventListener("pagehide", () => {
    if (dirty && !leaving) void fetch(address, { method: "POST", body: body(), keepalive: true });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });
}

/** Replaces the parts of the page by those of the answer, and remembers what of the form is kept now. */
function show(form: HTMLFormElement, text: string): void {
  const answer = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLElement>("[data-shown]");
  if (!answer) return; // another page: whoever signs in again finds the form as it was sent
  for (const id of ["etat", "apercu-fiche"]) {
    const part = answer.querySelector(`#${id}`);
    const old = document.getElementById(id);
    if (!part || !old || part.innerHTML === old.innerHTML) continue;
    const open = old.querySelector("details")?.open;
    const focused = old.contains(document.activeElement);
    old.replaceWith(part);
    const details = part.querySelector("details");
    if (open && details) details.open = true;
    if (focused) part.querySelector<HTMLElement>("button, summary")?.focus();
  }
  const marks = form.elements.namedItem("vu");
  if (marks instanceof HTMLInputElement) marks.value = answer.dataset["shown"] ?? "";
  const saved = document.getElementById("enregistre");
  if (saved && saved.textContent !== answer.dataset["saved"]) saved.textContent = answer.dataset["saved"] ?? "";
}
