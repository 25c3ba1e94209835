package api

import (
	"net/http"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// The addresses of the description itself.
const (
	DocumentPath = "/api/openapi.json"
	PagePath     = "/api/docs"
)

// Routes answers for each operation (GET, HEAD, and the preflights of other sites), for the document and its page.
func (a *API) Routes(router *web.Router) {
	for i := range a.d.Operations {
		op := &a.d.Operations[i]
		h := op.answer
		if op.Cost > 0 {
			h = web.Cost(h, op.Cost)
		}
		router.Public(op.Path, h)
	}
	router.Public(DocumentPath, a.serveDocument)
	router.Handle("GET "+PagePath, a.servePage)
	router.Handle("GET /api", toPage)
	router.Handle("GET /api/{$}", toPage)
}

// answer checks a request before it is handled.
func (op *Operation) answer(w http.ResponseWriter, r *http.Request) error {
	in, err := op.Read(r)
	if err != nil {
		return err
	}
	return op.Handle(w, r, in)
}

func (a *API) serveDocument(w http.ResponseWriter, r *http.Request) error {
	about, err := a.d.About(r)
	if err != nil {
		return err
	}
	body, err := a.Document(ui.Of(r).P, about)
	if err != nil {
		return err
	}
	return web.Write(w, r, http.StatusOK, "application/json", body)
}

func toPage(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, ui.Of(r).Path(PagePath), http.StatusFound)
	return nil
}
