package opendata_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type atomFeed struct {
	XMLName xml.Name
	Lang    string     `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string     `xml:"http://www.w3.org/2005/Atom id"`
	Title   string     `xml:"http://www.w3.org/2005/Atom title"`
	Updated time.Time  `xml:"http://www.w3.org/2005/Atom updated"`
	Author  string     `xml:"http://www.w3.org/2005/Atom author>name"`
	Rights  string     `xml:"http://www.w3.org/2005/Atom rights"`
	Links   []atomLink `xml:"http://www.w3.org/2005/Atom link"`
	Entries []struct {
		ID        string     `xml:"id"`
		Title     string     `xml:"title"`
		Published time.Time  `xml:"published"`
		Updated   time.Time  `xml:"updated"`
		Author    string     `xml:"author>name"`
		Summary   string     `xml:"summary"`
		Links     []atomLink `xml:"link"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

func (h *house) feed(t *testing.T, path string) atomFeed {
	t.Helper()
	got := h.get(t, path)
	if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("%s: %d %s", path, got.Code, got.Body)
	}
	var feed atomFeed
	if err := xml.Unmarshal(got.Body.Bytes(), &feed); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, got.Body)
	}
	for _, at := range regexp.MustCompile(`<(?:updated|published)>([^<]*)<`).FindAllStringSubmatch(got.Body.String(), -1) {
		if !strings.HasSuffix(at[1], "Z") {
			t.Errorf("%s: the time %s is not in UTC", path, at[1])
		}
	}
	return feed
}

// at is where a link leads, "" where there is none.
func at(links []atomLink, rel string) string {
	i := slices.IndexFunc(links, func(l atomLink) bool { return l.Rel == rel })
	if i < 0 {
		return ""
	}
	return links[i].Href
}

// What RFC 4287 asks of a feed (4.1.1) and of an entry (4.1.2).
func TestFeedIsAtom(t *testing.T) {
	h := open(t, samples()...)
	feed := h.feed(t, "/annuaire.atom")
	if feed.XMLName != (xml.Name{Space: "http://www.w3.org/2005/Atom", Local: "feed"}) || feed.Lang != "fr" || feed.Title == "" || feed.Author == "" || feed.Updated.IsZero() || !strings.Contains(feed.Rights, "Licence Ouverte") {
		t.Errorf("%+v", feed)
	}
	if feed.ID != "tag:grappe.example,2026:/nc/annuaire.atom" || at(feed.Links, "self") != "https://grappe.example/nc/annuaire.atom" || at(feed.Links, "alternate") != "https://grappe.example/nc/annuaire" || at(feed.Links, "license") == "" {
		t.Errorf("id %q, links %+v", feed.ID, feed.Links)
	}
	if len(feed.Entries) != 5 {
		t.Fatalf("%d entries", len(feed.Entries))
	}
	ids := map[string]bool{}
	for _, e := range feed.Entries {
		if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$`).MatchString(e.ID) || ids[e.ID] {
			t.Errorf("the id %q", e.ID)
		}
		ids[e.ID] = true
		if e.Title == "" || e.Author == "" || e.Summary == "" || e.Published.IsZero() || e.Updated.Before(e.Published) || !strings.HasPrefix(at(e.Links, "alternate"), "https://grappe.example/nc/annuaire/") {
			t.Errorf("%+v", e)
		}
		if strings.Contains(strings.ToLower(fmt.Sprint(e)), "secret") {
			t.Errorf("the feed tells a secret: %+v", e)
		}
	}
	again := h.feed(t, "/annuaire.atom")
	for i := range again.Entries {
		if again.Entries[i].ID != feed.Entries[i].ID {
			t.Error("the entries are not the same twice")
		}
	}
	part := h.feed(t, "/en/annuaire.atom?zone=lifou&surplace=1&page=4")
	if len(part.Entries) != 1 || part.Entries[0].Title != "Drehu Photo" || part.Lang != "en" || part.ID == feed.ID || at(part.Links, "self") != "https://grappe.example/nc/en/annuaire.atom?surplace=1&zone=lifou" || at(part.Links, "alternate") != "https://grappe.example/nc/en/annuaire?surplace=1&zone=lifou" {
		t.Errorf("%+v", part)
	}
	if got := h.get(t, "/annuaire.atom?zone=atlantide"); got.Code != http.StatusBadRequest {
		t.Errorf("a place that is nowhere: %d", got.Code)
	}
}

func TestFeedTellsTheLatest(t *testing.T) {
	var all []listing.Record
	for i := range 70 {
		all = append(all, card(fmt.Sprintf("Atelier %02d", i)))
	}
	h := open(t, all...)
	if n := len(h.feed(t, "/annuaire.atom").Entries); n != 50 {
		t.Errorf("%d entries, want 50", n)
	}
	old, err := h.store.BySlug(t.Context(), h.db.Read(), "nc", "atelier-07")
	if err != nil {
		t.Fatal(err)
	}
	err = h.db.Write(t.Context(), func(tx *db.Tx) error {
		records, err := h.store.Records(t.Context(), tx, []string{old.ID})
		if err != nil {
			return err
		}
		records[0].Listing.Headline = "Du nouveau"
		_, err = h.store.SaveBatch(t.Context(), tx, records, now().Add(time.Hour))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.follow(t)
	feed := h.feed(t, "/annuaire.atom")
	if !feed.Updated.Equal(now().Add(time.Hour)) {
		t.Errorf("the feed was updated at %v", feed.Updated)
	}
	first := feed.Entries[0]
	if first.ID != "urn:uuid:"+old.ID || !first.Updated.Equal(now().Add(time.Hour)) || !first.Published.Equal(now()) || !strings.HasPrefix(first.Summary, "Du nouveau") {
		t.Errorf("%+v", first)
	}
}
