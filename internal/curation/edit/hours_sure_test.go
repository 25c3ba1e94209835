package edit

import (
	"net/http"
	"strings"
	"testing"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// An opening that looks like a slip is asked about once, and published when it is confirmed.
func TestOddHoursAreAskedAbout(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	page := h.page(h.louise, h.at("/horaires"), http.StatusOK)
	uitest.Count(t, page, `[name="`+inputSure+`"]`, 0)
	v := form(t, page)
	for name := range v {
		if strings.HasPrefix(name, hoursField) {
			v.Del(name)
		}
	}
	v.Set(inputMode, hoursWeek)
	v.Set(spanInput("1", 0, spanFrom), "08:00")
	v.Set(spanInput("1", 0, spanTo), "06:00")
	v.Set(inputDo, doPublish)
	got := h.posts(h.louise, h.at("/horaires"), v)
	if says := uitest.Texts(t, got.body, ".errors-list a"); got.status != http.StatusUnprocessableEntity || len(says) != 1 || says[0] != "Lundi ferme à 6 h le lendemain : est-ce bien cela ?" {
		t.Fatalf("%d %q", got.status, says)
	}
	for _, fault := range uitest.Faults(t, got.body) {
		t.Error(fault)
	}
	v = form(t, got.body)
	v.Set(inputSure, uitest.Attr(uitest.One(t, got.body, `[data-day="1"] [name="`+inputSure+`"]`), "value"))
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at("/horaires"), v); got.to != h.at("/fin?fait=publiee") || h.now().OpeningHours != "Mo 08:00-06:00" {
		t.Fatalf("%d to %s, %q", got.status, got.to, h.now().OpeningHours)
	}
	v = form(t, h.page(h.louise, h.at("/horaires"), http.StatusOK))
	v.Set(spanInput("2", 0, spanFrom), "09:00")
	v.Set(spanInput("2", 0, spanTo), "12:00")
	v.Del(dayInput("2"))
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at("/horaires"), v); got.to != h.at("/fin?fait=publiee") {
		t.Errorf("it is asked again: %d to %s", got.status, got.to)
	}
}
