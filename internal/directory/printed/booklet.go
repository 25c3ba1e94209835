package printed

import (
	"context"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/spelling"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
)

// booklet is what is printed, in the reader's words.
type booklet struct {
	Asked    []string // what the search asks, a line each; none for the whole directory
	Total    int      // cards that the search finds; those printed may be fewer
	Sections []*section
	Cards    []*card // each once, by name
	Credits  []ui.Link
}

// section holds the cards of one competence.
type section struct {
	Slug, Title, Group string
	Cards              []*card // those of which it is the first competence that has a section, in full
	Also               []*card // those that stand in full under another
}

// card is one organisation on paper.
type card struct {
	Slug, URL, Path              string // of its page: absolute, and on the host of the request
	Name, Headline, Kind         string
	Address, Serves, Fresh, Note string
	Phones, Mails, Sites         []contact
	Hours                        []ui.SummaryRow // the days on which it is open
	section                      *section
	page                         int // of the document, once it is laid out
}

// contact is a way to reach an organisation; its address is made by gathering, of tel:, mailto: or the web, "" for none.
type contact struct{ Label, URL string }

// Href is the address as pages write it: html/template would hold "tel:" for unsafe.
func (c contact) Href() template.URL { return template.URL(c.URL) } //nolint:gosec // see contact

// Written is the address of the card's page, as people write it.
func (c *card) Written() string { return bare(c.URL) }

// ID is the fragment of the card on a page.
func (c *card) ID() string { return "fiche-" + c.Slug }

// ID is the fragment of the section on a page.
func (s *section) ID() string { return "rubrique-" + s.Slug }

// Count is how many cards have the competence.
func (s *section) Count() int { return len(s.Cards) + len(s.Also) }

// others is the slug of the section of the cards without competence.
const others = "autres"

