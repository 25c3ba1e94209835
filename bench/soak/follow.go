package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// copied are the headlines of a territory's cards, by identifier, as a program holds them that follows the feed.
type copied struct {
	mu     sync.Mutex
	cards  map[string]string
	cursor string
}

// edit writes headlines in turn, as another process on the same base.
func (t *town) edit(ctx context.Context, perSecond float64) error {
	service := listing.NewService(t.writer.DB, time.Now)
	n := 0
	return every(ctx, time.Duration(float64(time.Second)/perSecond), func() error {
		now, err := t.writer.Listings.ByID(ctx, t.writer.DB.Read(), t.edited[n%len(t.edited)].ID)
		if err != nil {
			return err
		}
		n++
		now.Headline = fmt.Sprintf("Édition %d", n)
		_, _, err = service.Edit(ctx, listing.Author{Source: company.Source{Kind: company.FromOwner}}, now.ID, now.Version, now.Content, []string{"headline"})
		if err == nil {
			t.edits.Add(1)
		}
		if errs.Is(err, errs.Conflict) {
			return nil
		}
		return err
	})
}

// follow keeps a copy of the territory by live connections and the feed, one connection after the other.
func (t *town) follow(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := t.read(ctx); err != nil {
			return err
		}
		if err := t.listen(ctx, 20); err != nil {
			return err
		}
	}
	return nil
}

// listen reads the feed each time that it is told to, for so many events.
func (t *town) listen(ctx context.Context, events int) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, t.p.URL+livePath+"?cursor="+t.copy.cursor, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("a live connection was answered %d", response.StatusCode)
	}
	for lines := bufio.NewScanner(response.Body); events > 0 && lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "data: ") {
			continue
		}
		events--
		if err := t.read(ctx); err != nil {
			return err
		}
	}
	if events > 0 && ctx.Err() == nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// read takes over what the feed has.
func (t *town) read(ctx context.Context) error {
	t.copy.mu.Lock()
	defer t.copy.mu.Unlock()
	for more := true; more; {
		got, err := t.ask(ctx, "/nc/api/v1/changes?limit=500&cursor="+t.copy.cursor, "")
		if err != nil {
			return err
		}
		var feed struct {
			Changes []struct {
				ID      string
				Deleted bool
				Listing struct{ Headline string }
			}
			Next string
			More bool
		}
		if err := json.Unmarshal([]byte(got.body), &feed); err != nil || got.status != http.StatusOK {
			return fmt.Errorf("the feed: %d %.300s", got.status, got.body)
		}
		for _, c := range feed.Changes {
			t.applied.Add(1)
			if t.copy.cards[c.ID] = c.Listing.Headline; c.Deleted {
				delete(t.copy.cards, c.ID)
			}
		}
		t.copy.cursor, more = feed.Next, feed.More
	}
	return nil
}

// compare fails unless the copy is what the base holds, once the last event was told.
func (t *town) compare(ctx context.Context) error {
	if err := t.read(ctx); err != nil {
		return err
	}
	held := 0
	var faults []error
	err := t.writer.Listings.Each(ctx, t.writer.DB.Read(), territory, func(l listing.Listing) error {
		if l.State != listing.Published {
			return nil
		}
		if held++; t.copy.cards[l.ID] != l.Headline {
			faults = append(faults, fmt.Errorf("the copy of %s says %q, not %q", l.Slug, t.copy.cards[l.ID], l.Headline))
		}
		return nil
	})
	if held != len(t.copy.cards) {
		faults = append(faults, fmt.Errorf("the copy holds %d cards, not %d", len(t.copy.cards), held))
	}
	return errors.Join(append(faults, err)...)
}

// comeAndGo opens live connections and leaves them, some before they are answered.
func (t *town) comeAndGo(ctx context.Context) error {
	n := 0
	return every(ctx, 50*time.Millisecond, func() error {
		n++
		visit, leave := context.WithTimeout(ctx, time.Duration(n%7)*20*time.Millisecond)
		defer leave()
		r, err := http.NewRequestWithContext(visit, http.MethodGet, t.p.URL+livePath, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil // it left before
		}
		defer response.Body.Close()
		t.visits.Add(1)
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("a live connection was answered %d", response.StatusCode)
		}
		_, _ = io.Copy(io.Discard, response.Body) // until it leaves
		return nil
	})
}
