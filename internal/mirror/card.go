package mirror

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// reader makes cards of this instance of what a source says.
type reader struct {
	mirror      Mirror
	tree        *territory.Tree
	competences *taxonomy.Taxonomy
	sectors     *taxonomy.Taxonomy
	now         time.Time
}

// copied is a card as it is to stand here.
type copied struct {
	remote, slug, url, hash string
	record                  listing.Record // without versions
	mended                  []string       // names of fields that could not stay as they were
}

// The reasons for leaving a card out; their sentences are at "mirror.left." + the reason.
const (
	leftUnreadable = "unreadable"
	leftOtherID    = "other-id"
	leftName       = "name"
	leftCategory   = "category"
	leftInvalid    = "invalid"
)

// card reads one card of the feed; left is why it cannot stand here, empty when it can.
func (r reader) card(c change) (out copied, left string) {
	var p listing.Public
	if json.Unmarshal(c.card, &p) != nil {
		return copied{}, leftUnreadable
	}
	if !strings.EqualFold(p.ID, c.id) {
		return copied{}, leftOtherID
	}
	m := &mender{}
	content := r.content(p, m)
	switch {
	case strings.TrimSpace(content.Name) == "":
		return copied{}, leftName
	case !slices.Contains(listing.Categories(), content.Category):
		return copied{}, leftCategory
	case content.Validate() != nil:
		return copied{}, leftInvalid
	}
	out = copied{remote: c.id, slug: listing.Slug(firstOf(p.Slug, p.Name)), record: listing.Record{
		Listing: listing.Listing{
			ID: r.id("listing", c.id), Territory: r.mirror.Territory, State: listing.Published, Content: content,
			ConfirmedAt: r.date("confirmed_at", p.ConfirmedAt, m), CreatedAt: r.date("created_at", p.CreatedAt, m),
		},
		Company: r.company(p, c.id, m),
	}}
	if listing.IsWeb(p.URL) && len(p.URL) <= 2000 {
		out.url = p.URL
	}
	out.hash = hashOf(out)
	source := company.Source{Kind: company.FromImport, Name: r.mirror.Name(), At: r.date("updated_at", p.UpdatedAt, m)}
	out.record.Listing.Provenance = provenance(listing.Fields(), &out.record.Listing.Content, source)
	out.record.Company.Provenance = provenance(company.Fields(), &out.record.Company, source)
	out.mended = m.fields
	return out, ""
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// idSpace is the namespace of the identifiers of copied things (RFC 9562, version 5).
var idSpace = uuid.MustParse("0f0c3c51-6f0b-5d9e-9a58-6d1c24f1a7b3")

// id is the identifier here of a thing of the source. It is made of where the thing comes from, so that no source can name
// a card that is not its own.
func (r reader) id(kind, remote string) string {
	return uuid.NewSHA1(idSpace, []byte(kind+"\n"+r.mirror.Territory+"\n"+r.mirror.Source+"\n"+remote)).String()
}

// date is a date that the source gives, none where it lies in the future: it would be fresh for ever.
func (r reader) date(field string, t time.Time, m *mender) time.Time {
	if t.After(r.now.Add(24*time.Hour)) || t.Year() < 1970 && !t.IsZero() {
		m.note(field)
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

func (r reader) content(p listing.Public, m *mender) listing.Content {
	c := listing.Content{
		Name: m.text("name", p.Name, listing.MaxName), Category: p.Category,
		Headline: m.text("headline", p.Headline, listing.MaxHeadline), Description: m.text("description", p.Description, listing.MaxDescription),
		Competences: m.items("competences", p.Competences, termOf(r.competences)), Sectors: m.items("sectors", p.Sectors, termOf(r.sectors)),
		Tags: m.items("tags", p.Tags, anything), Phones: m.items("phones", p.Phones, anything), Emails: m.items("emails", p.Emails, listing.ValidEmail),
		Websites: m.items("websites", p.Websites, isSite), OpeningHours: m.text("opening_hours", p.OpeningHours, listing.MaxHours),
		Accessibility: m.items("accessibility", p.Accessibility, anything), Languages: m.items("languages", p.Languages, anything),
		Address: m.text("address", p.Address, listing.MaxAddress), Postcode: m.text("postcode", p.Postcode, listing.MaxPostcode),
		City: m.text("city", p.City, listing.MaxCity), Zone: p.Zone, Point: p.Point(), Logo: p.Logo,
		ServiceArea: listing.ServiceArea{
			Zones: m.items("service_area", p.ServiceArea.Zones, territory.PlaceCode), Everywhere: p.ServiceArea.Everywhere, Remote: p.ServiceArea.Remote,
		},
	}
	if c.Zone != "" && !r.isZone(c.Zone) {
		c.Zone = ""
		m.note("zone")
	}
	if c.Point != nil && !c.Point.Valid() || (p.Lat == nil) != (p.Lon == nil) {
		c.Point = nil
		m.note("point")
	}
	if c.Logo != "" && (!listing.IsWeb(c.Logo) || !listing.ValidLogo(c.Logo) || !clean(c.Logo, listing.MaxItem)) {
		c.Logo = ""
		m.note("logo")
	}
	for _, s := range p.Social {
		if len(c.Social) == listing.MaxItems || !isSite(s.URL) || !clean(s.URL, listing.MaxItem) || !slices.Contains(listing.Networks(), s.Network) {
			m.note("social")
			continue
		}
		c.Social = append(c.Social, s)
	}
	return c
}

func (r reader) isZone(code string) bool {
	_, ok := r.tree.Zone(code)
	return ok
}

func termOf(t *taxonomy.Taxonomy) func(string) bool {
	return func(code string) bool {
		_, ok := t.Term(code)
		return ok
	}
}

// isSite reports an address that a public card shows: "www.example.pf" is none, for want of a scheme.
func isSite(address string) bool {
	_, ok := listing.ParseWebsite(address)
	return ok && listing.IsWeb(address)
}

func anything(string) bool { return true }

// company is the legal unit behind a card. Each card has one of its own: a source does not say which cards share one.
func (r reader) company(p listing.Public, remote string, m *mender) company.Company {
	c := company.Company{
		ID: r.id("company", remote), Territory: r.mirror.Territory, UsualName: m.text("name", p.Name, listing.MaxName),
		LegalName: m.text("legal_name", p.LegalName, listing.MaxName), SizeClass: p.SizeClass, FoundedYear: p.FoundedYear,
	}
	if c.SizeClass != "" && !company.ValidSizeClass(c.SizeClass) {
		c.SizeClass = ""
		m.note("size_class")
	}
	if c.FoundedYear != 0 && (c.FoundedYear < 1000 || c.FoundedYear > r.now.Year()+1) {
		c.FoundedYear = 0
		m.note("founded_year")
	}
	for _, n := range p.Identifiers {
		if !company.KnownScheme(n.Scheme) || n.Value == "" || !clean(n.Value, 64) || len(c.Identifiers) == 20 {
			m.note("identifiers")
			continue
		}
		c.Identifiers = append(c.Identifiers, company.ParseIdentifier(n.Scheme, n.Value))
	}
	return c
}

// provenance says of all that the card says that it comes from the source.
func provenance[T any](fields []company.Field[T], of *T, source company.Source) company.Provenance {
	p := company.Provenance{}
	for _, f := range fields {
		if !f.Empty(of) {
			p[f.Name] = source
		}
	}
	return p
}

// hashOf is the same for cards that say the same.
func hashOf(c copied) string {
	text, err := json.Marshal(struct {
		Slug, URL string
		Content   listing.Content
		Company   company.Company
		Confirmed int64
	}{c.slug, c.url, c.record.Listing.Content, c.record.Company, c.record.Listing.ConfirmedAt.UnixMilli()})
	if err != nil {
		return "" // a card that cannot be compared is written each time
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// mender brings what a source says within the bounds of a card, and notes the fields that had to change.
type mender struct{ fields []string }

func (m *mender) note(field string) {
	if !slices.Contains(m.fields, field) {
		m.fields = append(m.fields, field)
	}
}

// text is a text without what no column holds, cut to most characters.
func (m *mender) text(field, s string, most int) string {
	kept := company.Storable(s)
	if utf8.RuneCountInString(kept) > most {
		kept = string([]rune(kept)[:most])
	}
	if kept != s {
		m.note(field)
	}
	return kept
}

// items are the elements of a list that may stay.
func (m *mender) items(field string, items []string, good func(string) bool) []string {
	var kept []string
	for _, item := range items {
		if len(kept) == listing.MaxItems || !clean(item, listing.MaxItem) || !good(item) {
			m.note(field)
			continue
		}
		kept = append(kept, item)
	}
	return kept
}

// clean reports whether a short text is not empty, not too long, and can be stored as it is.
func clean(s string, most int) bool {
	return strings.TrimSpace(s) != "" && utf8.RuneCountInString(s) <= most && company.Storable(s) == s
}
