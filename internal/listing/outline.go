package listing

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// Outline is the part of a card that is searched and counted: what an index of many cards has to read, and no more.
type Outline struct {
	ID, Slug              string
	State                 State
	Name                  string
	Category              Category
	Headline, Description string
	Competences, Sectors  []string // codes
	Tags                  []string // as written
	ServiceArea           ServiceArea
	Zone                  string
	Point                 *geo.Point
	Completeness          int
	ConfirmedAt           time.Time
	UpdatedAt             time.Time
}

// OutlineOf is the outline of a card.
func OutlineOf(l Listing) Outline {
	return Outline{
		ID: l.ID, Slug: l.Slug, State: l.State, Name: l.Name, Category: l.Category, Headline: l.Headline, Description: l.Description,
		Competences: l.Competences, Sectors: l.Sectors, Tags: l.Tags, ServiceArea: l.ServiceArea, Zone: l.Zone, Point: l.Point,
		Completeness: l.Completeness, ConfirmedAt: l.ConfirmedAt, UpdatedAt: l.UpdatedAt,
	}
}

// Faulty is a card whose row cannot be read: somebody wrote into the base by another way than this package.
type Faulty struct {
	ID  string
	Err error
}

// Error implements error.
func (f *Faulty) Error() string {
	return fmt.Sprintf("listing: card %s cannot be read: %v", f.ID, f.Err)
}

// Unwrap gives what is wrong with the row.
func (f *Faulty) Unwrap() error { return f.Err }

// The columns of an outline come as one text, with a separator between them: what a driver takes for a column is most of what
// reading a million rows takes. What is no text loses nothing as one, but for the coordinates, which stand apart.
const (
	outlineTexts = "id, slug, state, name, category, headline, description, competences, sectors, tags, service_area, zone, " +
		"completeness, confirmed_at, updated_at"
	textCount = 15
)

// separator is a control character that hardly any card holds. One that does is read again, column by column.
const separator = "\x1f"

// outlineColumns is what is read of a row, given the number of the parameter that holds the separator.
func outlineColumns(n int) string {
	return fmt.Sprintf("concat_ws($%d, %s), lat, lon", n, outlineTexts)
}

// Range is a part of a territory's cards by their ids: those above After, up to and with Until; without an end where it is "".
type Range struct {
	After, Until string
	Most         int // how many cards are in it at most, but for those that are added meanwhile
}

// Ranges calls f with ranges of so many cards each, in the order of ids, which together are all cards of the territory. It
// reads ids alone, from an index.
func (Reader) Ranges(ctx context.Context, q db.Querier, territory string, size int, f func(Range) error) error {
	r := Range{Most: size}
	for {
		err := q.QueryRowContext(ctx, "SELECT id FROM listings WHERE territory = $1 AND id > $2 ORDER BY id LIMIT 1 OFFSET $3",
			territory, r.After, size-1).Scan(&r.Until)
		if errors.Is(err, sql.ErrNoRows) {
			r.Until = ""
			return f(r)
		}
		if err != nil {
			return fmt.Errorf("listing: ranges: %w", err)
		}
		if err := f(r); err != nil {
			return err
		}
		r.After = r.Until
	}
}

// Outlines reads the outlines of the published cards of a range in one statement, and apart from them the cards that cannot be
// read: one of them must not keep the others from being found.
func (r Reader) Outlines(ctx context.Context, q db.Querier, territory string, part Range) ([]Outline, []*Faulty, error) {
	query, args := "SELECT "+outlineColumns(4)+" FROM listings WHERE territory = $1 AND state = $2 AND id > $3",
		[]any{territory, string(Published), part.After, separator}
	if part.Until != "" {
		query, args = query+" AND id <= $5", append(args, part.Until)
	}
	rows, err := q.QueryContext(ctx, query+" ORDER BY id", args...)
	if err != nil {
		return nil, nil, fmt.Errorf("listing: outlines: %w", err)
	}
	return r.outlines(ctx, q, rows, part.Most)
}

