package rest

import (
	"fmt"
	"strconv"
	"time"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/api"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// sample is what the examples of a territory's documentation ask for, and what they show of the answers. The organisation
// in them is fictional.
type sample struct {
	slug      string // of a card that is there
	zone      territory.Zone
	territory *territory.Territory
}

// absentSlug stands in the example of a directory that has no card yet.
const absentSlug = "exemple"

func sampleOf(t *territory.Territory, slug string) sample {
	s := sample{slug: slug, territory: t, zone: territory.Zone{Code: "98818", Slug: "noumea", Name: "Nouméa"}}
	for _, z := range t.Zones {
		if t.Tree().IsLeaf(z.Code) && z.Population >= s.zone.Population {
			s.zone = z
		}
	}
	return s
}

func (s sample) card() listing.Public {
	lat, lon := s.zone.Centre.Lat, s.zone.Centre.Lon
	made := time.Date(2026, 2, 2, 22, 30, 0, 0, time.UTC)
	return listing.Public{
		ID: "01970f3c-7d1e-7a52-9c2b-4f6d8e0a1b2c", Slug: "lagon-web", URL: "https://annuaire.example/annuaire/lagon-web",
		Name: "Lagon Web", Category: listing.Company, Headline: "Votre site vitrine en trois semaines",
		Competences: []string{"web-development"}, Sectors: []string{"tourism"}, Tags: []string{"WordPress"},
		ServiceArea: listing.ServiceArea{Everywhere: true, Remote: true}, Phones: []string{"+687271234"},
		Emails: []string{"bonjour@lagon-web.example"}, Websites: []string{"https://www.lagon-web.example/"},
		OpeningHours: "Mo-Fr 08:00-12:00,13:00-17:00", City: s.zone.Name, Zone: s.zone.Code, Lat: &lat, Lon: &lon,
		LegalName: "LAGON WEB SARL", FoundedYear: 2014, CreatedAt: made.AddDate(0, -3, 0), UpdatedAt: made,
	}
}

func (s sample) listings() Listings {
	km := 1.2
	return Listings{Total: 1, Listings: []Card{{s.listing(), &km}}}
}

func (s sample) listing() Aged { return Aged{s.card(), listing.Unconfirmed} }

func (s sample) linked() map[string]any {
	card := s.card()
	return map[string]any{
		"@context": "https://schema.org", "@type": "LocalBusiness", "@id": card.URL, "url": card.URL, "name": card.Name,
		"legalName": card.LegalName, "telephone": card.Phones, "email": card.Emails, "sameAs": card.Websites,
	}
}

func (s sample) changes() Changes {
	card := s.card()
	return Changes{
		Territory: s.territory.Code, Next: "q0Zr8m7KfVdKfUuW2l3bTnsiYWZ0ZXIiOjQyfQ",
		Changes: []Change{
			{ID: card.ID, At: card.UpdatedAt, Listing: &card},
			{ID: "01970f3c-8a44-7b10-8d3e-1c2b3a495867", Deleted: true, At: card.UpdatedAt.Add(time.Minute)},
		},
	}
}

func (s sample) news() News { return News{s.territory.Code, s.changes().Next} }

func (s sample) clusters() directory.MapAnswer {
	z := s.zone.Centre
	card := s.card()
	return directory.MapAnswer{Total: 13, Unplaced: 2, Zoom: 10, Clusters: []directory.MapCluster{
		{Lat: z.Lat, Lon: z.Lon, Count: 12, Box: &[4]float64{z.Lon - 0.05, z.Lat - 0.05, z.Lon + 0.05, z.Lat + 0.05}},
		{Lat: z.Lat, Lon: z.Lon, Count: 1, ID: card.ID, Slug: card.Slug, Name: card.Name, Category: card.Category},
	}}
}

func (s sample) suggestions() Suggestions {
	return Suggestions{[]Suggestion{
		{Text: "Développement web", Kind: "competence", Code: "web-development", Listings: 12}, {Text: "Lagon Web", Kind: "name", Listings: 1},
	}}
}

func (s sample) zones() Zones {
	z := zoneOf(&territory.Territory{Languages: []string{"fr", "en"}}, s.zone, 12)
	return Zones{
		Territory: s.territory.Code, Zones: []Zone{z},
		Levels: []Level{{Code: "commune", Names: Names{"fr": "commune", "en": "commune"}}},
	}
}

func (s sample) terms(list *taxonomy.Taxonomy) Terms {
	all := termsOf(list, nil)
	all.Groups, all.Terms = all.Groups[:min(1, len(all.Groups))], all.Terms[:1]
	all.Terms[0].Listings = 12
	return all
}

func (s sample) territories() Territories {
	return Territories{Current: s.territory.Code, Territories: []Territory{{
		Code: "nc", Names: Names{"fr": "Nouvelle-Calédonie", "en": "New Caledonia"}, Cluster: Names{"fr": "Grappe numérique calédonienne"},
		URL: "https://annuaire.example", API: "https://annuaire.example/api/v1", Languages: []string{"fr", "en"},
		TimeZone: "Pacific/Noumea", Currency: "XPF", Country: "NC", Box: Box{162, -23.5, 169, -17},
		Licence: Licence{"etalab-2.0", "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"},
	}}}
}

type values = map[string][]string

func (s sample) listingsExamples() []api.Example {
	examples := []api.Example{
		{Name: "words", Values: values{"q": {"site internet"}}},
		{Name: "competence", Values: values{"competence": {"developpement-web"}, "tri": {string(directory.ByName)}, "limit": {"5"}}},
		{Name: "sparse", Values: values{"fields": {"name,city,websites"}, "limit": {"100"}}},
		{Name: "box", Values: values{"bbox": {s.box()}, "categorie": {"tiers-lieu"}}},
		{Name: "near", Values: values{"pres": {s.centre()}, "rayon": {"10"}, "tri": {string(directory.ByDistance)}}},
	}
	if len(s.territory.Zones) > 0 {
		examples = append(examples, api.Example{Name: "zone", Values: values{"zone": {s.zone.Slug}, "surplace": {"1"}}})
	}
	return examples
}

func (s sample) listingExamples() []api.Example {
	slug := s.slug
	if slug == "" {
		slug = absentSlug
	}
	return []api.Example{{Name: "slug", Values: values{"id": {slug}}}}
}

func (s sample) changesExamples() []api.Example {
	return []api.Example{{Name: "start", Values: values{"limit": {strconv.Itoa(mostChanges)}}}}
}

func (s sample) clustersExamples() []api.Example {
	return []api.Example{
		{Name: "box", Values: values{"bbox": {s.box()}, "zoom": {"8"}}},
		{Name: "competence", Values: values{"zoom": {"6"}, "competence": {"developpement-web"}}},
	}
}

func (s sample) suggestionsExamples() []api.Example {
	return []api.Example{{Name: "typed", Values: values{"q": {"dév"}, "limit": {"5"}}}}
}

// box is that of the territory, or the South Pacific.
func (s sample) box() string {
	b := s.territory.Box
	if b.IsZero() {
		return "160,-25,170,-15"
	}
	return fmt.Sprintf("%g,%g,%g,%g", b.West, b.South, b.East, b.North)
}

func (s sample) centre() string {
	c := s.zone.Centre
	return fmt.Sprintf("%.4f,%.4f", c.Lat, c.Lon)
}
