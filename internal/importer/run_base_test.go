package importer_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// sheet is a file of records with the columns of the test mapping.
type sheet []map[string]string

func sheetColumns() []string {
	return []string{"id", "nom", "ville", "cp", "adresse", "tel", "mel", "site", "texte", "mots", "siret", "lat", "lon", "date"}
}

const testMapping = `
key: %s
id: id
fields:
  name: nom
  city: ville
  postcode: cp
  address: adresse
  phones: tel
  emails: mel
  websites: site
  description: texte
  tags: {from: mots, steps: [split]}
  identifiers.siret: siret
  lat: lat
  lon: lon
  updated: date
  confirmed: date
`

func runMapping(t fataler, key string) *importer.Mapping {
	t.Helper()
	m, err := importer.ParseMapping("test.yaml", fmt.Appendf(nil, testMapping, key))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// fataler is what *testing.T and *rapid.T have in common.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func (s sheet) csv(t fataler) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write(sheetColumns()); err != nil {
		t.Fatal(err)
	}
	for _, row := range s {
		cells := make([]string, len(sheetColumns()))
		for i, c := range sheetColumns() {
			cells[i] = row[c]
		}
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return b.String()
}

// with is the sheet with some cells of one record changed.
func (s sheet) with(id string, cells map[string]string) sheet {
	out := slices.Clone(s)
	for i := range out {
		if out[i]["id"] == id {
			out[i] = maps.Clone(out[i])
			maps.Copy(out[i], cells)
		}
	}
	return out
}

// companies are records that have nothing to do with each other.
func companies(n int) sheet {
	var s sheet
	for i := range n {
		s = append(s, map[string]string{
			"id": fmt.Sprint("c", i), "nom": fmt.Sprintf("Société %s", letters(i)), "ville": "Nouméa", "cp": "98800",
			"adresse": fmt.Sprintf("%d rue %s", i+1, letters(i*7+3)), "texte": "Des services.",
			"mel": fmt.Sprintf("contact@%s.example.org", letters(i)),
		})
	}
	return s
}

// letters writes a number as a word that resembles no other.
func letters(n int) string {
	var b strings.Builder
	for range 3 {
		b.WriteString([]string{"ba", "ko", "du", "mi", "zen", "tral", "vop", "gus", "fen", "lyr"}[n%10])
		n /= 10
	}
	return b.String()
}

// testBench is an importer over one database and one territory.
type testBench struct {
	t         fataler
	ctx       context.Context
	db        *db.DB
	service   *importer.Service
	cards     *listing.Service
	territory *territory.Territory
	printer   *locale.Printer
	clock     *atomic.Int64 // milliseconds: moves with each look
}

func newBench(t *testing.T, d *db.DB) *testBench {
	t.Helper()
	clock := new(atomic.Int64)
	clock.Store(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).UnixMilli())
	// Time passes by a millisecond with each look at the clock, so that what comes later has a later time.
	now := func() time.Time { return time.UnixMilli(clock.Add(1)).UTC() }
	return &testBench{
		t: t, ctx: t.Context(), db: d, territory: preset(t, "nc"), clock: clock,
		service: importer.New(importer.Rooms{DB: d, Now: now}), cards: listing.NewService(d, now), printer: speaker(t),
	}
}

// withOutlines gives the importer the outlines of the communes.
func (b *testBench) withOutlines(r io.Reader) {
	b.t.Helper()
	outlines, _, err := territory.LoadGeometry(b.territory, r)
	if err != nil {
		b.t.Fatal(err)
	}
	b.service = importer.New(importer.Rooms{
		DB: b.db, Outlines: func(context.Context, string) (*territory.Outlines, error) { return outlines, nil },
	})
}

func speaker(t testing.TB) *locale.Printer {
	t.Helper()
	return localetest.Printer(t, "fr", importer.Texts, tabular.Texts, listing.Texts, company.Texts)
}

func (b *testBench) options(source string, s sheet) importer.Options {
	b.t.Helper()
	text := s.csv(b.t)
	return importer.Options{
		Territory: b.territory, Mapping: runMapping(b.t, source), File: source + ".csv", Input: strings.NewReader(text),
		Size: int64(len(text)), Printer: b.printer, BatchRows: 5,
	}
}

func (b *testBench) load(source string, s sheet) importer.Report {
	b.t.Helper()
	report, err := b.service.Import(b.ctx, b.options(source, s))
	if err != nil {
		b.t.Fatalf("import of %s: %v", source, err)
	}
	b.accounted(report.Counts)
	return report
}

