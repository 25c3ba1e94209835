// A text field with suggestions, after the ARIA Authoring Practices' editable combobox with list autocomplete. The field is a
// plain <input> and stays one when the server does not answer. The server's answer is
// [{"value": "…", "label": "…", "detail": "…", "url": "…"}]: only value is required; url makes the choice a visit.
interface Suggestion {
  value: string;
  label?: string;
  detail?: string;
  url?: string;
}

const patience = 160; // milliseconds without a key before asking
let made = 0;

export function combobox(input: HTMLInputElement): void {
  new Combobox(input);
}

class Combobox {
  private readonly list: HTMLUListElement;
  private readonly status: HTMLElement;
  private options: Suggestion[] = [];
  private active = -1;
  private timer = 0;
  private pending: AbortController | null = null;
  private asked = "";

  constructor(private readonly input: HTMLInputElement) {
    const id = `suggestions-${++made}`;
    const box = document.createElement("div");
    box.className = "combobox";
    input.replaceWith(box);
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "combobox-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent?.trim() ?? "");
    this.list.hidden = true;
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    box.append(input, this.list, this.status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", id);
    input.setAttribute("aria-expanded", "false");
    input.autocomplete = "off";
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // Keep focus in the field while the pointer chooses.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.clicked(event));
  }

  private typed(): void {
    window.clearTimeout(this.timer);
    this.pending?.abort();
    this.move(-1); // who types on wants the words, not what was chosen
    const text = this.input.value.trim();
    if (text.length < Number(this.input.dataset["suggestMin"] ?? 2)) {
      this.close();
      this.say("", false);
      return;
    }
    this.timer = window.setTimeout(() => void this.ask(text), patience);
  }

  private async ask(text: string): Promise<void> {
    this.asked = text;
    this.pending = new AbortController();
    const url = new URL(this.input.dataset["suggest"] ?? "", location.href);
    url.searchParams.set("q", text);
    try {
      const answer = await fetch(url, { signal: this.pending.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = (await answer.json()) as Suggestion[];
      if (this.asked === text && document.activeElement === this.input) this.show(found);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.close();
    }
  }

  private show(found: Suggestion[]): void {
    // An answer that comes late keeps the choice that the arrows made, where it is still offered.
    const chosen = this.options[this.active]?.value;
    this.move(-1);
    this.options = found;
    this.list.replaceChildren(...found.map((option, n) => this.item(option, n)));
    this.open(found.length > 0);
    if (chosen !== undefined) this.move(found.findIndex((option) => option.value === chosen));
    const say = this.input.dataset;
    const words = found.length === 0 ? say["sayNone"] : found.length === 1 ? say["sayOne"] : say["sayMany"];
    this.say((words ?? "").replace("{n}", String(found.length)), found.length === 0 && "sayNoneShown" in say);
  }

  private say(words: string, shown: boolean): void {
    this.status.textContent = words;
    this.status.className = shown ? "combobox-none" : "visually-hidden";
  }

  private item(option: Suggestion, n: number): HTMLLIElement {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${n}`;
    item.className = "combobox-option";
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset["n"] = String(n);
    const label = document.createElement("span");
    label.textContent = option.label ?? option.value;
    item.append(label);
    if (option.detail) {
      const detail = document.createElement("span");
      detail.className = "combobox-detail";
      detail.textContent = option.detail;
      item.append(detail);
    }
    return item;
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    const last = this.options.length - 1;
    switch (event.key) {
      case "ArrowDown":
        if (isOpen) this.move(event.altKey ? this.active : this.active >= last ? 0 : this.active + 1);
        else if (this.options.length > 0) this.open(true);
        else this.typed();
        break;
      case "ArrowUp":
        if (!isOpen) return;
        if (event.altKey) this.close();
        else this.move(this.active <= 0 ? last : this.active - 1);
        break;
      case "Home":
      case "End":
        // The caret's own keys, as the pattern asks of an editable field: focus is in the text again.
        this.move(-1);
        this.input.setSelectionRange(...this.caret(event.key === "End", event.shiftKey));
        break;
      case "Enter":
        if (!isOpen || this.active < 0) return;
        this.choose(this.active);
        break;
      case "Tab":
        if (isOpen && this.active >= 0) this.fill(this.active);
        return;
      case "Escape":
        if (isOpen) this.close();
        else if (this.input.value !== "") this.input.value = "";
        else return;
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  private caret(end: boolean, extend: boolean): [number, number] {
    const edge = end ? this.input.value.length : 0;
    if (!extend) return [edge, edge];
    const { selectionStart: from, selectionEnd: to } = this.input;
    return end ? [from ?? edge, edge] : [edge, to ?? edge];
  }

  private move(to: number): void {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = to;
    const item = this.list.children[to];
    if (!item) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  private clicked(event: MouseEvent): void {
    const item = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (item) this.choose(Number(item.dataset["n"]));
  }

  private fill(n: number): Suggestion | undefined {
    const option = this.options[n];
    if (!option) return undefined;
    this.input.value = option.value;
    this.options = [];
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    return option;
  }

  private choose(n: number): void {
    const option = this.fill(n);
    if (option?.url) location.assign(option.url);
    else if (option && "suggestSubmit" in this.input.dataset) this.input.form?.requestSubmit();
  }

  private open(is: boolean): void {
    this.list.hidden = !is;
    this.input.setAttribute("aria-expanded", String(is));
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.pending?.abort();
    this.move(-1);
    this.open(false);
  }
}
