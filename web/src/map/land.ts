// What lies under the markers: land, outlines of places and their names, drawn on a canvas in the colours of the page.
import type { LatLng, Map, ZoomAnimEvent } from "leaflet";
import { setPosition, setTransform } from "leaflet/src/dom/DomUtil.js";
import { mercator, near, type Box } from "./geo";
import { originAt } from "./pins";

/** The file of web/build/basemap.go: rings as steps, in longitudes that run on around the territory. */
export interface LandFile {
  bounds: [number, number, number, number];
  scale: number;
  rings: number[][];
}

/** A ring on Mercator's square, with its extent: west, north, east, south. */
interface Ring {
  points: Float64Array;
  extent: [number, number, number, number];
}

export interface Place {
  name: string;
  lat: number;
  lon: number;
  rank: number; // 0 for what holds other places, then 1 for the largest, up to 4
}

/** What names are not written over: a square around a position, moved aside by some pixels. */
export interface Obstacle {
  lat: number;
  lon: number;
  aside: [number, number];
  half: number;
}

const fewNames = 4; // below which what holds other places is named too
const margin = 0.5; // of the window, drawn around it so that a short move shows no edge

export class Land {
  private readonly canvas = document.createElement("canvas");
  private land: Ring[] = [];
  private world: Ring[] | null = null;
  private lines: Ring[] = [];
  private places: Place[] = [];
  private obstacles: Obstacle[] = [];
  private bounds: [number, number, number, number] | null = null; // of what land knows, on Mercator's square
  private whole = 0; // the zoom at which the whole territory is seen
  private drawn: { center: LatLng; zoom: number } | null = null;

