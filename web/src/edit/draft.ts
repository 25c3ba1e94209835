// Keeps what is typed in the draft, and shows the card as it would be. What cannot be saved is kept in the browser until it is.
import { copies, type Copy } from "../copies";

const patience = 700; // milliseconds without a key
const soon = 150; // after a choice
const again = 5000; // after a failure
const longest = 20_000; // that a saving may take
const kept = 3 * 24 * 3600 * 1000; // that a copy waits

/** Why nothing is saved: the key of the words for it, "" while all is well. */
type Failure = "" | "offline" | "down" | "signedout" | "closed";

/** `<form data-edit="address" data-step="contact">`: sends itself there when something was typed, and puts what comes back into the page. */
export function draft(form: HTMLFormElement): void {
  const address = form.dataset["edit"] ?? "";
  const words = JSON.parse(form.dataset["words"] ?? "{}") as Record<string, string>;
  const key = `${copies}${form.dataset["copy"] ?? ""}.${form.dataset["step"] ?? ""}`;
  let timer = 0;
  let dirty = false;
  let leaving = false;
  let held = false;
  let failure: Failure = "";
  let busy: Promise<void> | null = null;

  const body = (): URLSearchParams => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") data.append(name, value);
    data.set("etape", form.dataset["step"] ?? "");
    return data;
  };

  const send = (to: string, data: URLSearchParams, more: RequestInit): Promise<Response> =>
    fetch(to, { method: "POST", body: data, headers: { Accept: "text/html" }, signal: AbortSignal.timeout(longest), ...more });

  const say = (why: string): void => {
    const line = document.getElementById("enregistre");
    const text = (words[why] ?? "").replace("{since}", form.dataset["clock"] ?? "");
    if (!line || line.textContent === text) return;
    line.textContent = text;
    line.classList.toggle("edit-unsaved", why !== "saving");
  };

  const keep = async (): Promise<void> => {
    dirty = false;
    const data = body();
    copy(key, data.toString());
    try {
      const answer = await send(address, data, { redirect: "manual" });
      if (answer.ok && show(form, await answer.text())) failure = "";
      else if (answer.type === "opaqueredirect") failure = "signedout";
      else failure = answer.status >= 500 || answer.status === 429 ? "down" : "closed";
    } catch {
      failure = "offline";
    }
    if (failure === "") copy(key, "");
    else {
      dirty = true;
      say(failure);
    }
  };

  const run = (): Promise<void> => {
    window.clearTimeout(timer);
    busy ??= keep().finally(() => {
      busy = null;
      if (dirty && !leaving) later(failure === "" ? patience : again);
    });
    return busy;
  };

  const later = (wait: number): void => {
    window.clearTimeout(timer);
    // Where one has to sign in, or the card is closed, no trying helps: a button says why, and takes the text along.
    if (failure === "signedout" || failure === "closed") return;
    timer = window.setTimeout(() => void run(), wait);
  };

  const changed = (wait: number) => (event: Event): void => {
    if (event.target instanceof HTMLInputElement && event.target.name === "") return; // a field that only helps
    dirty = true;
    if (failure !== "") copy(key, body().toString());
    else later(wait);
  };
  form.addEventListener("input", changed(patience));
  form.addEventListener("change", changed(soon));
  for (const event of ["online", "focus"]) window.addEventListener(event, () => failure !== "" && void run());

  // A form goes once what it holds is saved: without a connection it stays, and says so.
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (leaving) return;
    event.preventDefault();
    if (held) return;
    held = true;
    const { submitter } = event;
    const slow = window.setTimeout(() => say("saving"), 1000);
    void Promise.resolve(busy).then(run).then(() => {
      window.clearTimeout(slow);
      window.clearTimeout(timer);
      held = false;
      if (failure === "offline" || failure === "down") return later(again);
      leaving = true;
      form.requestSubmit(submitter);
    });
  });
  window.addEventListener("pagehide", () => {
    if (!dirty || leaving) return;
    copy(key, body().toString());
    void fetch(address, { method: "POST", body: body(), keepalive: true });
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = false;
  });

  // What was left in the browser comes back: by the server, which knows what has become of the card and of the draft meanwhile.
  const restore = async (old: URLSearchParams): Promise<void> => {
    form.inert = true; // what is typed now would be gone with the page
    try {
      const answer = await send(form.action, old, {});
      copy(key, "");
      if (answer.redirected) return location.replace(answer.url);
      if (answer.status === 409) return resend(form.action, old);
      form.inert = false;
    } catch {
      say("offline");
      window.setTimeout(() => void restore(old), again);
    }
  };
  const left = read(key);
  if (left === "") return;
  const old = new URLSearchParams(left);
  if (plain(old) === plain(body())) void run();
  else {
    old.set("faire", "remettre");
    void restore(old);
  }
}

/** What a form says, without what it brings along. */
function plain(data: URLSearchParams): string {
  const named = ["version", "vu", "fenetre", "etape"];
  return JSON.stringify([...data].filter(([name, value]) => value.trim() !== "" && !named.includes(name)));
}

function copy(key: string, form: string): void {
  try {
    if (form === "") localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ end: Date.now() + kept, form } satisfies Copy));
  } catch {
    // Storage is refused or full: there is no copy.
  }
}

function read(key: string): string {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "{}") as Partial<Copy>).form ?? "";
  } catch {
    return "";
  }
}

/** Sends a form that asks something, so that its page is shown. */
function resend(action: string, data: URLSearchParams): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  form.hidden = true;
  for (const [name, value] of data) {
    const field = document.createElement("textarea");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

/** Replaces the parts of the page by those of the answer, and remembers what of the form is kept now; false for another page. */
function show(form: HTMLFormElement, text: string): boolean {
  const answer = new DOMParser().parseFromString(text, "text/html").querySelector<HTMLElement>("[data-shown]");
  if (!answer) return false;
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
  form.dataset["clock"] = answer.dataset["clock"] ?? "";
  const saved = document.getElementById("enregistre");
  if (saved && saved.textContent !== answer.dataset["saved"]) saved.textContent = answer.dataset["saved"] ?? "";
  saved?.classList.remove("edit-unsaved");
  return true;
}
