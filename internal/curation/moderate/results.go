package moderate

import (
	"net/http"
	"net/url"

	"grappe/internal/platform/ui"
)

// resultsPage says what became of many cases that were decided at once.
type resultsPage struct {
	ui.Frame
	Trail  ui.Breadcrumb
	Lead   ui.Notice
	Left   []result
	Made   []result
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
	page.Lead = ui.Notice{Tone: ui.OK, Title: f.P.T("moderate.results."+b.Act, "n", len(b.Results)-left), Alert: true}
	if left > 0 {
		page.Lead.Tone, page.Lead.Text = ui.Warn, f.P.T("moderate.results_left", "n", left)
	}
	open := p.service.Now().Sub(b.At) < keepUndo
	for _, one := range b.Results {
		v := result{Title: one.Title, Kind: f.P.T("moderate.kind." + one.Kind), URL: f.Path(within(CasePath(one.Kind, url.PathEscape(one.ID)), kind))}
		if one.Key != "" {
			v.Why = f.P.Text(one.Key, one.Args)
			page.Left = append(page.Left, v)
			continue
		}
		if one.Undo && open {
			v.Undo = f.Path(CasePath(one.Kind, url.PathEscape(one.ID)) + "/" + undoPath)
		}
		page.Made = append(page.Made, v)
	}
	return p.views.Render(w, r, http.StatusOK, "lot", page)
}
