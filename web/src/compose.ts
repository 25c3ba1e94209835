// The columns of a file led to the fields of a card: each change asks for the preview anew, and columns can be dragged onto fields, by
// pointer or by keyboard. The selects beside them do the same without this.
const wide = matchMedia("(min-width: 900px)");
const roomy = 1000; // height from which the preview may stand open from the start
const settled = 350; // milliseconds after a choice; typing takes longer

/** `form[data-compose]`. */
export function compose(form: HTMLFormElement): void {
  live(form);
  const drawer = form.querySelector<HTMLDetailsElement>("[data-compose-drawer]");
  if (drawer && wide.matches && innerHeight >= roomy) drawer.open = true;
  const say = (words: string): void => {
    const region = form.querySelector("[data-compose-said]");
    if (region) region.textContent = words;
  };
  const grips = [...form.querySelectorAll<HTMLButtonElement>("[data-grip]")];
  const help = form.querySelector<HTMLElement>("[data-drag-help]");
  const show = (): void => {
    for (const grip of grips) grip.hidden = !wide.matches;
    if (help) help.hidden = !wide.matches;
  };
  wide.addEventListener("change", show);
  show();
  for (const grip of grips) {
    byPointer(form, grip, say);
    byKeyboard(form, grip, say);
  }
}

/** Asks for the parts of the page that depend on the choices, each time that one was made. */
function live(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLElement>("[data-compose-refresh]");
  if (button) button.hidden = true;
  let timer = 0;
  let changes = 0;
  let asking = false;
  let next: (() => void) | undefined; // what waits for the answer: each one is of the version that the one before made
  const soon = (wait: number): void => {
    changes++;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), wait);
  };
  const ask = async (): Promise<void> => {
    if (asking) {
      next ??= () => void ask();
      return;
    }
    asking = true;
    const before = changes;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    body.set("etape", "apercu");
    try {
      const answer = await fetch(`${form.action}?partie=1`, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const parts = page.querySelectorAll<HTMLElement>("[data-part]");
      if (parts.length === 0) throw new Error("no parts");
      if (changes === before) {
        for (const part of parts) put(part);
        tell(form);
      } else setVersion(form, page);
    } catch {
      const summary = form.querySelector("[data-compose-summary]");
      if (summary) summary.textContent = form.dataset["failed"] ?? "";
    }
    asking = false;
    const then = next;
    next = undefined;
    then?.();
  };
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (!asking) return;
    event.preventDefault();
    next = () => form.requestSubmit(event.submitter);
  });
  form.addEventListener("change", (event) => {
    const column = event.target instanceof Element ? event.target.closest("[data-column]") : null;
    column?.querySelector("[data-guess]")?.remove();
    soon(settled);
  });
  form.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type !== "checkbox") soon(3 * settled);
  });
}

/** Takes over which version the next answer is to be of, where the choices went on meanwhile. */
function setVersion(form: HTMLFormElement, page: Document): void {
  const [stands, now] = [form, page].map((within) => within.querySelector<HTMLInputElement>("input[name=version]"));
  if (stands && now) stands.value = now.value;
}

/** Puts a part in the place of the one that stands, and the focus back to where it was. */
function put(part: HTMLElement): void {
  const stands = document.getElementById(part.id);
  if (!stands) return;
  const active = document.activeElement;
  const inside = active instanceof HTMLElement && stands.contains(active) ? active : undefined;
  stands.replaceWith(document.adoptNode(part));
  if (!inside?.id) return;
  const again = document.getElementById(inside.id);
  if (again instanceof HTMLInputElement && inside instanceof HTMLInputElement) again.value = inside.value;
  again?.focus({ preventScroll: true });
}

/** Says what the preview says now, where it is seen and where it is heard. */
function tell(form: HTMLFormElement): void {
  const words = document.querySelector<HTMLElement>("[data-summary]")?.dataset["summary"] ?? "";
  for (const region of form.querySelectorAll("[data-compose-summary], [data-compose-said]")) region.textContent = words;
}

const words = (form: HTMLFormElement, name: string, column: Element, field?: Element | null): string =>
  (form.dataset[name] ?? "")
    .replace("{column}", column.querySelector(".compose-path")?.textContent ?? "")
    .replace("{field}", field?.querySelector(".target-name")?.firstChild?.textContent?.trim() ?? "");