// gather reads the cards of a search and puts them into sections.
func (p *Pages) gather(ctx context.Context, a asked) (*booklet, error) {
	words, err := p.Directory.Words(a.frame, a.territory.Code)
	if err != nil {
		return nil, err
	}
	var ids []string
	if !a.nothing {
		if ids, err = p.Directory.IDs(ctx, a.territory.Code, a.query); err != nil {
			return nil, err
		}
	}
	b := &booklet{Asked: askedLines(words.Asked(a.query), a.frame.P), Total: len(ids)}
	g := gathering{booklet: b, frame: a.frame, words: words, country: a.territory.Country, sections: map[string]*section{}}
	g.open(p.Taxonomies.Competences, words.InSlugs(a.query).Choices[directory.FacetCompetence])
	err = p.Directory.Records(ctx, a.territory.Code, ids[:min(len(ids), p.Most)], func(r listing.Record) error {
		g.add(r)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	b.Sections = slices.DeleteFunc(b.Sections, func(s *section) bool { return s.Count() == 0 })
	return b, p.credit(ctx, a, g.sources, b)
}

// credit names the sources of the cards and the terms under which the cluster publishes them.
func (p *Pages) credit(ctx context.Context, a asked, sources []string, b *booklet) error {
	if licence := p.licenceOf(ctx, a.territory); licence.Name != "" {
		b.Credits = append(b.Credits, ui.Link{Label: a.frame.P.T("printed.licence", "name", licence.Name), URL: webAddress(licence.URL)})
	}
	if p.Credit == nil {
		return nil
	}
	slices.Sort(sources)
	for _, source := range sources {
		credit, err := p.Credit(ctx, source, a.frame.Lang)
		if err != nil {
			return err
		}
		label := strings.Join(slices.DeleteFunc(
			[]string{credit.Title, credit.Attribution, credit.Licence}, func(s string) bool { return s == "" }), " · ")
		if label != "" {
			b.Credits = append(b.Credits, ui.Link{Label: label, URL: webAddress(credit.URL)})
		}
	}
	return nil
}

func webAddress(s string) string {
	if listing.IsWeb(s) {
		return s
	}
	return ""
}

// askedLines says what a search asks, a sentence for each part.
func askedLines(parts []directory.Asked, p *locale.Printer) []string {
	lines := make([]string, 0, len(parts))
	for _, part := range parts {
		switch part.Facet {
		case directory.AskedText:
			lines = append(lines, p.T("printed.asked_text", "words", part.Values[0]))
		case directory.AskedBox, directory.AskedNear:
			lines = append(lines, part.Values...)
		default:
			lines = append(lines, p.T("printed.asked_facet", "facet", p.T("directory.facet."+part.Facet), "values", p.ListOr(part.Values)))
		}
	}
	return lines
}

// gathering is a booklet that cards are being added to.
type gathering struct {
	*booklet
	frame    ui.Frame
	words    directory.Words
	country  string
	sections map[string]*section // by the code of the competence
	sources  []string
}

// open makes the sections in the order of the taxonomy; the last is for cards without any. Who chose competences finds those
// alone: each of the cards has one of them.
func (g *gathering) open(t *taxonomy.Taxonomy, chosen []string) {
	for _, group := range t.Groups {
		for _, term := range t.InGroup(group.Code) {
			if len(chosen) > 0 && !slices.Contains(chosen, term.Slug) {
				continue
			}
			s := &section{Slug: term.Slug, Title: term.Name(g.frame.Lang), Group: taxonomy.In(group.Names, g.frame.Lang)}
			g.sections[term.Code] = s
			g.Sections = append(g.Sections, s)
		}
	}
	s := &section{Slug: others, Title: g.frame.P.T("printed.others")}
	g.sections[""] = s
	g.Sections = append(g.Sections, s)
}

func (g *gathering) add(r listing.Record) {
	public := listing.PublicOf(r, g.frame.URL("/annuaire/"+r.Listing.Slug))
	for _, source := range public.Sources {
		if !slices.Contains(g.sources, source) {
			g.sources = append(g.sources, source)
		}
	}
	c := g.card(public, r.Listing)
	g.Cards = append(g.Cards, c)
	var here []*section
	for _, code := range public.Competences {
		if s := g.sections[code]; s != nil && code != "" && !slices.Contains(here, s) {
			here = append(here, s)
		}
	}
	if len(here) == 0 {
		here = append(here, g.sections[""])
	}
	c.section = here[0]
	c.section.Cards = append(c.section.Cards, c)
	for _, s := range here[1:] {
		s.Also = append(s.Also, c)
	}
}

func (g *gathering) card(public listing.Public, l listing.Listing) *card {
	c := &card{
		Slug: public.Slug, URL: public.URL, Path: g.frame.Path("/annuaire/" + public.Slug), Name: public.Name, Headline: public.Headline, Kind: g.words.Kind(l),
		Address: g.address(l), Serves: g.words.Serves(public.ServiceArea), Fresh: g.fresh(l),
	}
	for _, stored := range public.Phones {
		c.Phones = append(c.Phones, contact{Label: strings.ReplaceAll(listing.DisplayPhone(stored, g.country), " ", locale.NoBreak), URL: listing.PhoneLink(stored)})
	}
	for _, mail := range public.Emails {
		c.Mails = append(c.Mails, contact{Label: mail, URL: "mailto:" + url.PathEscape(mail)})
	}
	for _, site := range public.Websites {
		c.Sites = append(c.Sites, contact{Label: bare(site), URL: site})
	}
	week, note := g.words.Hours(public.OpeningHours)
	closed := g.frame.P.T("directory.closed")
	c.Hours, c.Note = slices.DeleteFunc(week, func(row ui.SummaryRow) bool { return row.Value == closed }), note
	return c
}

// address is the postal address on one line, "" where it says no more than the place beside the kind.
func (g *gathering) address(l listing.Listing) string {
	lines := strings.Join(g.words.Address(l), ", ")
	if strings.HasSuffix(g.words.Kind(l), " · "+lines) {
		return ""
	}
	return lines
}

// fresh says when somebody last vouched for a card: by the month, which stays true on paper.
func (g *gathering) fresh(l listing.Listing) string {
	source := l.Provenance["name"]
	switch age := g.words.Age(l); {
	case age == listing.Stale:
		return g.frame.P.T("printed.stale", "month", g.frame.P.Month(l.ConfirmedAt))
	case age != listing.Unconfirmed:
		return g.frame.P.T("printed.confirmed", "month", g.frame.P.Month(l.ConfirmedAt))
	case source.Kind == company.FromImport && !source.At.IsZero():
		return g.frame.P.T("printed.data_of", "month", g.frame.P.Month(source.At))
	}
	return g.frame.P.T("directory.unconfirmed")
}

// bare is an address as people write it, without its scheme and the slash at its end.
func bare(site string) string {
	_, rest, _ := strings.Cut(site, "://")
	return strings.TrimSuffix(rest, "/")
}

// initial is the letter under which a name stands in the index, "#" for a figure or a sign.
func initial(name string) string {
	if first, _ := utf8.DecodeRuneInString(spelling.Plain(name)); unicode.IsLetter(first) {
		return string(unicode.ToUpper(first))
	}
	return "#"
}
