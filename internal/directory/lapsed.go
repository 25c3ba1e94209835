package directory

import (
	"net/http"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// Lapsed is the errs.Gone of a card that left the directory because nobody had confirmed it for long.
type Lapsed struct {
	Slug string // its address, where the company can still say that it is theirs
}

// Error implements error.
func (l *Lapsed) Error() string { return l.Unwrap().Error() }

// Unwrap gives the error as a person sees it.
func (*Lapsed) Unwrap() error { return errs.New(errs.Gone, "directory.card_lapsed", nil) }

// lapsedPage says what became of a card, and what its company can do. It says nothing that the card said.
type lapsedPage struct {
	ui.Frame
	Crumbs ui.Breadcrumb
	Mine   ui.Button
	Others ui.Button
}

func (p *Pages) lapsed(w http.ResponseWriter, r *http.Request, f ui.Frame, l *Lapsed) error {
	page := lapsedPage{
		Crumbs: ui.Breadcrumb{{Label: f.P.T("directory.title"), URL: f.Path("/annuaire")}, {Label: f.P.T("directory.lapsed_title"), Current: true}},
		Mine:   ui.Button{Label: f.P.T("directory.lapsed_mine"), Kind: ui.Main, Icon: "key-round", URL: f.Path("/annuaire/" + l.Slug + "/revendiquer")},
		Others: ui.Button{Label: f.P.T("directory.lapsed_others"), Icon: "search", URL: f.Path("/annuaire")},
	}
	f.Title, f.Robots = f.P.T("directory.lapsed_title"), "noindex"
	f.Canonical, f.Alternates = "", nil
	page.Frame = f
	return p.views.Render(w, r, http.StatusGone, "retiree", page)
}
