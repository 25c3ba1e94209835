package app

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/platform/web"
)

// What a short soak does; `make soak` does it for minutes, on a process of its own.
const (
	soakVisitors = 4
	soakVisits   = 11 // of each: every address once
	soakEdits    = 8
	soakLive     = 20
)

// Reading, searching, following and editing at once leave nothing behind, and nobody gets a wrong answer.
func TestAShortSoakLeavesNothingBehind(t *testing.T) {
	demoBase.Each(t, func(t *testing.T, url string) {
		j := newJournal()
		a := stocked(t, Options{Database: url, Now: time.Now, Logger: j.logger(), Rate: web.Rate{PerSecond: -1}})
		other := start(t, Options{Database: url, Now: time.Now})
		s := serve(t, a, j)
		<-s.ready
		visitAll(t, s) // the pools fill
		before := runtime.NumGoroutine()

		var all sync.WaitGroup
		for range soakVisitors {
			all.Go(func() { visitAll(t, s) })
		}
		all.Go(func() {
			for i := range soakEdits {
				rename(t, other, fmt.Sprintf("Pirogues et Pixels %d", i))
			}
		})
		for range soakLive {
			l := s.listen(t, "", "")
			all.Go(func() {
				l.hear(t)
				l.hear(t) // at least one edit is told
				l.leave(t)
			})
		}
		all.Wait()
		http.DefaultClient.CloseIdleConnections()
		eventually(t, s.admin+"/metrics", func(got answer) bool {
			return strings.Contains(got.body, "live_connections 0") && runtime.NumGoroutine() <= before+5 // the pools of connections grow
		})
		select {
		case line := <-j.errors:
			t.Errorf("the log has an error: %s", line)
		default:
		}
	})
}

// visitAll asks for pages and data in turn.
func visitAll(t *testing.T, s *served) {
	t.Helper()
	paths := []string{
		"/nc", "/nc/annuaire", "/nc/annuaire?q=site+internet", "/nc/annuaire?q=fotographe", "/nc/competences", "/nc/communes", "/nc/repartition",
		"/nc/api/v1/listings?limit=50", "/nc/api/v1/clusters?zoom=9", "/nc/api/v1/suggestions?q=web", "/nc/api/v1/changes?limit=50",
	}
	for i := range soakVisits {
		if got := fetch(t.Context(), t, s.url+paths[i%len(paths)]); got.status != http.StatusOK || got.body == "" {
			t.Errorf("%s: %d %.200s", paths[i%len(paths)], got.status, got.body)
		}
	}
}
