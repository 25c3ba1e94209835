package ui

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"grappe/internal/platform/errs"
)

// Own are the pages that every house has: errors and the gallery of components.
type Own struct{ pages *Pages }

// NewOwn parses them.
func NewOwn() (*Own, error) {
	pages, err := Parse(ownViews, "view")
	if err != nil {
		return nil, err
	}
	return &Own{pages}, nil
}

// errorPage says what happened and what to do.
type errorPage struct {
	Frame
	StatusText string
	Heading    string
	Message    string
	Fields     []string
	Search     *SearchBox
	Ways       []Link
	Other      OtherAccount
}

// OtherAccount is how somebody signs in with another account than theirs where that one does not get in; the zero value offers nothing.
type OtherAccount struct {
	Mail  string // of the one in use
	Leave string // address of the form that ends the session
	Next  string // path within the territory that it leads on to
}

// Error answers with the page of an error: the status, its sentence, a search box, the ways on and the request id. The
// status is the one that the server chose for the error (web.FailureOf), which may be one that no errs.Kind has. The inner
// error is never shown. Without a frame (an error before the middleware of app) it answers in plain text. It fails only when
// the template does.
func (o *Own) Error(w http.ResponseWriter, r *http.Request, status int, err error) error {
	frame := Of(r)
	if frame.P == nil {
		plainError(w, status, frame.RequestID)
		return nil
	}
	return o.pages.Render(w, r, status, "error", newErrorPage(frame, status, err))
}

func newErrorPage(frame Frame, status int, err error) errorPage {
	name := statusName(status)
	page := errorPage{
		Frame: frame, StatusText: strconv.Itoa(status),
		Heading: frame.P.T("ui.error.title." + name), Message: frame.P.T("ui.error.text." + name),
		Ways:  append([]Link{{Label: frame.P.T("ui.error.home"), URL: frame.Path("/")}}, frame.Menu...),
		Other: frame.Other,
	}
	if e := errs.As(err); e != nil {
		if e.Key != "" && frame.P.Has(e.Key) {
			page.Message = frame.P.Text(e.Key, e.Args)
		}
		for _, f := range e.Fields {
			if said := frame.P.Text(f.Key, f.Args); said != page.Message && !slices.Contains(page.Fields, said) {
				page.Fields = append(page.Fields, said)
			}
		}
	}
	if frame.SearchAction != "" {
		page.Search = &SearchBox{ID: "error", Action: frame.SearchAction, What: frame.Query}
	}
	page.Title, page.Description, page.Robots = page.Heading, "", "noindex"
	page.Canonical, page.Alternates, page.JSONLD = "", nil, ""
	page.SearchAction = "" // one search box is enough
	return page
}

// statusName is the last part of the keys of a status's texts.
func statusName(status int) string {
	switch status {
	case http.StatusBadRequest:
		return "usage"
	case http.StatusUnprocessableEntity:
		return "invalid"
	case http.StatusNotFound:
		return "notfound"
	case http.StatusMethodNotAllowed:
		return "method"
	case http.StatusGone:
		return "gone"
	case http.StatusConflict:
		return "conflict"
	case http.StatusUnauthorized:
		return "unauthenticated"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusRequestEntityTooLarge:
		return "toolarge"
	case http.StatusTooManyRequests:
		return "toomany"
	case http.StatusServiceUnavailable:
		return "unavailable"
	}
	return "internal"
}

// plainError is the last resort, in both languages, with no template to fail.
func plainError(w http.ResponseWriter, status int, requestID string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Del("ETag")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "%d %s\n\nCette page n’a pas pu être affichée. Réessayez dans un instant.\nThis page could not be shown. Try again in a moment.\n",
		status, http.StatusText(status))
	if requestID != "" {
		_, _ = fmt.Fprintf(w, "\n%s\n", requestID)
	}
}
