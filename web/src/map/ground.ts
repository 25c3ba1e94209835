// What the map stands on: the land, outlines and names of the territory, fetched once, and drawn where no tiles are or come.
import type { Map } from "leaflet";
import { TileLayer } from "leaflet/src/layer/tile/TileLayer.js";
import { near, type Box } from "./geo";
import { Land, type LandFile, type Obstacle, type Place } from "./land";

/** Names of places, the most important first. */
interface Names {
  places: Place[];
}

/** Outlines of places: GeoJSON. */
interface Outlines {
  features: { geometry: { type: string; coordinates: unknown } }[];
}

type Line = [number, number][];

const enoughFailed = 2; // tiles, when none has come

/** Every line and ring of the outlines. */
function linesOf(file: Outlines): Line[] {
  const lines: Line[] = [];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part) || part.length === 0) return;
    if (Array.isArray(part[0]) && typeof part[0][0] === "number") lines.push(part as Line);
    else part.forEach(walk);
  };
  for (const feature of file.features) walk(feature.geometry.coordinates);
  return lines;
}

/** How far two positions are apart, in degrees of latitude, for those that are near. */
const apart = (a: { lat: number; lon: number }, b: { lat: number; lon: number }): number =>
  Math.hypot(b.lat - a.lat, (near(b.lon, a.lon) - a.lon) * Math.cos((a.lat * Math.PI) / 180));

export class Ground {
  private land: Land | null = null;
  private places: Place[] = [];

  constructor(
    private readonly map: Map,
    private readonly files: DOMStringMap,
    private readonly home: Box,
    private readonly whole: string, // the territory's name
    private readonly outlined: () => void, // outlines are drawn: whoever made them is to be named
  ) {}

  /** Lays the territory's own tiles; where none comes, our land, and failed is told. */
  tile(address: string, maxZoom: number, failed: () => void): void {
    const layer = new TileLayer(address, { maxZoom }).addTo(this.map);
    let came = false;
    let faults = 0;
    layer.on("tileload", () => (came = true));
    layer.on("tileerror", () => {
      if (came || ++faults < enoughFailed) return;
      layer.off().remove();
      this.draw();
      failed();
    });
  }

  /** Draws our own land; what of it cannot be had is left out. */
  draw(): void {
    if (this.land) return;
    const land = (this.land = new Land(this.map, this.home, () => this.get<LandFile>("world")));
    void this.get<LandFile>("land").then((file) => land.setLand(file), () => undefined);
    void this.get<Outlines>("outlines").then((file) => {
      const lines = linesOf(file);
      land.setLines(lines);
      if (lines.length > 0) this.outlined();
    }, () => undefined);
    if (this.places.length > 0) land.setPlaces(this.places);
  }

  /** Fetches the names of places; the promise is kept when they are there, or cannot be had. */
  async load(): Promise<void> {
    await this.get<Names>("names").then((file) => this.setPlaces(file), () => undefined);
  }

  private async get<T>(name: string): Promise<T> {
    const answer = await fetch(this.files[name] ?? "");
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()) as T;
  }

  private setPlaces(file: Names): void {
    const { west, east, south, north } = this.home;
    const far = 0.07 * Math.max((east - west) * Math.cos((((south + north) / 2) * Math.PI) / 180), north - south);
    const fine = file.places.filter((place) => place.rank > 0);
    // What holds other places is named too where none of those stands near its middle: their own places are not known.
    const alone = (place: Place): boolean => fine.every((other) => apart(place, other) > far);
    this.places = file.places.map((place) => (place.rank === 0 && alone(place) ? { ...place, rank: 1 } : place));
    this.land?.setPlaces(this.places);
  }

  /** Names make way for markers. */
  avoid(obstacles: Obstacle[]): void {
    this.land?.setObstacles(obstacles);
  }

  /** The name of the place that is nearest to a position; the territory's where nothing is named. */
  nearest(at: { lat?: number; lon?: number }): string {
    let name = this.whole;
    if (at.lat === undefined || at.lon === undefined) return "";
    let least = Infinity;
    for (const place of this.places) {
      if (place.rank === 0) continue;
      const away = apart({ lat: at.lat, lon: at.lon }, place);
      if (away < least) [name, least] = [place.name, away];
    }
    return name;
  }
}
