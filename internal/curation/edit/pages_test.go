package edit

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

// at is the path of a page of the card's form, for the owner.
func (h *house) at(path string) string { return OwnerPath + h.l.ID + path }

// page gives a page that must be in order, in both languages.
func (h *house) page(by account.Actor, path string, status int) string {
	h.t.Helper()
	var body string
	for _, lang := range []string{"en", "fr"} {
		got := h.asks(by, lang, http.MethodGet, path, nil)
		if got.status != status {
			h.t.Fatalf("GET %s in %s: %d to %s\n%.300s", path, lang, got.status, got.to, got.body)
		}
		for _, fault := range uitest.Faults(h.t, got.body) {
			h.t.Errorf("GET %s in %s: %s", path, lang, fault)
		}
		body = got.body
	}
	return body
}

// form is what the form of a page holds, as a browser sends it.
func form(t *testing.T, page string) url.Values {
	t.Helper()
	v := url.Values{}
	for _, n := range uitest.Find(t, page, "#fiche input, #fiche textarea, #fiche select") {
		name, kind := uitest.Attr(n, "name"), uitest.Attr(n, "type")
		switch {
		case name == "":
		case n.Data == "textarea":
			text := ""
			if n.FirstChild != nil {
				text = n.FirstChild.Data
			}
			v.Add(name, strings.ReplaceAll(text, "\n", "\r\n"))
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data != "option" {
					continue
				}
				for _, a := range o.Attr {
					if a.Key == "selected" {
						v.Set(name, uitest.Attr(o, "value"))
					}
				}
			}
			if _, ok := v[name]; !ok {
				v.Set(name, uitest.Attr(uitest.Find(t, page, "select[name="+name+"] option")[0], "value"))
			}
		case kind == "checkbox" || kind == "radio":
			for _, a := range n.Attr {
				if a.Key == "checked" {
					v.Add(name, uitest.Attr(n, "value"))
				}
			}
		default:
			v.Add(name, uitest.Attr(n, "value"))
		}
	}
	return v
}

func (h *house) posts(by account.Actor, path string, v url.Values) answer {
	h.t.Helper()
	return h.asks(by, "fr", http.MethodPost, path, v)
}

// Every page is in order in both languages; a form that is sent back as it came changes nothing.
func TestPages(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for _, step := range Steps() {
		path := h.at("/" + string(step))
		if step == Essential {
			path = h.at("")
		}
		page := h.page(h.louise, path, http.StatusOK)
		uitest.Count(t, page, "h1", 1)
		uitest.Count(t, page, ".step-link", len(Steps()))
		uitest.Count(t, page, `.step-link[aria-current="step"]`, 1)
		if !step.asks() {
			continue
		}
		v := form(t, page)
		v.Set(inputDo, doNext)
		if got := h.posts(h.louise, path, v); got.status != http.StatusSeeOther || got.to != h.at("/"+string(step.next())) {
			t.Errorf("%s: %d to %s", step, got.status, got.to)
		}
		if len(h.drafts(h.louise)) != 0 {
			t.Fatalf("%s: a form that was sent back as it came has changed %v", step, h.drafts(h.louise)[0].Typed)
		}
	}
	for _, path := range []string{"/apercu", "/publier"} {
		h.page(h.louise, h.at(path), http.StatusOK)
	}
	for _, path := range []string{"/difference", "/fin", "/fin?fait=attente"} {
		if got := h.asks(h.louise, "fr", http.MethodGet, h.at(path), nil); got.status != http.StatusSeeOther {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := h.asks(h.louise, "fr", http.MethodGet, h.at("/etape-inconnue"), nil); got.status != http.StatusNotFound {
		t.Errorf("an unknown step: %d", got.status)
	}
	for _, step := range []Step{Essential, Logo, Review} {
		h.page(h.jules, way{h.pages, Team}.at(h.l.ID, step), http.StatusOK)
	}
}

// The whole way: a step is corrected, another saved by going to it, all of it read again and published.
func TestEditAndPublish(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	v.Set("headline", "Une autre accroche")
	v.Set(inputGo, "contact/phones")
	if got := h.posts(h.louise, h.at(""), v); got.to != h.at("/contact#phones") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	page := h.page(h.louise, h.at("/contact"), http.StatusOK)
	uitest.Count(t, page, ".step-changed", 1)
	v = form(t, page)
	v["phones"], v["websites"] = []string{"24 12 34", "douze"}, []string{"javascript:alert(1)"}
	v.Set(inputDo, doPublish)
	got := h.posts(h.louise, h.at("/contact"), v)
	uitest.Count(t, got.body, ".errors-list a", 2)
	uitest.Count(t, got.body, `#phones-1[aria-invalid][value="douze"]`, 1)
	uitest.Count(t, got.body, `#websites[aria-invalid][value="javascript:alert(1)"]`, 1)
	if got.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", got.status)
	}
	// It is kept, faults and all: one may go on elsewhere, and is led back before one publishes.
	page = h.page(h.louise, h.at("/publier"), http.StatusOK)
	uitest.Count(t, page, ".errors-list a", 2)
	uitest.Count(t, page, ".step-faulty", 1)
	uitest.Count(t, page, `#changements ~ .diffs .diff`, 3)
	got = h.posts(h.louise, h.at("/publier"), nil)
	uitest.Count(t, got.body, ".errors", 1)
	if got.status != http.StatusUnprocessableEntity {
		t.Errorf("published with faults: %d", got.status)
	}
	v = form(t, h.page(h.louise, h.at("/contact"), http.StatusOK))
	v["phones"], v["phones-1"], v["websites"] = []string{"24 12 34"}, []string{" "}, []string{"lagon.nc"}
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at("/contact"), v); got.to != h.at("/publier?fait=relire") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	if got := h.posts(h.louise, h.at("/publier"), nil); got.to != h.at("/fin?fait=publiee") {
		t.Fatalf("%d to %s\n%s", got.status, got.to, strings.Join(uitest.Texts(t, got.body, ".errors"), "; "))
	}
	page = h.page(h.louise, h.at("/fin?fait=publiee"), http.StatusOK)
	uitest.Count(t, page, `a[href="/nc/annuaire/`+h.now().Slug+`"]`, 1)
	if l := h.now(); l.Headline != "Une autre accroche" || l.Phones[0] != "+687241234" || l.Websites[0] != "https://lagon.nc" {
		t.Errorf("%+v", l.Content)
	}
}

