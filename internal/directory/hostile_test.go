package directory_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui/uitest"
)

// poisons are texts that try to leave the place where they stand.
func poisons() []string {
	return []string{
		`<script>alert('pwned')</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</script><script>alert(1)</script>`,
		`</title><svg/onload=alert(1)>`, `{{.Frame}}`, `javascript:alert(1)`, `%3Cscript%3E`, "a\x00b\x01c\x1b[31md", "caf\u00e9\u202eexe.gpj\u202c\u200f", "\xff\xfe\xc3",
		`<!--`, `]]>`, `**<b onclick=alert(1)>x</b>** [lien](javascript:alert(1)) ![i](data:text/html;base64,PHNjcmlwdD4=)`, `=cmd|' /C calc'!A0`,
	}
}

// poisoned is a card with a text in every field, as an import keeps it.
func poisoned(p string) listing.Record {
	r := card("Zz " + p)
	r.Company.LegalName, r.Company.SizeClass = "SARL "+p, "02"
	r.Company.Identifiers = []company.Identifier{{Scheme: "rid", Value: p, Written: p}}
	l := &r.Listing
	l.Headline, l.Description = p, p+"\n\n"+p
	l.Competences, l.Sectors, l.Tags = []string{p, "drones"}, []string{p}, []string{p, "zz"}
	l.ServiceArea.Zones = []string{p}
	l.Phones, l.Emails, l.Websites = []string{p, "tel:" + p}, []string{p, "a@b.example?bcc=" + p}, []string{p, "javascript:alert(1)", "https://x.example/" + p, "data:text/html," + p}
	l.Social = []listing.Social{{Network: "facebook", URL: "javascript:alert(1)"}, {Network: "x", URL: "vbscript:" + p}, {Network: "github", URL: "https://github.com/" + p}}
	l.OpeningHours, l.Accessibility, l.Languages = p, []string{p}, []string{p}
	l.Logo, l.Address, l.Postcode, l.City = "javascript:alert(1)", p+"\n"+p, p, p
	l.Point = &geo.Point{Lat: -22, Lon: 166}
	l.Provenance = company.Provenance{"name": {Kind: company.FromImport, Name: p, At: now()}}
	return r
}

// mustBeHarmless fails on an element, an attribute or an address that a text has made.
func mustBeHarmless(t *testing.T, where, body string) {
	t.Helper()
	for _, fault := range uitest.Faults(t, body) {
		if !strings.Contains(fault, `holds "{{"`) { // the text itself does
			t.Errorf("%s: %s", where, fault)
		}
	}
	for n := range uitest.Parse(t, body).Descendants() {
		if n.Type == html.CommentNode {
			t.Errorf("%s: a comment: %q", where, n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "img" || n.Data == "b" || n.Data == "iframe" || n.Data == "svg" && uitest.Attr(n, "onload") != "" {
			t.Errorf("%s: an element <%s> that no view has", where, n.Data)
		}
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "src" && a.Key != "action" {
				continue
			}
			u, err := url.Parse(a.Val)
			if err != nil {
				t.Errorf("%s: <%s %s=%q>: %v", where, n.Data, a.Key, a.Val, err)
			} else if s := u.Scheme; s != "" && s != "http" && s != "https" && s != "tel" && s != "mailto" {
				t.Errorf("%s: <%s> leads to %q", where, n.Data, a.Val)
			} else if s == "mailto" && u.RawQuery != "" {
				t.Errorf("%s: a mail to %q says more than to whom", where, a.Val)
			}
		}
	}
}

func TestHostileCards(t *testing.T) {
	var cards []listing.Record
	for _, p := range poisons() {
		cards = append(cards, poisoned(p))
	}
	h := open(t, dbtest.SQLite(t), append(cards, card("Voisine", "drones"))...)
	if found := h.ask(t, "zz"); len(found) != len(poisons()) {
		t.Errorf("%d of %d cards are found", len(found), len(poisons()))
	}
	for _, slug := range h.ask(t, "zz") {
		name := h.bySlug(t, slug).Name
		got := h.get(t, "/annuaire/"+slug)
		if got.status != 200 {
			t.Fatalf("%q: the card answers %d", name, got.status)
		}
		mustBeHarmless(t, name, got.body)
		if shown := uitest.Text(uitest.One(t, got.body, "h1")); plain(shown) != plain(name) {
			t.Errorf("the heading says %q, the card is called %q", shown, name)
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(uitest.Text(uitest.One(t, got.body, "script[type='application/ld+json']"))), &data); err != nil {
			t.Errorf("%q: structured data: %v", name, err)
		} else if data["logo"] != nil {
			t.Errorf("%q: a logo that leads to %q", name, data["logo"])
		}
	}
	for _, path := range []string{
		"/annuaire", "/annuaire?q=zz", "/annuaire?q=zz&page=1&tri=nom", "/", "/annuaire/voisine", "/competences", "/communes", "/annuaire?competence=drones", "/annuaire?tag=zz",
	} {
		for _, lang := range []string{"fr", "en"} {
			got := h.in(t.Context(), t, lang, path)
			if got.status != 200 {
				t.Errorf("%s answers %d", path, got.status)
			}
			mustBeHarmless(t, lang+" "+path, got.body)
		}
	}
}

// plain is a text as a page shows it, spaces and what HTML cannot hold apart.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == '\ufffd' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), "")
}

func TestHostileQuestions(t *testing.T) {
	h := sample(t)
	for _, p := range append(poisons(), strings.Repeat(`<script>"`, 2000)) {
		values := url.Values{}
		for _, name := range []string{"q", "zone", "competence", "categorie", "secteur", "tag"} {
			values.Set(name, p)
		}
		for _, path := range []string{
			"/annuaire?" + values.Encode(), "/annuaire?q=" + url.QueryEscape(p), "/annuaire?ou=" + url.QueryEscape(p),
			"/annuaire?q=photographe+" + url.QueryEscape(p), "/?q=" + url.QueryEscape(p),
		} {
			for _, lang := range []string{"fr", "en"} {
				got := h.in(t.Context(), t, lang, path)
				if got.status != 200 {
					t.Errorf("%.80s answers %d", path, got.status)
				}
				mustBeHarmless(t, path, got.body)
			}
		}
		for _, path := range []string{"/annuaire?tri=", "/annuaire?page=", "/annuaire?bbox=", "/annuaire?pres="} {
			if got := h.get(t, path+url.QueryEscape(p)); got.status != 400 {
				t.Errorf("%s%.40q answers %d", path, p, got.status)
			}
		}
		if got := h.get(t, "/annuaire/"+url.PathEscape(p)); got.status != 404 && got.status != 307 {
			t.Errorf("a card called %.40q: %d", p, got.status)
		}
		for _, path := range []string{"/annuaire/suggestions?q=", "/annuaire/lieux?q="} {
			var lines []any
			if got := h.get(t, path+url.QueryEscape(p)); got.status != 200 || json.Unmarshal([]byte(got.body), &lines) != nil {
				t.Errorf("%s%.40q: %d %s", path, p, got.status, got.body)
			}
		}
	}
}
