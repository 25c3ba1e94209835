package browser

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// listPage shows what was imported, and what is on its way.
type listPage struct {
	ui.Frame
	Done     *ui.Notice
	Copy     *ui.Notice // the territory is a copy
	New      string     // where a file is given, "" for who may not
	Mappings string
	Prepared []preparedLine
	Runs     []runLine
	None     ui.Empty
	Pager    ui.Pager
}

type preparedLine struct {
	File, Who, URL, Action string
	When                   ui.Moment
	State                  ui.Badge
	Fault                  string
}

type runLine struct {
	File, Source, Who, URL string
	When                   ui.Moment
	Counts                 string
	State                  ui.Badge
}

const (
	runsPerPage = 25
	afterName   = "apres"
)

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), by(r)
	prepared, err := p.service.Prepared(ctx, actor)
	if err != nil {
		return err
	}
	after := r.URL.Query().Get(afterName)
	runs, err := p.service.Runs(ctx, actor, after, runsPerPage+1)
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.title"), Path)
	page := listPage{Frame: f, Done: ui.DoneNotice(r, "imports.done."), Pager: ui.Pager{Page: 1, Pages: 1, Label: f.P.T("imports.pages")}}
	if len(runs) > runsPerPage {
		runs = runs[:runsPerPage]
		page.Pager.Pages, page.Pager.Next = 2, f.Path(Path)+"?"+url.Values{afterName: {runs[runsPerPage-1].ID}}.Encode()
	}
	if after != "" {
		page.Pager.Pages, page.Pager.Prev = 2, f.Path(Path)
	}
	manages := actor.Is(account.ProjectManager)
	if copied, err := p.service.copied(ctx, actor.Territory); err != nil {
		return err
	} else if copied {
		page.Copy, manages = &ui.Notice{Tone: ui.Info, Title: f.P.T("imports.copy_title"), Text: f.P.T("imports.copy")}, false
	}
	page.None = ui.Empty{Icon: "file-up", Title: f.P.T("imports.none"), Text: f.P.T("imports.none_text")}
	if manages {
		page.New = f.Path(newPath)
	}
	page.Mappings = f.Path(mappingsPath)
	var ids []string
	for _, u := range prepared {
		ids = append(ids, u.Person)
	}
	for _, run := range runs {
		ids = append(ids, run.Person)
	}
	name, err := p.people(r, ids...)
	if err != nil {
		return err
	}
	sources, err := p.service.Importer.Sources(ctx)
	if err != nil {
		return err
	}
	for _, u := range prepared {
		page.Prepared = append(page.Prepared, p.preparedOf(f, u, name(u.Person), manages))
	}
	for _, run := range runs {
		page.Runs = append(page.Runs, runLine{
			File: run.File, Source: cmp.Or(sources[run.Source].Name(f.Lang), run.Source), Who: name(run.Person), URL: f.Path(RunPath(run.ID)), When: ui.NewMoment(f.P, run.StartedAt, p.service.Now()),
			Counts: countsLine(f.P, run), State: runBadge(f.P, run.State),
		})
	}
	return p.views.Render(w, r, http.StatusOK, "imports", page)
}

func (p *Pages) preparedOf(f ui.Frame, u Upload, who string, manages bool) preparedLine {
	line := preparedLine{File: u.File, Who: who, When: ui.NewMoment(f.P, u.CreatedAt, p.service.Now()), State: uploadBadge(f.P, u.State)}
	if u.Fault != nil {
		line.Fault = u.Fault.text(f.P)
		line.State = ui.Badge{Label: f.P.T("imports.state.stopped"), Tone: ui.Warn}
	}
	if manages {
		line.URL, line.Action = f.Path(filePath(u.ID)+stepPath(u.State)), f.P.T("imports.go_on")
	}
	return line
}

// stepPath is what follows the path of a file, where one goes on with it.
func stepPath(s State) string {
	switch s {
	case Trying, Tried:
		return "/essai"
	case Importing, Imported:
		return "/import"
	case Receiving, Reading, Unreadable, Ready:
	}
	return ""
}

func uploadBadge(p *locale.Printer, s State) ui.Badge {
	b := ui.Badge{Label: p.T("imports.state." + string(s))}
	switch s {
	case Unreadable:
		b.Tone = ui.Bad
	case Tried:
		b.Tone = ui.OK
	case Reading, Trying, Importing:
		b.Tone = ui.Info
	case Receiving, Ready, Imported:
	}
	return b
}

func runBadge(p *locale.Printer, s importer.RunState) ui.Badge {
	b := ui.Badge{Label: p.T(s.Key())}
	switch s {
	case importer.Done:
		b.Tone = ui.OK
	case importer.Running, importer.Undoing:
		b.Tone = ui.Info
	case importer.Interrupted, importer.Failed:
		b.Tone = ui.Warn
	case importer.Undone, importer.Expired:
	}
	return b
}

// countsLine tells what became of the rows of a run, leaving out what did not happen.
func countsLine(p *locale.Printer, r importer.Run) string {
	var parts []string
	for _, c := range []struct {
		key string
		n   int
	}{
		{"created", r.Created},
		{"updated", r.Updated},
		{"merged", r.Merged},
		{"rejected", r.Rejected},
	} {
		if c.n > 0 {
			parts = append(parts, p.T("imports.count."+c.key, "n", c.n))
		}
	}
	if len(parts) == 0 {
		return p.T("imports.count.nothing")
	}
	return strings.Join(parts, ", ")
}
