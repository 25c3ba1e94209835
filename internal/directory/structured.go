package directory

import (
	"fmt"
	"time"

	"grappe/internal/listing"
)

// organization is schema.org's Organization or one of its kinds, see https://schema.org/LocalBusiness.
type organization struct {
	Context      string         `json:"@context"`
	Type         string         `json:"@type"`
	ID           string         `json:"@id"`
	URL          string         `json:"url"`
	Name         string         `json:"name"`
	LegalName    string         `json:"legalName,omitempty"`
	Description  string         `json:"description,omitempty"`
	Logo         string         `json:"logo,omitempty"`
	Telephone    []string       `json:"telephone,omitempty"`
	Email        []string       `json:"email,omitempty"`
	SameAs       []string       `json:"sameAs,omitempty"`
	KnowsAbout   []string       `json:"knowsAbout,omitempty"`
	AreaServed   []string       `json:"areaServed,omitempty"`
	Address      *postalAddress `json:"address,omitempty"`
	Geo          *coordinates   `json:"geo,omitempty"`
	OpeningHours []openingHours `json:"openingHoursSpecification,omitempty"`
	FoundingDate string         `json:"foundingDate,omitempty"`
}

type postalAddress struct {
	Type       string `json:"@type"`
	Street     string `json:"streetAddress,omitempty"`
	PostalCode string `json:"postalCode,omitempty"`
	Locality   string `json:"addressLocality,omitempty"`
	Country    string `json:"addressCountry,omitempty"`
}

type coordinates struct {
	Type      string  `json:"@type"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

type openingHours struct {
	Type      string `json:"@type"`
	DayOfWeek string `json:"dayOfWeek"`
	Opens     string `json:"opens"`
	Closes    string `json:"closes"`
}

// structured is the card as search engines read it. A place that one can visit is a LocalBusiness; the rest are
// Organizations.
func (v *card) structured() organization {
	l := v.Listing
	address := v.URL("/annuaire/" + l.Slug)
	o := organization{
		Context: "https://schema.org", Type: "Organization", ID: address, URL: address, Name: l.Name, LegalName: v.Record.Company.LegalName,
		Description: v.summary(), Telephone: l.Phones, Email: l.Emails, SameAs: v.sameAs(), Logo: listing.LogoAddress(l.Logo, address),
	}
	switch l.Category {
	case listing.School:
		o.Type = "EducationalOrganization"
	case listing.PublicBody:
		o.Type = "GovernmentOrganization"
	case listing.Company, listing.ThirdPlace:
		if l.Address != "" || l.Point != nil {
			o.Type = "LocalBusiness"
		}
	}
	for _, code := range l.Competences {
		o.KnowsAbout = append(o.KnowsAbout, v.competenceName(code))
	}
	for _, code := range l.ServiceArea.Zones {
		o.AreaServed = append(o.AreaServed, v.zoneName(code))
	}
	if l.ServiceArea.Everywhere {
		o.AreaServed = []string{v.territory.Name(v.Lang)}
	}
	if l.Address != "" || l.City != "" || l.Zone != "" {
		o.Address = &postalAddress{Type: "PostalAddress", Street: l.Address, PostalCode: l.Postcode, Locality: l.City, Country: v.territory.Country}
		if o.Address.Locality == "" {
			o.Address.Locality = v.zoneName(l.Zone)
		}
	}
	if l.Point != nil {
		o.Geo = &coordinates{"GeoCoordinates", l.Point.Lat, l.Point.Lon}
	}
	if v.Record.Company.FoundedYear > 0 {
		o.FoundingDate = fmt.Sprint(v.Record.Company.FoundedYear)
	}
	o.OpeningHours = structuredHours(l.OpeningHours)
	return o
}

func (v *card) sameAs() []string {
	var out []string
	for _, site := range v.Listing.Websites {
		if listing.IsWeb(site) {
			out = append(out, site)
		}
	}
	for _, s := range v.Listing.Social {
		if listing.IsWeb(s.URL) {
			out = append(out, s.URL)
		}
	}
	return out
}

func structuredHours(text string) []openingHours {
	hours, err := listing.ParseHours(text)
	if err != nil {
		return nil
	}
	var out []openingHours
	for _, day := range hours.Week() {
		for _, span := range day.Spans {
			out = append(out, openingHours{
				Type: "OpeningHoursSpecification", DayOfWeek: "https://schema.org/" + day.Weekday.String(),
				Opens: isoClock(span.Open), Closes: isoClock(span.Close),
			})
		}
	}
	return out
}

// isoClock is hh:mm; midnight at the end of a day is 23:59, as schema.org reads 00:00 as its beginning.
func isoClock(minutes int) string {
	if minutes == 24*60 {
		return "23:59"
	}
	return time.Date(2000, 1, 1, 0, minutes, 0, 0, time.UTC).Format("15:04")
}

// summary is the card in one or two sentences, for search engines and links.
func (v *card) summary() string {
	text := v.Listing.Headline
	if text == "" {
		text, _ = cut(listing.PlainText(v.Listing.Description), 160)
	}
	if text == "" {
		text = v.kind()
	}
	return text
}
