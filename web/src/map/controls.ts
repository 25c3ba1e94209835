// What stands around and over the map besides markers: buttons, the sheet of the chosen card, the list of what is shown.
export type Words = Record<string, string>;

/** A sentence with its places filled in. */
export const fill = (text: string | undefined, values: Record<string, string | number>): string =>
  (text ?? "").replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));

/** An element with its class, text and attributes. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = "",
  attributes: Record<string, string> = {},
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** What was chosen and stands nowhere else on the page: name, headline, and the way to its card. */
export interface Chosen {
  name: string;
  text: string;
  detail: string;
  url: string;
}

export class Controls {
  readonly box = make("div", "plan-map", "", { role: "region" });
  readonly search: HTMLButtonElement;
  readonly whole: HTMLButtonElement;
  readonly follow: HTMLInputElement;
  readonly list = make("ul", "plan-lines");
  private readonly status = make("p", "plan-status", "", { role: "status" });
  private readonly card = make("div", "plan-card");
  private readonly fault = make("p", "plan-fault", "", { role: "alert" });
  private readonly credit = make("p", "plan-credit");
  private readonly note = make("p", "plan-note small", "", { role: "status" });
  private readonly said = make("p", "plan-said visually-hidden", "", { role: "status" });

  constructor(
    place: HTMLElement,
    private readonly words: Words,
    credit: string,
    zoom: (by: number) => void,
  ) {
    const help = make("p", "visually-hidden", words["help"], { id: "carte-aide" });
    this.box.setAttribute("aria-label", words["map"] ?? "");
    this.box.setAttribute("aria-describedby", help.id);
    this.search = make("button", "button button-main plan-search", words["search"], { type: "button" });
    this.whole = make("button", "button plan-whole", words["whole"], { type: "button" });
    this.search.hidden = this.whole.hidden = true;
    this.credit.textContent = credit;
    const zooms = make("div", "plan-zoom");
    for (const [sign, word, by] of [["+", "zoomIn", 1], ["−", "zoomOut", -1]] as const) {
      const button = make("button", "", sign, { type: "button", "aria-label": words[word] ?? "", title: words[word] ?? "" });
      button.addEventListener("click", () => zoom(by));
      zooms.append(button);
    }
    this.card.hidden = this.fault.hidden = true;
    const frame = make("div", "plan-frame");
    frame.append(this.box, this.search, this.whole, this.card, zooms, this.fault, this.credit);
    const label = make("label", "plan-follow", words["follow"]);
    this.follow = make("input", "", "", { type: "checkbox", id: "suivre" });
    label.prepend(this.follow);
    const bar = make("div", "plan-bar small");
    bar.append(this.status, label);
    const shows = make("details", "plan-shows small");
    shows.append(make("summary", "", words["shows"]), this.list);
    place.append(help, frame, this.note, bar, shows, this.said);
  }

  /** Says how many cards the view holds; assistive technology says it politely. */
  say(total: string): void {
    if (this.status.textContent !== total) this.status.textContent = total;
  }

  /** Offers to renew the list, and says so; or puts the offer away. */
  offer(offered: boolean): void {
    if (offered && this.search.hidden) this.tell(this.words["offered"] ?? "");
    this.search.hidden = !offered;
  }

  /** Says something to assistive technology alone. */
  tell(words: string): void {
    this.said.textContent = words;
  }

  /** Names one more of those whose work the map shows. */
  addCredit(whom: string): void {
    if (whom) this.credit.append(` · ${whom}`);
  }

  /** Says that the tiles do not come, and whose land is drawn in their place. */
  withoutTiles(): void {
    this.credit.textContent = this.words["credit"] ?? "";
    this.note.textContent = this.words["noTiles"] ?? "";
  }

  /** Shows the sheet of a card over the map, or puts it away. back is what had the focus before the sheet took it. */
  choose(card: Chosen | null, close: () => void, back: HTMLElement | null = null, focus = false): void {
    const held = this.card.contains(document.activeElement);
    this.card.replaceChildren();
    this.card.hidden = !card;
    if (!card) {
      if (held) (back?.isConnected ? back : this.box).focus({ preventScroll: true });
      return;
    }
    const shut = make("button", "plan-close", "×", { type: "button", "aria-label": this.words["close"] ?? "" });
    shut.addEventListener("click", close);
    const link = make("a", "", card.name, { href: card.url });
    const name = make("p", "plan-card-name");
    name.append(link);
    this.card.append(name, shut);
    if (card.text) this.card.append(make("p", "", card.text));
    if (card.detail) this.card.append(make("p", "muted", card.detail));
    if (focus) link.focus({ preventScroll: true });
  }

  /** Says that the map is behind, with a way to try again; null when it is not. */
  fail(retry: (() => void) | null): void {
    this.fault.hidden = !retry;
    this.fault.replaceChildren();
    if (!retry) return;
    const button = make("button", "button", this.words["retry"], { type: "button" });
    button.addEventListener("click", retry);
    this.fault.append(`${this.words["failed"] ?? ""} `, button);
  }
}
