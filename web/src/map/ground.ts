// What the map stands on: the land, outlines and names of the territory, fetched once, and drawn where no tiles are.
import type { Map } from "leaflet";
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

export class Ground {
  private readonly land: Land | null;
  private places: Place[] = [];

  constructor(
    map: Map,
    private readonly files: DOMStringMap,
    home: Box,
    private readonly whole: string, // the territory's name
    drawn: boolean,
  ) {
    this.land = drawn ? new Land(map, home, () => this.get<LandFile>("world")) : null;
  }

  /** Fetches all; what cannot be had is left out. The promise is kept when the names are there. */
  async load(): Promise<void> {
    if (this.land) {
      void this.get<LandFile>("land").then((file) => this.land?.setLand(file), () => undefined);
      void this.get<Outlines>("outlines").then((file) => this.land?.setLines(linesOf(file)), () => undefined);
    }
    await this.get<Names>("names").then((file) => this.setPlaces(file), () => undefined);
  }

  private async get<T>(name: string): Promise<T> {
    const answer = await fetch(this.files[name] ?? "");
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()) as T;
  }

  private setPlaces(file: Names): void {
    this.places = file.places;
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
    const narrow = Math.cos((at.lat * Math.PI) / 180);
    for (const place of this.places) {
      if (place.rank === 0) continue;
      const away = Math.hypot(place.lat - at.lat, (near(place.lon, at.lon) - at.lon) * narrow);
      if (away < least) [name, least] = [place.name, away];
    }
    return name;
  }
}