// What the buttons of the opening hours do without scripts.
func TestHoursWithoutScripts(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := form(t, h.page(h.louise, h.at("/horaires"), http.StatusOK))
	v.Set(inputDo, doUsual)
	if got := h.posts(h.louise, h.at("/horaires"), v); got.to != h.at("/horaires#opening_hours") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	v = form(t, h.page(h.louise, h.at("/horaires"), http.StatusOK))
	if v.Get(spanInput("5", 1, spanTo)) != "17:00" || v.Get(dayInput("0")) == "" {
		t.Fatalf("%v", v)
	}
	v.Set(spanInput("1", 0, spanFrom), "07:30")
	v.Set(inputDo, doCopy)
	v.Set(copyFrom, "1")
	v[copyTo] = []string{"2", "6"}
	h.posts(h.louise, h.at("/horaires"), v)
	sheet, err := h.s.Open(t.Context(), h.louise, Owner, h.l.ID)
	h.must(err)
	if want := "Mo-Tu 07:30-12:00,13:00-17:00; We-Fr 08:00-12:00,13:00-17:00; Sa 07:30-12:00,13:00-17:00; PH off"; sheet.Content.OpeningHours != want {
		t.Errorf("%q, want %q", sheet.Content.OpeningHours, want)
	}
}

// A form that came after the session had ended is shown again as it was typed, and is then kept.
func TestResumed(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	v.Set("headline", "Tapé trop tard")
	// Meanwhile the card has changed in another field.
	paul := h.owner("paul@lagon.example", "Paul", h.l)
	h.opens(paul, Owner, Essential).types("name", "Lagon & Cie").saves()
	h.publishes(paul, Owner)
	h.resumed = v
	page := h.page(h.louise, h.at(""), http.StatusOK)
	h.resumed = nil
	again := form(t, page)
	if again.Get("headline") != "Tapé trop tard" || again.Get(inputVersion) != v.Get(inputVersion) || again.Get(inputShown) != v.Get(inputShown) || len(h.drafts(h.louise)) != 0 {
		t.Fatalf("%v", again)
	}
	again.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at(""), again); got.to != h.at("/fin?fait=publiee") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	if l := h.now(); l.Headline != "Tapé trop tard" || l.Name != "Lagon & Cie" {
		t.Errorf("%+v", l.Content)
	}
}

