package moderate

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"grappe/internal/platform/ui"
)

// resultsPage says what became of many cases that were decided at once.
type resultsPage struct {
	ui.Frame
	Trail  ui.Breadcrumb
	Lead   ui.Notice
	Left   []result
	Made   []result
	Again  []result // taken back since: they wait again
	Filter string
	Back   string
}

// result is what became of one case.
type result struct {
	Title, Kind, URL, Why, Undo string
}

func (p *Pages) results(w http.ResponseWriter, r *http.Request) error {
	b, err := p.service.batch(r.Context(), by(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	kind := p.chosenHere(r)
	f := ui.Private(r, ui.Of(r).P.T("moderate.results"), batchesPath+"/"+b.ID)
	page := resultsPage{
		Frame: f, Filter: kind, Back: f.Path(within(Path, orAll(kind))),
		Trail: ui.Breadcrumb{{Label: f.P.T("moderate.title"), URL: f.Path(within(Path, orAll(kind)))}, {Label: f.Title, Current: true}},
	}
	left := len(b.left())
	waits, _ := p.service.queue(r.Context(), by(r), f.P, "")
	age := p.service.Now().Sub(b.At)
	for _, one := range b.Results {
		v := result{Title: one.Title, Kind: f.P.T("moderate.kind." + one.Kind), URL: f.Path(within(CasePath(one.Kind, url.PathEscape(one.ID)), kind))}
		switch {
		case one.Key != "":
			v.Why = f.P.Text(one.Key, one.Args)
			page.Left = append(page.Left, v)
			continue
		case slices.ContainsFunc(waits, func(w waiting) bool { return w.Kind == one.Kind && w.ID == one.ID }):
			page.Again = append(page.Again, v)
			continue
		case one.Undo && age < p.undoable(one.Kind):
			v.Undo = f.Path(CasePath(one.Kind, url.PathEscape(one.ID)) + "/" + undoPath)
		}
		page.Made = append(page.Made, v)
	}
	page.Lead = ui.Notice{Tone: ui.OK, Title: f.P.T("moderate.results."+b.Act, "n", len(page.Made)), Alert: true}
	if left > 0 {
		page.Lead.Tone, page.Lead.Text = ui.Warn, f.P.T("moderate.results_left", "n", left)
	}
	return p.views.Render(w, r, http.StatusOK, "lot", page)
}

// undoable is for how long a decision about a case of a kind can be taken back.
func (p *Pages) undoable(kind string) time.Duration {
	docket, _ := p.service.docket(kind)
	if limited, ok := docket.(Limited); ok {
		return min(limited.UndoFor(), keepUndo)
	}
	return keepUndo
}
