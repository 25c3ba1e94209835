package browser

import (
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
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

// Routes answers for the paths of imports within a territory. A path that takes a form can be opened too.
func (p *Pages) Routes(router *web.Router) {
	file, run, mapping := filesPath+"/{id}", runsPath+"/{run}", mappingsPath+"/{source}"
	for pattern, h := range map[string]web.Handler{
		"GET " + Path:                      p.list,
		"GET " + newPath:                   p.give,
		"POST " + newPath:                  p.receive,
		"GET " + file:                      p.compose,
		"POST " + file:                     p.composed,
		"GET " + file + "/correspondance":  p.downloadDraft,
		"GET " + file + "/essai":           p.trial,
		"POST " + file + "/essai":          p.try,
		"GET " + file + "/essai/detail":    p.trialTable,
		"GET " + file + "/import":          p.progress,
		"POST " + file + "/import":         p.start,
		"GET " + file + "/abandon":         p.discarding,
		"POST " + file + "/abandon":        p.discard,
		"GET " + run:                       p.run,
		"GET " + run + "/detail":           p.runTable,
		"GET " + run + "/annulation":       p.undoing,
		"POST " + run + "/annulation":      p.undo,
		"GET " + mappingsPath:              p.mappings,
		"GET " + mapping:                   p.mapping,
		"GET " + mapping + "/suppression":  p.forgetting,
		"POST " + mapping + "/suppression": p.forget,
	} {
		router.Handle(pattern, web.NoStore(h))
	}
}

// trail is the way to a page.
func trail(f ui.Frame, more ...ui.Link) ui.Breadcrumb {
	return append(ui.Breadcrumb{{Label: f.P.T("imports.title"), URL: f.Path(Path)}}, more...)
}

// refused reports whether an error is one that a form comes back with, and gives what it says on top.
func refused(p *locale.Printer, err error) (ui.FormErrors, int, bool) {
	return ui.Refused(p, err, errs.TooLarge)
}

// by is who asks.
func by(r *http.Request) account.Actor { return account.Of(r.Context()) }

func filePath(id string) string { return filesPath + "/" + url.PathEscape(id) }

// RunPath is the path of the page of a run.
func RunPath(id string) string { return runsPath + "/" + url.PathEscape(id) }

// text writes a fault for a person.
func (f Fault) text(p *locale.Printer) string {
	return importer.Remark{Key: f.Key, Args: f.Args}.Text(p)
}

// people names persons for the team.
func (p *Pages) people(r *http.Request, ids ...string) (func(id string) string, error) {
	var asked []string
	for _, id := range ids {
		if id != "" && !slices.Contains(asked, id) {
			asked = append(asked, id)
		}
	}
	var names map[string]string
	if len(asked) > 0 {
		var err error
		if names, err = p.service.Accounts.Names(r.Context(), asked); err != nil {
			return nil, err
		}
	}
	t := ui.Of(r).P.T
	return func(id string) string {
		switch name := names[id]; {
		case id == "":
			return t("imports.nobody")
		case name == "":
			return t("imports.gone")
		default:
			return name
		}
	}, nil
}