// The island keeps what is typed, and gets the card as it would be; without the right to write it gets none.
func TestRefresh(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	page := h.page(h.louise, h.at(""), http.StatusOK)
	v := form(t, page)
	v.Set("headline", "Vu d’avance")
	v.Set(inputStep, string(Essential))
	got := h.posts(h.louise, h.at("/apercu"), v)
	if got.status != http.StatusOK || !strings.Contains(got.body, "Vu d’avance") || strings.Contains(got.body, "<html") {
		t.Fatalf("%d %.200s", got.status, got.body)
	}
	shown := uitest.Attr(uitest.One(t, got.body, "[data-shown]"), "data-shown")
	if shown == v.Get(inputShown) || len(h.drafts(h.louise)) != 1 {
		t.Errorf("marks %q", shown)
	}
	// Back to what it was: by the new marks that is a change, by the old ones it would be none.
	v.Set("headline", card().Headline)
	v.Set(inputShown, shown)
	h.posts(h.louise, h.at("/apercu"), v)
	if len(h.drafts(h.louise)) != 0 {
		t.Error("what was typed and taken back is still kept")
	}
	v.Set(inputStep, "logo")
	v.Set("logo", "https://elsewhere.example/x.png")
	h.posts(h.louise, h.at("/apercu"), v)
	if len(h.drafts(h.louise)) != 0 {
		t.Error("a logo was typed")
	}
	stranger := h.owner("etranger@example.nc", "Étranger", h.imported("Autre"))
	if got := h.posts(stranger, h.at("/apercu"), v); got.status != http.StatusForbidden {
		t.Errorf("a stranger: %d", got.status)
	}
}

// A clash leads to the page on which one chooses, which publishes what was chosen.
func TestMeetingPage(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	paul := h.owner("paul@lagon.example", "Paul", h.l)
	h.opens(h.louise, Owner, Essential).types("headline", "De Louise").types("name", "Lagon & Cie").saves()
	h.opens(h.louise, Owner, Place).types("address", "1 rue de Louise").saves()
	h.opens(paul, Owner, Essential).types("headline", "De Paul").types("description", "Par Paul").saves()
	h.opens(paul, Owner, Place).types("postcode", "98801").saves()
	h.publishes(paul, Owner)
	page := h.page(h.louise, h.at(""), http.StatusOK)
	uitest.Count(t, page, `a[href$="/difference"]`, 1)
	if got := h.posts(h.louise, h.at("/publier"), nil); got.to != h.at("/difference") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	page = h.page(h.louise, h.at("/difference"), http.StatusOK)
	for name, n := range map[string]int{"garder-headline": 2, "garder-lieu": 2, "garder-name": 2, "garder-address": 0, "garder-description": 0} {
		uitest.Count(t, page, `[name="`+name+`"]`, n)
	}
	uitest.Count(t, page, `[value="moi"][checked]`, 3)
	if got := uitest.Texts(t, page, ".edit-by"); len(got) != 2 || !strings.Contains(got[0], "Paul") {
		t.Errorf("written by %v", got)
	}
	seen := uitest.Attr(uitest.One(t, page, "[name=version]"), "value")
	v := url.Values{inputVersion: {"1"}, "garder-headline": {keepTheirs}, inputDo: {doPublish}}
	if got := h.posts(h.louise, h.at("/difference"), v); got.status != http.StatusConflict {
		t.Errorf("a choice from another version: %d", got.status)
	}
	v.Set(inputVersion, seen)
	if got := h.posts(h.louise, h.at("/difference"), v); got.to != h.at("/fin?fait=publiee") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	if l := h.now(); l.Headline != "De Paul" || l.Name != "Lagon & Cie" || l.Address != "1 rue de Louise" || l.Postcode != "98800" || l.Description != "Par Paul" {
		t.Errorf("%+v", l.Content)
	}
}