/** Leads a column to a field, as its select would. */
function drop(column: Element, field: HTMLElement): void {
  const select = column.querySelector("select");
  if (!select) return;
  select.value = field.dataset["target"] ?? "";
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

const over = (form: HTMLFormElement, field: Element | null): void => {
  for (const other of form.querySelectorAll(".is-over")) if (other !== field) other.classList.remove("is-over");
  field?.classList.add("is-over");
};

/** Scrolls while the pointer is held near an edge. */
function edge(y: number, top: number, bottom: number, scroll: (by: number) => void): boolean {
  const by = y < top + 48 ? -10 : y > bottom - 48 ? 10 : 0;
  if (by !== 0) scroll(by);
  return by !== 0;
}

function byPointer(form: HTMLFormElement, grip: HTMLButtonElement, say: (words: string) => void): void {
  const column = grip.closest("[data-column]");
  const side = form.querySelector<HTMLElement>(".compose-side");
  if (!column) return;
  grip.addEventListener("pointerdown", (start) => {
    if (start.button !== 0) return;
    let ghost: HTMLElement | undefined;
    let field: HTMLElement | null = null;
    let frame = 0;
    let last = start;
    const look = (): void => {
      field = document.elementFromPoint(last.clientX, last.clientY)?.closest<HTMLElement>("[data-target]") ?? null;
      over(form, field);
    };
    const step = (): void => {
      if (edge(last.clientY, 0, innerHeight, (by) => scrollBy({ top: by, behavior: "instant" }))) look();
      const box = side?.getBoundingClientRect();
      if (box && last.clientX > box.left && last.clientX < box.right && edge(last.clientY, box.top, box.bottom, (by) => side?.scrollBy({ top: by, behavior: "instant" }))) look();
      frame = requestAnimationFrame(step);
    };
    const move = (event: PointerEvent): void => {
      last = event;
      if (!ghost) {
        if (Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < 5) return;
        ghost = document.createElement("div");
        ghost.className = "compose-ghost";
        ghost.textContent = column.querySelector(".compose-path")?.textContent ?? "";
        document.body.append(ghost);
        document.documentElement.classList.add("is-dragging");
        column.classList.add("is-picked");
        frame = requestAnimationFrame(step);
      }
      ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 12}px)`;
      look();
    };
    const end = (dropped: boolean): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", key);
      cancelAnimationFrame(frame);
      document.documentElement.classList.remove("is-dragging");
      column.classList.remove("is-picked");
      over(form, null);
      if (!ghost) return;
      ghost.remove();
      if (dropped && field) {
        drop(column, field);
        say(words(form, "dropped", column, field));
      } else say(words(form, "left", column));
    };
    const up = (): void => end(true);
    const cancel = (): void => end(false);
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Escape") end(false);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", key);
  });
}

function byKeyboard(form: HTMLFormElement, grip: HTMLButtonElement, say: (words: string) => void): void {
  const column = grip.closest("[data-column]");
  if (!column) return;
  let at = -1; // the field that would take the column; below 0 while it is not taken
  const fields = (): HTMLElement[] => [...form.querySelectorAll<HTMLElement>("[data-target]")];
  const go = (to: number): void => {
    const all = fields();
    at = Math.min(Math.max(to, 0), all.length - 1);
    const field = all[at] ?? null;
    over(form, field);
    field?.scrollIntoView({ block: "nearest" });
    say(words(form, "over", column, field));
  };
  const leave = (): void => {
    at = -1;
    column.classList.remove("is-picked");
    over(form, null);
  };
  grip.addEventListener("keydown", (event) => {
    const { key } = event;
    if (at < 0) {
      if (key !== " " && key !== "Enter") return;
      event.preventDefault();
      column.classList.add("is-picked");
      const held = column.querySelector("select")?.value ?? "";
      at = Math.max(0, fields().findIndex((field) => field.dataset["target"] === held));
      over(form, fields()[at] ?? null);
      say(words(form, "picked", column));
      return;
    }
    if (key === "ArrowDown" || key === "ArrowRight") go(at + 1);
    else if (key === "ArrowUp" || key === "ArrowLeft") go(at - 1);
    else if (key === "Home") go(0);
    else if (key === "End") go(fields().length - 1);
    else if (key === " " || key === "Enter") {
      const field = fields()[at];
      leave();
      if (field) {
        drop(column, field);
        say(words(form, "dropped", column, field));
      }
    } else if (key === "Escape") {
      leave();
      say(words(form, "left", column));
    } else return;
    event.preventDefault();
  });
  grip.addEventListener("blur", leave);
}
