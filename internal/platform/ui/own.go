package ui

import (
	"fmt"
	"net/http"
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
}

// Error answers with the page of an error: its status, its sentence, a search box, the ways on and the request id. The inner
// error is never shown. Without a frame (an error before the middleware of app) it answers in plain text. It fails only when
// the template does.
func (o *Own) Error(w http.ResponseWriter, r *http.Request, err error) error {
	frame := Of(r)
	kind := errs.KindOf(err)
	if frame.P == nil {
		plainError(w, kind, frame.RequestID)
		return nil
	}
	return o.pages.Render(w, r, kind.Status(), "error", newErrorPage(frame, err))
}

func newErrorPage(frame Frame, err error) errorPage {
	kind := errs.KindOf(err)
	name := kindName(kind)
	page := errorPage{
		Frame: frame, StatusText: strconv.Itoa(kind.Status()),
		Heading: frame.P.T("ui.error.title." + name), Message: frame.P.T("ui.error.text." + name),
		Ways: append([]Link{{Label: frame.P.T("ui.error.home"), URL: frame.Path("/")}}, frame.Menu...),
	}
	if e := errs.As(err); e != nil {
		if e.Key != "" && frame.P.Has(e.Key) {
			page.Message = frame.P.Text(e.Key, e.Args)
		}
		for _, f := range e.Fields {
			page.Fields = append(page.Fields, frame.P.Text(f.Key, f.Args))
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

// kindName is the last part of the keys of a kind's texts.
func kindName(kind errs.Kind) string {
	switch kind {
	case errs.Invalid, errs.Usage:
		return "invalid"
	case errs.NotFound:
		return "notfound"
	case errs.Gone:
		return "gone"
	case errs.Conflict:
		return "conflict"
	case errs.Unauthenticated:
		return "unauthenticated"
	case errs.Forbidden:
		return "forbidden"
	case errs.TooLarge:
		return "toolarge"
	case errs.TooMany:
		return "toomany"
	case errs.Unavailable:
		return "unavailable"
	case errs.Internal:
	}
	return "internal"
}

// plainError is the last resort, in both languages, with no template to fail.
func plainError(w http.ResponseWriter, kind errs.Kind, requestID string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Del("ETag")
	w.WriteHeader(kind.Status())
	_, _ = fmt.Fprintf(w, "%d %s\n\nCette page n’a pas pu être affichée. Réessayez dans un instant.\nThis page could not be shown. Try again in a moment.\n",
		kind.Status(), http.StatusText(kind.Status()))
	if requestID != "" {
		_, _ = fmt.Fprintf(w, "\n%s\n", requestID)
	}
}
