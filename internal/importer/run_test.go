package importer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/presets"
)

func TestSecondImportChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(23)
		b.want(b.load("a", s), importer.Counts{Rows: 23, Created: 23})
		before := b.records()
		seq, err := db.LastChange(t.Context(), d.Read())
		if err != nil {
			t.Fatal(err)
		}
		report := b.load("a", s)
		b.want(report, importer.Counts{Rows: 23, Unchanged: 23})
		for id, r := range b.records() {
			if r.Listing.Version != before[id].Listing.Version || r.Company.Version != before[id].Company.Version {
				t.Errorf("%s was written again", r.Listing.Name)
			}
		}
		if again, err := db.LastChange(t.Context(), d.Read()); err != nil || again != seq {
			t.Errorf("the change log went from %d to %d (%v)", seq, again, err)
		}
		var text strings.Builder
		if err := report.Write(&text, b.printer); err != nil || !strings.Contains(text.String(), "Rien n’a changé") {
			t.Errorf("the summary does not say that nothing changed: %s (%v)", text.String(), err)
		}
	})
}

func TestChangedRecordUpdatesAllButTheOwnersFields(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(8)
		b.load("a", s)
		card := b.named("Société " + letters(3))
		b.edit(card.Listing.ID, listing.Content{Description: "De la main du propriétaire."}, "description")
		changed := s.with("c3", map[string]string{"texte": "Autre chose.", "tel": "26 12 34"}).with("c4", map[string]string{"nom": "Nouveau Nom"})
		b.want(b.load("a", changed), importer.Counts{Rows: 8, Updated: 2, Unchanged: 6})
		got := b.records()[card.Listing.ID].Listing
		if got.Description != "De la main du propriétaire." || len(got.Phones) != 1 || got.Phones[0] != "+687261234" {
			t.Errorf("description %q, phones %v", got.Description, got.Phones)
		}
		renamed := b.named("Nouveau Nom")
		old, err := listing.Reader{}.BySlug(t.Context(), d.Read(), "nc", listing.Slug("Société "+letters(4)))
		if err != nil || old.ID != renamed.Listing.ID || renamed.Listing.Slug != "nouveau-nom" {
			t.Errorf("the former address leads to %q (%v), the new one is %q", old.Name, err, renamed.Listing.Slug)
		}
		b.want(b.load("a", changed), importer.Counts{Rows: 8, Unchanged: 8})
	})
}

func TestDryRunTellsWhatTheRealOneDoes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(12)
		b.load("a", s)
		next := append(s.with("c2", map[string]string{"texte": "Neuf."}), companies(15)[12:]...)
		next = append(next, map[string]string{"id": "twin", "nom": s[5]["nom"], "ville": "Nouméa", "cp": "98800", "adresse": s[5]["adresse"]},
			map[string]string{"id": "nobody"})
		before := b.picture(b.records())
		runs := len(runsOf(t, b))
		o := b.options("a", next)
		o.DryRun = true
		var full bytes.Buffer
		o.Full = &full
		dry, err := b.service.Import(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		b.want(dry, importer.Counts{Rows: 17, Created: 3, Updated: 1, Unchanged: 11, Merged: 1, Rejected: 1})
		b.same("after a dry run", b.picture(b.records()), before)
		if n := len(runsOf(t, b)); n != runs || dry.ID != "" {
			t.Errorf("%d runs after a dry run, had %d; its id is %q", n, runs, dry.ID)
		}
		if real := b.load("a", next); real.Counts != dry.Counts || len(real.Warnings) != len(dry.Warnings) {
			t.Errorf("the dry run said %+v, the real one did %+v", dry.Counts, real.Counts)
		}
		var told struct {
			Outcomes []struct{ Outcome string } `json:"outcomes"`
		}
		if err := json.Unmarshal(full.Bytes(), &told); err != nil || len(told.Outcomes) != 17 {
			t.Errorf("%d outcomes in the full report of the dry run (%v)", len(told.Outcomes), err)
		}
	})
}

func runsOf(t *testing.T, b *testBench) []importer.Run {
	t.Helper()
	runs, err := b.service.Runs(t.Context(), b.territory.Code, 100)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

func TestReportIsTheAgreedJSON(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	s := append(companies(3), map[string]string{"id": "nobody"}, map[string]string{"id": "mail", "nom": "Courrier SA", "mel": "pas un mel", "ville": "Nouméa"})
	o := b.options("a", s)
	var full bytes.Buffer
	o.Full = &full
	report, err := b.service.Import(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	short, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"report": short, "full report": full.Bytes()} {
		var got struct {
			Run                                                 string
			Rows, Created, Updated, Unchanged, Merged, Rejected int
			Warnings                                            []struct {
				Row           int
				Code, Message string
			}
			Outcomes []struct {
				Row                   int
				Outcome, Slug, Reason string
			}
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		if got.Run == "" || got.Rows != 5 || got.Created != 4 || got.Rejected != 1 || len(got.Warnings) == 0 {
			t.Errorf("%s: %+v", name, got)
		}
		for _, w := range got.Warnings {
			if w.Row == 0 || w.Code == "" || w.Message == "" {
				t.Errorf("%s: a warning says too little: %+v", name, w)
			}
		}
		if name != "full report" {
			continue
		}
		if len(got.Outcomes) != 5 || got.Outcomes[0].Slug == "" || got.Outcomes[3].Outcome != "rejected" || got.Outcomes[3].Reason == "" {
			t.Errorf("outcomes: %+v", got.Outcomes)
		}
	}
	again, err := b.service.Report(t.Context(), report.ID, b.printer, nil)
	if err != nil || again.Counts != report.Counts || len(again.Warnings) != len(report.Warnings) {
		t.Errorf("told again: %+v (%v)", again.Counts, err)
	}
}

func TestInterruptedImportGoesOnWhereItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		s := companies(40)
		o := b.options("a", s)
		ctx, cancel := context.WithCancel(t.Context())
		o.Progress = func(done, total int) {
			if done >= 15 {
				cancel()
			}
		}
		stopped, err := b.service.Import(ctx, o)
		if !errors.Is(err, context.Canceled) || stopped.Rows != 15 {
			t.Fatalf("stopped after %d rows: %v", stopped.Rows, err)
		}
		if runs := runsOf(t, b); len(runs) != 1 || runs[0].State != importer.Interrupted {
			t.Fatalf("runs: %+v", runs)
		}
		report := b.load("a", s)
		b.want(report, importer.Counts{Rows: 40, Created: 40})
		if report.ID != stopped.ID || !report.Resumed {
			t.Errorf("run %s went on as %s, resumed %v", stopped.ID, report.ID, report.Resumed)
		}
		if runs := runsOf(t, b); len(runs) != 1 || runs[0].State != importer.Done {
			t.Errorf("runs: %+v", runs)
		}
	})
}

