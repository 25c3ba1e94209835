package rest

import (
	"net/http"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/api"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// Changes is a part of the feed of changes.
type Changes struct {
	Territory string   `json:"territory"`
	Changes   []Change `json:"changes"`
	Next      string   `json:"next"`
	More      bool     `json:"more"`
}

// Change is a card as it is now, or that it is gone.
type Change struct {
	ID      string          `json:"id"`
	Deleted bool            `json:"deleted"`
	At      time.Time       `json:"at"`
	Listing *listing.Public `json:"listing,omitempty"`
}

// feedPosition is the position of a cursor of the feed.
type feedPosition struct {
	After int64 `json:"after"`
}

// feedScope is that of the feed's cursors.
func feedScope(code string) scope { return scope{operation: "changes", territory: code} }

// How many cards one answer of the feed holds.
const (
	mostChanges  = 500
	usualChanges = "100"
)

// costOfChanges is what an answer of the feed takes of a client's budget for heavy answers (web.Cost): it may read thousands
// of rows of the log to find few cards.
const costOfChanges = 1

func (a *rest) changes() api.Operation {
	return api.Operation{
		ID: "changes", Path: "/api/v1/changes", Tag: tagCopy,
		Params: []api.Param{
			{Name: cursorParam, Kind: api.Text, MaxLength: 1000, Text: "changes_cursor"},
			{Name: "limit", Kind: api.Integer, Min: 1, Max: mostChanges, Default: usualChanges, Text: "changes_limit"},
		},
		Answer: a.sample.changes(), Errors: []int{http.StatusGone}, Examples: a.sample.changesExamples(),
		Cost: costOfChanges, Handle: a.answerChanges,
	}
}

func (a *rest) answerChanges(w http.ResponseWriter, r *http.Request, in api.Values) error {
	t := territory.Of(r.Context())
	s := feedScope(t.Code)
	var from feedPosition
	if in.Has(cursorParam) {
		if err := a.cursors.read(r.Context(), s, in.Text(cursorParam), &from); err != nil {
			return err
		}
	}
	feed, err := a.Directory.Changes(r.Context(), t.Code, from.After, in.Int("limit"))
	if err != nil {
		return ahead(err)
	}
	body := Changes{Territory: t.Code, Changes: make([]Change, len(feed.Changes)), More: feed.More}
	if body.Next, err = a.cursors.make(r.Context(), s, feedPosition{feed.Next}); err != nil {
		return err
	}
	frame := ui.Of(r)
	for i, c := range feed.Changes {
		body.Changes[i] = changeOf(frame, c)
	}
	if feed.More {
		linkNext(w, r, body.Next)
	}
	return answer(w, r, body)
}

func changeOf(f ui.Frame, c directory.Changed) Change {
	change := Change{ID: c.ID, Deleted: c.Record == nil, At: c.At}
	if c.Record != nil {
		public := directory.PublicOf(f, *c.Record)
		change.Listing = &public
	}
	return change
}
