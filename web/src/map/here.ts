// Where the reader said to be: a point under the markers, moved with the map.
import type { LatLng, Map, ZoomAnimEvent } from "leaflet";
import { setPosition } from "leaflet/src/dom/DomUtil.js";
import { make } from "./controls";
import { near } from "./geo";
import { originAt } from "./pins";

export class Here {
  private readonly mark: HTMLElement;
  private readonly name: HTMLElement;
  private at: { lat: number; lon: number } | null = null;

  constructor(
    private readonly map: Map,
    words: string,
  ) {
    this.mark = make("p", "here leaflet-zoom-animated");
    this.name = make("span", "here-name", words);
    this.mark.append(this.name);
    map.on("zoom viewreset", () => this.place(map.getCenter(), map.getZoom(), false));
    map.on("zoomanim", (event) => this.place((event as ZoomAnimEvent).center, (event as ZoomAnimEvent).zoom, true));
  }

  /** Marks a position, or none. */
  show(at: { lat: number; lon: number } | null): void {
    this.at = at;
    if (!at) {
      this.mark.remove();
      return;
    }
    this.map.getPane("markerPane")?.prepend(this.mark);
    this.place(this.map.getCenter(), this.map.getZoom(), false);
  }

  /** Puts the name on the side of its point where it covers least of the markers. */
  aside(markers: readonly HTMLElement[]): void {
    if (!this.at) return;
    const discs = markers.map((marker) => marker.getBoundingClientRect());
    const on = (side: string): number => {
      this.name.dataset["side"] = side;
      const own = this.name.getBoundingClientRect();
      return discs.filter((disc) => disc.left < own.right && disc.right > own.left && disc.top < own.bottom && disc.bottom > own.top).length;
    };
    const sides = ["below", "above", "right", "left"].map((side) => ({ side, covered: on(side) }));
    this.name.dataset["side"] = sides.sort((a, b) => a.covered - b.covered)[0]?.side ?? "below";
  }

  private place(center: LatLng, zoom: number, animated: boolean): void {
    if (!this.at) return;
    const origin = animated ? originAt(this.map, center, zoom) : this.map.getPixelOrigin();
    setPosition(this.mark, this.map.project([this.at.lat, near(this.at.lon, center.lng)], zoom).subtract(origin).round());
  }
}
