// The address of the page, which holds all of its state. Most of it filters; the rest says what the reader looks at.
const looks = ["carte", "fiche", "vue"];

/** The parameters of the page. */
export const address = (): URLSearchParams => new URLSearchParams(location.search);

/** What narrows the answer, as the server understood it, without the box: the map has its own. */
export const filters = (): URLSearchParams => new URLSearchParams(document.getElementById("resultats")?.dataset["filters"] ?? "");

/** Sets or takes away a parameter, in place: looking around is no step that one goes back from. */
export function write(name: string, value: string | null): void {
  const query = address();
  if (value === null) query.delete(name);
  else query.set(name, value);
  const text = query.toString();
  history.replaceState(history.state, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`);
}

/** Whether two addresses lead to the same results. */
export function sameFilters(a: string, b: string): boolean {
  const [one, other] = [a, b].map((search) => {
    const query = new URLSearchParams(search);
    for (const name of looks) query.delete(name);
    query.sort();
    return query.toString();
  });
  return one === other;
}
