package directory

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// similarCards is how many other cards a card ends with.
const similarCards = 3

// cardPage is one card, whole.
type cardPage struct {
	ui.Frame
	Crumbs        ui.Breadcrumb
	ContentLang   string // of what the organisation wrote, where it is not the page's
	Kind          string
	Name          string
	Logo          ui.Avatar
	Headline      string
	Freshness     ui.Badge
	Source        string
	Credit        ui.Link
	About         template.HTML // not Description: that is the frame's, for search engines
	Competences   []ui.Tag
	Tags          []ui.Tag
	Whom          ui.Summary
	Company       ui.Summary
	Contacts      []contactView
	Social        []ui.Link
	Address       []string
	OnMap         string        // address of its place on the map of the directory
	Locator       template.HTML // a small map
	Map           ui.Button
	Accessibility string
	Doors         []ui.Link // what somebody can do about this card
	OpenNow       ui.Badge
	Hours         ui.Summary
	HoursText     string
	Similar       []doorView
	Inside        bool // shown within another page, whose heading is its own
}

// contactView is a button whose address html/template would not let through: it holds "tel:" for unsafe.
type contactView struct {
	ui.Button
	URL template.URL
}

// doorView is a large link.
type doorView struct {
	URL    string
	Icon   string
	Label  string
	Detail string
}

func (p *Pages) card(w http.ResponseWriter, r *http.Request) error {
	ctx, frame, t := r.Context(), ui.Of(r), territory.Of(r.Context())
	c := p.service.openEarly(t)
	c.announce(w, &frame)
	record, err := p.service.Card(ctx, t.Code, r.PathValue("slug"))
	if lapsed := (*Lapsed)(nil); errors.As(err, &lapsed) {
		return p.lapsed(w, r, frame, lapsed)
	}
	if err != nil {
		return err
	}
	if record.Listing.Slug != r.PathValue("slug") {
		http.Redirect(w, r, frame.Path("/annuaire/"+record.Listing.Slug), http.StatusMovedPermanently)
		return nil
	}
	similar, err := p.service.similar(ctx, c, record.Listing)
	if err != nil {
		return err
	}
	v := card{shown: shown{Frame: frame, catalogue: c, rooms: p}, Record: record}
	if src := record.Listing.Provenance["name"]; src.Kind == company.FromImport && p.service.credit != nil {
		if v.credit, err = p.service.credit(ctx, src.Name, frame.Lang); err != nil {
			return err
		}
	}
	original, err := p.original(ctx, &v)
	if err != nil {
		return err
	}
	page, err := v.page(similar)
	if err != nil {
		return err
	}
	if p.doors != nil {
		page.Doors = p.doors(r, record.Listing)
	}
	now := p.service.now()
	web.Until(r, now.Truncate(time.Minute).Add(time.Minute)) // it may open or close then, or have become old
	if original != "" {
		page.Canonical = original
		web.Until(r, now) // what the source calls the page is in no change log
	}
	if p.service.locator != nil && record.Listing.Point != nil {
		if page.Locator, err = p.service.locator(ctx, t.Code, *record.Listing.Point, frame); err != nil {
			return err
		}
	}
	return p.views.Render(w, r, http.StatusOK, "fiche", page)
}

// Card reads a published card by its address, through renamings and mergings: the caller redirects when the slug
// differs. It returns errs.NotFound for an address that leads nowhere, errs.Gone for a card that is no longer public, a *Lapsed
// where that is because nobody confirmed it.
func (s *Service) Card(ctx context.Context, code, slug string) (listing.Record, error) {
	l, err := s.listings.BySlug(ctx, s.db.Read(), code, slug)
	if errs.Is(err, errs.NotFound) {
		return listing.Record{}, errs.New(errs.NotFound, "directory.card_not_found", nil)
	}
	if err != nil {
		return listing.Record{}, err
	}
	if l.State == listing.Lapsed {
		return listing.Record{}, &Lapsed{Slug: l.Slug}
	}
	if l.State != listing.Published {
		return listing.Record{}, errs.New(errs.Gone, "directory.card_gone", nil)
	}
	records, err := s.listings.Records(ctx, s.db.Read(), []string{l.ID})
	if err != nil {
		return listing.Record{}, err
	}
	if len(records) == 0 {
		return listing.Record{}, errs.New(errs.Gone, "directory.card_gone", nil)
	}
	return records[0], nil
}

