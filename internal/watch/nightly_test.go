package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

func sites(urls ...string) listing.Content { return listing.Content{Websites: urls} }

func TestSites(t *testing.T) {
	each(t, func(h *house) {
		well := h.card("Vivant", sites("https://vivant.example", "https://www.facebook.com/vivant", "not an address"))
		dead := h.card("Mort", sites("https://mort.example"))
		asked := h.nights(34)
		if asked = slices.Compact(asked); strings.Join(asked, " ") != "https://mort.example https://vivant.example" {
			t.Fatalf("asked %v", asked)
		}
		h.status["https://mort.example"] = 404
		if asked = h.nights(60); len(asked) > 12 {
			t.Errorf("%d requests in two months", len(asked))
		}
		if got := h.flag(dead, listing.DeadSite); got != "https://mort.example\u202f: page introuvable (404)" || h.flag(well, listing.DeadSite) != "" {
			t.Errorf("flags %q and %q", got, h.flag(well, listing.DeadSite))
		}
		h.settle(dead, listing.DeadSite)
		if h.nights(40); h.flag(dead, listing.DeadSite) != "" {
			t.Error("what the team has settled is raised again at once")
		}
		if h.nights(150); h.flag(dead, listing.DeadSite) == "" {
			t.Error("it is never raised again")
		}
		h.status["https://mort.example"] = 200
		if h.nights(40); h.flag(dead, listing.DeadSite) != "" {
			t.Error("a site that is back keeps its flag")
		}
		h.status["https://mort.example"] = 410
		h.nights(70)
		if h.flag(dead, listing.DeadSite) == "" {
			t.Fatal("it died again unnoticed")
		}
		h.edit(dead, sites("https://neuf.example"), "websites")
		if h.nights(1); h.flag(dead, listing.DeadSite) != "" {
			t.Error("the flag of an address that the card does not show any more stays")
		}
		h.edit(dead, sites("https://mort.example"), "websites")
		h.nights(70)
		h.s.Sites = nil
		if h.nights(1); h.flag(dead, listing.DeadSite) != "" {
			t.Error("flags stay where nobody watches")
		}
	})
}

// due has all sites be looked at now.
func (h *house) due() {
	h.t.Helper()
	h.must(h.db.Write(h.t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(h.t.Context(), "UPDATE watch_sites SET next_at = 0")
		return err
	}))
}

func (h *house) failing() int {
	h.t.Helper()
	var n int
	h.must(h.db.Read().QueryRowContext(h.t.Context(), "SELECT count(*) FROM watch_sites WHERE failures > 0").Scan(&n))
	return n
}

func TestSeveredRound(t *testing.T) {
	each(t, func(h *house) {
		for i := range 6 {
			h.card(fmt.Sprintf("Fiche %d", i), sites(fmt.Sprintf("https://s%d.example", i)))
		}
		h.nights(1)
		h.due()
		h.nights(1)
		for i := range 6 {
			h.status[fmt.Sprintf("https://s%d.example", i)] = 0
		}
		h.due()
		if asked := h.nights(1); len(asked) != 6 || h.failing() != 0 {
			t.Errorf("asked %v, and %d fail", asked, h.failing())
		}
		// All that is due fails, and what is not due answers: it is not our network.
		for i := range 5 {
			delete(h.status, fmt.Sprintf("https://s%d.example", i))
		}
		h.due()
		h.nights(1)
		if h.failing() != 1 {
			t.Errorf("%d fail", h.failing())
		}
		h.asked = nil
		h.clock = h.clock.Add(5 * day)
		h.must(h.s.Round(t.Context()))
		if len(h.asked) != 2 || h.failing() != 1 {
			t.Errorf("asked %v, the dead one and one to compare with", h.asked)
		}
	})
}

