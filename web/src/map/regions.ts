// The parts of the page that depend on the question, renewed without leaving it: the same address is fetched, and what it
// holds takes the place of what is shown. Focus, and the choices that were unfolded, stay.
const regions = ["#titre", "#avis", "#ordres", "#choisis", "#resultats", ".panes", ".facets > summary", ".facets-form"];
const state = ["carte", "fiche", "vue", "bbox"];

let pending: AbortController | null = null;

/** Renews the page from an address; false when a later call took over. It throws when the server does not answer well. */
export async function renew(address: string): Promise<boolean> {
  pending?.abort();
  const mine = (pending = new AbortController());
  const busy = document.querySelector(".finder-list");
  busy?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    // A page beyond the last one is an answer too: it says so.
    if (!answer.ok && answer.status !== 404) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (pending !== mine) return false;
    take(page);
    return true;
  } catch (error) {
    if (mine.signal.aborted) return false;
    throw error;
  } finally {
    if (pending === mine) busy?.removeAttribute("aria-busy");
  }
}

function take(page: Document): void {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
  const unfolded = [...document.querySelectorAll<HTMLDetailsElement>(".facet-more")].map((more) => more.open);
  let lost = false;
  for (const selector of regions) {
    const here = document.querySelector(selector);
    const there = page.querySelector(selector);
    if (!here || !there) continue;
    lost ||= focused !== null && focused !== here && here.contains(focused);
    here.replaceChildren(...there.childNodes);
    if (there instanceof HTMLElement && here instanceof HTMLElement) Object.assign(here.dataset, there.dataset);
  }
  document.querySelectorAll<HTMLDetailsElement>(".facet-more").forEach((more, n) => (more.open ||= unfolded[n] ?? false));
  // The count stays where it is, so that what changes in it is announced.
  const total = document.getElementById("total");
  const words = page.getElementById("total")?.textContent?.trim() ?? "";
  if (total && total.textContent?.trim() !== words) total.querySelector("strong")?.replaceChildren(words);
  document.title = page.title;
  if (lost && focused) again(focused)?.focus({ preventScroll: true });
}

/** The element that took the place of another. */
function again(lost: HTMLElement): HTMLElement | null {
  if (lost.id) return document.getElementById(lost.id);
  const words = lost.textContent;
  return [...document.querySelectorAll<HTMLElement>(".finder a, .finder button")].find((e) => e.textContent === words) ?? null;
}

/** Writes the state of the address into the links and forms of the page that lead back to it. */
export function carry(path: string): void {
  const now = new URLSearchParams(location.search);
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".finder a[href]")) {
    const to = new URL(link.href);
    if (to.pathname !== path || to.origin !== location.origin) continue;
    const isPane = link.classList.contains("pane");
    for (const name of ["carte", "fiche", "vue"]) {
      if (isPane && name === "vue") continue;
      const value = now.get(name);
      if (value) to.searchParams.set(name, value);
      else to.searchParams.delete(name);
    }
    link.href = to.href;
  }
  for (const form of document.querySelectorAll<HTMLFormElement>(".finder form, .sheet form")) {
    if (new URL(form.action).pathname !== path) continue;
    for (const name of state) {
      for (const field of form.querySelectorAll(`input[type=hidden][name=${name}]`)) field.remove();
      const value = now.get(name);
      if (!value) continue;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.prepend(field);
    }
  }
}
