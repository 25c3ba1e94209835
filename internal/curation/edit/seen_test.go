package edit

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui/uitest"
)

// moves lets the team change the address of the card, and gives the version that was shown before.
func (h *house) moves(address string) (seen int64) {
	h.t.Helper()
	seen = h.now().Version
	h.clock = h.clock.Add(time.Hour)
	_, err := h.curation.Submit(h.t.Context(), h.jules, h.l.ID, seen, listing.Content{Address: address}, []string{"address"})
	h.must(err)
	return seen
}

// Nobody vouches for a card that they were not shown, by whichever button.
func TestVouchedAsShown(t *testing.T) {
	each(t, func(h *house) {
		h.trust(curation.Trusted)
		for name, press := range map[string]func(version int64) error{
			"publish": func(version int64) error {
				_, err := h.s.Publish(t.Context(), h.louise, Owner, h.l.ID, version)
				return err
			},
			"confirm": func(version int64) error { _, err := h.s.Confirm(t.Context(), h.louise, h.l.ID, version); return err },
			"submit": func(version int64) error { // between the look of the two above and their writing
				_, err := h.curation.Submit(t.Context(), h.louise, h.l.ID, version, h.now().Content, nil)
				return err
			},
			"submit what stands already": func(version int64) error {
				_, err := h.curation.Submit(t.Context(), h.louise, h.l.ID, version, h.now().Content, []string{"address"})
				return err
			},
		} {
			seen := h.moves("12 rue de " + name)
			confirmed := h.now().ConfirmedAt
			h.clock = h.clock.Add(time.Hour)
			if err := press(seen); !errs.Is(err, errs.Conflict) || !h.now().ConfirmedAt.Equal(confirmed) {
				t.Errorf("%s: %v, confirmed %v", name, err, h.now().ConfirmedAt)
			}
			if err := press(h.now().Version); err != nil || !h.now().ConfirmedAt.Equal(h.clock) {
				t.Errorf("%s, once it is shown: %v", name, err)
			}
		}
	})
}

// Two who write the same have nothing to choose, and what only one of them saw is not vouched for by the other.
func TestVouchedWhenBothWroteTheSame(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.trust(curation.Trusted)
	h.opens(h.louise, Owner, Place).types("address", "12 rue neuve").saves()
	seen := h.moves("12 rue neuve")
	if _, err := h.s.Publish(t.Context(), h.louise, Owner, h.l.ID, seen); !errs.Is(err, errs.Conflict) {
		t.Errorf("%v", err)
	}
	h.publishes(h.louise, Owner)
	if !h.now().ConfirmedAt.Equal(h.clock) || len(h.drafts(h.louise)) != 0 {
		t.Error("not confirmed, or the draft is kept")
	}
}

// Who confirms a card that has changed since it was shown sees what has, and confirms that.
func TestConfirmingWhatHasChanged(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for _, path := range []string{"/confirmation", "/publier", ""} {
		page := h.page(h.louise, h.at("/publier"), http.StatusOK)
		if got := uitest.Attr(uitest.One(t, page, `[action$="/publier"] [name=version]`), "value"); got != fmt.Sprint(h.now().Version) {
			t.Errorf("the page was of version %s", got)
		}
		first := h.page(h.louise, h.at(""), http.StatusOK)
		seen := h.moves("12 rue de l’autre" + path)
		h.clock = h.clock.Add(time.Hour)
		v := url.Values{inputVersion: {fmt.Sprint(seen)}, inputDo: {doPublish}}
		if path == "" {
			v = form(t, first)
			v.Set(inputDo, doPublish)
		}
		got := h.posts(h.louise, h.at(path), v)
		if want := h.at("/difference?version=" + fmt.Sprint(seen)); got.to != want {
			t.Fatalf("%s: %d to %s, want %s", path, got.status, got.to, want)
		}
		page = h.page(h.louise, got.to, http.StatusOK)
		uitest.Count(t, page, `#leurs`, 1)
		uitest.Count(t, page, `[name^="garder-"]`, 0)
		v.Set(inputVersion, uitest.Attr(uitest.One(t, page, "[name=version]"), "value"))
		if got := h.posts(h.louise, h.at("/difference"), v); got.to != h.at("/fin?fait=confirmee") || !h.now().ConfirmedAt.Equal(h.clock) {
			t.Errorf("%s: %d to %s", path, got.status, got.to)
		}
	}
	if got := h.asks(h.louise, "fr", http.MethodGet, h.at("/difference?version=99"), nil); got.to != h.at("/publier?fait=changee") {
		t.Errorf("of a version that never was: %d to %s", got.status, got.to)
	}
}
