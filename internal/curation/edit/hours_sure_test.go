package edit

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/listing"
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
	for _, day := range week()[1:] {
		v.Set(dayInput(day), "oui")
	}
	v.Set(spanInput("1", 0, spanFrom), "08:00")
	v.Set(spanInput("1", 0, spanTo), "06:00")
	v.Set(inputDo, doPublish)
	got := h.posts(h.louise, h.at("/horaires"), v)
	if says := uitest.Texts(t, got.body, ".errors-list a"); got.status != http.StatusUnprocessableEntity || len(says) != 1 || !strings.HasPrefix(says[0], "Lundi ferme à 6 h le lendemain : est-ce bien cela ?") {
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

// Days that were left blank are asked about once, and nothing that was entered is lost.
func TestBlankDaysAreAskedAboutOnce(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	week := func(v url.Values, days ...string) url.Values {
		for name := range v {
			if strings.HasPrefix(name, hoursField) {
				v.Del(name)
			}
		}
		v.Set(inputMode, hoursWeek)
		for _, day := range days {
			v.Set(spanInput(day, 0, spanFrom), "08:00")
			v.Set(spanInput(day, 0, spanTo), "16:00")
		}
		v.Set(inputDo, doPublish)
		return v
	}
	v := week(form(t, h.page(h.louise, h.at("/horaires"), http.StatusOK)))
	v.Set(inputMode, hoursNone) // so that the card says nothing
	if got := h.posts(h.louise, h.at("/horaires"), v); got.to != h.at("/fin?fait=publiee") || h.now().OpeningHours != "" {
		t.Fatalf("%d to %s, %q", got.status, got.to, h.now().OpeningHours)
	}
	got := h.posts(h.louise, h.at("/horaires"), week(form(t, h.page(h.louise, h.at("/horaires"), http.StatusOK)), "1", "2", "3", "4", "5"))
	says := uitest.Texts(t, got.body, ".errors-list a")
	if got.status != http.StatusUnprocessableEntity || len(says) != 1 || !strings.HasPrefix(says[0], "Samedi et dimanche sont vides : fermé ces jours-là ?") {
		t.Fatalf("%d %q", got.status, says)
	}
	for _, fault := range uitest.Faults(t, got.body) {
		t.Error(fault)
	}
	v = form(t, got.body)
	if v.Get(spanInput("5", 0, spanTo)) != "16:00" || v.Get(dayInput("6")) != "" {
		t.Errorf("what was entered: %v", v)
	}
	v.Set(spanInput("4", 0, spanFrom), "") // the slip is another one: Thursday alone is asked about
	v.Set(spanInput("4", 0, spanTo), "")
	v.Set(inputDo, doPublish)
	got = h.posts(h.louise, h.at("/horaires"), v)
	if says := uitest.Texts(t, got.body, ".errors-list a"); len(says) != 1 || !strings.HasPrefix(says[0], "Jeudi est vide : fermé ce jour-là ?") {
		t.Fatalf("%d %q", got.status, says)
	}
	v = form(t, got.body)
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at("/horaires"), v); got.to != h.at("/fin?fait=publiee") || h.now().OpeningHours != "Mo-We 08:00-16:00; Fr 08:00-16:00" {
		t.Fatalf("%d to %s, %q", got.status, got.to, h.now().OpeningHours)
	}
	got = h.posts(h.louise, h.at("/horaires"), week(form(t, h.page(h.louise, h.at("/horaires"), http.StatusOK)), "1", "2"))
	if says := uitest.Texts(t, got.body, ".errors-list a"); len(says) != 1 || !strings.HasPrefix(says[0], "Mercredi et vendredi sont vides") {
		t.Fatalf("the card says already when it is closed: %d %q", got.status, says)
	}
}

// Nobody is asked about a Sunday alone, nor about days that are said to be closed.
func TestASundayAloneIsNotAskedAbout(t *testing.T) {
	v := url.Values{inputMode: {hoursWeek}, dayInput("6"): {"oui"}}
	for _, day := range []string{"1", "2", "3", "4", "5"} {
		v.Set(spanInput(day, 0, spanFrom), "08:00")
		v.Set(spanInput(day, 0, spanTo), "16:00")
	}
	if days := unasked(v, listing.Hours{}); days != nil {
		t.Errorf("asked about %v", days)
	}
	v.Del(dayInput("6"))
	if days := unasked(v, listing.Hours{}); !slices.Equal(days, []string{"6", "0"}) {
		t.Errorf("asked about %v", days)
	}
	if days := unasked(url.Values{inputMode: {hoursWeek}}, listing.Hours{}); days != nil {
		t.Errorf("without any hours, asked about %v", days)
	}
}
