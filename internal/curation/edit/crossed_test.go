package edit

import (
	"net/http"
	"strings"
	"testing"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// What one window of a person has typed is not written over unseen by what they publish from another.
func TestTwoWindowsOfOnePerson(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	h.opens(h.louise, Owner, Essential).types("headline", "Du premier onglet").saves()
	v.Set("headline", "Du second onglet")
	v.Set(inputStep, string(Essential))
	kept := h.posts(h.louise, h.at("/apercu"), v) // as the island keeps what is typed
	v.Set(inputShown, uitest.Attr(uitest.One(t, kept.body, "[data-shown]"), "data-shown"))
	if d := h.drafts(h.louise); len(d) != 1 || d[0].Typed["headline"].Get("headline") != "Du premier onglet" {
		t.Fatalf("%+v", d)
	}
	v.Set(inputDo, doPublish)
	got := h.posts(h.louise, h.at(""), v)
	if says := strings.Join(uitest.Texts(t, got.body, ".errors-ask li"), " "); got.status != http.StatusConflict || !strings.Contains(says, "Du premier onglet") || h.now().Version != h.l.Version {
		t.Fatalf("%d %q", got.status, says)
	}
	v = form(t, got.body)
	if v.Get("headline") != "Du second onglet" {
		t.Errorf("what was sent is lost: %q", v.Get("headline"))
	}
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at(""), v); got.to != h.at("/fin?fait=publiee") || h.now().Headline != "Du second onglet" {
		t.Errorf("%d to %s, %q", got.status, got.to, h.now().Headline)
	}
}

// A page whose words were taken without its hearing of it, as on a bad line, sends them again, and others: it is no other window.
func TestAWindowThatHearsNothing(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	v.Set(inputStep, string(Essential))
	for _, typed := range []string{"Du p", "Du premier"} {
		v.Set("headline", typed)
		if got := h.posts(h.louise, h.at("/apercu"), v); got.status != http.StatusOK {
			t.Fatal(got.status)
		}
	}
	v.Set("headline", "Du premier onglet")
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at(""), v); got.to != h.at("/fin?fait=publiee") || h.now().Headline != "Du premier onglet" {
		t.Errorf("%d to %s, %q", got.status, got.to, h.now().Headline)
	}
}
