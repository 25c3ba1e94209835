package rest

import (
	"encoding/json"
	"net/http"

	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// indexPath is where the operations stand below, and where whoever types their beginning learns of them.
const indexPath = "/api/v1"

// Index says what there is to ask for.
type Index struct {
	Territory     string    `json:"territory"`
	Documentation string    `json:"documentation"`
	OpenAPI       string    `json:"openapi"`
	Operations    []Pointer `json:"operations"`
}

// Pointer leads to an operation; a part of its address in braces is a parameter.
type Pointer struct {
	ID      string `json:"id"`
	Summary string `json:"summary"`
	URL     string `json:"url"`
}

// aside answers a program that missed the operations: at their beginning, beside them, or by a method that they do not have.
func aside(router *web.Router, described *api.API) {
	router.Public(indexPath, index(described))
	router.Handle(indexPath+"/", web.PublicRead(noOperation))
	for _, op := range described.Operations() {
		router.Handle(op.Path, web.PublicRead(onlyRead))
	}
	router.Handle(indexPath, web.PublicRead(onlyRead))
}

func index(described *api.API) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f := ui.Of(r)
		body := Index{Territory: territory.Of(r.Context()).Code, Documentation: f.URL(api.PagePath), OpenAPI: f.URL(api.DocumentPath)}
		for _, op := range described.Operations() {
			body.Operations = append(body.Operations, Pointer{op.ID, f.P.T("rest.op." + op.ID + ".summary"), f.URL(op.Path)})
		}
		return answer(w, r, body)
	}
}

func noOperation(_ http.ResponseWriter, r *http.Request) error {
	return errs.New(errs.NotFound, "rest.no_operation", errs.Args{"index": ui.Of(r).URL(indexPath)})
}

// onlyRead answers 405: no errs.Kind has this status.
func onlyRead(w http.ResponseWriter, r *http.Request) error {
	f := web.Failure{Status: http.StatusMethodNotAllowed, Key: "rest.only_read", RequestID: web.RequestID(r.Context())}
	body, err := json.Marshal(web.ProblemOf(f, ui.Of(r).P))
	if err != nil {
		return err
	}
	w.Header().Set("Allow", "GET, HEAD, OPTIONS")
	w.Header().Set("Cache-Control", "no-store")
	return web.Write(w, r, f.Status, "application/problem+json", append(body, '\n'))
}
