package opendata

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

const (
	timeForFile = 15 * time.Minute // for the whole directory over an island's link
	rowsAtFirst = 20               // rows that leave at once, before any buffer is full
)

// selection is which cards are asked for, and how they stand.
type selection struct {
	query directory.Query
	whole bool     // nothing narrows them, and no order is asked for
	ids   []string // in their order; none for the whole directory, which needs none
	at    time.Time
}

// choose reads the filters of an address: those of the pages, but a place, a competence… that the territory does not know is
// refused, since a file says nothing of what was left out. A tag that nobody uses any more finds nothing.
func (p *Pages) choose(ctx context.Context, t *territory.Territory, v url.Values) (selection, error) {
	s := selection{at: p.rooms.Cards.Updated(t.Code)} // before the cards are looked at: what comes later makes a new tag
	var nothing bool
	var err error
	s.query, nothing, err = p.rooms.Cards.Strict(t.Code, v, func(param, value string) errs.Field {
		return errs.Field{Name: param, Key: "opendata.unknown_choice", Args: errs.Args{"value": value}}
	})
	if err != nil {
		return s, err
	}
	order := s.query.Sort
	s.query = s.query.Filters()
	s.whole = len(s.query.Values()) == 0 && order == directory.ByRelevance
	s.query.Sort = order
	if s.whole || nothing {
		return s, nil
	}
	s.ids, err = p.rooms.Cards.IDs(ctx, t.Code, s.query)
	return s, err
}

// chooseAll is choose for programs: a parameter that nobody knows is refused, since a misspelt filter would filter nothing.
func (p *Pages) chooseAll(ctx context.Context, t *territory.Territory, v url.Values) (selection, error) {
	known := directory.Parameters()
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if !slices.Contains(known, name) {
			return selection{}, fault(short(name), "opendata.unknown_parameter", errs.Args{"name": short(name), "known": known})
		}
	}
	return p.choose(ctx, t, v)
}

// each calls f with the cards of a selection. The whole directory comes in the order of the ids, so that two files of it
// compare well.
func (p *Pages) each(ctx context.Context, t *territory.Territory, s selection, f func(listing.Record) error) error {
	if s.whole {
		return p.rooms.Cards.Published(ctx, t.Code, f)
	}
	return p.rooms.Cards.Records(ctx, t.Code, s.ids, f)
}

// file answers with the cards of a search as one file.
func (p *Pages) file(f format) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		frame, t := ui.Of(r), territory.Of(r.Context())
		v := r.URL.Query()
		delimiter, err := ParseDelimiter(v.Get("delimiter"))
		if err != nil {
			return err
		}
		v.Del("delimiter")
		chosen, err := p.chooseAll(r.Context(), t, v)
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", f.contentType())
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", p.fileName(t, f, chosen)))
		h.Add("Link", fmt.Sprintf("<%s>; rel=\"describedby\"; type=\"application/json\"", frame.URL(pathWith("/donnees/datapackage.json", chosen.query))))
		if p.unchanged(w, r, chosen, frame.URL(f.path()), string(delimiter)) || r.Method == http.MethodHead {
			return nil
		}
		if err := web.Extend(w, r, timeForFile); err != nil {
			web.Logger(r.Context()).Debug("no more time for a file", "error", err)
		}
		return p.send(w, r, File{Format: f.name, Delimiter: delimiter, Territory: t, Printer: frame.P, Taxonomies: p.rooms.Taxonomies}, chosen)
	}
}

// fileName says what the file is and of when: "annuaire-nc-2026-11-21.csv".
func (p *Pages) fileName(t *territory.Territory, f format, s selection) string {
	part := ""
	if !s.whole {
		part = "-extrait"
	}
	return "annuaire-" + t.Code + part + "-" + p.rooms.Now().In(t.Location()).Format(time.DateOnly) + "." + string(f.name)
}

// send writes the rows as they are read. An error in the middle cuts the connection: the stack around the handlers sees that
// something was sent. A client that left ends the request's context, and so the reading.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, f File, s selection) error {
	frame := ui.Of(r)
	out, err := NewWriter(w, f)
	if err != nil {
		return err
	}
	err = p.each(r.Context(), f.Territory, s, func(record listing.Record) error {
		if err := out.Write(directory.PublicOf(frame, record)); err != nil || out.Rows() != rowsAtFirst {
			return err
		}
		if err := out.Flush(); err != nil || f.Format == tabular.XLSX {
			return err
		}
		return http.NewResponseController(w).Flush()
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// tag is the weak entity tag of what is made of a selection: it changes with the cards, with what was asked, and with each
// further part.
func (s selection) tag(parts ...string) string {
	sum := sha256.New()
	fmt.Fprintln(sum, s.at.UnixNano(), len(s.ids), s.query.Values().Encode(), parts)
	if !s.whole {
		for _, id := range s.ids {
			_, _ = io.WriteString(sum, id) // a hash takes everything
		}
	}
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:15]) + `"`
}

// unchanged says what of a selection stands at an address, which further parts tell, and answers 304 to a client that has it
// already. What was asked from a position is kept nowhere.
func (p *Pages) unchanged(w http.ResponseWriter, r *http.Request, s selection, parts ...string) bool {
	if s.query.Near != nil {
		web.CacheNever(w)
		return false
	}
	web.CacheRevalidate(w)
	return web.Unchanged(w, r, s.tag(append(parts, p.program())...), s.at, p.rooms.Now())
}

// pathWith is a path with the filters of a query.
func pathWith(path string, q directory.Query) string {
	if s := q.Values().Encode(); s != "" {
		return path + "?" + s
	}
	return path
}