// OutlinesByIDs reads the outlines of the cards of the ids that exist, in any state and order, and apart from them those that
// cannot be read.
func (r Reader) OutlinesByIDs(ctx context.Context, q db.Querier, ids []string) ([]Outline, []*Faulty, error) {
	var all []Outline
	var faulty []*Faulty
	for chunk := range slices.Chunk(ids, 500) {
		rows, err := q.QueryContext(ctx, "SELECT "+outlineColumns(1)+" FROM listings WHERE id IN "+company.InSQL(2, len(chunk)),
			append([]any{separator}, anys(chunk)...)...)
		if err != nil {
			return nil, nil, fmt.Errorf("listing: outlines: %w", err)
		}
		found, bad, err := r.outlines(ctx, q, rows, len(chunk))
		if err != nil {
			return nil, nil, err
		}
		all, faulty = append(all, found...), append(faulty, bad...)
	}
	return all, faulty, nil
}

// outlines reads rows of outlineColumns, about so many.
func (r Reader) outlines(ctx context.Context, q db.Querier, rows *sql.Rows, about int) ([]Outline, []*Faulty, error) {
	all, odd, err := scanOutlines(rows, make([]Outline, 0, about))
	if err != nil {
		return nil, nil, fmt.Errorf("listing: outlines: %w", err)
	}
	var faulty []*Faulty
	for _, id := range odd {
		l, err := r.ByID(ctx, q, id)
		bad, ok := errors.AsType[*Faulty](err)
		switch {
		case ok:
			faulty = append(faulty, bad)
		case errs.Is(err, errs.NotFound): // it is gone since
		case err != nil:
			return nil, nil, err
		default:
			all = append(all, OutlineOf(l))
		}
	}
	return all, faulty, nil
}

// scanOutlines appends what can be read in the short way, and names the other cards.
func scanOutlines(rows *sql.Rows, all []Outline) (_ []Outline, odd []string, err error) {
	defer rows.Close()
	var texts, lat, lon any
	for rows.Next() {
		if err := rows.Scan(&texts, &lat, &lon); err != nil {
			return nil, nil, err
		}
		text, _ := texts.(string)
		all = append(all, Outline{})
		if o := &all[len(all)-1]; !o.read(text) || !o.stand(lat, lon) {
			all = all[:len(all)-1]
			id, _, _ := strings.Cut(text, separator)
			odd = append(odd, id)
		}
	}
	return all, odd, rows.Err()
}

// read takes the outline out of its texts; it reports whether it could.
func (o *Outline) read(text string) bool {
	var t [textCount]string
	for i := range textCount - 1 {
		at := strings.IndexByte(text, separator[0])
		if at < 0 {
			return false
		}
		t[i], text = text[:at], text[at+1:]
	}
	t[textCount-1] = text
	completeness, err1 := strconv.Atoi(t[12])
	confirmed, err2 := strconv.ParseInt(t[13], 10, 64)
	updated, err3 := strconv.ParseInt(t[14], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return false
	}
	o.ID, o.Slug, o.State, o.Name, o.Category, o.Headline, o.Description = t[0], t[1], State(t[2]), t[3], Category(t[4]), t[5], t[6]
	o.Zone, o.Completeness, o.ConfirmedAt, o.UpdatedAt = t[11], completeness, db.FromMillis(confirmed), db.FromMillis(updated)
	return readStrings(t[7], &o.Competences) && readStrings(t[8], &o.Sectors) && readStrings(t[9], &o.Tags) && o.readArea(t[10])
}

func (o *Outline) readArea(text string) bool {
	var areas []ServiceArea
	if text == "" {
		return true
	}
	if err := company.List(&areas).Scan(text); err != nil {
		return false
	}
	if len(areas) == 1 {
		o.ServiceArea = areas[0]
	}
	return true
}

// stand takes the point, none where a coordinate is missing.
func (o *Outline) stand(lat, lon any) bool {
	if lat == nil || lon == nil {
		return true
	}
	y, ok1 := lat.(float64)
	x, ok2 := lon.(float64)
	o.Point = &geo.Point{Lat: y, Lon: x}
	return ok1 && ok2
}
