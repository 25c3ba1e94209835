package rest

import (
	"context"
	"encoding/json"
	"net/http"

	"grappe/internal/platform/api"
	"grappe/internal/platform/live"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// News is the data of an event: the feed of changes goes on up to a cursor. What changed is read there, from the cursor that
// the reader has.
type News struct {
	Territory string `json:"territory"`
	Cursor    string `json:"cursor"`
}

// lastEventID is the header by which browsers go on from the last event that they saw. Its cursor is newer than that of the
// address, which they repeat.
const lastEventID = "Last-Event-ID"

func (a *rest) changesLive() api.Operation {
	return api.Operation{
		ID: "changes-live", Path: "/api/v1/changes/live", Tag: tagCopy,
		Params: []api.Param{{Name: cursorParam, Kind: api.Text, MaxLength: 1000, Text: "changes_live_cursor"}},
		Answer: a.sample.news(), MediaType: "text/event-stream", Stream: true, Errors: []int{http.StatusGone},
		Examples: []api.Example{{Name: "now"}}, Handle: a.answerLive,
	}
}

func (a *rest) answerLive(w http.ResponseWriter, r *http.Request, in api.Values) error {
	code := territory.Of(r.Context()).Code
	cursor := r.Header.Get(lastEventID)
	if cursor == "" && in.Has(cursorParam) {
		cursor = in.Text(cursorParam)
	}
	var from feedPosition
	if cursor != "" {
		if err := a.cursors.read(r.Context(), feedScope(code), cursor, &from); err != nil {
			return err
		}
	}
	return a.Live.Serve(w, r, live.Stream{
		Topic: LiveTopic(code), Client: web.ClientAddr(r.Context()), After: from.After, Event: a.cursors.news(code),
	})
}

// LiveTopic is what those follow who follow the changes of a territory's cards.
func LiveTopic(code string) string { return "changes/" + code }

// news writes the events of a territory.
func (c cursors) news(code string) func(context.Context, int64) (live.Event, error) {
	return func(ctx context.Context, at int64) (live.Event, error) {
		cursor, err := c.make(ctx, feedScope(code), feedPosition{at})
		if err != nil {
			return live.Event{}, err
		}
		data, err := json.Marshal(News{code, cursor})
		return live.Event{ID: cursor, Data: string(data)}, err
	}
}
