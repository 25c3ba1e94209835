package printed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"grappe/internal/directory"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/territory"
)

func TestPressMakesTwoAtOnceAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress(time.Now)
		var running, highest, made atomic.Int64
		var wait sync.WaitGroup
		for i := range 6 {
			wait.Go(func() {
				_, err := p.print(t.Context(), fmt.Sprint(i), func() (printout, error) {
					highest.Store(max(highest.Load(), running.Add(1)))
					<-time.After(time.Second)
					running.Add(-1)
					made.Add(1)
					return printout{body: []byte("x")}, nil
				})
				if err != nil {
					t.Errorf("document %d: %v", i, err)
				}
			})
		}
		wait.Wait()
		if highest.Load() != atOnce || made.Load() != 6 {
			t.Errorf("%d documents were made, %d at once", made.Load(), highest.Load())
		}
	})
}

func TestWhoWaitsTooLongIsToldWhenToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPress(time.Now)
		done := make(chan struct{})
		for i := range atOnce {
			go func() {
				_, _ = p.print(context.Background(), fmt.Sprint(i), func() (printout, error) { <-done; return printout{}, nil }) // never waits
			}()
		}
		synctest.Wait()
		begin := time.Now()
		_, err := p.print(t.Context(), "late", func() (printout, error) { return printout{}, nil })
		if !errs.Is(err, errs.Unavailable) || time.Since(begin) != queueFor {
			t.Errorf("after %v: %v", time.Since(begin), err)
		}
		w := httptest.NewRecorder()
		refused(w, err)
		if w.Header().Get("Retry-After") != retryAfter {
			t.Errorf("Retry-After is %q", w.Header().Get("Retry-After"))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := p.print(ctx, "gone", func() (printout, error) { return printout{}, nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("a client that left: %v", err)
		}
		close(done)
	})
}

func TestPressKeepsWhatItMadeForAWhile(t *testing.T) {
	now := time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)
	p := newPress(func() time.Time { return now })
	made := 0
	ask := func(key string, size int) {
		t.Helper()
		got, err := p.print(t.Context(), key, func() (printout, error) {
			made++
			return printout{body: make([]byte, size)}, nil
		})
		if err != nil || len(got.body) != size {
			t.Errorf("%s: %d bytes, %v", key, len(got.body), err)
		}
	}
	ask("a", 10)
	ask("a", 10)
	if made != 1 {
		t.Errorf("one document was made %d times", made)
	}
	now = now.Add(keepFor + time.Second)
	ask("a", 10)
	if made != 2 {
		t.Error("a document is kept for ever")
	}
	for i := range 5 {
		now = now.Add(time.Second)
		ask(fmt.Sprint(i), keepBytes/3)
	}
	if p.bytes > keepBytes || len(p.kept) != 3 {
		t.Errorf("%d documents of %d bytes are kept", len(p.kept), p.bytes)
	}
	if _, err := p.print(t.Context(), "bad", func() (printout, error) { return printout{}, http.ErrAbortHandler }); err == nil {
		t.Error("a failure is no error")
	}
	if _, ok := p.find("bad"); ok {
		t.Error("a failure is kept")
	}
}

// The next version may lay out the same cards otherwise, and what tells where somebody stands has no key.
func TestKeys(t *testing.T) {
	key := func(program string, q directory.Query) string {
		p := &Pages{program: func() string { return program }}
		return p.key(asked{territory: &territory.Territory{Code: "nc"}, query: q})
	}
	if a := key("1", directory.Query{}); a == "" || a == key("2", directory.Query{}) || a != key("1", directory.Query{}) {
		t.Errorf("the key is %q", a)
	}
	if k := key("1", directory.Query{Near: &geo.Point{Lat: 1, Lon: 2}}); k != "" {
		t.Errorf("with a position, the key is %q", k)
	}
}

// The document of no key is made each time.
func TestPressKeepsNothingWithoutAKey(t *testing.T) {
	p := newPress(time.Now)
	for range 2 {
		if _, err := p.print(t.Context(), "", func() (printout, error) { return printout{body: []byte("x")}, nil }); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.kept) != 0 || p.bytes != 0 {
		t.Errorf("%d documents are kept", len(p.kept))
	}
}
