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
	key := p.key(a)
	h := w.Header()
	if key == "" {
		web.CacheNever(w)
	} else {
		web.CacheRevalidate(w)
		if web.Unchanged(w, r, web.ETag([]byte(key)), a.updated, p.Now()) {
			return nil
		}
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

// key is the same for requests that are answered by the same document, "" for a document that is kept nowhere: it tells where
// somebody stands.
func (p *Pages) key(a asked) string {
	if a.query.Near != nil {
		return ""
	}
	return strings.Join([]string{
		a.frame.URL(a.search()), a.frame.Lang, a.frame.Notice, a.territory.Code, a.updated.Format(time.RFC3339Nano), p.program(),
	}, "\n")
}