// A round that is killed has judged nobody, and asks nobody again that night.
func TestKilledRound(t *testing.T) {
	each(t, func(h *house) {
		for i := range 8 {
			url := fmt.Sprintf("https://s%d.example", i)
			h.card(fmt.Sprintf("Fiche %d", i), sites(url))
			h.status[url] = 404
		}
		h.must(h.s.Reconcile(t.Context()))
		h.due()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		n := 0
		h.ask = func(string) {
			if n++; n == 4 {
				cancel()
			}
		}
		if err := h.s.Round(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		h.ask = nil
		if h.failing() != 0 {
			t.Errorf("%d were judged", h.failing())
		}
		h.asked = nil
		h.must(h.s.Round(t.Context()))
		if len(h.asked) != 0 {
			t.Errorf("asked again %v", h.asked)
		}
		if h.nights(2); h.failing() != 8 {
			t.Errorf("%d fail the next night", h.failing())
		}
	})
}

// One host is asked ten times a night at most, with pauses, and left alone when it wants to be.
func TestPolite(t *testing.T) {
	each(t, func(h *house) {
		for i := range 14 {
			h.card(fmt.Sprintf("Fiche %d", i), sites(fmt.Sprintf("https://commun.example/%02d", i)))
		}
		pauses := 0
		h.s.Wait = func(_ context.Context, d time.Duration) error {
			if d == hostPause {
				pauses++
			}
			return nil
		}
		h.must(h.s.Reconcile(t.Context()))
		h.due()
		h.must(h.s.Round(t.Context()))
		if len(h.asked) != mostOfHost || pauses != mostOfHost-1 {
			t.Errorf("asked %d times, with %d pauses", len(h.asked), pauses)
		}
		for i := range 14 {
			h.status[fmt.Sprintf("https://commun.example/%02d", i)] = 429
		}
		h.due()
		h.asked = nil
		h.must(h.s.Round(t.Context()))
		if len(h.asked) != 1 || h.failing() != 0 {
			t.Errorf("a host that is busy was asked %d times, %d fail", len(h.asked), h.failing())
		}
	})
}

func TestBounces(t *testing.T) {
	each(t, func(h *house) {
		one := h.card("Une", listing.Content{Emails: []string{"Contact@une.example", "autre@une.example"}})
		two := h.card("Deux", listing.Content{Emails: []string{"contact@deux.example"}})
		h.refusing["contact@une.example"] = true
		h.nights(2)
		if h.flag(one, listing.MailBounced) != "contact@une.example" || h.flag(two, listing.MailBounced) != "" {
			t.Errorf("%q and %q", h.flag(one, listing.MailBounced), h.flag(two, listing.MailBounced))
		}
		h.settle(one, listing.MailBounced)
		if h.nights(2); h.flag(one, listing.MailBounced) != "" {
			t.Error("raised again after the team has settled it")
		}
		h.refusing["autre@une.example"] = true
		if h.nights(1); !strings.Contains(h.flag(one, listing.MailBounced), "autre@une.example") {
			t.Error("another address refuses, and nobody says so")
		}
		h.edit(one, listing.Content{Emails: []string{"neuf@une.example"}}, "emails")
		if h.nights(1); h.flag(one, listing.MailBounced) != "" {
			t.Error("another address stands there, and the flag stays")
		}
		h.refusing["neuf@une.example"] = true
		h.nights(1)
		delete(h.refusing, "neuf@une.example")
		if h.nights(1); h.flag(one, listing.MailBounced) != "" {
			t.Error("the address is well again, and the flag stays")
		}
	})
}

// What the team settles while a night's work is under way stays settled.
func TestSettledMeanwhile(t *testing.T) {
	each(t, func(h *house) {
		l := h.card("Une", listing.Content{Emails: []string{"contact@une.example"}})
		h.refusing["contact@une.example"] = true
		h.nights(1)
		night := make(chan error, 1)
		h.must(h.db.Write(h.t.Context(), func(tx *db.Tx) error {
			if err := (listing.Store{}).ClearFlag(h.t.Context(), tx, l.ID, listing.MailBounced); err != nil {
				return err
			}
			go func() { night <- h.s.Reconcile(h.t.Context()) }()
			h.waiting()
			return nil
		}))
		h.must(<-night)
		if got := h.flag(l, listing.MailBounced); got != "" {
			h.t.Errorf("raised again: %q", got)
		}
	})
}

// waiting returns when a statement waits for another transaction to end.
func (h *house) waiting() {
	h.t.Helper()
	if h.db.Engine() != "postgres" {
		return // where writers come one after the other
	}
	for deadline, n := time.Now().Add(20*time.Second), 0; n == 0; {
		h.must(h.db.Read().QueryRowContext(h.t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&n))
		if time.Now().After(deadline) {
			h.t.Fatal("nobody waits")
		}
	}
}

// Copies of other instances are theirs to watch.
func TestCopies(t *testing.T) {
	each(t, func(h *house) {
		ctx := t.Context()
		kept := listing.KeptBy("https://autre.example/nc")
		h.must(h.db.Write(ctx, func(tx *db.Tx) error {
			if err := kept.Keep(ctx, tx, "nc"); err != nil {
				return err
			}
			l, _ := listing.Merge(listing.Listing{Territory: "nc", State: listing.Published}, listing.Content{
				Name: "Copie", Category: listing.Company, Websites: []string{"https://copie.example"}, Emails: []string{"x@copie.example"},
			}, nil, source())
			_, err := kept.Save(ctx, tx, listing.Record{Listing: l}, h.clock)
			return err
		}))
		h.refusing["x@copie.example"] = true
		if asked := h.nights(40); len(asked) != 0 {
			t.Errorf("asked %v", asked)
		}
		if flags, err := (listing.Reader{}).Flagged(ctx, h.db.Read(), "nc", 10); err != nil || len(flags) != 0 {
			t.Errorf("%v %v", flags, err)
		}
		if _, err := h.read("RIDET;état\n", Columns{}); err == nil {
			t.Error("a register was read for a copy")
		}
	})
}
