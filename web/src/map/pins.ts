// The markers: real buttons over the map, in the order in which one reads, moved with it by Leaflet's own transitions.
import type { LatLng, Map, Point, ZoomAnimEvent } from "leaflet";
import { setPosition } from "leaflet/src/dom/DomUtil.js";
import { holds, near, type Box } from "./geo";

/** One marker of /api/v1/clusters: several cards with their extent, or one card by its name. */
export interface Cluster {
  lat: number;
  lon: number;
  count: number;
  bbox?: [number, number, number, number];
  spot?: boolean;
  id?: string;
  slug?: string;
  name?: string;
  category?: string;
}

export interface Pin {
  cluster: Cluster;
  button: HTMLButtonElement;
  label: string;
  aside: [number, number]; // pixels by which it gives way to its neighbours
}

/** Where the corner of the panes would be, were this the view: what a marker's place is counted from. */
export const originAt = (map: Map, center: LatLng, zoom: number): Point =>
  map.project(center, zoom).subtract(map.getSize().divideBy(2)).subtract(map.containerPointToLayerPoint([0, 0])).round();

export const boxOf = (c: Cluster): Box => {
  const [west, south, east, north] = c.bbox ?? [c.lon, c.lat, c.lon, c.lat];
  return { west, south, east, north };
};

const mostAside = 24;
const keptRoom = 10; // half of what is kept free, in pixels

const finger = 22; // half of what a finger meets surely, in pixels

/** Half the width of a marker's disc with the room around it, in pixels, as css/map/pins.css has it. */
export const reach = (c: Cluster): number => (c.count === 1 ? 14 : c.count < 10 ? 17 : c.count < 100 ? 20 : c.count < 1000 ? 24 : 28);

const key = (c: Cluster): string => c.slug ?? `${c.lat},${c.lon},${c.count}`;

/** Something of the map that stands at a position, with a button that says so. */
interface Options {
  label: (c: Cluster) => string;
  count: (n: number) => string;
  choose: (pin: Pin, byKey: boolean) => void;
  point: (pin: Pin | null) => void; // the pointer or the focus is on it, or left it
}

export class Pins {
  private pins: Pin[] = [];
  kept: { lat: number; lon: number } | null = null; // a place that markers leave to be seen
  private readonly pane: HTMLElement;

  constructor(
    private readonly map: Map,
    private readonly options: Options,
  ) {
    this.pane = document.createElement("div");
    this.pane.className = "pins";
    map.getPane("markerPane")?.append(this.pane);
    map.on("zoom viewreset", () => this.place(map.getCenter(), map.getZoom(), false));
    map.on("zoomanim", (event) => this.place((event as ZoomAnimEvent).center, (event as ZoomAnimEvent).zoom, true));
  }

  all(): readonly Pin[] {
    return this.pins;
  }

  /** Shows these clusters; a marker that stays keeps its button, and so the focus. */
  show(clusters: Cluster[]): void {
    const before = new globalThis.Map(this.pins.map((pin) => [key(pin.cluster), pin]));
    const middle = this.map.getCenter();
    const read = (c: Cluster): [number, number] => {
      const at = this.map.latLngToContainerPoint([c.lat, near(c.lon, middle.lng)]);
      return [Math.round(at.y / 56), at.x];
    };
    const sorted = clusters.map((c) => ({ c, at: read(c) })).sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
    this.pins = sorted.map(({ c }) => {
      const pin = before.get(key(c));
      if (!pin) return this.make(c);
      before.delete(key(c));
      pin.cluster = c;
      return pin;
    });
    const focused = document.activeElement;
    const had = focused instanceof HTMLElement && this.pane.contains(focused);
    for (const gone of before.values()) gone.button.remove();
    let next = this.pane.firstChild;
    for (const { button } of this.pins) {
      if (button === next) next = next.nextSibling;
      else this.pane.insertBefore(button, next); // in the order of reading
    }
    if (had) (focused.isConnected ? focused : this.map.getContainer()).focus({ preventScroll: true });
    this.giveWay();
    this.place(this.map.getCenter(), this.map.getZoom(), false);
  }

