// Positions and boxes on a globe: pure functions. Longitudes of the map run on beyond 180; those of addresses and answers
// lie between -180 and 180, and a box whose west is greater than its east crosses the date line.
export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

export interface View {
  lat: number;
  lon: number;
  zoom: number;
}

/** The longitude between -180 and 180. */
export const wrap = (lon: number): number => ((((lon + 180) % 360) + 360) % 360) - 180;

/** The same meridian where it lies nearest to another longitude: -149 near 170 is 211. */
export const near = (lon: number, to: number): number => lon + 360 * Math.round((to - lon) / 360);

/** The box with its east at or beyond its west, around a longitude. */
export function unwrapped(box: Box, around: number): Box {
  const width = box.east >= box.west ? box.east - box.west : box.east - box.west + 360;
  const west = near(box.west + width / 2, around) - width / 2;
  return { west, south: box.south, east: west + width, north: box.north };
}

const out = (x: number, up: boolean, unit: number): number => (up ? Math.ceil(x * unit - 1e-6) : Math.floor(x * unit + 1e-6)) / unit;

/** A box of the map as it stands in an address, rounded outwards to a part of a degree; the whole band where it goes around the globe. */
export function boxText(box: Box, unit = 1e4): string {
  const south = Math.max(-90, out(box.south, false, unit));
  const north = Math.min(90, out(box.north, true, unit));
  if (box.east - box.west >= 360) return `-180,${south},180,${north}`;
  const east = wrap(box.east);
  return [out(wrap(box.west), false, unit), south, out(east === -180 ? 180 : east, true, unit), north].map((x) => Math.max(-180, Math.min(180, x))).join();
}

/** Four numbers of an address or a data attribute; null where they are none. */
export function readBox(text: string | null): Box | null {
  const n = (text ?? "").split(",").map(Number);
  const [west, south, east, north] = n as [number, number, number, number];
  return n.length === 4 && n.every(Number.isFinite) ? { west, south, east, north } : null;
}

/** Whether a position lies in a box, its edges included. */
export function holds(box: Box, lat: number, lon: number): boolean {
  if (lat < box.south || lat > box.north) return false;
  return box.west <= box.east ? lon >= box.west && lon <= box.east : lon >= box.west || lon <= box.east;
}

/** The view of an address; null where it is none. */
export function readView(text: string | null): View | null {
  const n = (text ?? "").split(",").map(Number);
  const [lat, lon, zoom] = n as [number, number, number];
  return n.length === 3 && n.every(Number.isFinite) ? { lat, lon, zoom } : null;
}

export function viewText(view: View): string {
  return [Math.round(view.lat * 1e4) / 1e4, Math.round(wrap(view.lon) * 1e4) / 1e4, Math.round(view.zoom * 2) / 2].join();
}

/** The smallest box, in longitudes that run on, around all of some boxes; null for none. They are put near a longitude first. */
export function around(boxes: Box[], lon: number): Box | null {
  let all: Box | null = null;
  for (const box of boxes) {
    const b = unwrapped(box, lon);
    all = all
      ? { west: Math.min(all.west, b.west), south: Math.min(all.south, b.south), east: Math.max(all.east, b.east), north: Math.max(all.north, b.north) }
      : b;
  }
  return all;
}

/** Where a position lies on Mercator's square: 0,0 is its north-west corner at -180, 1 its width. */
export function mercator(lat: number, lon: number): [number, number] {
  const sin = Math.sin((Math.max(-85.0511, Math.min(85.0511, lat)) * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}

/** Where the n-th of several things on one spot goes, in pixels from it: a ring for a few, a spiral for many. */
export function spread(n: number, count: number): [number, number] {
  if (count <= 10) {
    const radius = Math.max(52, (count * 46) / (2 * Math.PI));
    const angle = (2 * Math.PI * n) / count - Math.PI / 2;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  }
  let angle = 0;
  let radius = 44;
  for (let i = 0; i < n; i++) {
    angle += 40 / radius;
    radius += 3.2 * Math.min(1, 60 / radius) + 2;
  }
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
