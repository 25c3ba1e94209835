package importer_test

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// told imports a sheet and gives what its findings say.
func (b *testBench) told(source string, s sheet, dry bool) (run importer.Run, summary importer.Summary, differences []importer.Difference, rows []importer.Outcome) {
	b.t.Helper()
	o := b.options(source, s)
	o.DryRun, o.Person = dry, "camille"
	o.Findings = func(ctx context.Context, f importer.Findings) (err error) {
		run = f.Run
		if summary, err = f.Summary(ctx); err != nil {
			return err
		}
		if differences, err = f.Differences(ctx, 3); err != nil {
			return err
		}
		return f.Outcomes(ctx, func(o importer.Outcome) error {
			rows = append(rows, o)
			return nil
		})
	}
	if _, err := b.service.Import(b.ctx, o); err != nil {
		b.t.Fatal(err)
	}
	return run, summary, differences, rows
}

// A trial tells before its copy of the base is gone what each row would do, which words of people would stay, and what the first cards
// said and would say.
func TestFindingsOfATrial(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		before := companies(6)
		before[0]["tel"] = "26 12 34"
		b.load("a", before)
		name := before[0]["nom"]
		owned := b.named(name)
		content := owned.Listing.Content
		content.Phones, content.Description = []string{"+687251111"}, "Nous-mêmes."
		b.edit(owned.Listing.ID, content, "phones", "description")

		after := before.with("c0", map[string]string{"tel": "27 55 55", "texte": "Le fichier.", "site": "https://www.exemple.nc"})
		after = after.with("c1", map[string]string{"tel": "pas un numéro"})
		after = append(after, sheet{{"id": "x"}, {"id": "n", "nom": "Toute Nouvelle", "ville": "Bourail"}}...)
		run, summary, differences, rows := b.told("a", after, true)
		if got, _ := b.service.Runs(b.ctx, "nc", 10); len(got) != 1 || run.ID == got[0].ID {
			t.Fatalf("the trial left %d runs", len(got))
		}
		if summary.Keeps != 1 || len(summary.Kept) != 1 || !slices.Equal(summary.Kept[0].Fields, []string{"description", "phones"}) {
			t.Errorf("kept: %+v", summary)
		}
		codes := map[string]int{}
		for _, g := range summary.Groups {
			codes[g.Code] = g.Count
			if len(g.Examples) == 0 || g.Examples[0].Text(b.printer) == "" {
				t.Errorf("%s has no example", g.Code)
			}
			if g.Rejected != (g.Code == "no-name") {
				t.Errorf("%s: rejected is %v", g.Code, g.Rejected)
			}
		}
		if codes["no-name"] != 1 || codes["phone-none"] != 1 {
			t.Errorf("groups: %v", codes)
		}
		if len(rows) != 8 || rows[0].Outcome != importer.RowUpdated || !slices.Equal(rows[0].Kept, []string{"description", "phones"}) {
			t.Errorf("rows: %+v", rows)
		}
		if len(differences) != 2 {
			t.Fatalf("%d differences", len(differences))
		}
		changed, fresh := differences[0], differences[1]
		if !slices.Equal(changed.Fields, []string{"websites"}) || changed.Before == nil || len(changed.Before.Listing.Websites) != 0 || len(changed.After.Listing.Websites) != 1 {
			t.Errorf("changed: %+v", changed)
		}
		if !slices.Equal(changed.After.Listing.Phones, []string{"+687251111"}) {
			t.Errorf("the owner’s phone went: %v", changed.After.Listing.Phones)
		}
		if fresh.Before != nil || fresh.After.Listing.Name != "Toute Nouvelle" || !slices.Contains(fresh.Fields, "name") || !slices.Contains(fresh.Fields, "city") {
			t.Errorf("fresh: %+v", fresh)
		}
	})
}

