package browser

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// runPage tells what an import did.
type runPage struct {
	ui.Frame
	Trail    ui.Breadcrumb
	Done     *ui.Notice
	State    ui.Badge
	Facts    ui.Summary
	Notices  []ui.Notice
	Report   report
	Created  madeView
	Joined   madeView
	Told     bool   // there is something to be told about its rows
	Doubtful string // where doubtful pairs are settled
	Doubts   string
	Undo     string // where it is undone, "" for who may not, or where it cannot be
	Review   string // where somebody says that they have looked at the remarks
	On       string // where an interrupted one goes on
	OnWord   string
	Undone   *undoneView
}

// undoneView tells what undoing did, or would do.
type undoneView struct {
	Lead  string
	Tiles []ui.Tile
	Stays []stayLine
	More  string
}

// stayLine is a card on which something stays.
type stayLine struct{ Name, URL, What string }

func (p *Pages) run(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), by(r)
	findings, err := p.service.Findings(ctx, actor, r.PathValue("run"))
	if err != nil {
		return err
	}
	run := findings.Run
	u, err := p.service.uploadOf(ctx, run)
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.run_title", "file", run.File), RunPath(run.ID))
	switch {
	case run.State == importer.Running, run.State == importer.Interrupted && u != nil && u.State == Importing:
		return p.following(w, r, f, run, u)
	case run.State == importer.Undoing:
		return p.followingUndo(w, r, f, run)
	}
	if plan, err := p.service.PlanOf(ctx, actor, run.ID); err != nil {
		return err
	} else if plan != nil && plan.State == Undoing && run.State != importer.Undone { // its job waits for its turn
		return p.followingUndo(w, r, f, run)
	}
	name, err := p.people(r, run.Person)
	if err != nil {
		return err
	}
	sources, err := p.service.Importer.Sources(ctx)
	if err != nil {
		return err
	}
	page := runPage{Frame: f, Trail: trail(f, ui.Link{Label: run.File, Current: true}), Done: ui.DoneNotice(r, "imports.done."), State: runBadge(f.P, run.State), Facts: p.runFacts(f, run, cmp.Or(sources[run.Source].Name(f.Lang), run.Source), name(run.Person))}
	manages := actor.Is(account.ProjectManager)
	if run.State == importer.Undone {
		if page.Undone, err = p.undone(ctx, f, run, r); err != nil {
			return err
		}
		return p.views.Render(w, r, http.StatusOK, "suivi", page)
	}
	summary, err := findings.Summary(ctx)
	if err != nil {
		return err
	}
	page.Report = report{Tiles: tiles(f.P, run.Counts, run.Doubtful, false), Groups: groupsOf(f.P, summary)}
	if err := cmp.Or(page.Report.keeps(ctx, p.service, f, summary), page.made(ctx, p.service, findings)); err != nil {
		return err
	}
	page.Told = run.State != importer.Expired
	if page.Told {
		page.Report.Table = f.Path(RunPath(run.ID) + "/detail")
	} else {
		page.Notices = append(page.Notices, ui.Notice{Tone: ui.Info, Text: f.P.T("imports.expired")})
	}
	page.ways(p.service, run, u, manages)
	return p.views.Render(w, r, http.StatusOK, "suivi", page)
}

// madeView names some cards that the import made.
type madeView struct {
	Cards []madeLine
	More  string
}

// madeLine is a card that the import made; Words say into which other one it went.
type madeLine struct{ Name, URL, Words string }

// mostMade is how many cards are named that an import made.
const mostMade = 10

// made names the first cards that the import made, and those that it joined to another.
func (page *runPage) made(ctx context.Context, s *Service, findings importer.Findings) error {
	f, run := page.Frame, findings.Run
	for _, part := range []struct {
		view *madeView
		n    int
		read func(ctx context.Context, limit int) ([]importer.Made, error)
	}{{&page.Created, run.Created, findings.Created}, {&page.Joined, run.Merged, findings.Joined}} {
		if part.n == 0 {
			continue
		}
		cards, err := part.read(ctx, mostMade)
		if err != nil {
			return err
		}
		for _, c := range cards {
			line := madeLine{Name: c.Name, URL: f.Path(s.Card(c.ID))}
			if c.Into != "" {
				line.URL, line.Words = f.Path(s.Card(c.Into)), f.P.T("imports.joined_to", "name", c.IntoName)
			}
			part.view.Cards = append(part.view.Cards, line)
		}
		if more := part.n - len(cards); more > 0 && len(cards) == mostMade {
			part.view.More = f.P.T("imports.made_more", "n", more)
		}
	}
	return nil
}

// ways fills in what may be done about a run.
func (page *runPage) ways(s *Service, run importer.Run, u *Upload, manages bool) {
	f := page.Frame
	if run.Doubtful > 0 {
		page.Doubts = f.P.T("imports.doubts", "n", run.Doubtful)
		if s.Doubtful != "" {
			page.Doubtful = f.Path(s.Doubtful)
		}
	}
	stopped := run.State == importer.Interrupted || run.State == importer.Failed
	if stopped {
		notice := ui.Notice{Tone: ui.Warn, Title: f.P.T("imports.stopped_title"), Text: f.P.T("imports.stopped_text", "n", run.Rows, "total", run.Total)}
		switch {
		case u == nil && run.Person == "":
			notice.Text += " " + f.P.T("imports.stopped_command")
		case u == nil:
			notice.Text += " " + f.P.T("imports.stopped_gone")
		case manages:
			page.On, page.OnWord = f.Path(filePath(u.ID)+"/import"), f.P.T("imports.resume")
		}
		page.Notices = append(page.Notices, notice)
	}
	if !manages {
		return
	}
	if undoable(run) == nil && run.Created+run.Updated+run.Merged > 0 {
		page.Undo = f.Path(RunPath(run.ID) + "/annulation")
	}
	if run.State == importer.Done && run.Warned+run.Rejected > 0 && s.Review != nil {
		page.Review = f.Path(s.Review(run.ID))
	}
}