// similar are other cards with the same competences, the nearest first.
func (s *Service) similar(ctx context.Context, c *catalogue, l listing.Listing) ([]FoundListing, error) {
	if len(l.Competences) == 0 || c.preparing {
		return nil, nil
	}
	q := search.Query{Filters: map[string][]string{FacetCompetence: l.Competences}, Limit: similarCards + 1, Day: c.day(s.now())}
	q.Current = s.current(c, q.Day)
	if l.Point != nil {
		q.Near, q.Sort = l.Point, search.Distance
	}
	found, err := c.index.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	listings, err := s.read(ctx, found.Hits)
	if err != nil {
		return nil, err
	}
	out := make([]FoundListing, 0, similarCards)
	for _, f := range listings {
		if f.ID != l.ID && len(out) < similarCards {
			out = append(out, f)
		}
	}
	return out, nil
}

// card is one card and whom it is shown to.
type card struct {
	shown
	listing.Record
	credit Credit
}

func (v *card) page(similar []FoundListing) (cardPage, error) {
	l := v.Listing
	page := cardPage{
		Frame: v.Frame, Crumbs: v.crumbs(), ContentLang: v.contentLang(), Kind: v.kind(), Name: l.Name, Headline: l.Headline,
		Logo:      ui.Avatar{Name: l.Name, Image: l.OwnLogo(), Large: true},
		Freshness: v.badge(), Source: v.source(), Credit: v.sourceCredit(), About: ui.Markdown(l.Description),
		Competences: v.competenceTags(l.Competences, len(l.Competences)), Tags: v.tagLinks(),
		Whom: v.whom(), Company: v.company(), Contacts: v.contacts(), Social: v.social(), Address: v.address(),
		Accessibility: v.accessibility(),
	}
	v.fillHours(&page)
	if l.Point != nil {
		page.Map = ui.Button{Label: v.P.T("directory.card_route"), Icon: "route", URL: mapURL(l.Point.Lat, l.Point.Lon)}
		page.OnMap = v.onMap(l)
	}
	for _, s := range similar {
		page.Similar = append(page.Similar, doorView{URL: v.Path("/annuaire/" + s.Slug), Label: s.Name, Detail: s.Headline})
	}
	page.Title = l.Name
	page.Description = v.summary()
	var err error
	page.JSONLD, err = ui.JSONLD(v.structured())
	page.Place("/annuaire/" + l.Slug)
	return page, err
}

func (v *card) crumbs() ui.Breadcrumb {
	crumbs := ui.Breadcrumb{{Label: v.P.T("directory.title"), URL: v.Path("/annuaire")}}
	if name := v.zoneName(v.Listing.Zone); name != "" {
		crumbs = append(crumbs, ui.Link{Label: name, URL: v.Path("/annuaire?zone=" + v.slug(FacetZone, v.Listing.Zone))})
	}
	return append(crumbs, ui.Link{Label: v.Listing.Name, Current: true})
}

func (v *card) kind() string {
	kind := v.P.T("listing.category." + string(v.Listing.Category))
	if place := v.zoneName(v.Listing.Zone); place != "" {
		kind += " · " + place
	}
	return kind
}

func (v *card) badge() ui.Badge {
	b := ui.Badge{Label: v.freshness(&v.Listing)}
	switch v.age(&v.Listing) {
	case listing.Fresh:
		b.Tone = ui.OK
	case listing.Stale, listing.Unconfirmed:
		b.Tone = ui.Warn
	case listing.Ageing:
		b.Tone = ui.Neutral
	}
	return b
}