func TestAnotherFileDoesNotTakeUpAnInterruptedRun(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	ctx, cancel := context.WithCancel(t.Context())
	o := b.options("a", companies(20))
	o.Progress = func(int, int) { cancel() }
	stopped, err := b.service.Import(ctx, o)
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	report := b.load("a", companies(21))
	b.want(report, importer.Counts{Rows: 21, Created: 16, Unchanged: 5})
	if report.ID == stopped.ID || report.Resumed {
		t.Error("another file went on with the interrupted run")
	}
}

func TestTwoImportsOfOneSourceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var second, other error
		o := b.options("a", companies(10))
		o.Progress = func(done, _ int) {
			if done == 5 {
				_, second = b.service.Import(t.Context(), b.options("a", companies(10)))
				_, other = b.service.Import(t.Context(), b.options("b", companies(2)))
			}
		}
		if _, err := b.service.Import(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		kindOf(t, second, errs.Conflict, "importer.run.busy")
		if other != nil {
			t.Errorf("another source had to wait: %v", other)
		}
		b.want(b.load("a", companies(10)), importer.Counts{Rows: 10, Unchanged: 10})
	})
}

func TestRepeatedIdentifiersStayApart(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	s := companies(6)
	s[4]["id"], s[5]["id"] = "c1", "c1"
	b.want(b.load("a", s), importer.Counts{Rows: 6, Created: 6})
	b.want(b.load("a", s), importer.Counts{Rows: 6, Unchanged: 6})
	for i := range s {
		s[i] = map[string]string{"nom": s[i]["nom"], "ville": "Nouméa"}
	}
	s = append(s, s[0])
	report := b.load("noids", s)
	b.accounted(report.Counts)
	b.want(b.load("noids", s), importer.Counts{Rows: 7, Unchanged: 7})
}

func TestFilesThatCannotBeImported(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	try := func(text string) error {
		_, err := b.service.Import(t.Context(), importer.Options{
			Territory: b.territory, Mapping: runMapping(t, "a"), File: "f", Input: strings.NewReader(text), Size: int64(len(text)),
		})
		return err
	}
	kindOf(t, try(""), errs.Invalid, "tabular.empty")
	kindOf(t, try("[{\"id\": 1,\n\"nom\": \"A\"},\n{]"), errs.Invalid, "tabular.json-malformed")
	if err := try("\x00\x01\x02\x03\x04\x05\x06\x07"); errs.KindOf(err) != errs.Invalid {
		t.Errorf("a binary: %v", err)
	}
	_, err := b.service.Import(t.Context(), importer.Options{
		Territory: b.territory, Mapping: runMapping(t, "a"), File: "f", Input: strings.NewReader(""), Size: 2 << 30,
	})
	kindOf(t, err, errs.TooLarge, "tabular.too-large")
	if runs := runsOf(t, b); len(runs) != 0 || len(b.records()) != 0 {
		t.Errorf("a file that cannot be read left %d runs", len(runs))
	}
	_, err = importer.LoadMapping(presets.FS, "nothing")
	kindOf(t, err, errs.Usage, "importer.run.unknown_mapping")
	_, err = b.service.Undo(t.Context(), "nothing", nil)
	kindOf(t, err, errs.NotFound, "importer.run.not_found")
}

func TestPointAndCommuneThatDisagree(t *testing.T) {
	d := dbtest.SQLite(t)
	b := newBench(t, d)
	outlines, err := os.Open(shared(t, "nc-communes.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	defer outlines.Close()
	b.withOutlines(outlines)
	s := companies(3)
	s[0]["lat"], s[0]["lon"] = "-22.2758", "166.4580" // Nouméa
	s[1]["lat"], s[1]["lon"] = "-20.9167", "167.2667" // Lifou
	s[2]["lat"], s[2]["lon"] = "-19.5", "162.9"       // the open sea
	report := b.load("a", s)
	codes := map[string][]int{}
	for _, w := range report.Warnings {
		codes[w.Code] = append(codes[w.Code], w.Row)
	}
	if got := codes["commune-differs"]; len(got) != 1 || got[0] != 3 {
		t.Errorf("rows whose commune differs: %v", got)
	}
	if got := codes["point-outside"]; len(got) != 1 || got[0] != 4 {
		t.Errorf("rows whose point is outside: %v", got)
	}
	points := 0
	for _, r := range b.records() {
		if r.Listing.Point != nil {
			points++
		}
	}
	if points != 2 {
		t.Errorf("%d cards have a point, not the 2 that lie in the territory", points)
	}
}
