package mirror

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"grappe/internal/company"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
)

// page is one part of a source's change feed.
type page struct {
	territory string
	changes   []change // at most one of each card, in the order of the feed
	next      string
	more      bool
}

// change is a card that was written at the source, or that is public there no more.
type change struct {
	id      string
	deleted bool
	card    json.RawMessage // a listing.Public
}

// wirePage is the shape of a page: see /api/v1/changes.
type wirePage struct {
	Territory string        `json:"territory"`
	Changes   *[]wireChange `json:"changes"`
	Next      string        `json:"next"`
	More      *bool         `json:"more"`
}

type wireChange struct {
	ID      string          `json:"id"`
	Deleted bool            `json:"deleted"`
	At      time.Time       `json:"at"`
	Listing json.RawMessage `json:"listing"`
}

// errStale tells that the source does not know the cursor any more.
var errStale = errors.New("mirror: the source does not know the cursor")

// readPage reads what a source answered to a cursor. The error never holds what was answered: errStale, or an errs.E.
func readPage(a fetch.Answer, host, cursor string) (page, error) {
	if err := judgeStatus(a, host, cursor); err != nil {
		return page{}, err
	}
	kind, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return page{}, errs.Wrap(err, errs.Unavailable, "mirror.not_json", errs.Args{"host": host})
	}
	var w wirePage
	dec := json.NewDecoder(bytes.NewReader(a.Body))
	if err := dec.Decode(&w); err != nil {
		return page{}, garbage(fmt.Errorf("mirror: %T at %d of %d bytes", err, dec.InputOffset(), len(a.Body)), host) // err may quote them
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return page{}, garbage(errors.New("mirror: something follows the page"), host)
	}
	p, fault := w.page(cursor)
	if fault != "" {
		return page{}, garbage(errors.New("mirror: "+fault), host)
	}
	return p, nil
}

func garbage(err error, host string) error {
	return errs.Wrap(err, errs.Unavailable, "mirror.garbage", errs.Args{"host": host})
}

// page checks all that the feed promises; fault says what it does not keep.
func (w wirePage) page(cursor string) (p page, fault string) {
	switch {
	case w.Changes == nil || w.More == nil || w.Territory == "":
		return page{}, "a page without changes, more or territory"
	case w.Next == "" || len(w.Next) > maxCursor || company.Storable(w.Next) != w.Next:
		return page{}, "a page without a usable cursor"
	case *w.More && w.Next == cursor:
		return page{}, "a cursor that does not move"
	case len(*w.Changes) > maxChanges:
		return page{}, "more changes than anybody asked for"
	}
	p = page{territory: w.Territory, next: w.Next, more: *w.More}
	at := map[string]int{}
	for _, c := range *w.Changes {
		id, err := uuid.Parse(c.ID)
		if err != nil || len(c.ID) != 36 {
			return page{}, "a card without a UUID"
		}
		if !c.Deleted && len(c.Listing) == 0 {
			return page{}, "a change without a card"
		}
		if i, twice := at[id.String()]; twice {
			p.changes[i] = change{id: id.String(), deleted: c.Deleted, card: c.Listing} // the later one holds
			continue
		}
		at[id.String()] = len(p.changes)
		p.changes = append(p.changes, change{id: id.String(), deleted: c.Deleted, card: c.Listing})
	}
	return p, ""
}

const keyLater = "mirror.later"

func judgeStatus(a fetch.Answer, host, cursor string) error {
	switch {
	case a.Status == http.StatusOK:
		return nil
	case (a.Status == http.StatusBadRequest || a.Status == http.StatusGone) && cursor != "":
		return errStale
	case a.Status == http.StatusNotFound:
		return errs.New(errs.Unavailable, "mirror.no_feed", errs.Args{"host": host})
	case a.Status == http.StatusTooManyRequests || a.Status == http.StatusServiceUnavailable:
		return errs.New(errs.Unavailable, keyLater, errs.Args{"host": host})
	}
	return errs.New(errs.Unavailable, "mirror.status", errs.Args{"host": host, "status": strconv.Itoa(a.Status)})
}

// waitOf is how long an answer asks to wait, in seconds (RFC 9110, Retry-After); 0 where it does not.
func waitOf(a fetch.Answer) time.Duration {
	n, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 24*3600)) * time.Second
}
