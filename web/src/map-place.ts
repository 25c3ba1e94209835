// The map on which one places an organisation: one taps where it is, or moves the map by the arrow keys and presses Enter.
import type { LeafletMouseEvent } from "leaflet";
import { Map as Leaflet } from "leaflet/src/map/Map.js";
import "leaflet/src/map/handler/Map.DoubleClickZoom.js";
import "leaflet/src/map/handler/Map.Drag.js";
import "leaflet/src/map/handler/Map.Keyboard.js";
import "leaflet/src/map/handler/Map.ScrollWheelZoom.js";
import "leaflet/src/map/handler/Map.TouchZoom.js";
import { make, type Words } from "./map/controls";
import { near, readBox, unwrapped, wrap, type Box } from "./map/geo";
import { Ground } from "./map/ground";
import { Here } from "./map/here";

const closest = 17;

class Placing {
  private readonly map: Leaflet;
  private readonly here: Here;
  private readonly ground: Ground;
  private readonly middle: number; // longitude of the territory

  constructor(private readonly place: HTMLElement, box: HTMLElement) {
    const data = place.dataset;
    const words = JSON.parse(data["words"] ?? "{}") as Words;
    const home: Box = unwrapped(readBox(data["box"] ?? null) ?? { west: -180, south: -60, east: 180, north: 70 }, 0);
    this.middle = (home.west + home.east) / 2;
    const plan = make("div", "plan plan-live");
    const frame = make("div", "plan-frame");
    const map = make("div", "plan-map", "", { role: "application", "aria-label": words["label"] ?? "", "aria-describedby": "place-aide" });
    const zoom = make("div", "plan-zoom");
    for (const [sign, word, by] of [["+", "zoomIn", 1], ["−", "zoomOut", -1]] as const) {
      const button = make("button", "", sign, { type: "button", "aria-label": words[word] ?? "", title: words[word] ?? "" });
      button.addEventListener("click", () => this.map.setZoom(this.map.getZoom() + by));
      zoom.append(button);
    }
    frame.append(map, zoom, make("p", "plan-credit", data["credit"] ?? words["credit"]));
    plan.append(frame);
    box.append(plan);
    box.after(make("p", "field-hint", words["help"], { id: "place-aide" }));
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = new Leaflet(map, {
      zoomControl: false, attributionControl: false, zoomSnap: data["tiles"] ? 1 : 0.5, minZoom: 2, maxZoom: Number(data["maxZoom"] ?? closest),
      zoomAnimation: !still, inertia: !still, maxBounds: [[-85, -Infinity], [85, Infinity]], maxBoundsViscosity: 1,
    });
    const ground = (this.ground = new Ground(this.map, data, home, words["place"] ?? "", () => undefined));
    this.here = new Here(this.map, words["pin"] ?? "");
    this.begin(home);
    if (data["tiles"]) ground.tile(data["tiles"], Number(data["maxZoom"]), () => undefined);
    else ground.draw();
    void ground.load();
    this.map.on("click", (event) => {
      const { lat, lng } = (event as LeafletMouseEvent).latlng;
      this.put(lat, wrap(lng));
    });
    map.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const { lat, lng } = this.map.getCenter();
      this.put(lat, wrap(lng));
    });
    place.addEventListener("placed", (event) => this.show((event as CustomEvent<{ lat: number; lon: number }>).detail));
    map.focus({ preventScroll: true });
  }

  /** Opens where the point is; else on the commune, else on the whole territory. */
  private begin(home: Box): void {
    const number = (name: string): number => Number.parseFloat(this.place.querySelector<HTMLInputElement>(`[name=${name}]`)?.value.replace(",", ".") ?? "");
    const [lat, lon] = [number("point-lat"), number("point-lon")];
    if (Number.isFinite(lat) && Number.isFinite(lon)) {
      this.map.setView([lat, near(lon, this.middle)], 13, { animate: false });
      this.here.show({ lat, lon });
      this.ground.avoid([{ lat, lon, aside: [0, 10], half: 22 }]);
      return;
    }
    const centres = JSON.parse(this.place.dataset["centres"] ?? "{}") as Record<string, [number, number]>;
    const centre = centres[document.querySelector<HTMLSelectElement>("[name=zone]")?.value ?? ""];
    if (centre) this.map.setView([centre[0], near(centre[1], this.middle)], 11, { animate: false });
    else this.map.fitBounds([[home.south, home.west], [home.north, home.east]], { animate: false });
  }

  private put(lat: number, lon: number): void {
    this.place.dispatchEvent(new CustomEvent("placed", { detail: { lat, lon } }));
  }

  private show(at: { lat: number; lon: number }): void {
    this.here.show(at);
    this.ground.avoid([{ ...at, aside: [0, 10], half: 22 }]);
    if (!this.map.getBounds().contains([at.lat, near(at.lon, this.map.getCenter().lng)])) this.map.setView([at.lat, near(at.lon, this.middle)], 13);
  }
}

for (const place of document.querySelectorAll<HTMLElement>("[data-place]")) {
  const box = place.querySelector<HTMLElement>("[data-map-place]");
  if (box && !box.hidden) new Placing(place, box);
}
