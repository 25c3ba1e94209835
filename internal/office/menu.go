package office

import (
	"cmp"
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Printer gives the words of a key in the reader's language; *locale.Printer is one.
type Printer interface {
	T(key string, pairs ...any) string
}

// Menu is what an actor sees of the entries of one office: in order, with the address that path gives, and with the entry that
// the page at current belongs to marked. A count that fails is logged, and its entry stands without a number.
func Menu(ctx context.Context, entries []Entry, by account.Actor, p Printer, path func(string) string, current string) []ui.Link {
	shown := make([]Entry, 0, len(entries))
	for _, e := range entries {
		if e.Shows(by) {
			shown = append(shown, e)
		}
	}
	slices.SortStableFunc(shown, func(a, b Entry) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Path, b.Path)) })
	here := entryOf(shown, current)
	links := make([]ui.Link, 0, len(shown))
	for i, e := range shown {
		l := ui.Link{Label: p.T(e.Label), URL: path(e.Path), Icon: e.Icon, Current: i == here}
		if e.Count != nil {
			n, err := e.Count(ctx, by)
			if err != nil {
				web.Logger(ctx).WarnContext(ctx, "an entry of an office cannot be counted", "path", e.Path, "error", err)
				n = 0
			}
			l.Count = n
		}
		links = append(links, l)
	}
	return links
}

// entryOf is the place of the entry that a page belongs to: the longest path that the page's own begins with, -1 for none.
func entryOf(entries []Entry, page string) int {
	best := -1
	for i, e := range entries {
		if page != e.Path && !(len(page) > len(e.Path) && page[:len(e.Path)] == e.Path && page[len(e.Path)] == '/') {
			continue
		}
		if best < 0 || len(e.Path) > len(entries[best].Path) {
			best = i
		}
	}
	return best
}
