package locale

import (
	"slices"
	"strings"

	"golang.org/x/text/collate"
)

// List joins items in a sentence: "a, b et c", "a, b and c".
func (p *Printer) List(items []string) string { return join(items, p.choose(" et ", " and ")) }

// ListOr joins items of which one will do: "a, b ou c", "a, b or c".
func (p *Printer) ListOr(items []string) string { return join(items, p.choose(" ou ", " or ")) }

func join(items []string, last string) string {
	switch n := len(items); n {
	case 0:
		return ""
	case 1:
		return items[0]
	default:
		return strings.Join(items[:n-1], ", ") + last + items[n-1]
	}
}

// Collate sorts texts in place as a dictionary of the language does: accents and case count only between equal letters,
// and figures by their value. Equal texts keep their order.
func (p *Printer) Collate(texts []string) { CollateBy(p, texts, func(s string) string { return s }) }

// CollateBy sorts items in place by the text that name gives for each, as Collate does.
func CollateBy[T any](p *Printer, items []T, name func(T) string) {
	// The collator keeps buffers and is not safe for concurrent use: one for each sort.
	c := collate.New(p.tag, collate.Numeric)
	var buf collate.Buffer
	type keyed struct {
		key  []byte
		item T
	}
	all := make([]keyed, len(items))
	for i, item := range items {
		all[i] = keyed{c.KeyFromString(&buf, name(item)), item}
	}
	slices.SortStableFunc(all, func(a, b keyed) int { return slices.Compare(a.key, b.key) })
	for i, k := range all {
		items[i] = k.item
	}
}