// What is sent in bad faith, or by a form of another time, is refused or ignored, and nothing else is lost.
func TestBadInput(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	send := func(path string, change url.Values) answer {
		v := form(t, h.page(h.louise, h.at(path), http.StatusOK))
		for name, values := range change {
			v[name] = values
		}
		return h.posts(h.louise, h.at(path), v)
	}
	long := strings.Repeat("é", 50_000)
	got := send("", url.Values{"description": {long}, "headline": {"Gardée"}, inputDo: {doPublish}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, long) || h.drafts(h.louise)[0].Typed["headline"] == nil || h.drafts(h.louise)[0].Typed["description"] != nil {
		t.Errorf("100 kB: %d", got.status)
	}
	got = send("", url.Values{"description": {strings.Repeat("a", 10_001)}, inputDo: {doNext}})
	if got.status != http.StatusUnprocessableEntity || h.drafts(h.louise)[0].Typed["description"] == nil {
		t.Errorf("one character too many: %d", got.status)
	}
	phones := make([]string, 51)
	for i := range phones {
		phones[i] = fmt.Sprintf("24 12 %02d", i)
	}
	if got = send("/contact", url.Values{"phones": phones, inputDo: {doNext}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("51 phones: %d", got.status)
	}
	uitest.Count(t, got.body, ".edit-row input[name^=phones]", 52)
	for name, change := range map[string]url.Values{
		"a wrong version": {inputVersion: {"99"}}, "no version": {inputVersion: {"x"}}, "a negative version": {inputVersion: {"-1"}},
	} {
		if got := send("", change); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := send("", url.Values{inputGo: {"https://elsewhere.example/"}, inputShown: {"name:x headline"}, inputDo: {"tout"}}); got.status == http.StatusSeeOther && strings.Contains(got.to, "elsewhere") {
		t.Errorf("an unknown step: to %s", got.to)
	}
	if got := send("/activite", url.Values{inputGo: {"contact/\"><script>"}}); got.to != h.at("/contact") {
		t.Errorf("an unknown field: to %s", got.to)
	}
	if got := h.posts(h.louise, OwnerPath+"none/publier", nil); got.status != http.StatusNotFound {
		t.Errorf("a card of nobody: %d", got.status)
	}
	other := h.imported("Autre")
	if got := h.posts(h.louise, OwnerPath+other.ID, url.Values{inputVersion: {"1"}, "name": {"Forgé"}}); got.status != http.StatusForbidden {
		t.Errorf("a card of others: %d", got.status)
	}
}

// Each state of the card that matters says so, with what to do.
func TestStatesOfTheCard(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	set := func(change string) {
		t.Helper()
		h.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE listings SET "+change+" WHERE id = $1", h.l.ID)
			return err
		})
	}
	title := func(key string) string { return uitest.Frame(t, "fr", rooms()...).P.T(key) }
	for _, tt := range []struct{ change, key, link string }{
		{"state = 'hidden'", "edit.note_hidden", ""},
		{"state = 'hidden', withheld = TRUE", "edit.note_consent", "/nc/espace/entreprises/" + h.l.CompanyID + "/consentement"},
		{"state = 'lapsed', withheld = FALSE", "edit.note_lapsed", ""},
		{"state = 'draft'", "edit.note_unpublished", ""},
	} {
		set(tt.change)
		page := h.page(h.louise, h.at(""), http.StatusOK)
		if got := uitest.Texts(t, page, ".notice-title"); len(got) != 1 || got[0] != title(tt.key) {
			t.Errorf("%s: %v", tt.change, got)
		}
		if tt.link != "" {
			uitest.Count(t, page, `.notice a[href="`+tt.link+`"]`, 1)
		}
		h.page(h.louise, h.at("/publier"), http.StatusOK)
	}
	set("state = 'published'")
	h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	h.clock = h.clock.Add(time.Hour)
	page := h.page(h.louise, h.at(""), http.StatusOK)
	uitest.Count(t, page, `.notice a[href$="/abandon"]`, 1)
	if got := h.posts(h.louise, h.at("/abandon"), nil); got.to != h.at("?fait=abandon") {
		t.Errorf("%d to %s", got.status, got.to)
	}
	h.page(h.louise, h.at("?fait=abandon"), http.StatusOK)

	if got := uitest.Text(uitest.One(t, h.page(h.louise, h.at(""), http.StatusOK), `button[name=faire][value=publier]`)); got != "Publier" {
		t.Errorf("who is trusted %q", got)
	}
	h.trust(curation.Newcomer)
	if got := uitest.Text(uitest.One(t, h.page(h.louise, h.at(""), http.StatusOK), `button[name=faire][value=publier]`)); got != "Envoyer" {
		t.Errorf("a newcomer %q", got)
	}
	h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	if got := h.posts(h.louise, h.at("/publier"), nil); got.to != h.at("/fin?fait=attente") {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	uitest.Count(t, h.page(h.louise, h.at("/fin?fait=attente"), http.StatusOK), ".diff", 1)
	page = h.page(h.louise, h.at(""), http.StatusOK)
	uitest.Count(t, page, `.notice form`, 0)
	uitest.Count(t, page, `.notice a[href$="/attente/retrait"]`, 1)
	ask := h.page(h.louise, h.at("/attente/retrait"), http.StatusOK)
	uitest.Count(t, ask, `form[action$="/attente/retrait"]`, 1)
	uitest.Count(t, ask, ".diff", 1)
	h.page(h.louise, h.at("/publier"), http.StatusOK)
	for _, to := range []string{"?fait=retiree", ""} {
		if got := h.posts(h.louise, h.at("/attente/retrait"), nil); got.to != h.at(to) {
			t.Errorf("%d to %s", got.status, got.to)
		}
	}
	if got := h.asks(h.louise, "fr", http.MethodGet, h.at("/attente/retrait"), nil); got.to != h.at("") {
		t.Errorf("where nothing waits: %d to %s", got.status, got.to)
	}
}

func TestClosedPages(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Essential).types("headline", "Ce que j’ai écrit").saves()
	left := h.louise
	left.Companies = map[string]account.Role{}
	page := h.page(left, h.at(""), http.StatusForbidden)
	if !strings.Contains(page, "Ce que j’ai écrit") {
		t.Error("what was typed is not shown")
	}
	other := h.imported("Ateliers du Lagon SARL")
	_, err := h.cards.Merge(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff}}, other.ID, h.l.ID)
	h.must(err)
	page = h.page(h.louise, h.at("/contact"), http.StatusGone)
	uitest.Count(t, page, `a[href="/nc/annuaire/`+other.Slug+`"]`, 1)
	uitest.Count(t, page, `form[action$="/report"]`, 0)
	h.louise.Companies[other.CompanyID] = account.CompanyEditor
	uitest.Count(t, h.page(h.louise, h.at(""), http.StatusGone), `form[action$="/report"]`, 1)
	if got := h.posts(h.louise, h.at("/report"), nil); got.to != OwnerPath+other.ID+"?fait=report" {
		t.Errorf("%d to %s", got.status, got.to)
	}
	h.page(h.louise, OwnerPath+other.ID, http.StatusOK)
	h.page(h.louise, h.at(""), http.StatusGone)
}

