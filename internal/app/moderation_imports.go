package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/curation/moderate"
	"grappe/internal/importer"
	"grappe/internal/importer/browser"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// importDocket holds the imports whose warnings nobody has looked at.
type importDocket struct{ app *App }

var (
	_ moderate.Docket = importDocket{}
	_ moderate.Undoer = importDocket{}
)

// Imports are asked about while they are young: what nobody looked at in two months, nobody will.
const (
	runsAsked = 50
	runsYoung = 60 * 24 * time.Hour
)

// Kind implements moderate.Docket.
func (importDocket) Kind() string { return "import" }

// odd gives the runs that nobody has looked at, the oldest first.
func (d importDocket) odd(ctx context.Context, by account.Actor) ([]importer.Run, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	runs, err := d.app.Importer.Runs(ctx, by.Territory, runsAsked)
	if err != nil {
		return nil, err
	}
	var ids []string
	runs = slices.DeleteFunc(runs, func(r importer.Run) bool {
		old := r.EndedAt.IsZero() || d.app.now().Sub(r.EndedAt) > runsYoung
		return old || r.State != importer.Done || r.Warned+r.Rejected == 0
	})
	for _, r := range runs {
		ids = append(ids, r.ID)
	}
	seen, err := d.app.Curation.SeenAmong(ctx, d.app.DB.Read(), curation.SeenRun, ids)
	runs = slices.DeleteFunc(runs, func(r importer.Run) bool { _, ok := seen[r.ID]; return ok })
	slices.Reverse(runs)
	return runs, err
}

// count counts what waits.
func (d importDocket) count(ctx context.Context, by account.Actor) (map[string]moderate.Tally, error) {
	runs, err := d.odd(ctx, by)
	t := moderate.Tally{N: len(runs)}
	if len(runs) > 0 {
		t.Oldest = runs[0].EndedAt
	}
	return map[string]moderate.Tally{d.Kind(): t}, err
}

// Waiting implements moderate.Docket.
func (d importDocket) Waiting(ctx context.Context, by account.Actor, p *locale.Printer, limit int) ([]moderate.Line, error) {
	runs, err := d.odd(ctx, by)
	lines := make([]moderate.Line, 0, len(runs))
	for _, r := range runs[:min(limit, len(runs))] {
		lines = append(lines, moderate.Line{ID: r.ID, Title: runName(p, r), Detail: runDetail(p, r), At: r.EndedAt, Bulk: []string{moderate.Accept}})
	}
	return lines, err
}

func runName(p *locale.Printer, r importer.Run) string {
	return p.T("app.moderation.run", "source", r.Source, "date", p.ShortDate(r.EndedAt))
}

func runDetail(p *locale.Printer, r importer.Run) string {
	return p.T("app.moderation.warned", "n", r.Warned) + " " + p.T("app.moderation.rejected", "n", r.Rejected)
}

// report reads what an import of the territory did.
func (d importDocket) report(ctx context.Context, by account.Actor, id string, p *locale.Printer) (importer.Report, error) {
	if err := by.Require(account.Reader); err != nil {
		return importer.Report{}, err
	}
	report, err := d.app.Importer.Report(ctx, id, p, nil)
	if errs.Is(err, errs.NotFound) || err == nil && report.Territory != by.Territory {
		err = errs.New(errs.NotFound, "moderate.no_case", nil)
	}
	return report, err
}

// Show implements moderate.Docket.
func (d importDocket) Show(ctx context.Context, by account.Actor, id string, f ui.Frame) (moderate.Sheet, error) {
	p := f.P
	report, err := d.report(ctx, by, id, p)
	if err != nil {
		return moderate.Sheet{}, err
	}
	sheet := moderate.Sheet{
		Title: runName(p, report.Run), At: report.EndedAt, Facts: ui.Summary{Rows: []ui.SummaryRow{
			{Name: p.T("app.moderation.file"), Value: report.File},
			{Name: p.T("app.moderation.rows"), Value: p.Number(report.Total)},
			{Name: p.T("app.moderation.outcome"), Value: runDetail(p, report.Run)},
		}},
		Links: []ui.Button{{Label: p.T("app.moderation.see_import"), URL: f.Path(browser.RunPath(id)), Kind: ui.Quiet, Icon: "file-up"}},
		Report: &ui.Table{Caption: p.T("app.moderation.warnings"), Dense: true, Columns: []ui.Column{
			{Label: p.T("app.moderation.warning")}, {Label: p.T("app.moderation.times"), Number: true}, {Label: p.T("app.moderation.examples")},
		}},
	}
	for _, t := range report.Summary {
		rows := make([]string, len(t.Rows))
		for i, n := range t.Rows {
			rows[i] = p.Number(n)
		}
		sheet.Report.Rows = append(sheet.Report.Rows, ui.Row{{Text: t.Message}, {Text: p.Number(t.Count)}, {Text: strings.Join(rows, ", ")}})
	}
	seen, err := d.app.Curation.SeenAmong(ctx, d.app.DB.Read(), curation.SeenRun, []string{id})
	if err != nil {
		return moderate.Sheet{}, err
	}
	look, looked := seen[id]
	if looked {
		names, err := d.app.Accounts.Names(ctx, distinctOf([]string{look.Person}))
		if err != nil {
			return moderate.Sheet{}, err
		}
		sheet.Notices = []ui.Notice{{Tone: ui.Info, Text: p.T("app.moderation.looked", "who", names[look.Person], "when", p.DateTime(look.At))}}
	} else if decides(by) {
		sheet.Choices = []moderate.Choice{{Act: moderate.Accept, Label: p.T("app.moderation.look"), Kind: ui.Main, Key: "a"}}
	}
	return sheet, nil
}

// Decide implements moderate.Docket.
func (d importDocket) Decide(ctx context.Context, by account.Actor, id string, m moderate.Decision) (moderate.Done, error) {
	if m.Act != moderate.Accept {
		return moderate.Done{}, moderate.OneByOne()
	}
	p := d.app.printer(ctx, by.Lang)
	report, err := d.report(ctx, by, id, p)
	if err != nil {
		return moderate.Done{}, err
	}
	return moderate.Done{Title: runName(p, report.Run), As: "verifie", Undo: true}, d.app.Curation.MarkSeen(ctx, by, curation.SeenRun, id, true)
}

// Undo implements moderate.Undoer.
func (d importDocket) Undo(ctx context.Context, by account.Actor, id string) error {
	return d.app.Curation.MarkSeen(ctx, by, curation.SeenRun, id, false)
}
