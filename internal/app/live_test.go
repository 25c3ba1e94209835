package app

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/web"
)

// listener is a client of the live connections.
type listener struct {
	lines *bufio.Scanner
	body  io.Closer
}

func (l *listener) leave(t *testing.T) {
	t.Helper()
	if err := l.body.Close(); err != nil {
		t.Error(err)
	}
}

// listen opens a live connection; cursor goes into the address, last into the header that browsers send.
func (s *served) listen(t *testing.T, cursor, last string) *listener {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/nc/api/v1/changes/live?cursor="+cursor, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Last-Event-Id", last)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	if response.StatusCode != http.StatusOK || response.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Fatalf("%d %v", response.StatusCode, response.Header)
	}
	return &listener{bufio.NewScanner(response.Body), response.Body}
}

// hear waits for the next event, and gives its cursor, "" for the end of the connection.
func (l *listener) hear(t *testing.T) string {
	t.Helper()
	id := ""
	for l.lines.Scan() {
		line := l.lines.Text()
		if value, ok := strings.CutPrefix(line, "id: "); ok {
			id = value
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		var news struct{ Territory, Cursor string }
		if err := json.Unmarshal([]byte(data), &news); err != nil || news.Territory != "nc" || news.Cursor != id {
			t.Fatalf("id %q, data %q: %v", id, data, err)
		}
		return id
	}
	return ""
}

// An edit that another process makes is told to all who wait, who find it in the feed behind the cursor that they had;
// whoever was away is told at once.
func TestEditsAreToldLive(t *testing.T) {
	const waiting = 50
	demoBase.Each(t, func(t *testing.T, url string) {
		j := newJournal()
		a := stocked(t, Options{Database: url, Now: time.Now, Logger: j.logger(), Rate: web.Rate{PerSecond: -1}})
		other := start(t, Options{Database: url, Now: time.Now})
		s := serve(t, a, j)
		<-s.ready
		var all []*listener
		first := ""
		for range waiting {
			l := s.listen(t, "", "")
			first = l.hear(t)
			all = append(all, l)
		}
		begun := time.Now()
		edited := rename(t, other, "Pirogues et Pixels")
		second := ""
		for _, l := range all {
			told := l.hear(t)
			if second == "" {
				second = told
			}
			if told == first || told != second {
				t.Errorf("told %q after %q, others %q", told, first, second)
			}
		}
		// It takes a look at the log, every 200 ms, and a round over the connections; a busy machine takes its time.
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("the last one is told after %v", took)
		}
		if got := s.changes(t, first); len(got.Changes) != 1 || got.Changes[0].Listing["name"] != edited.Name {
			t.Errorf("the feed behind the first cursor: %+v", got.Changes)
		}
		if got := s.changes(t, second); len(got.Changes) > 0 || got.More {
			t.Errorf("the feed behind the second cursor: %+v", got.Changes)
		}
		for _, l := range []*listener{s.listen(t, first, ""), s.listen(t, "", first), s.listen(t, second, first)} {
			if got := l.hear(t); got != second {
				t.Errorf("whoever was away is told %q, want %q", got, second)
			}
		}
		current := s.listen(t, first, second)
		rename(t, a, "Pirogues et Pinceaux")
		if got := current.hear(t); got == second || len(s.changes(t, got).Changes) > 0 {
			t.Errorf("whoever knew all is told %q after %q", got, second)
		}
		mustRefuseBadCursors(t, s)
		mustHold(t, "the metrics", fetch(t.Context(), t, s.admin+"/metrics").body, fmt.Sprintf("live_connections %d", waiting+4))
		mustEnd(t, s, current)
	})
}

func (s *served) changes(t *testing.T, cursor string) feedPage {
	t.Helper()
	return decoded[feedPage](t, fetch(t.Context(), t, s.url+"/nc/api/v1/changes?cursor="+cursor))
}

func mustRefuseBadCursors(t *testing.T, s *served) {
	t.Helper()
	listings := decoded[cards](t, fetch(t.Context(), t, s.url+"/nc/api/v1/listings?limit=2")).Next
	for _, query := range []string{"cursor=x", "cursor=" + listings, "limit=2", "cursor=a&cursor=b"} {
		if got := fetch(t.Context(), t, s.url+"/nc/api/v1/changes/live?"+query); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d %.200s", query, got.status, got.body)
		}
	}
}

// mustEnd stops the server: no connection holds it up, and none is left open.
func mustEnd(t *testing.T, s *served, l *listener) {
	t.Helper()
	begun := time.Now()
	s.stop()
	for l.hear(t) != "" {
	}
	if err := <-s.done; err != nil || time.Since(begun) > 10*time.Second {
		t.Errorf("it stops after %v: %v", time.Since(begun), err)
	}
}

// Whoever waits since before the cards were read is told when they were.
func TestLiveBeforeReady(t *testing.T) {
	g, j := newGate(), newJournal()
	a := stocked(t, Options{Observe: g.observe, Now: time.Now, Logger: j.logger()})
	g.shut("LIMIT 1 OFFSET")
	s := serve(t, a, j)
	<-g.entered
	l := s.listen(t, "", "")
	g.opened <- struct{}{}
	if cursor := l.hear(t); cursor == "" || len(s.changes(t, cursor).Changes) > 0 {
		t.Errorf("told %q", cursor)
	}
	mustEnd(t, s, l)
}