// What is sent after the card was merged is shown with the rest, and kept: for the card that it is part of now, and for itself once it
// is parted again.
func TestSentAfterMerging(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Essential).types("headline", "Ce que j’ai écrit").saves()
	v := form(t, h.page(h.louise, h.at(""), http.StatusOK))
	contact := form(t, h.page(h.louise, h.at("/contact"), http.StatusOK))
	other := h.imported("Ateliers du Lagon SARL")
	_, err := h.cards.Merge(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff}}, other.ID, h.l.ID)
	h.must(err)
	v.Set("headline", "Ce que j’ai écrit, suite")
	v.Set(inputDo, doPublish)
	if got := h.posts(h.louise, h.at(""), v); got.status != http.StatusGone || !strings.Contains(got.body, "Ce que j’ai écrit, suite") {
		t.Errorf("%d\n%s", got.status, got.body)
	}
	contact.Set("phones", "24 12 34")
	contact.Set(inputStep, string(Contact))
	if got := h.posts(h.louise, h.at("/apercu"), contact); got.status != http.StatusGone {
		t.Errorf("the island's: %d", got.status)
	}
	d := h.drafts(h.louise)
	if len(d) != 1 || d[0].Typed["headline"].Get("headline") != "Ce que j’ai écrit, suite" || d[0].Typed["phones"].Get("phones") != "24 12 34" {
		t.Errorf("%+v", d)
	}
	h.must(h.s.Discard(t.Context(), h.louise, h.l.ID))
	stranger := h.owner("etranger@example.nc", "Étranger", h.imported("Autre"))
	if got := h.posts(stranger, h.at(""), v); got.status != http.StatusForbidden && got.status != http.StatusGone || len(h.drafts(stranger)) > 0 {
		t.Errorf("a stranger's: %d, %+v", got.status, h.drafts(stranger))
	}
}

