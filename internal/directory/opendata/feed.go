package opendata

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// feedEntries is how many cards a feed tells, the latest changed first.
const feedEntries = 50

// atomFeed is an Atom feed: RFC 4287.
type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle"`
	Updated   string      `xml:"updated"`
	Author    atomPerson  `xml:"author"`
	Links     []atomLink  `xml:"link"`
	Rights    string      `xml:"rights"`
	Generator string      `xml:"generator"`
	Entries   []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Author     atomPerson     `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// feed answers with the cards of a search that are new or changed last.
func (p *Pages) feed(w http.ResponseWriter, r *http.Request) error {
	frame, t := ui.Of(r), territory.Of(r.Context())
	v := r.URL.Query()
	v.Set("tri", string(directory.ByFreshness))
	chosen, err := p.chooseAll(r.Context(), t, v)
	if err != nil {
		return err
	}
	chosen.query, chosen.whole = chosen.query.Filters(), false
	chosen.ids = chosen.ids[:min(len(chosen.ids), feedEntries)]
	d, err := p.dataset(r.Context(), frame, t, chosen)
	if err != nil {
		return err
	}
	if p.unchanged(w, r, chosen, d.etagParts(frame.URL("/annuaire.atom"))...) {
		return nil
	}
	feed := d.feed()
	err = p.rooms.Cards.Records(r.Context(), t.Code, chosen.ids, func(record listing.Record) error {
		feed.Entries = append(feed.Entries, d.entry(directory.PublicOf(frame, record)))
		return nil
	})
	if err != nil {
		return err
	}
	if len(feed.Entries) > 0 {
		feed.Updated = feed.Entries[0].Updated // the latest first
	}
	body, err := xml.Marshal(feed)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	if r.Method != http.MethodHead {
		_, _ = w.Write(append([]byte(xml.Header), body...)) // the only failure is a client that left
	}
	return nil
}

func (d dataset) feed() atomFeed {
	self := d.at("/annuaire.atom")
	feed := atomFeed{
		Lang: d.Lang, ID: tagURI(self), Title: d.P.T("opendata.feed", "place", d.territory.Name(d.Lang)),
		Subtitle: d.P.T("opendata.feed_subtitle"), Updated: atomTime(d.selection.at), Author: atomPerson{d.cluster(), d.URL("/")},
		Links: []atomLink{
			{"self", "application/atom+xml", self},
			{"alternate", "text/html", d.at("/annuaire")},
		},
		Rights: d.cluster(), Generator: "Grappe",
	}
	if !d.licence.IsZero() {
		feed.Rights = d.P.T("opendata.rights", "cluster", d.cluster(), "licence", d.licence.Name)
	}
	if d.licence.URL != "" {
		feed.Links = append(feed.Links, atomLink{"license", "", d.licence.URL})
	}
	return feed
}

func (d dataset) entry(p listing.Public) atomEntry {
	e := atomEntry{
		ID: "urn:uuid:" + p.ID, Title: p.Name, Published: atomTime(p.CreatedAt), Updated: atomTime(p.UpdatedAt),
		Author: atomPerson{Name: p.Name}, Links: []atomLink{{"alternate", "text/html", p.URL}}, Summary: summary(p),
	}
	for _, code := range p.Competences {
		e.Categories = append(e.Categories, atomCategory{code})
	}
	if e.Summary == "" {
		e.Summary = d.P.T(p.Category.Key())
	}
	return e
}

// summary is the card in a few sentences, without the signs of Markdown that a reader of feeds would see.
func summary(p listing.Public) string {
	text := strings.Join(strings.Fields(strings.NewReplacer("**", "", "__", "", "`", "").Replace(p.Description)), " ")
	if r := []rune(text); len(r) > 400 {
		text = strings.TrimSpace(string(r[:399])) + "…"
	}
	return strings.TrimSpace(strings.Join([]string{p.Headline, text}, "\n"))
}

// atomTime is a time in UTC to the second; the beginning of the calendar of computers where there is none.
func atomTime(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339)
}

// tagURI names a feed for good (RFC 4151): by its host and path, whatever the scheme and the port by which it is asked for.
func tagURI(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return "tag:" + u.Hostname() + ",2026:" + u.RequestURI()
}
