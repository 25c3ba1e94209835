// What the map asks of the server: markers of a view, cards on one spot, one card. Each question carries what narrows the
// answer of the page, so that both speak of the same cards.
import { filters } from "./address";
import type { Card } from "./fan";
import { boxText, type Box } from "./geo";
import type { Cluster } from "./pins";

export interface Answer {
  total: number;
  unplaced: number;
  clusters: Cluster[];
}

export class Api {
  private pending: AbortController | null = null;
  private readonly unplaced = new Map<string, number>(); // by what narrows the answer

  constructor(private readonly files: DOMStringMap) {}

  private async get<T>(path: string, query: URLSearchParams, signal?: AbortSignal): Promise<T> {
    const answer = await fetch(`${path}?${query}`, signal ? { signal } : {});
    if (!answer.ok) throw new Error(answer.statusText);
    return (await answer.json()) as T;
  }

  /** The markers of a box, or of all, at a zoom. A later question aborts this one. */
  async clusters(box: Box | null, zoom: number): Promise<Answer> {
    this.pending?.abort();
    const mine = (this.pending = new AbortController());
    const query = filters();
    const asked = query.toString();
    if (box) query.set("bbox", boxText(box));
    query.set("zoom", String(Math.floor(zoom)));
    const answer = await this.get<Answer>(this.files["clusters"] ?? "", query, mine.signal);
    if (!box) this.unplaced.set(asked, answer.unplaced);
    return answer;
  }

  /** How many cards of the answer have no place; none where that cannot be had. */
  async withoutPlace(): Promise<number> {
    const query = filters();
    const asked = query.toString();
    const known = this.unplaced.get(asked);
    if (known !== undefined) return known;
    query.set("zoom", "0"); // the fewest markers: only the count is of use
    const answer = await this.get<Answer>(this.files["clusters"] ?? "", query).catch(() => null);
    if (answer) this.unplaced.set(asked, answer.unplaced);
    return answer?.unplaced ?? 0;
  }

  /** The first cards of a box, and the question that finds them all. */
  async cards(box: Box, most: number): Promise<{ cards: Card[]; all: string }> {
    const query = filters();
    query.set("bbox", boxText(box, 1e6));
    const all = query.toString();
    query.set("fields", "id,slug,name,category,lat,lon");
    query.set("limit", String(most));
    const { listings } = await this.get<{ listings: Card[] }>(this.files["cards"] ?? "", query);
    return { cards: listings, all };
  }

  /** A card by its slug; null where it cannot be had: its marker and its page say as much. */
  async card(slug: string): Promise<Card | null> {
    return this.get<Card>(`${this.files["cards"] ?? ""}/${encodeURIComponent(slug)}`, new URLSearchParams()).catch(() => null);
  }
}