func TestOfferPage(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	var c curation.Change
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = h.curation.Propose(ctx, tx, curation.Change{
			Territory: "nc", Listing: h.l.ID, Kind: curation.Suggestion, State: curation.Waiting, Mail: "quelquun@example.nc", Lang: "fr", Base: h.l.Version, Message: "J’ai appelé, c’est changé.",
			Fields: []string{"headline", "phones"}, After: listing.Content{Headline: "Plus juste", Phones: []string{"+687241234"}},
		})
		return err
	})
	path := h.at("/corrections/" + c.ID)
	uitest.Count(t, h.page(h.louise, h.at(""), http.StatusOK), `.notice a[href="/nc`+path+`"]`, 1)
	page := h.page(h.louise, path, http.StatusOK)
	uitest.Count(t, page, "[name=prendre][checked]", 2)
	if strings.Contains(page, "quelquun") {
		t.Error("the page tells who wrote")
	}
	seen := fmt.Sprint(h.l.Version)
	if got := h.posts(h.louise, path, url.Values{inputVersion: {seen}, inputDo: {doPublish}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing is taken: %d", got.status)
	}
	if got := h.posts(h.louise, path, url.Values{inputVersion: {seen}, inputDo: {doPublish}, "prendre": {"phones"}}); got.to != h.at("?fait=correction") {
		t.Errorf("%d to %s", got.status, got.to)
	}
	if l := h.now(); l.Phones[0] != "+687241234" || l.Headline != card().Headline {
		t.Errorf("%+v", l.Content)
	}
	if got := h.asks(h.louise, "fr", http.MethodGet, path, nil); got.status != http.StatusNotFound {
		t.Errorf("once more: %d", got.status)
	}
}

// What a card says already is no correction any more: it can only be closed.
func TestOfferThatIsDone(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	var c curation.Change
	h.write(func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = h.curation.Propose(ctx, tx, curation.Change{
			Territory: "nc", Listing: h.l.ID, Kind: curation.Suggestion, State: curation.Waiting, Mail: "quelquun@example.nc", Lang: "fr", Base: h.l.Version,
			Fields: []string{"headline"}, After: listing.Content{Headline: "Plus juste"},
		})
		return err
	})
	h.opens(h.louise, Owner, Essential).types("headline", "Plus juste").saves()
	h.posts(h.louise, h.at("/publier"), nil)
	path := h.at("/corrections/" + c.ID)
	page := h.page(h.louise, path, http.StatusOK)
	uitest.Count(t, page, "[name=prendre]", 0)
	uitest.Count(t, page, `button[value="publier"]`, 0)
	if got := h.posts(h.louise, path, url.Values{inputVersion: {fmt.Sprint(h.now().Version)}, inputDo: {"ecarter"}}); got.to != h.at("?fait=ecartee") {
		t.Errorf("%d to %s", got.status, got.to)
	}
}

// The list of one's cards: with the button that says that all of it is still right.
func TestPanel(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	panel := func(by account.Actor) string {
		t.Helper()
		r := uitest.Request(t, uitest.Frame(t, "fr", rooms()...), "/espace")
		html, err := h.pages.Panel(r.WithContext(account.With(r.Context(), by)))
		h.must(err)
		return string(html)
	}
	if got := panel(h.jules); got != "" {
		t.Errorf("cards of nobody: %s", got)
	}
	h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	got := panel(h.louise)
	uitest.Count(t, got, "#fiches li h3 a", 1)
	uitest.Count(t, got, ".badge", 2)
	form := uitest.One(t, got, `form[action$="/confirmation"]`)
	path := strings.TrimPrefix(uitest.Attr(form, "action"), "/nc")
	version := uitest.Attr(uitest.One(t, got, "[name=version]"), "value")
	if got := h.posts(h.louise, path, url.Values{inputVersion: {"99"}}); got.to != h.at("/difference?version=99") {
		t.Errorf("of another version: %d to %s", got.status, got.to)
	}
	if got := h.posts(h.louise, path, url.Values{inputVersion: {version}}); got.to != "/espace?fait=exacte#fiches" || !h.now().ConfirmedAt.Equal(h.clock) {
		t.Errorf("%d to %s", got.status, got.to)
	}
	if len(h.drafts(h.louise)) != 1 {
		t.Error("the draft is gone")
	}
}

func TestSuggestions(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for query, want := range map[string]string{"site+vitr": "Développement web", "wifi": "Réseaux", "zzz": "[]", "": "[]", strings.Repeat("a+", 200): "[]"} {
		got := h.asks(h.louise, "fr", http.MethodGet, PathCompetences+"?q="+query, nil)
		if got.status != http.StatusOK || !strings.Contains(got.body, want) {
			t.Errorf("%.20s: %d %s", query, got.status, got.body)
		}
	}
	if got := h.asks(h.louise, "fr", http.MethodGet, PathZones+"?q=Lif", nil); !strings.Contains(got.body, "Lifou") {
		t.Errorf("%s", got.body)
	}
	for _, path := range []string{PathCompetences, PathZones} {
		if got := h.asks(account.Actor{Territory: "nc"}, "fr", http.MethodGet, path, nil); got.status != http.StatusUnauthorized {
			t.Errorf("%s: %d for a visitor", path, got.status)
		}
	}
}
