// What somebody typed into the form of a card and could not be saved waits in their browser. Each copy has its end; leaving ends them all.
export const copies = "grappe.fiche.";

/** What a copy is: the form as it would be sent, and when it goes. */
export interface Copy { end: number; form: string }

/** Takes away the copies that are over, or all of them. */
export function forget(all: boolean): void {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(copies) && (all || (JSON.parse(localStorage[key] as string) as Copy).end < Date.now())) localStorage.removeItem(key);
    }
  } catch {
    // Storage is refused: there are none.
  }
}