// accounted checks that every row has one outcome.
func (b *testBench) accounted(c importer.Counts) {
	b.t.Helper()
	if sum := c.Created + c.Updated + c.Unchanged + c.Merged + c.Rejected; sum != c.Rows {
		b.t.Fatalf("%d rows, %d outcomes: %+v", c.Rows, sum, c)
	}
}

func (b *testBench) want(report importer.Report, want importer.Counts) {
	b.t.Helper()
	if report.Counts != want {
		b.t.Fatalf("counts are %+v, want %+v", report.Counts, want)
	}
}

func (b *testBench) undo(run string) importer.UndoReport {
	b.t.Helper()
	report, err := b.service.Undo(b.ctx, run, nil)
	if err != nil {
		b.t.Fatalf("undo: %v", err)
	}
	return report
}

// records are all cards by id.
func (b *testBench) records() map[string]listing.Record {
	b.t.Helper()
	all := map[string]listing.Record{}
	err := listing.Reader{}.EachRecord(b.ctx, b.db.Read(), b.territory.Code, func(r listing.Record) error {
		all[r.Listing.ID] = r
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return all
}

// named is the card of a name that is public.
func (b *testBench) named(name string) listing.Record {
	b.t.Helper()
	for _, r := range b.records() {
		if r.Listing.Name == name && r.Listing.State == listing.Published {
			return r
		}
	}
	b.t.Fatalf("no public card is called %q", name)
	return listing.Record{}
}

// edit lets the owner of a card write.
func (b *testBench) edit(id string, content listing.Content, fields ...string) {
	b.t.Helper()
	b.editAs(company.FromOwner, id, content, fields...)
}

func (b *testBench) editAs(kind company.SourceKind, id string, content listing.Content, fields ...string) {
	b.t.Helper()
	l, err := listing.Reader{}.ByID(b.ctx, b.db.Read(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	by := company.Source{Kind: kind, Name: string(kind)}
	if _, _, err := b.cards.Edit(b.ctx, listing.Author{Source: by}, id, l.Version, content, fields); err != nil {
		b.t.Fatalf("edit: %v", err)
	}
}

// picture is all that the importer may touch, in a comparable form: cards and companies but for their versions and
// times of writing, refs, suspects, match keys and mergings.
func (b *testBench) picture(records map[string]listing.Record) string {
	b.t.Helper()
	lines := strings.Split(cardsOnly(b, records), "\n")
	for _, query := range []string{
		"SELECT source, external_id || ' ' || listing_id || ' ' || hash || ' ' || run FROM import_refs WHERE territory = $1",
		"SELECT listing_a, listing_b || ' ' || state FROM duplicate_suspects WHERE territory = $1",
		"SELECT match_key, listing_id FROM match_keys WHERE territory = $1",
		"SELECT from_id, into_id FROM listing_mergings WHERE territory = $1",
	} {
		lines = append(lines, b.rows(query)...)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// cardsOnly are the cards and companies of a picture.
func cardsOnly(b *testBench, records map[string]listing.Record) string {
	var lines []string
	for _, r := range records {
		r.Listing.Version, r.Listing.UpdatedAt, r.Company.Version, r.Company.UpdatedAt = 0, time.Time{}, 0, time.Time{}
		if len(r.Listing.Provenance) == 0 {
			r.Listing.Provenance = nil
		}
		text, err := json.Marshal(r)
		if err != nil {
			b.t.Fatal(err)
		}
		lines = append(lines, string(text))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (b *testBench) rows(query string) []string {
	b.t.Helper()
	rows, err := b.db.Read().QueryContext(b.ctx, query, b.territory.Code)
	if err != nil {
		b.t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var one, two string
		if err := rows.Scan(&one, &two); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, one+" "+two)
	}
	if err := rows.Err(); err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *testBench) same(what, got, want string) {
	b.t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		x, y := "(nothing)", "(nothing)"
		if i < len(g) {
			x = g[i]
		}
		if i < len(w) {
			y = w[i]
		}
		if x != y {
			b.t.Fatalf("%s: not as it was.\n got %s\nwant %s", what, x, y)
		}
	}
}

func sortedIDs(records map[string]listing.Record) []string { return slices.Sorted(maps.Keys(records)) }

func kindOf(t *testing.T, err error, kind errs.Kind, key string) {
	t.Helper()
	if e := errs.As(err); e == nil || e.Kind != kind || e.Key != key {
		t.Fatalf("error is %v, want kind %d, key %s", err, kind, key)
	}
}
