package importer_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// Whatever people have written and however the file has changed: undoing the import of the changed file leaves
// exactly what was, but for the cards that their owners have published since, which stay as these saw them; and importing it twice is importing it once.
func TestUndoIsExact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		base := newBench(t, d)
		n, most := 0, 60
		if d.Engine() == "postgres" {
			most = 15 // its databases are slower, and the rules are the same
		}
		if raced {
			most /= 6
		}
		rapid.Check(t, func(rt *rapid.T) {
			if n++; n > most {
				return
			}
			b := *base
			b.t, b.ctx = rt, context.Background()
			place := *base.territory
			place.Code = fmt.Sprint("t", n)
			b.territory = &place
			b.checkUndo(rt)
		})
	})
}

func (b *testBench) checkUndo(rt *rapid.T) {
	first := drawSheet(rt, "first")
	b.load("a", first)
	if rapid.Bool().Draw(rt, "other source") {
		b.load("b", drawSheet(rt, "other"))
	}
	b.drawEdits(rt, "before", b.records())
	b.drawMerge(rt)
	before := b.records()
	b.same("counting", fmt.Sprint(len(before) > 0), "true")
	picture := b.picture(before)

	second := drawSheet(rt, "second")
	dry := b.options("a", second)
	dry.DryRun = true
	told, err := b.service.Import(b.ctx, dry)
	if err != nil {
		rt.Fatal(err)
	}
	run := b.load("a", second)
	if told.Counts != run.Counts {
		rt.Fatalf("the dry run said %+v, the real one did %+v", told.Counts, run.Counts)
	}
	b.want(b.load("a", second), importer.Counts{Rows: len(second), Unchanged: len(second)})
	if rapid.Bool().Draw(rt, "edits after") {
		written := b.drawEdits(rt, "after", before)
		vouched := b.records()
		b.undo(run.ID)
		now := b.records()
		for id := range written {
			got, want := now[id].Listing.Content, vouched[id].Listing.Content
			for _, f := range listing.Fields() { // what was silent may be said by a card that was merged into it and says more again
				if !f.Empty(&want) && !f.Same(&got, &want) {
					rt.Fatalf("the owner vouched for %+v, the undo left the %s of %+v", want, f.Name, got)
				}
			}
			for field, source := range now[id].Listing.Provenance {
				if source.Run == run.ID {
					rt.Fatalf("%s still comes from the run that was undone", field)
				}
			}
			before[id] = now[id]
		}
		b.same("after edits and the undo", cardsOnly(b, now), cardsOnly(b, before))
		return
	}
	b.undo(run.ID)
	b.same("after the undo", b.picture(b.records()), picture)
}

// drawSheet draws records that resemble each other enough to be duplicates at times.
func drawSheet(rt *rapid.T, label string) sheet {
	n := rapid.IntRange(3, 14).Draw(rt, label)
	var s sheet
	for i := range n {
		pick := func(what string, of ...string) string {
			return rapid.SampledFrom(of).Draw(rt, fmt.Sprintf("%s %d %s", label, i, what))
		}
		s = append(s, map[string]string{
			"id":      fmt.Sprint("r", i),
			"nom":     pick("name", "Kernix", "Kernix SARL", "Kernix Lab", "Kernyx", "Blue Office", "Lagon Web", "Lagon Web SAS", "Niaouli", "Cagou Info", "Cagou Infos"),
			"ville":   pick("city", "Nouméa", "Dumbéa"),
			"adresse": pick("address", "15 rue de Sébastopol", "3 avenue Foch", ""),
			"tel":     pick("phone", "", "", "26 12 34", "27 45 67"),
			"site":    pick("site", "", "kernix.example.org", "lagon.example.org"),
			"texte":   pick("text", "", "Un.", "Deux.", "Trois."),
			"mots":    pick("tags", "", "web", "Web; B2B", "b2b, conseil"),
			"date":    pick("date", "", "2024-05-06", "2025-01-02"),
		})
	}
	return s
}

// drawEdits lets owners write on some public cards, and gives what they wrote.
func (b *testBench) drawEdits(rt *rapid.T, label string, among map[string]listing.Record) map[string]string {
	written := map[string]string{}
	now := b.records()
	i := 0
	for _, id := range sortedIDs(among) {
		if now[id].Listing.State != listing.Published || among[id].Listing.State != listing.Published {
			continue
		}
		i++
		if rapid.IntRange(0, 3).Draw(rt, fmt.Sprint(label, i)) > 0 {
			continue
		}
		written[id] = fmt.Sprint(label, " ", i)
		b.edit(id, listing.Content{Headline: written[id], Phones: []string{"+687299999"}}, "headline")
		if label == "before" && i%2 == 0 {
			b.edit(id, listing.Content{Phones: []string{"+687299999"}}, "phones")
		}
	}
	return written
}

// drawMerge lets the staff merge one doubtful pair.
func (b *testBench) drawMerge(rt *rapid.T) {
	pairs, err := b.service.Duplicates(b.ctx, b.territory.Code, 10)
	if err != nil {
		rt.Fatal(err)
	}
	if len(pairs) == 0 || !rapid.Bool().Draw(rt, "merge") {
		return
	}
	by := company.Source{Kind: company.FromStaff, Name: "staff"}
	if _, err := b.service.Merge(b.ctx, by, b.territory.Code, pairs[0].A.Slug, pairs[0].B.Slug); err != nil {
		rt.Fatal(err)
	}
}
