package listing

import (
	"context"
	"fmt"
	"strings"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/geo"
)

// Browse is a plain question that the base answers by itself, for as long as there is no index to ask. What it names is all
// asked for; of several values of one field, one has to hold.
type Browse struct {
	Territory   string
	Words       []string // as Slug writes them: each begins a word of the name
	Zones       []string // codes
	Competences []string // codes
	Sectors     []string // codes
	Tags        []string // as written, but for the case of letters without accents
	Categories  []Category
	Box         *geo.Box
	Offset      int
	Limit       int
}

// Scans reports whether the base has to look for the cards, and may have to look at all.
func (b Browse) Scans() bool {
	return len(b.Words)+len(b.Zones)+len(b.Competences)+len(b.Sectors)+len(b.Tags)+len(b.Categories) > 0 || b.Box != nil
}

// Browse finds the ids of published cards: those with words by name, all others the youngest first. It stops at the last one that
// is asked for; where few cards answer, it reads all names of the territory, or without words all cards.
func (Reader) Browse(ctx context.Context, q db.Querier, b Browse) ([]string, error) {
	w := where{}
	query, order := "SELECT l.id FROM listings l WHERE", "l.id DESC"
	if len(b.Words) > 0 {
		// The cross join is there for SQLite: it takes the tables in this order, and so the names from an index in their order.
		query, order = "SELECT l.id FROM listing_slugs s CROSS JOIN listings l WHERE l.id = s.listing_id AND l.slug = s.slug AND s.territory = l.territory AND", "s.slug"
		w.add("s.territory = "+w.arg(b.Territory), "")
		for _, word := range b.Words {
			w.add("'-' || s.slug LIKE "+w.arg("%-"+literally(word)+"%"), ` ESCAPE '\'`)
		}
	}
	w.add("l.territory = "+w.arg(b.Territory), "")
	w.add("l.state = "+w.arg(string(Published)), "")
	if len(b.Zones) > 0 {
		w.in("l.zone", b.Zones)
	}
	if len(b.Categories) > 0 {
		var names []string
		for _, c := range b.Categories {
			names = append(names, string(c))
		}
		w.in("l.category", names)
	}
	w.holds("l.competences", b.Competences)
	w.holds("l.sectors", b.Sectors)
	w.holds("lower(l.tags)", b.Tags)
	if b.Box != nil {
		w.box(*b.Box)
	}
	query += " " + strings.Join(w.parts, " AND ") + " ORDER BY " + order + " LIMIT " + w.arg(b.Limit) + " OFFSET " + w.arg(b.Offset)
	rows, err := q.QueryContext(ctx, query, w.args...)
	if err != nil {
		return nil, fmt.Errorf("listing: browse: %w", err)
	}
	ids, err := scanIDs(rows)
	if err != nil {
		return nil, fmt.Errorf("listing: browse: %w", err)
	}
	return ids, nil
}

// where gathers conditions and their arguments.
type where struct {
	parts []string
	args  []any
}

// arg is the placeholder of a value.
func (w *where) arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *where) add(condition, end string) { w.parts = append(w.parts, condition+end) }

func (w *where) in(column string, values []string) {
	first := len(w.args) + 1
	w.args = append(w.args, anys(values)...)
	w.add(column+" IN "+company.InSQL(first, len(values)), "")
}

// holds asks for one of the values in a column of JSON.
func (w *where) holds(column string, values []string) {
	var any []string
	for _, v := range values {
		any = append(any, column+" LIKE "+w.arg(`%"`+literally(strings.ToLower(v))+`"%`)+` ESCAPE '\'`)
	}
	if len(any) > 0 {
		w.add("("+strings.Join(any, " OR ")+")", "")
	}
}

// box asks for a point in a box, which may cross the 180th meridian.
func (w *where) box(b geo.Box) {
	w.add("l.lat >= "+w.arg(b.South), " AND l.lat <= "+w.arg(b.North))
	and := " AND "
	if b.West > b.East {
		and = " OR "
	}
	w.add("(l.lon >= "+w.arg(b.West)+and+"l.lon <= "+w.arg(b.East), ")")
}

// literally is a text of which LIKE takes no character for a sign.
func literally(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
}
