// Several cards on the very same spot, opened around it: buttons at the ends of legs. Escape puts them away.
import type { Map } from "leaflet";
import { setPosition } from "leaflet/src/dom/DomUtil.js";
import { make } from "./controls";
import { near, spread } from "./geo";
import type { Pin } from "./pins";

export interface Card {
  id: string;
  slug: string;
  name: string;
  category: string;
  headline?: string;
  lat?: number;
  lon?: number;
}

export class Fan {
  private box: HTMLElement | null = null;
  private from: Pin | null = null;

  constructor(
    private readonly map: Map,
    private readonly label: (card: Card) => string,
    private readonly choose: (card: Card, byKey: boolean) => void,
  ) {
    map.on("zoomstart", () => this.close(false));
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.box) return;
      event.stopPropagation();
      this.close(true);
    });
    map.on("click", () => this.close(false));
  }

  isOpen(pin: Pin): boolean {
    return this.from?.button === pin.button;
  }

  /** Closes what belongs to a marker that is there no more. */
  check(): void {
    if (this.from && !this.from.button.isConnected) this.close(false);
  }

  /** Opens the cards of a marker. rest is a link to those that have no room, none when empty. */
  open(pin: Pin, cards: Card[], rest: HTMLAnchorElement | null, focus: boolean): void {
    this.close(false);
    const { map } = this;
    const box = (this.box = make("div", "fan"));
    this.from = pin;
    pin.button.setAttribute("aria-expanded", "true");
    const center = map.latLngToLayerPoint([pin.cluster.lat, near(pin.cluster.lon, map.getCenter().lng)]);
    setPosition(box, center.round());
    const ends: HTMLElement[] = cards.map((card) => {
      const button = make("button", "pin pin-one", "", { type: "button", "aria-label": this.label(card) });
      button.append(make("span", "pin-face"), make("span", "pin-name", card.name));
      button.addEventListener("click", (event) => {
        event.stopPropagation();
        this.choose(card, event.detail === 0);
      });
      return button;
    });
    if (rest) ends.push(rest);
    ends.forEach((end, n) => {
      const [x, y] = spread(n, ends.length);
      const leg = make("span", "fan-leg");
      leg.style.width = `${Math.hypot(x, y)}px`;
      leg.style.transform = `rotate(${Math.atan2(y, x)}rad)`;
      end.style.transform = `translate(${x}px, ${y}px)`;
      box.prepend(leg);
      box.append(end);
    });
    pin.button.after(box); // Tab goes from the marker to its cards
    if (focus) ends[0]?.focus({ preventScroll: true });
  }

  close(back: boolean): void {
    if (!this.box) return;
    this.box.remove();
    this.box = null;
    this.from?.button.setAttribute("aria-expanded", "false");
    if (back) this.from?.button.focus({ preventScroll: true });
    this.from = null;
  }
}
