import assert from "node:assert/strict";
import { test } from "node:test";
import { around, boxText, holds, mercator, near, readBox, readView, spread, unwrapped, viewText, wrap } from "../../src/map/geo";

const wallis = { lat: -13.3, lon: -176.2 };
const noumea = { lat: -22.27, lon: 166.44 };
const papeete = { lat: -17.54, lon: -149.57 };
const point = ({ lat, lon }: { lat: number; lon: number }) => ({ west: lon, south: lat, east: lon, north: lat });

test("longitudes run on around the middle of the map", () => {
  assert.equal(near(wallis.lon, noumea.lon), 183.8);
  assert.equal(near(noumea.lon, papeete.lon), -193.56);
  assert.equal(near(noumea.lon, 166 + 720), 166.44 + 720);
  for (const lon of [-180, -179.9, -1, 0, 12.5, 179.9]) {
    for (const turns of [-3, -1, 0, 1, 2]) assert.ok(Math.abs(wrap(lon + 360 * turns) - lon) < 1e-9, `${lon} after ${turns} turns`);
  }
});

test("Wallis, Nouméa and Tahiti stand side by side", () => {
  const all = around([noumea, wallis, papeete].map(point), noumea.lon);
  assert.ok(all);
  assert.equal(all.west, 166.44);
  assert.ok(Math.abs(all.east - 210.43) < 1e-9);
  assert.equal(boxText(all), "166.44,-22.27,-149.57,-13.3");
  assert.equal(around([], 0), null);
});

test("a box of an address is normalised and rounded outwards", () => {
  assert.equal(boxText({ west: 175, south: -20, east: 185, north: -10 }), "175,-20,-175,-10");
  assert.equal(boxText({ west: 535, south: -20, east: 545, north: -10 }), "175,-20,-175,-10");
  assert.equal(boxText({ west: -190, south: -20, east: -175, north: -10 }), "170,-20,-175,-10");
  assert.equal(boxText({ west: 170, south: -20, east: 180, north: -10 }), "170,-20,180,-10");
  assert.equal(boxText({ west: -200, south: -95, east: 300, north: 95 }), "-180,-90,180,90");
  assert.equal(boxText({ west: 1.23456, south: 2.34567, east: 3.45671, north: 4.56781 }), "1.2345,2.3456,3.4568,4.5679");
  const there = boxText({ west: 165.12345, south: -22.5, east: 167.98765, north: -22.1 });
  assert.equal(boxText(unwrapped(readBox(there)!, 166)), there);
});

test("a box that crosses the date line holds what lies on both sides of it", () => {
  const box = readBox("160,-25,-140,-10")!;
  for (const place of [wallis, noumea, papeete]) assert.ok(holds(box, place.lat, place.lon));
  assert.ok(!holds(box, -20, 100));
  assert.ok(!holds(box, 0, 170));
  assert.deepEqual(unwrapped(box, 170), { west: 160, south: -25, east: 220, north: -10 });
  assert.deepEqual(unwrapped(box, -170), { west: -200, south: -25, east: -140, north: -10 });
});

test("a view is written and read back", () => {
  assert.equal(viewText({ lat: -22.27004, lon: 526.44, zoom: 11 }), "-22.27,166.44,11");
  assert.equal(viewText({ lat: 1, lon: 2, zoom: 6.5 }), "1,2,6.5");
  assert.deepEqual(readView("-22.27,166.44,11"), { lat: -22.27, lon: 166.44, zoom: 11 });
  for (const bad of [null, "", "1,2", "1,2,3,4", "a,b,c"]) assert.equal(readView(bad), null);
  for (const bad of [null, "", "1,2,3", "1,2,3,x"]) assert.equal(readBox(bad), null);
});

test("Mercator", () => {
  assert.deepEqual(mercator(0, 0), [0.5, 0.5]);
  assert.ok(Math.abs(mercator(85.0511, 180)[1]) < 1e-4);
  assert.equal(mercator(0, 540)[0], 2);
});

test("what is fanned out does not overlap", () => {
  for (const count of [2, 3, 7, 10, 11, 25, 40]) {
    const places = Array.from({ length: count }, (_, n) => spread(n, count));
    places.forEach(([x, y], i) => {
      assert.ok(Math.hypot(x, y) > 36, `${count}: the ${i}th lies on the marker`);
      for (const [otherX, otherY] of places.slice(0, i)) assert.ok(Math.hypot(x - otherX, y - otherY) >= 24, `${count}: the ${i}th overlaps another`);
    });
  }
});