  /** Moves markers that would hide each other apart, by a few pixels: each can be met by a finger. */
  private giveWay(): void {
    const { map } = this;
    const middle = map.getCenter().lng;
    const all = this.pins.map((pin) => {
      const at = map.latLngToLayerPoint([pin.cluster.lat, near(pin.cluster.lon, middle)]);
      return { pin, from: at, x: at.x, y: at.y, half: reach(pin.cluster) };
    });
    const kept = this.kept && map.latLngToLayerPoint([this.kept.lat, near(this.kept.lon, middle)]);
    for (let round = 0; round < 12; round++) {
      for (const a of kept ? all : []) {
        const [dx, dy] = [a.x - (kept?.x ?? 0), a.y - (kept?.y ?? 0)];
        const short = a.half + keptRoom - Math.max(Math.abs(dx), Math.abs(dy));
        if (short <= 0) continue;
        if (Math.abs(dx) > Math.abs(dy)) a.x += dx < 0 ? -short : short;
        else a.y += dy < 0 ? -short : short;
      }
      for (const [i, a] of all.entries()) {
        for (const b of all.slice(i + 1)) {
          const room = a.half + b.half;
          const [dx, dy] = [b.x - a.x, b.y - a.y];
          if (Math.abs(dx) >= room || Math.abs(dy) >= room) continue;
          // Along the side by which they overlap least.
          if (Math.abs(dx) > Math.abs(dy)) {
            const step = ((room - Math.abs(dx)) / 2) * (dx < 0 ? -1 : 1);
            a.x -= step;
            b.x += step;
          } else {
            const step = ((room - Math.abs(dy)) / 2) * (dy < 0 ? -1 : 1);
            a.y -= step;
            b.y += step;
          }
        }
      }
    }
    for (const { pin, from, x, y } of all) pin.aside = [x, y].map((v, k) => Math.max(-mostAside, Math.min(mostAside, v - (k ? from.y : from.x)))) as [number, number];
    this.widen(all.map(({ pin, from, half }) => ({ pin, half, x: from.x + pin.aside[0], y: from.y + pin.aside[1] })));
  }

  /** What can be met of each marker is as large as a finger, or shares with the nearest ones what room there is. */
  private widen(all: { pin: Pin; half: number; x: number; y: number }[]): void {
    const wants = (half: number): number => Math.max(0, finger - half);
    for (const a of all) {
      let more = wants(a.half);
      for (const b of all) {
        if (a === b) continue;
        const gap = Math.max(0, Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y)) - a.half - b.half);
        more = Math.min(more, Math.max(gap / 2, gap - wants(b.half)));
      }
      a.pin.button.style.setProperty("--wide", `${Math.floor(2 * (a.half + more))}px`);
    }
  }

  private make(cluster: Cluster): Pin {
    const button = document.createElement("button");
    button.type = "button";
    const label = this.options.label(cluster);
    button.setAttribute("aria-label", label);
    const face = document.createElement("span");
    const several = cluster.count > 1;
    face.className = "pin-face";
    if (several) face.textContent = this.options.count(cluster.count);
    const size = !several ? "one" : cluster.count < 10 ? "s" : cluster.count < 100 ? "m" : cluster.count < 1000 ? "l" : "xl";
    button.className = `pin pin-${size}${cluster.spot ? " pin-spot" : ""} leaflet-zoom-animated`;
    button.append(face);
    if (cluster.name) {
      const name = document.createElement("span");
      name.className = "pin-name";
      name.textContent = cluster.name;
      button.append(name);
    }
    const pin: Pin = { cluster, button, label, aside: [0, 0] };
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.options.choose(pin, event.detail === 0);
    });
    // A double click on a marker is not one on the map.
    button.addEventListener("dblclick", (event) => event.stopPropagation());
    for (const on of ["pointerenter", "focus"]) {
      button.addEventListener(on, () => {
        this.inside(button);
        this.options.point(pin);
      });
    }
    for (const off of ["pointerleave", "blur"]) button.addEventListener(off, () => this.options.point(null));
    return pin;
  }

  private place(center: LatLng, zoom: number, animated: boolean): void {
    const origin = animated ? originAt(this.map, center, zoom) : this.map.getPixelOrigin();
    for (const { cluster, button, aside } of this.pins) {
      const at = this.map.project([cluster.lat, near(cluster.lon, center.lng)], zoom);
      setPosition(button, at.subtract(origin).add(aside).round());
    }
  }

  /** The marker of a card, or the one that gathers it: the nearest whose extent holds its point. */
  of(slug: string, point: { lat: number; lon: number } | null): Pin | null {
    const own = this.pins.find((pin) => pin.cluster.slug === slug);
    if (own || !point) return own ?? null;
    let best: Pin | null = null;
    let least = Infinity;
    for (const pin of this.pins) {
      const { cluster } = pin;
      if (cluster.count < 2 || !holds(boxOf(cluster), point.lat, point.lon)) continue;
      const away = Math.hypot(cluster.lat - point.lat, near(cluster.lon, point.lon) - point.lon);
      if (away < least) [best, least] = [pin, away];
    }
    return best;
  }

  /** Marks one marker, or none. */
  mark(pin: Pin | null, by: "marked" | "chosen"): void {
    for (const { button, cluster } of this.pins) {
      button.classList.toggle(`pin-${by}`, button === pin?.button);
      if (by === "chosen" && cluster.count === 1) button.setAttribute("aria-pressed", String(button === pin?.button));
    }
    if (pin) this.inside(pin.button);
  }

  /** Moves the name over a marker so that it stays within the map. */
  private inside(button: HTMLElement): void {
    const name = button.querySelector<HTMLElement>(".pin-name");
    if (!name) return;
    name.style.removeProperty("--shift");
    const seen = name.getBoundingClientRect();
    const map = this.map.getContainer().getBoundingClientRect();
    const shift = Math.max(map.left + 4 - seen.left, 0) || Math.min(map.right - 4 - seen.right, 0);
    if (seen.width > 0 && shift !== 0) name.style.setProperty("--shift", `${shift}px`);
  }
}