  constructor(
    private readonly map: Map,
    private readonly home: Box,
    private readonly beyond: () => Promise<LandFile>, // the land of the rest of the world, where it comes into view
  ) {
    this.canvas.className = "land leaflet-zoom-animated";
    this.canvas.setAttribute("aria-hidden", "true");
    map.getPane("overlayPane")?.append(this.canvas);
    map.on("moveend viewreset resize", () => this.draw());
    map.on("zoom", () => this.follow(map.getCenter(), map.getZoom()));
    map.on("zoomanim", (event) => this.follow((event as ZoomAnimEvent).center, (event as ZoomAnimEvent).zoom));
    map.on("move", () => {
      if (this.isShort()) this.draw();
    });
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  setLand(file: LandFile): void {
    this.land = file.rings.map((ring) => unpacked(ring, file.scale));
    const [west, south, east, north] = file.bounds;
    if (east - west < 359) this.bounds = [...mercator(north, west), ...mercator(south, east)];
    this.draw();
  }

  setLines(lines: [number, number][][]): void {
    this.lines = lines.map((line) => ringOf(line));
    this.draw();
  }

  setPlaces(places: Place[]): void {
    this.places = places;
    this.whole = this.map.getBoundsZoom([[this.home.south, this.home.west], [this.home.north, this.home.east]]);
    this.draw();
  }

  setObstacles(obstacles: Obstacle[]): void {
    this.obstacles = obstacles;
    this.draw();
  }

  /** While a zoom is animated, the picture grows or shrinks with it. */
  private follow(center: LatLng, zoom: number): void {
    if (!this.drawn) return;
    const { map } = this;
    const scale = map.getZoomScale(zoom, this.drawn.zoom);
    const half = map.getSize().multiplyBy((0.5 + margin) * scale);
    setTransform(this.canvas, map.project(this.drawn.center, zoom).subtract(half).subtract(originAt(map, center, zoom)), scale);
  }

  /** Whether the window shows more than was drawn. */
  private isShort(): boolean {
    if (!this.drawn || this.drawn.zoom !== this.map.getZoom()) return false;
    const { map } = this;
    const moved = map.project(map.getCenter()).subtract(map.project(this.drawn.center));
    const size = map.getSize();
    return Math.abs(moved.x) > size.x * margin || Math.abs(moved.y) > size.y * margin;
  }

  draw(): void {
    const { map, canvas } = this;
    const size = map.getSize().multiplyBy(1 + 2 * margin);
    if (size.x === 0 || size.y === 0) return;
    this.drawn = { center: map.getCenter(), zoom: map.getZoom() };
    const corner = map.containerPointToLayerPoint(map.getSize().multiplyBy(-margin)).round();
    setTransform(canvas, corner, 1);
    setPosition(canvas, corner);
    const dense = Math.min(2, window.devicePixelRatio || 1);
    canvas.width = size.x * dense;
    canvas.height = size.y * dense;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.scale(dense, dense);
    const origin = map.getPixelOrigin().add(corner);
    const side = 256 * 2 ** map.getZoom();
    const sheet: Sheet = { pen, side, x: origin.x, y: origin.y, width: size.x, height: size.y };
    this.drawLand(sheet);
    this.drawLines(sheet);
    this.drawNames(sheet);
  }

  private drawLand(sheet: Sheet): void {
    const { pen } = sheet;
    pen.fillStyle = this.colour("--land");
    if (!this.bounds) {
      for (const turn of turns(sheet)) fill(sheet, this.land, turn);
      return;
    }
    const [west, north, east, south] = this.bounds;
    const seen = [sheet.x / sheet.side, sheet.y / sheet.side, (sheet.x + sheet.width) / sheet.side, (sheet.y + sheet.height) / sheet.side] as const;
    // The copy of the territory's own land that is nearest to the middle of the window.
    const turn = Math.round((seen[0] + seen[2] - west - east) / 2);
    if (seen[0] < west + turn || seen[2] > east + turn || seen[1] < north || seen[3] > south) {
      if (this.world) {
        pen.save();
        pen.beginPath();
        pen.rect(0, 0, sheet.width, sheet.height);
        pen.rect((west + turn) * sheet.side - sheet.x, north * sheet.side - sheet.y, (east - west) * sheet.side, (south - north) * sheet.side);
        pen.clip("evenodd");
        for (const t of turns(sheet)) fill(sheet, this.world, t);
        pen.restore();
      } else {
        this.world = [];
        void this.beyond().then((file) => {
          this.world = file.rings.map((ring) => unpacked(ring, file.scale));
          this.draw();
        }, () => undefined); // sea stays where the land cannot be had
      }
    }
    fill(sheet, this.land, turn);
    pen.strokeStyle = this.colour("--coast");
    pen.lineWidth = 1;
    pen.stroke();
  }

  /** The outlines are land too, and finer than the coast. */
  private drawLines(sheet: Sheet): void {
    const { pen } = sheet;
    for (const turn of turns(sheet)) fill(sheet, this.lines, turn);
    pen.strokeStyle = this.colour("--outline");
    pen.lineWidth = 1;
    pen.beginPath();
    for (const turn of turns(sheet)) for (const line of this.lines) trace(sheet, line, turn, false);
    pen.stroke();
  }

  /** Names, the most important first, beside what stands there; one that would lie on another or on a marker is left out. */
  private drawNames(sheet: Sheet): void {
    const { pen } = sheet;
    pen.font = `500 13px ${getComputedStyle(this.canvas).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 3;
    pen.fillStyle = this.colour("--name");
    pen.strokeStyle = this.colour("--land");
    const pins = this.obstacles.map(({ aside, half, ...at }): Rect => {
      const [x, y] = placed(sheet, at);
      return [x + aside[0] - half, y + aside[1] - half, x + aside[0] + half, y + aside[1] + half];
    });
    const names: Rect[] = [];
    const fine = this.places.filter((place) => place.rank > 0 && place.rank <= this.map.getZoom() - this.whole + 2);
    // Seen from afar, archipelagos say more than the few places that find room.
    const shown = [...fine, ...this.places.filter((place) => place.rank === 0)];
    const spots = shown.map((place) => placed(sheet, place));
    for (const [i, place] of shown.entries()) {
      if (i === fine.length && names.length >= fewNames) break;
      const [x = 0, y = 0] = spots[i] ?? [];
      const half = pen.measureText(place.name).width / 2 + 4;
      if (x + half < 0 || x - half > sheet.width || y < 0 || y > sheet.height) continue;
      const around = (dx: number, dy: number): Rect => [x + dx - half, y + dy - 9, x + dx + half, y + dy + 9];
      // A name steps aside for a marker that stands on its place, and for nothing else: it would seem to name another. It stays
      // nearer to its own place than to a more important one, or it is left out.
      const steps = pins.some((pin) => meet(pin, around(0, 0))) ? [[0, 26], [0, -26], [0, 36], [0, -36]] : [[0, 0]];
      for (const [dx = 0, dy = 0] of steps) {
        const rect = around(dx, dy);
        if ([...pins, ...names].some((other) => meet(other, rect))) continue;
        if (dy !== 0 && spots.some(([ox, oy], k) => k < i && ox > rect[0] && ox < rect[2] && Math.abs(oy - y - dy) < Math.abs(dy))) continue;
        names.push(rect);
        pen.strokeText(place.name, x + dx, y + dy);
        pen.fillText(place.name, x + dx, y + dy);
        break;
      }
    }
  }

  /** A colour of the style sheet, whatever it is written as. */
  private colour(name: string): string {
    this.canvas.style.color = `var(${name})`;
    return getComputedStyle(this.canvas).color;
  }
}

type Rect = [left: number, top: number, right: number, bottom: number];

const meet = (a: Rect, b: Rect): boolean => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

/** Where a position lies on a sheet, in pixels: on the copy of the world that is nearest to its middle. */
function placed(sheet: Sheet, at: { lat: number; lon: number }): [number, number] {
  const middle = ((sheet.x + sheet.width / 2) / sheet.side) * 360 - 180;
  const [x, y] = mercator(at.lat, near(at.lon, middle));
  return [x * sheet.side - sheet.x, y * sheet.side - sheet.y];
}

/** What is drawn on: a part of the map, side pixels wide, whose corner is at x, y. */
interface Sheet {
  pen: CanvasRenderingContext2D;
  side: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The copies of the world that a sheet shows a part of, and their neighbours, as whole turns. */
function turns(sheet: Sheet): number[] {
  const all: number[] = [];
  for (let t = Math.floor(sheet.x / sheet.side) - 1; t <= Math.floor((sheet.x + sheet.width) / sheet.side) + 1; t++) all.push(t);
  return all;
}

function fill(sheet: Sheet, rings: Ring[], turn: number): void {
  sheet.pen.beginPath();
  for (const ring of rings) trace(sheet, ring, turn, true);
  sheet.pen.fill("evenodd");
}

function trace(sheet: Sheet, ring: Ring, turn: number, close: boolean): void {
  const { pen, side, x: left, y: top, width, height } = sheet;
  const [west, north, east, south] = ring.extent;
  if ((east + turn) * side < left || (west + turn) * side > left + width || south * side < top || north * side > top + height) return;
  let lastX = Infinity;
  let lastY = Infinity;
  for (let i = 0; i < ring.points.length; i += 2) {
    const x = ((ring.points[i] ?? 0) + turn) * side - left;
    const y = (ring.points[i + 1] ?? 0) * side - top;
    if (i === 0) pen.moveTo(x, y);
    else if (Math.abs(x - lastX) + Math.abs(y - lastY) >= 0.7) pen.lineTo(x, y);
    else continue;
    lastX = x;
    lastY = y;
  }
  if (close) pen.closePath();
}

function unpacked(steps: number[], scale: number): Ring {
  const line: [number, number][] = [];
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < steps.length; i += 2) {
    x += steps[i] ?? 0;
    y += steps[i + 1] ?? 0;
    line.push([x / scale, y / scale]);
  }
  return ringOf(line);
}

/** Longitudes and latitudes as a ring on Mercator's square. */
function ringOf(line: [number, number][]): Ring {
  const points = new Float64Array(line.length * 2);
  const extent: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  line.forEach(([lon, lat], i) => {
    const [x, y] = mercator(lat, lon);
    points[2 * i] = x;
    points[2 * i + 1] = y;
    extent[0] = Math.min(extent[0], x);
    extent[1] = Math.min(extent[1], y);
    extent[2] = Math.max(extent[2], x);
    extent[3] = Math.max(extent[3], y);
  });
  return { points, extent };
}
