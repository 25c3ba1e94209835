package listing

import (
	"net/url"
	"slices"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/geo"
)

// Public is what anybody may know of a published card: what its page shows, and no more. The API, the exports and the
// mirrors of other instances are made of it and of nothing else.
type Public struct {
	ID            string         `json:"id"`
	Slug          string         `json:"slug"`
	URL           string         `json:"url"` // of the card's page, absolute
	Name          string         `json:"name"`
	Category      Category       `json:"category"`
	Headline      string         `json:"headline,omitempty"`
	Description   string         `json:"description,omitempty"` // Markdown
	Competences   []string       `json:"competences,omitempty"`
	Sectors       []string       `json:"sectors,omitempty"`
	Tags          []string       `json:"tags,omitempty"`
	ServiceArea   ServiceArea    `json:"service_area,omitzero"`
	Phones        []string       `json:"phones,omitempty"`
	Emails        []string       `json:"emails,omitempty"`
	Websites      []string       `json:"websites,omitempty"`
	Social        []Social       `json:"social,omitempty"`
	OpeningHours  string         `json:"opening_hours,omitempty"` // OpenStreetMap syntax
	Accessibility []string       `json:"accessibility,omitempty"`
	Languages     []string       `json:"languages,omitempty"`
	Logo          string         `json:"logo,omitempty"`
	Address       string         `json:"address,omitempty"`
	Postcode      string         `json:"postcode,omitempty"`
	City          string         `json:"city,omitempty"`
	Zone          string         `json:"zone,omitempty"` // code
	Lat           *float64       `json:"lat,omitempty"`
	Lon           *float64       `json:"lon,omitempty"`
	LegalName     string         `json:"legal_name,omitempty"`
	Identifiers   []PublicNumber `json:"identifiers,omitempty"`
	FoundedYear   int            `json:"founded_year,omitempty"`
	SizeClass     string         `json:"size_class,omitempty"`
	Sources       []string       `json:"sources,omitempty"` // names of the imported sources that fields come from
	ConfirmedAt   time.Time      `json:"confirmed_at,omitzero"`
	CreatedAt     time.Time      `json:"created_at"`
	UpdatedAt     time.Time      `json:"updated_at"`
}

// PublicNumber is a number of a register.
type PublicNumber struct {
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
}

// PublicOf is the public part of a card whose page stands at address. The caller has checked that it is Published.
func PublicOf(r Record, address string) Public {
	l, c := r.Listing, r.Company
	p := Public{
		ID: l.ID, Slug: l.Slug, URL: address, Name: l.Name, Category: l.Category, Headline: l.Headline, Description: l.Description,
		Competences: l.Competences, Sectors: l.Sectors, Tags: l.Tags, ServiceArea: l.ServiceArea, Phones: l.Phones, Emails: l.Emails,
		Websites: slices.DeleteFunc(slices.Clone(l.Websites), func(s string) bool { return !IsWeb(s) }),
		Social:   slices.DeleteFunc(slices.Clone(l.Social), func(s Social) bool { return !IsWeb(s.URL) }),

		OpeningHours: l.OpeningHours, Accessibility: l.Accessibility, Languages: l.Languages, Address: l.Address, Postcode: l.Postcode,
		City: l.City, Zone: l.Zone, LegalName: c.LegalName, FoundedYear: c.FoundedYear, SizeClass: c.SizeClass,
		Sources: sourcesOf(l.Provenance, c.Provenance), ConfirmedAt: l.ConfirmedAt, CreatedAt: l.CreatedAt, UpdatedAt: l.UpdatedAt,
	}
	p.Logo = LogoAddress(l.Logo, address)
	if l.Point != nil {
		p.Lat, p.Lon = &l.Point.Lat, &l.Point.Lon
	}
	for _, id := range c.Identifiers {
		p.Identifiers = append(p.Identifiers, PublicNumber{id.Scheme, id.Value})
	}
	return p
}

// Point is where the card says that the organisation is, nil where it does not.
func (p Public) Point() *geo.Point {
	if p.Lat == nil || p.Lon == nil {
		return nil
	}
	return &geo.Point{Lat: *p.Lat, Lon: *p.Lon}
}

// sourcesOf names the files and registers that fields come from, in alphabetical order.
func sourcesOf(all ...company.Provenance) []string {
	var names []string
	for _, provenance := range all {
		for field, source := range provenance {
			if field == company.FieldNaturalPerson {
				continue // it gave nothing that is shown
			}
			if source.Kind == company.FromImport && source.Name != "" && !slices.Contains(names, source.Name) {
				names = append(names, source.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// IsWeb reports whether an address leads to the web: an import keeps what it finds, "javascript:" as well.
func IsWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}
