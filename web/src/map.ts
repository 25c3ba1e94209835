// The map beside the results of the directory. The server gathers the cards into markers; this island draws them, keeps the
// address current with what is shown and chosen, and renews the results when the reader asks for those of the view.
import type { LeafletMouseEvent } from "leaflet";
import { Map as Leaflet } from "leaflet/src/map/Map.js";
import "leaflet/src/map/handler/Map.DoubleClickZoom.js";
import "leaflet/src/map/handler/Map.Drag.js";
import "leaflet/src/map/handler/Map.Keyboard.js";
import "leaflet/src/map/handler/Map.ScrollWheelZoom.js";
import "leaflet/src/map/handler/Map.TouchZoom.js";
import { address, sameFilters, write } from "./map/address";
import { Api, type Answer } from "./map/api";
import { Controls, fill, make, type Words } from "./map/controls";
import { Fan, type Card } from "./map/fan";
import { around, boxText, near, readBox, readView, unwrapped, viewText, type Box } from "./map/geo";
import { Ground } from "./map/ground";
import { Here } from "./map/here";
import { boxOf, Pins, reach, type Cluster, type Pin } from "./map/pins";
import { carry, renew } from "./map/regions";

const closest = 17; // as close as our own land is worth looking at
const mostInFan = 40;

class Plan {
  private readonly map: Leaflet;
  private readonly pins: Pins;
  private readonly fan: Fan;
  private readonly ground: Ground;
  private readonly here: Here;
  private readonly controls: Controls;
  private readonly words: Words;
  private readonly api: Api;
  private readonly number = new Intl.NumberFormat(document.documentElement.lang);
  private readonly home: Box; // the territory
  private readonly middle: number; // its longitude
  private own = false; // the map moves by itself
  private focusNext = false; // the keyboard opened a marker: the focus follows
  private stale = false; // the address changed while the map was hidden
  private asked: string; // the address whose results are shown
  private seen = 0; // cards in the view
  private opener: HTMLElement | null = null; // the marker that the keyboard opened last

  constructor(private readonly place: HTMLElement) {
    const data = place.dataset;
    this.api = new Api(data);
    this.words = JSON.parse(data["words"] ?? "{}") as Words;
    this.home = unwrapped(readBox(data["box"] ?? null) ?? { west: -180, south: -60, east: 180, north: 70 }, 0);
    this.middle = (this.home.west + this.home.east) / 2;
    this.asked = location.search;
    this.controls = new Controls(place, this.words, data["credit"] ?? this.words["credit"] ?? "", (by) => this.map.setZoom(this.map.getZoom() + by));
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map = new Leaflet(this.controls.box, {
      zoomControl: false, attributionControl: false, trackResize: false, zoomSnap: data["tiles"] ? 1 : 0.5, minZoom: 2, maxZoom: Number(data["maxZoom"] ?? closest),
      zoomAnimation: !still, markerZoomAnimation: !still, inertia: !still, maxBounds: [[-85, -Infinity], [85, Infinity]], maxBoundsViscosity: 1,
    });
    this.map.setView([(this.home.south + this.home.north) / 2, this.middle], 6);
    this.ground = new Ground(this.map, data, this.home, this.words["place"] ?? "", () => this.controls.addCredit(this.words["outlines"] ?? ""));
    if (data["tiles"]) this.ground.tile(data["tiles"], Number(data["maxZoom"]), () => this.controls.withoutTiles());
    else this.ground.draw();
    this.here = new Here(this.map, this.words["here"] ?? "");
    this.pins = new Pins(this.map, {
      label: (c) => this.label(c), count: (n) => this.number.format(n), choose: (pin, byKey) => void this.open(pin, byKey),
      point: (pin) => this.pointed(pin),
    });
    this.fan = new Fan(this.map, (card) => this.named(card.name, card.category, card), (card, byKey) => void this.choose(card, byKey));
    this.wire();
    void this.start();
  }

