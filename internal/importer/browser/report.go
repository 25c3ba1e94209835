package browser

import (
	"cmp"
	"context"
	"net/url"
	"slices"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// report tells what became of the rows, or would become of them.
type report struct {
	Tiles   []ui.Tile
	Points  string // that points were not checked
	Groups  []groupLine
	Keeps   string // how many rows say otherwise than people, whose words stay
	Kept    []keptLine
	Changes []changeView
	Table   string // address of all rows as a table
}

// groupLine is what was told alike.
type groupLine struct {
	Title    string
	Count    string
	Rejected bool
	Examples []exampleLine
	More     string
}

type exampleLine struct{ Row, Text string }

// keptLine is a row of which people's words stay.
type keptLine struct{ Row, Card, URL, Fields string }

// changeView is a card with its difference.
type changeView struct {
	Title string
	Badge ui.Badge
	Why   string
	Twin  string // the address of the card that it may be
	Open  bool
	Lines []cardLine     // what a new card says
	Diff  ui.Differences // what changes on one that is there
}

// rowName is a row in words, "" for the file as a whole.
func rowName(p *locale.Printer, row int) string {
	if row == 0 {
		return p.T("imports.whole_file")
	}
	return p.T("imports.row", "n", row)
}

// tiles are the counts of an import; dry ones say what would become of the rows.
func tiles(p *locale.Printer, c importer.Counts, doubtful int, dry bool) []ui.Tile {
	out := []ui.Tile{{Value: p.Number(c.Rows), Label: p.T("imports.tile.rows", "n", c.Rows)}}
	tense := "imports.tile."
	if dry {
		tense = "imports.would."
	}
	for _, t := range []struct {
		key string
		n   int
	}{
		{"created", c.Created},
		{"updated", c.Updated},
		{"unchanged", c.Unchanged},
		{"merged", c.Merged},
		{"rejected", c.Rejected},
		{"doubtful", doubtful},
	} {
		if t.n > 0 {
			out = append(out, ui.Tile{Value: p.Number(t.n), Label: p.T(tense+t.key, "n", t.n)})
		}
	}
	return out
}

// groupsOf are the groups of a summary, what became no card first, then the most frequent.
func groupsOf(p *locale.Printer, s importer.Summary) []groupLine {
	all := slices.Clone(s.Groups)
	slices.SortStableFunc(all, func(a, b importer.Group) int {
		if a.Rejected != b.Rejected {
			if a.Rejected {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Count, a.Count)
	})
	var out []groupLine
	for _, g := range all {
		line := groupLine{Count: p.Number(g.Count), Rejected: g.Rejected}
		for _, e := range g.Examples {
			line.Examples = append(line.Examples, exampleLine{rowName(p, e.Row), e.Text(p)})
		}
		if key := "imports.told." + g.Code; p.Has(key) {
			line.Title = p.T(key)
		} else if len(line.Examples) > 0 {
			line.Title = line.Examples[0].Text
		}
		if more := g.Count - len(g.Examples); more > 0 {
			line.More = p.T("imports.more_alike", "n", more)
		}
		out = append(out, line)
	}
	return out
}

// keeps fills in of which rows people's words stay.
func (v *report) keeps(ctx context.Context, s *Service, f ui.Frame, summary importer.Summary) error {
	if summary.Keeps == 0 {
		return nil
	}
	ids := make([]string, len(summary.Kept))
	for i, k := range summary.Kept {
		ids[i] = k.Listing
	}
	cards, err := s.listings.ByIDs(ctx, s.DB.Read(), ids)
	if err != nil {
		return err
	}
	v.Keeps = f.P.T("imports.keeps", "n", summary.Keeps)
	for _, k := range summary.Kept {
		line := keptLine{Row: f.P.T("imports.row", "n", k.Row), Card: k.Slug, Fields: fieldNames(f.P, k.Fields)}
		if i := slices.IndexFunc(cards, func(l listing.Listing) bool { return l.ID == k.Listing }); i >= 0 {
			line.Card, line.URL = cards[i].Name, cardURL(f, cards[i].Slug)
		}
		v.Kept = append(v.Kept, line)
	}
	return nil
}

func cardURL(f ui.Frame, slug string) string { return f.Path("/annuaire/" + url.PathEscape(slug)) }

func fieldNames(p *locale.Printer, fields []string) string {
	var names []string
	for _, f := range fields {
		if f != "usual_name" && f != "establishments" {
			names = append(names, importer.FieldName(p, f))
		}
	}
	return p.List(names)
}

// changesOf show the first cards with their difference.
func changesOf(f ui.Frame, words Words, changes []Change) []changeView {
	p := f.P
	var out []changeView
	for i, c := range changes {
		v := changeView{Title: p.T("imports.change_title", "row", p.T("imports.row", "n", c.Outcome.Row), "name", c.After.Content.Name), Open: i == 0, Why: c.Outcome.Reason(p)}
		if doubts := c.Outcome.Doubtful; c.Outcome.Outcome != importer.RowMerged && len(doubts) > 0 && doubts[0].Slug != "" {
			v.Twin = cardURL(f, doubts[0].Slug)
		}
		switch c.Outcome.Outcome {
		case importer.RowCreated:
			v.Badge = ui.Badge{Label: p.T("imports.change.created"), Tone: ui.OK}
		case importer.RowMerged:
			v.Badge = ui.Badge{Label: p.T("imports.change.merged"), Tone: ui.Info}
		default:
			v.Badge = ui.Badge{Label: p.T("imports.change.updated"), Tone: ui.Info}
		}
		if c.Before == nil {
			v.Lines = cardLines(p, words, c.After)
		} else {
			v.Diff = ui.Differences{Level: 4, Items: differences(p, words, *c.Before, c.After, c.Fields)}
		}
		out = append(out, v)
	}
	return out
}

// differences are the fields of a card and its company before and after.
func differences(p *locale.Printer, words Words, before, after cardState, fields []string) []ui.Difference {
	var card []string
	for _, field := range fields {
		if slices.Contains(listing.FieldNames(), field) {
			card = append(card, field)
		}
	}
	var out []ui.Difference
	if len(card) > 0 {
		out = words.Differences(before.Content, after.Content, card)
	}
	for _, field := range companyFields() {
		if slices.Contains(fields, field) {
			d := ui.Difference{Label: importer.FieldName(p, field)}
			d.Before, d.After = ui.CompareLists(said(p, words, before, field), said(p, words, after, field))
			out = append(out, d)
		}
	}
	for i := range out { // the same field stands in several cards
		out[i].ID = ""
	}
	return out
}

// trialReport is that of a trial.
func (s *Service) trialReport(ctx context.Context, f ui.Frame, t *territory.Territory, u Upload) (report, error) {
	trial := u.Trial
	v := report{
		Tiles: tiles(f.P, trial.Counts, trial.Doubtful, true), Groups: groupsOf(f.P, trial.Summary), Changes: changesOf(f, s.Cards(t, f.P), trial.Differences),
		Table: f.Path(filePath(u.ID) + "/essai/detail"),
	}
	if trial.Unchecked {
		v.Points = f.P.T("imports.points_unchecked", "command", "grappe territory geometry "+t.Code+" communes.geojson")
	}
	return v, v.keeps(ctx, s, f, trial.Summary)
}