func (p *Pages) runFacts(f ui.Frame, run importer.Run, source, who string) ui.Summary {
	now := p.service.Now()
	facts := ui.Summary{Rows: []ui.SummaryRow{
		{Name: f.P.T("imports.fact.file"), Value: run.File},
		{Name: f.P.T("imports.fact.source"), Value: source},
		{Name: f.P.T("imports.fact.who"), Value: who},
		{Name: f.P.T("imports.fact.when"), Value: f.P.T("imports.when_ago", "when", f.P.DateTime(run.StartedAt), "ago", f.P.Ago(run.StartedAt, now))},
	}}
	if !run.EndedAt.IsZero() && run.State == importer.Done {
		facts.Rows = append(facts.Rows, ui.SummaryRow{Name: f.P.T("imports.fact.lasted"), Value: f.P.T("imports.seconds", "n", max(1, int(run.EndedAt.Sub(run.StartedAt).Seconds())))})
	}
	return facts
}

// uploadOf is the file of a run, nil where it is gone.
func (s *Service) uploadOf(ctx context.Context, run importer.Run) (*Upload, error) {
	found, err := s.store.uploads(ctx, s.DB.Read(), "WHERE territory = $1 AND run = $2 ORDER BY id DESC LIMIT 1", run.Territory, run.ID)
	if err != nil || len(found) == 0 || found[0].State == Imported {
		return nil, err
	}
	return &found[0], nil
}

// following shows how far an import is.
func (p *Pages) following(w http.ResponseWriter, r *http.Request, f ui.Frame, run importer.Run, u *Upload) error {
	f.Title = f.P.T("imports.importing")
	at := steps(f.P, 4)
	page := waitPage{Frame: f, Trail: trail(f, ui.Link{Label: run.File, Current: true}), Steps: &at, About: f.P.T("imports.importing_text")}
	page.Progress, page.Said = progressOf(f.P, int64(run.Rows), int64(max(2, run.Total)), "import")
	page.Progress.Text = f.P.T("imports.rows_of", "n", run.Rows, "total", run.Total)
	if run.State == importer.Interrupted {
		page.About = f.P.T("imports.interrupted_text")
		if u != nil && by(r).Is(account.ProjectManager) {
			page.Stuck, page.StuckURL = &ui.Button{Label: f.P.T("imports.press_on"), Icon: "rotate-cw"}, f.Path(filePath(u.ID)+"/import")
		}
	}
	return p.views.Render(w, r, http.StatusOK, "attente", page)
}

// runTable writes what became of all rows of a run.
func (p *Pages) runTable(w http.ResponseWriter, r *http.Request) error {
	findings, err := p.service.Findings(r.Context(), by(r), r.PathValue("run"))
	if err != nil {
		return err
	}
	return p.table(w, r, "imports.run_file", func(each outcomes) error { return findings.Outcomes(r.Context(), each) })
}

// stays names the cards on which something stays, and says when there are more than are named.
func (s *Service) stays(ctx context.Context, f ui.Frame, v *undoneView, stays []importer.Stay) error {
	if len(stays) > mostNamed {
		stays, v.More = stays[:mostNamed], f.P.T("imports.stays_more", "n", mostNamed)
	}
	ids := make([]string, len(stays))
	for i, stay := range stays {
		ids[i] = stay.Listing
	}
	found, err := s.listings.ByIDs(ctx, s.DB.Read(), ids)
	if err != nil {
		return err
	}
	for _, stay := range stays {
		i := slices.IndexFunc(found, func(l listing.Listing) bool { return l.ID == stay.Listing })
		if i < 0 {
			continue
		}
		l := found[i]
		v.Stays = append(v.Stays, stayLine{Name: l.Name, URL: cardURL(f, l.Slug), What: whatStays(f.P, l, stay)})
	}
	return nil
}

// whatStays says what of a card stays, and who wrote it.
func whatStays(p *locale.Printer, l listing.Listing, stay importer.Stay) string {
	if stay.Held {
		return p.T("imports.stay.held")
	}
	var kinds []string
	for _, field := range stay.Fields {
		kind := l.Provenance[field].Kind
		if kind == "" {
			continue
		}
		if word := p.T("imports.wrote." + string(kind)); !slices.Contains(kinds, word) {
			kinds = append(kinds, word)
		}
	}
	fields := fieldNames(p, stay.Fields)
	switch {
	case fields == "" && stay.Made:
		return p.T("imports.stay.vouched")
	case len(kinds) == 0:
		kinds = []string{p.T("imports.wrote." + string(company.FromStaff))}
	}
	if stay.Made {
		return p.T("imports.stay.made", "fields", fields, "who", p.List(kinds))
	}
	return p.T("imports.stay.changed", "fields", fields, "who", p.List(kinds))
}