  private wire(): void {
    const { map, controls } = this;
    map.on("moveend", () => {
      if (this.own) return;
      write("carte", this.view());
      carry(this.path());
      if (controls.follow.checked) void this.ask(false);
      else controls.offer(true);
      void this.refresh();
    });
    map.on("click", (event) => {
      if (!(event as LeafletMouseEvent).originalEvent.defaultPrevented) void this.choose(null);
    });
    new ResizeObserver(() => void this.resized()).observe(controls.box);
    controls.search.addEventListener("click", () => {
      controls.offer(false);
      controls.box.focus({ preventScroll: true });
      void this.ask(true);
    });
    controls.follow.addEventListener("change", () => {
      if (!controls.follow.checked) return;
      controls.offer(false);
      void this.ask(true);
    });
    controls.whole.addEventListener("click", () => void this.showAll());
    controls.box.parentElement?.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && address().has("fiche")) void this.choose(null);
    });
    window.addEventListener("popstate", () => void this.restore());
    for (const [on, off] of [["pointerover", "pointerout"], ["focusin", "focusout"]] as const) {
      document.addEventListener(on, (event) => this.over(event.target));
      document.addEventListener(off, () => this.pins.mark(null, "marked"));
    }
  }

  /** The place of the map has another size, or is to be seen again. */
  private async resized(): Promise<void> {
    const before = this.map.getSize();
    this.quietly(() => this.map.invalidateSize({ animate: false }));
    if (this.map.getSize().equals(before) || this.isHidden() || !this.place.classList.contains("plan-live")) return;
    if (this.stale) await this.look();
    await this.refresh();
  }

  private isHidden(): boolean {
    return this.map.getSize().x === 0;
  }

  private path(): string {
    return this.place.dataset["results"] ?? location.pathname;
  }

  /** Moves the map without that being the reader's wish. */
  private quietly(move: () => void): void {
    const before = this.own;
    this.own = true;
    move();
    this.own = before;
  }

  private bounds(): Box {
    const b = this.map.getBounds();
    return { west: b.getWest(), south: b.getSouth(), east: b.getEast(), north: b.getNorth() };
  }

  private view(): string {
    const at = this.map.getCenter();
    return viewText({ lat: at.lat, lon: at.lng, zoom: this.map.getZoom() });
  }

  private fit(box: Box, zoom: number): void {
    const corners: [[number, number], [number, number]] = [[box.south, box.west], [box.north, box.east]];
    this.quietly(() => this.map.fitBounds(corners, { animate: false, padding: [30, 30], maxZoom: zoom }));
  }

  private async start(): Promise<void> {
    const names = this.ground.load();
    await this.look();
    await names; // markers are named after the places they are near
    await this.refresh();
    this.place.classList.add("plan-live");
    await this.chosen();
    carry(this.path());
  }

  /** Back to where all of the answer is seen. */
  private async showAll(): Promise<void> {
    write("carte", null);
    carry(this.path());
    this.controls.offer(false);
    this.controls.box.focus({ preventScroll: true });
    await this.look();
    await this.refresh();
  }

  /** Where the reader said to be. */
  private position(): { lat: number; lon: number } | null {
    const pres = address().get("pres");
    return pres ? readView(`${pres},0`) : null;
  }

  /** Puts the map where the address says; else where the whole answer is to be seen. */
  private async look(): Promise<void> {
    this.stale = this.isHidden();
    if (this.stale) return;
    const asked = address();
    const view = readView(asked.get("carte"));
    const box = readBox(asked.get("bbox"));
    const here = this.position();
    if (view) this.quietly(() => this.map.setView([view.lat, near(view.lon, this.middle)], view.zoom, { animate: false }));
    else if (box) this.fit(unwrapped(box, this.middle), closest);
    else if (here) this.quietly(() => this.map.setView([here.lat, near(here.lon, this.middle)], 12, { animate: false }));
    else {
      this.fit(this.home, closest);
      const all = await this.api.clusters(null, this.map.getZoom()).catch(() => null); // refresh tells of what fails
      const extent = around((all?.clusters ?? []).map(boxOf), this.middle);
      if (extent) this.fit(extent, 13);
    }
  }

  /** Draws the markers of the view. */
  private async refresh(): Promise<void> {
    if (this.isHidden()) return;
    let answer: Answer;
    const { box } = this.controls;
    box.setAttribute("aria-busy", "true");
    try {
      answer = await this.api.clusters(this.bounds(), this.map.getZoom());
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) {
        box.removeAttribute("aria-busy");
        this.controls.fail(() => void this.refresh());
      }
      return; // a later question has its own answer
    }
    box.removeAttribute("aria-busy");
    this.controls.fail(null);
    this.here.show((this.pins.kept = this.position()));
    this.pins.show(answer.clusters);
    this.here.aside(this.pins.all().map(({ button }) => (button.firstElementChild ?? button) as HTMLElement));
    this.fan.check();
    this.ground.avoid(this.pins.all().map(({ cluster, aside }) => ({ lat: cluster.lat, lon: cluster.lon, aside, half: reach(cluster) })));
    this.controls.list.replaceChildren(...this.pins.all().map((pin) => this.line(pin)));
    this.seen = answer.total;
    this.controls.whole.hidden = answer.total > 0 || address().has("bbox") || !address().has("carte");
    await this.say();
    this.pins.mark(this.pinOf(address().get("fiche")), "chosen");
    if (this.focusNext) {
      this.focusNext = false;
      (this.pins.all()[0]?.button ?? this.controls.box).focus({ preventScroll: true });
    }
  }

  /** Says how many cards the view holds, and how many of the list no view can. */
  private async say(): Promise<void> {
    const n = this.seen;
    const words = [n === 0 ? this.words["none"] : n === 1 ? this.words["totalOne"] : fill(this.words["total"], { n: this.number.format(n) })];
    const without = address().has("bbox") ? 0 : await this.api.withoutPlace(); // a box holds none of them
    if (without > 0) words.push(fill(without === 1 ? this.words["alone"] : this.words["unplaced"], { n: this.number.format(without) }));
    if (n === this.seen) this.controls.say(words.join(" · "));
  }

  private label(c: Cluster): string {
    if (c.count === 1) return this.named(c.name ?? "", c.category ?? "", c);
    return fill(c.spot ? this.words["spot"] : this.words["cluster"], { n: this.number.format(c.count), place: this.ground.nearest(c) });
  }

  private named(name: string, category: string, at: { lat?: number; lon?: number }): string {
    const words = { name, category: (this.words[`category.${category}`] ?? "").toLocaleLowerCase(document.documentElement.lang), place: this.ground.nearest(at) };
    return fill(this.words["one"], words).replace(/(, )+$/, "");
  }

  private cardURL(slug: string): string {
    return `${this.path()}/${encodeURIComponent(slug)}`;
  }

  /** A line of the list that says what the map shows. */
  private line(pin: Pin): HTMLLIElement {
    const line = make("li", "");
    const slug = pin.cluster.slug;
    if (slug && pin.cluster.count === 1) {
      line.append(make("a", "", pin.label, { href: this.cardURL(slug) }));
      return line;
    }
    const button = make("button", "plan-line", pin.label, { type: "button" });
    button.addEventListener("click", () => void this.open(pin, true));
    line.append(button);
    return line;
  }

  /** Opens a marker: a card is chosen, several are parted by coming closer, or fanned out where no zoom parts them. */
  private async open(pin: Pin, byKey: boolean): Promise<void> {
    const { cluster } = pin;
    if (cluster.count === 1) {
      await this.choose({ id: "", category: "", name: "", slug: "", ...cluster }, byKey);
      return;
    }
    const { map } = this;
    if (cluster.spot || map.getZoom() >= map.getMaxZoom()) {
      if (this.fan.isOpen(pin)) this.fan.close(true);
      else await this.fanOut(pin, byKey);
      return;
    }
    this.focusNext = byKey;
    const box = unwrapped(boxOf(cluster), map.getCenter().lng);
    const corners: [[number, number], [number, number]] = [[box.south, box.west], [box.north, box.east]];
    const zoom = Math.min(map.getMaxZoom(), Math.max(map.getZoom() + 1, map.getBoundsZoom(corners, false, map.getSize().multiplyBy(0.2))));
    map.setView([(box.south + box.north) / 2, (box.west + box.east) / 2], zoom);
  }

  private async fanOut(pin: Pin, byKey: boolean): Promise<void> {
    const tiny = 2e-5; // degrees around the spot, two metres
    const box = boxOf(pin.cluster);
    const around = { west: box.west - tiny, south: box.south - tiny, east: box.east + tiny, north: box.north + tiny };
    try {
      const { cards, all } = await this.api.cards(around, mostInFan);
      const rest = make("a", "fan-rest", fill(this.words["more"], { n: this.number.format(pin.cluster.count) }), { href: `${this.path()}?${all}` });
      this.fan.open(pin, cards, pin.cluster.count > cards.length ? rest : null, byKey);
    } catch {
      this.controls.fail(() => void this.fanOut(pin, byKey));
    }
  }

  private pinOf(slug: string | null): Pin | null {
    return slug ? this.pins.of(slug, this.pointOf(slug)) : null;
  }

  private result(slug: string): HTMLElement | null {
    return document.querySelector<HTMLElement>(`.result[data-slug="${CSS.escape(slug)}"]`);
  }

  private pointOf(slug: string): { lat: number; lon: number } | null {
    const [lat, lon] = (this.result(slug)?.dataset["point"] ?? "").split(",").map(Number);
    return lat !== undefined && lon !== undefined && Number.isFinite(lat) && Number.isFinite(lon) ? { lat, lon } : null;
  }

  /** Chooses a card, or none: in the address, on the map, and in the list or else in a sheet over the map. */
  private async choose(card: Card | null, byKey = false): Promise<void> {
    if (card) this.opener = byKey && document.activeElement instanceof HTMLElement ? document.activeElement : null;
    write("fiche", card?.slug ?? null);
    carry(this.path());
    await this.chosen(card ?? undefined, byKey);
  }

  private async chosen(card?: Card, byKey = false): Promise<void> {
    const slug = address().get("fiche");
    this.pins.mark(this.pinOf(slug), "chosen");
    for (const other of document.querySelectorAll<HTMLElement>(".result")) other.classList.toggle("result-chosen", other.dataset["slug"] === slug);
    const shut = (): void => void this.choose(null);
    const listed = slug ? this.result(slug) : null;
    if (!slug || listed?.checkVisibility?.()) {
      this.controls.choose(null, shut, this.opener);
      this.controls.tell(card && listed ? fill(this.words["chosen"], { name: card.name }) : "");
      if (card) listed?.scrollIntoView({ block: "nearest" });
      return;
    }
    const found = card?.headline ? card : ((await this.api.card(slug)) ?? card);
    if (!found || address().get("fiche") !== slug) return;
    const place = found.lat === undefined ? "" : this.ground.nearest(found);
    const detail = [this.words[`category.${found.category}`], place].filter(Boolean).join(" · ");
    this.controls.choose({ name: found.name, text: found.headline ?? "", detail, url: this.cardURL(slug) }, shut, this.opener, byKey);
    if (card) this.controls.tell(fill(this.words["chosen"], { name: found.name }));
  }

  /** Asks for the results of the view. The first time is a step that one can go back from; following is none. */
  private async ask(step: boolean): Promise<void> {
    const query = new URLSearchParams(location.search);
    query.set("bbox", boxText(this.bounds()));
    query.set("carte", this.view());
    query.delete("page");
    const to = `${this.path()}?${query}`;
    if (step) history.pushState(null, "", to);
    else history.replaceState(null, "", to);
    await this.results();
  }

  private async results(): Promise<void> {
    this.asked = location.search;
    try {
      if (!(await renew(location.href))) return;
    } catch {
      this.controls.fail(() => void this.results());
      return;
    }
    carry(this.path());
    await this.say();
    await this.chosen();
  }

  /** The reader went back or forth. */
  private async restore(): Promise<void> {
    const same = sameFilters(this.asked, location.search);
    this.controls.follow.checked &&= address().has("bbox");
    if (!same) void this.results();
    const view = address().get("carte");
    if (view !== this.view() && (view || !same)) await this.look();
    await this.refresh();
    await this.chosen();
  }

  /** The pointer or the focus is somewhere on the page: the marker of that result is marked. */
  private over(target: EventTarget | null): void {
    const result = target instanceof Element ? target.closest<HTMLElement>(".result[data-slug]") : null;
    if (result) this.pins.mark(this.pinOf(result.dataset["slug"] ?? ""), "marked");
  }

  /** The pointer or the focus is on a marker: its results are marked. */
  private pointed(pin: Pin | null): void {
    for (const result of document.querySelectorAll<HTMLElement>(".result[data-slug]")) {
      const slug = result.dataset["slug"] ?? "";
      result.classList.toggle("result-near", pin !== null && this.pinOf(slug)?.button === pin.button);
    }
  }
}

for (const place of document.querySelectorAll<HTMLElement>("[data-map]")) new Plan(place);