// What the end of a run wrote down is what all its outcomes say, and who began it is known.
func TestFindingsOfARun(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := append(companies(4), sheet{{"id": "x"}}...)
		run, summary, _, _ := b.told("a", s, false)
		f, err := b.service.Findings(b.ctx, "nc", run.ID)
		if err != nil || f.Run.Person != "camille" {
			t.Fatalf("%+v %v", f.Run, err)
		}
		again, err := f.Summary(b.ctx)
		if err != nil || !reflect.DeepEqual(again.Groups[0].Code, summary.Groups[0].Code) || again.Groups[0].Count != 1 {
			t.Errorf("%+v, want %+v (%v)", again, summary, err)
		}
		if _, err := d.Read().QueryContext(b.ctx, "SELECT 1"); err != nil {
			t.Fatal(err)
		}
		if err := d.Write(b.ctx, func(tx *db.Tx) error { // as a version before left it
			_, err := tx.ExecContext(b.ctx, "UPDATE import_runs SET summary = ''")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if old, err := f.Summary(b.ctx); err != nil || len(old.Groups) != len(again.Groups) {
			t.Errorf("%+v %v", old, err)
		}
		if _, err := b.service.Findings(b.ctx, "wf", run.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("another territory reads it: %v", err)
		}
		if last, ok, err := b.service.LastOf(b.ctx, "nc", "a"); err != nil || !ok || last.ID != run.ID {
			t.Errorf("last: %+v %v %v", last, ok, err)
		}
		if _, ok, err := b.service.LastOf(b.ctx, "nc", "b"); err != nil || ok {
			t.Errorf("last of none: %v %v", ok, err)
		}
	})
}

// What undoing would do is told before, and is what undoing then does: cards that the team wrote to since stay, with its words.
func TestUndoIsWeighedBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.load("before", companies(8)[:3])
		s := companies(8)
		for i := range s {
			s[i]["texte"] = "Un autre texte."
		}
		s = append(s, map[string]string{"id": "d", "nom": s[1]["nom"] + " SARL", "ville": "Nouméa", "cp": "98800", "adresse": s[1]["adresse"], "site": "site.example.org"})
		report := b.load("after", s)

		made := b.named(s[5]["nom"])
		content := made.Listing.Content
		content.Phones = []string{"+687251111"}
		b.editAs(company.FromStaff, made.Listing.ID, content, "phones")
		joined := b.named(s[0]["nom"])
		content = joined.Listing.Content
		content.Description = "L’entreprise elle-même."
		b.edit(joined.Listing.ID, content, "description")

		told := 0
		w, err := b.service.Weigh(b.ctx, report.ID, 10, func(done, total int) { told = total })
		if err != nil || told == 0 {
			t.Fatalf("%+v %v, %d told", w, err, told)
		}
		if r, err := b.service.Run(b.ctx, "nc", report.ID); err != nil || r.State != importer.Done {
			t.Fatalf("weighing left the run %s (%v)", r.State, err)
		}
		did, err := b.service.UndoBy(b.ctx, "jules", report.ID, nil)
		if err != nil {
			t.Fatal(err)
		}
		if did != w.UndoReport || did.Kept != 1 || did.Deleted != 8 {
			t.Errorf("undoing did %+v, and would have done %+v", did, w.UndoReport)
		}
		stays, err := b.service.Stays(b.ctx, report.ID, 10)
		if err != nil || !reflect.DeepEqual(stays, w.Stays) || len(stays) != 1 {
			t.Fatalf("stays %+v, weighed %+v (%v)", stays, w.Stays, err)
		}
		if !stays[0].Made || stays[0].Listing != made.Listing.ID || !slices.Contains(stays[0].Fields, "phones") {
			t.Errorf("stays: %+v", stays[0])
		}
		left, err := listing.Reader{}.ByID(b.ctx, d.Read(), made.Listing.ID)
		if err != nil || !slices.Equal(left.Phones, []string{"+687251111"}) {
			t.Errorf("the team’s words went: %v (%v)", left.Phones, err)
		}
		state, err := b.service.UndoOf(b.ctx, report.ID)
		if err != nil || state == nil || state.Person != "jules" || state.Done != state.Total || state.EndedAt.IsZero() || state.Deleted != did.Deleted || state.Kept != did.Kept {
			t.Errorf("state: %+v (%v)", state, err)
		}
		if again, err := b.service.UndoOf(b.ctx, "none"); err != nil || again != nil {
			t.Errorf("of none: %+v %v", again, err)
		}
	})
}

// Who is at a source is told while they are.
func TestBusy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		o := b.options("a", companies(3))
		o.Person = "camille"
		o.Began = func(ctx context.Context, r importer.Run) error {
			busy, ok, err := b.service.Busy(ctx, "nc", "a")
			if err != nil || !ok || busy.ID != r.ID || busy.Person != "camille" {
				t.Errorf("%+v %v %v", busy, ok, err)
			}
			return nil
		}
		if _, err := b.service.Import(b.ctx, o); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := b.service.Busy(b.ctx, "nc", "a"); err != nil || ok {
			t.Errorf("busy after its end: %v", err)
		}
	})
}
