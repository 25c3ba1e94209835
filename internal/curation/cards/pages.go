package cards

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Pages are the pages over the service.
type Pages struct {
	service *Service
	views   *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(s *Service) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{service: s, views: views}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	for pattern, h := range map[string]web.Handler{
		"GET " + Path:                                    p.list,
		"GET " + CardPath("{id}"):                        p.card,
		"POST " + CardPath("{id}"):                       p.act,
		"GET " + MergePath("{id}"):                       p.merging,
		"POST " + MergePath("{id}"):                      p.merge,
		"GET " + SplitPath("{id}"):                       p.splitting,
		"POST " + SplitPath("{id}"):                      p.split,
		"GET " + HistoryPath("{id}"):                     p.history,
		"GET " + HistoryPath("{id}") + "/{revision}":     p.returning,
		"POST " + HistoryPath("{id}") + "/{revision}":    p.putBack,
		"GET " + OwnHistoryPath("{id}"):                  p.history,
		"GET " + OwnHistoryPath("{id}") + "/{revision}":  p.returning,
		"POST " + OwnHistoryPath("{id}") + "/{revision}": p.putBack,
	} {
		router.Handle(pattern, web.NoStore(h))
	}
}

// base is what all pages of this room have.
type base struct {
	ui.Frame
	Trail  ui.Breadcrumb
	Done   *ui.Notice
	Errors ui.FormErrors
}

// begin is the frame of a page at a path, behind some others.
func begin(r *http.Request, path, title string, trail ...ui.Link) base {
	return base{Frame: ui.Private(r, title, path), Trail: append(ui.Breadcrumb(trail), ui.Link{Label: title, Current: true}), Done: ui.DoneNotice(r, "cards.done.")}
}

// trail leads from the list of cards to one.
func trail(f ui.Frame, l listing.Listing) []ui.Link {
	return []ui.Link{{Label: f.P.T("cards.title"), URL: f.Path(Path)}, {Label: nameOf(f.P, l), URL: f.Path(CardPath(l.ID))}}
}

// nameOf is what a card is called, also one without a name.
func nameOf(p *locale.Printer, l listing.Listing) string {
	if strings.TrimSpace(l.Name) == "" {
		return p.T("cards.nameless")
	}
	return l.Name
}

// by is who asks.
func by(r *http.Request) account.Actor { return account.Of(r.Context()) }

// The names of the fields that forms send.
const (
	actField     = "faire"
	versionField = "version"
	otherField   = "avec"
	keepField    = "garder"
	otherVersion = "version-autre"
	partField    = "fiche"
	fieldField   = "champ"
	flagField    = "signalement"
	trustField   = "confiance"
	beforeField  = "avant"
	reasonField  = "reason" // as the error about it is named
	actTrust     = "confiance"
	actSettle    = "regle"
)

// typed are what a form's fields hold: what was sent, or what was when a session ended.
func typed(r *http.Request) url.Values {
	if r.Method == http.MethodPost {
		return r.PostForm
	}
	return web.Resumed(r)
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0 // no card has it
	}
	return n
}

// refused reports whether an error is one that a page comes back with, and says it on top.
func (b *base) refused(err error) (status int, ok bool) {
	if err == nil {
		return http.StatusOK, true
	}
	if !comesBack(err) {
		return 0, false
	}
	b.Errors = ui.NewFormErrors(b.P, err)
	return errs.KindOf(err).Status(), true
}

// comesBack reports whether an error is one that a page comes back with: about what was asked for, and not about who may.
func comesBack(err error) bool {
	e := errs.As(err)
	if e == nil {
		return false
	}
	ours := strings.HasPrefix(e.Key, "listing.") || strings.HasPrefix(e.Key, "curation.")
	return e.Kind == errs.Invalid || e.Kind == errs.Conflict || ours && (e.Kind == errs.Forbidden || e.Kind == errs.Gone)
}

// names are the words for the codes of a card, for the reader of a page.
func (p *Pages) names(r *http.Request) curation.Names {
	return curation.NamesOf(territory.Of(r.Context()), p.service.Taxonomies, ui.Of(r).P)
}

// stateBadge shows where a card stands.
func stateBadge(p *locale.Printer, l listing.Listing) ui.Badge {
	b := ui.Badge{Label: p.T(l.State.Key())}
	switch l.State {
	case listing.Published:
		b.Tone = ui.OK
	case listing.Lapsed:
		b.Tone = ui.Warn
	case listing.Hidden, listing.Draft:
		if l.Withheld {
			b.Label = p.T("cards.withheld")
		}
	case listing.Merged:
		b.Tone = ui.Info
	}
	return b
}

func flagBadge(p *locale.Printer, f listing.Flag) ui.Badge {
	return ui.Badge{Label: p.T(f.Kind.Key()), Tone: ui.Bad, Icon: "flag"}
}

// link is a way on below the words of a notice.
func link(address, label string) template.HTML {
	return template.HTML(fmt.Sprintf(`<p><a href="%s">%s</a></p>`, //nolint:gosec // both parts are escaped
		template.HTMLEscapeString(address), template.HTMLEscapeString(label)))
}

// keptHere is the address of a picture that is kept here, "" for any other: a page asks no one else for one.
func keptHere(logo string) string {
	if strings.HasPrefix(logo, "/fichiers/") {
		return logo
	}
	return ""
}