// source says where what the card says comes from.
func (v *card) source() string {
	src, ok := v.Listing.Provenance["name"]
	if !ok {
		return ""
	}
	if src.At = lastOf(v.Listing.Provenance, src); src.Kind == company.FromStaff && src.At.After(v.Listing.ConfirmedAt) {
		src.At = v.Listing.Provenance["name"].At // the team has corrected a field since, and vouched for no other
	}
	name := src.Name
	if v.credit.Title != "" {
		name = v.credit.Title
	}
	return v.P.T("directory.source."+string(src.Kind), "name", name, "date", v.P.Date(src.At))
}

// lastOf is when a source last wrote a field.
func lastOf(all company.Provenance, source company.Source) time.Time {
	last := source.At
	for _, s := range all {
		if s.Kind == source.Kind && s.Name == source.Name && s.At.After(last) {
			last = s.At
		}
	}
	return last
}

// sourceCredit names whose data the card was made from, as its licence asks.
func (v *card) sourceCredit() ui.Link {
	words := joined(v.credit.Attribution, v.credit.Licence)
	if words == "" {
		return ui.Link{}
	}
	link := ui.Link{Label: v.P.T("directory.credit", "whom", words)}
	if listing.IsWeb(v.credit.URL) {
		link.URL = v.credit.URL
	}
	return link
}

func (v *card) tagLinks() []ui.Tag {
	var tags []ui.Tag
	for _, t := range listing.JoinTags(v.Listing.Tags, nil) { // cards that were merged wrote one twice
		key := listing.TagKey(t)
		tags = append(tags, ui.Tag{Label: v.notes.spelling(key), URL: v.Path("/annuaire?" + url.Values{"tag": {key}}.Encode())})
	}
	return tags
}

func (v *card) whom() ui.Summary {
	var s ui.Summary
	sectors := make([]string, 0, len(v.Listing.Sectors))
	for _, code := range v.Listing.Sectors {
		sectors = append(sectors, v.label(FacetSector, code))
	}
	s.Rows = appendRow(s.Rows, v.P.T("directory.sectors"), strings.Join(sectors, ", "))
	places := v.servedPlaces(v.Listing.ServiceArea)
	if v.Listing.ServiceArea.Remote {
		places = joined(places, v.P.T("directory.serves_remote"))
	}
	s.Rows = appendRow(s.Rows, v.P.T("directory.serves"), places)
	languages := make([]string, 0, len(v.Listing.Languages))
	for _, tag := range v.Listing.Languages {
		languages = append(languages, listing.LanguageName(v.P, tag))
	}
	s.Rows = appendRow(s.Rows, v.P.T("directory.languages"), v.P.List(languages))
	return s
}

func (v *card) company() ui.Summary {
	var s ui.Summary
	c := v.Record.Company
	if c.LegalName != "" && c.LegalName != v.Listing.Name {
		s.Rows = appendRow(s.Rows, v.P.T("directory.legal_name"), c.LegalName)
	}
	for _, id := range c.Identifiers {
		if company.Implied(c.Identifiers, id) {
			continue
		}
		number := company.Format(id)
		if !id.Valid {
			number = v.P.T("directory.number_doubtful", "number", number)
		}
		s.Rows = appendRow(s.Rows, v.P.T(company.SchemeKey(id.Scheme)), number)
	}
	if c.SizeClass != "" && !strings.EqualFold(c.SizeClass, "NN") {
		s.Rows = appendRow(s.Rows, v.P.T("directory.size"), v.P.T(company.SizeClassKey(c.SizeClass)))
	}
	if c.FoundedYear > 0 {
		s.Rows = appendRow(s.Rows, v.P.T("directory.founded"), fmt.Sprint(c.FoundedYear))
	}
	return s
}

func appendRow(rows []ui.SummaryRow, name, value string) []ui.SummaryRow {
	if value == "" {
		return rows
	}
	return append(rows, ui.SummaryRow{Name: name, Value: value})
}

func (v *card) accessibility() string {
	words := make([]string, 0, len(v.Listing.Accessibility))
	for _, a := range v.Listing.Accessibility {
		if key := "listing.accessibility." + a; v.P.Has(key) {
			a = v.P.T(key)
		}
		words = append(words, a)
	}
	return strings.Join(words, ", ")
}
