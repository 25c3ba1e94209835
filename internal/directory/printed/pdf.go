package printed

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"grappe/internal/platform/web"
)

// pdf answers with the search as a document.
func (p *Pages) pdf(w http.ResponseWriter, r *http.Request) error {
	a, err := p.asked(r, r.URL.Query())
	if err != nil {
		return err
	}
	key := a.key()
	h := w.Header()
	web.CacheRevalidate(w)
	h.Set("Last-Modified", a.updated.Format(http.TimeFormat))
	if web.NotModified(w, r, web.ETag([]byte(key))) || unchanged(w, r, a.updated) {
		return nil
	}
	if err := web.Extend(w, r, queueFor+makeWithin); err != nil {
		web.Logger(r.Context()).Debug("no more time for a PDF", "error", err)
	}
	made, err := p.press.print(r.Context(), key, func() (printout, error) { return p.make(r.Context(), a) })
	if err != nil {
		refused(w, err)
		return err
	}
	h.Set("Content-Type", "application/pdf")
	h.Set("Link", "<"+a.frame.URL(a.search())+`>; rel="canonical"`) // for search engines: the page has the same cards
	h.Set("Content-Disposition", `inline; filename="annuaire-`+a.territory.Code+`.pdf"`)
	h.Set("Content-Length", strconv.Itoa(len(made.body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(made.body) // the only failure is a client that left
	}
	return nil
}

// make sets the document; it stops when the client leaves.
func (p *Pages) make(ctx context.Context, a asked) (printout, error) {
	b, err := p.gather(ctx, a)
	if err != nil {
		return printout{}, err
	}
	var out bytes.Buffer
	pages, err := set(ctx, a, b, &p.press.codes, &out)
	return printout{body: out.Bytes(), pages: pages}, err
}

// key is the same for requests that are answered by the same document.
func (a asked) key() string {
	return strings.Join([]string{a.frame.URL(a.search()), a.frame.Lang, a.frame.Notice, a.territory.Code, a.updated.Format(time.RFC3339Nano)}, "\n")
}

// unchanged answers 304 to a client that has what was last changed then (RFC 9110, 13.1.3: where it sent no entity tag).
func unchanged(w http.ResponseWriter, r *http.Request, at time.Time) bool {
	if r.Header.Get("If-None-Match") != "" {
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	if err != nil || at.Truncate(time.Second).After(since) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}
