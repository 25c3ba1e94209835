package directory_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/ui/uitest"
)

// many are n cards of a shop each, in turn in every commune and competence.
func many(n int) []listing.Record {
	competences := []string{"web-development", "cybersecurity", "audiovisual", "training", "networks"}
	zones := []string{"98818", "98805", "98814", "98811", "98817"}
	records := make([]listing.Record, 0, n)
	for i := range n {
		r := card(fmt.Sprintf("Atelier %02d", i), competences[i%5], competences[(i+1)%5])
		r.Listing.Zone, r.Listing.Tags = zones[i%5], []string{"atelier", fmt.Sprintf("mot %d", i%7)}
		r.Listing.Headline, r.Listing.Phones = fmt.Sprintf("Un atelier, le numéro %d", i), []string{"+687271234"}
		r.Listing.Point = &geo.Point{Lat: -22.2 + float64(i)/1000, Lon: 166.4}
		r.Company.LegalName = r.Listing.Name + " SARL"
		records = append(records, r)
	}
	return records
}

func TestCards(t *testing.T) {
	h := sample(t)
	for _, tt := range []page{
		{path: "/annuaire/lagon-web", status: 200, holds: [][2]string{
			{"title", "Lagon Web"},
			{"h1", "Lagon Web"},
			{".lead", "Votre site vitrine"},
			{".prose strong", "sites internet"},
			{".prose li", "refonte"},
			{".badge", "Vérifiée il y a 3 mois"},
			{"header p", "Écrite par l’entreprise le"},
			{"a.tag[href='/nc/annuaire?competence=developpement-web']", "Développement web"},
			{"a.tag[href='/nc/annuaire?tag=wordpress']", "WordPress"},
			{"a.button-main[href='tel:+687271234']", "27"},
			{"a[href='mailto:bonjour@lagon-web.example']", "bonjour@"},
			{"a[href='https://www.lagon-web.example/']", "lagon-web.example"},
			{"a[href='https://www.facebook.com/lagonweb'][rel~=nofollow]", "Facebook"},
			{"address", "12 rue de la République 98800 Nouméa"},
			{"a[href^='https://www.openstreetmap.org/'][href*='mlat=-22.27110']", "Itinéraire sur OpenStreetMap"},
			{"a[href='/nc/annuaire?carte=-22.2711%2C166.4416%2C15&fiche=lagon-web&vue=carte#vues']", "Voir sur la carte de l’annuaire"},
			{".badge", "Ouvert en ce moment"},
			{"dt", "lundi"},
			{"dd", "fermé"},
			{"dt", "jours fériés"},
			{"section[aria-labelledby=horaires] p", "Aussi sur rendez-vous"},
			{"dd", "LAGON WEB SARL"},
			{"dd", "2014"},
			{"dd", "à vérifier"},
			{"dd", "français et anglais"},
			{"dd", "Province des îles Loyauté · À distance"},
			{".breadcrumb a[href='/nc/annuaire?zone=noumea']", "Nouméa"},
			{"link[rel=canonical][href='https://grappe.example/nc/annuaire/lagon-web']", ""},
			{"link[hreflang=en][href='https://grappe.example/nc/en/annuaire/lagon-web']", ""},
			{"meta[name=description][content='Votre site vitrine en trois semaines']", ""},
		}, lacks: []string{"meta[name=robots]", "h2:contains(Fiches)"}},
		{lang: "en", path: "/annuaire/lagon-web", status: 200, holds: [][2]string{
			{"h1", "Lagon Web"}, {".badge", "3 months ago"}, {"a.tag", "Web development"}, {"dt", "Monday"}, {"dd", "French and English"}, {".breadcrumb a", "Nouméa"},
		}},
		{path: "/annuaire/point-nul", status: 200, holds: [][2]string{
			{"h1", "Point Nul"},
			{".badge", "Jamais vérifiée"},
			{"p.muted", "pas encore de présentation"},
			{"p.muted", "pas encore de moyen de contact"},
			{"meta[name=description][content]", ""},
		}, lacks: []string{"address", "dl", "a[href^='tel:']", ".lead", "a[href*=openstreetmap]", "#horaires", "#lieu", "#qui", "#societe", "#proches"}},
		{path: "/annuaire/drehu-photo", status: 200, holds: [][2]string{{"a.tag[href$='?tag=wordpress']", "WordPress"}}, lacks: []string{
			"li:has(a.tag[href$='?tag=photographe']) ~ li a.tag[href$='?tag=photographe']", "dt:contains(Effectif)",
		}},
		{path: "/annuaire/tiers-lieu-de-kone", status: 200, holds: [][2]string{{"header p.muted", "Koné"}, {"address", "Route du Nord Koné"}}},
	} {
		t.Run(tt.lang+tt.path, func(t *testing.T) { h.check(t, tt) })
	}
}

func TestSimilarCardsAreOthers(t *testing.T) {
	h := open(t, dbtest.SQLite(t), many(20)...)
	got := h.get(t, "/annuaire/atelier-07")
	links := uitest.Find(t, got.body, "section[aria-labelledby=proches] a.door")
	if len(links) != 3 {
		t.Fatalf("%d similar cards, want 3", len(links))
	}
	for _, a := range links {
		if href := uitest.Attr(a, "href"); href == "/nc/annuaire/atelier-07" || !strings.HasPrefix(href, "/nc/annuaire/atelier-") {
			t.Errorf("a similar card is %q", href)
		}
	}
}

func TestOldAddresses(t *testing.T) {
	h := sample(t)
	owner := company.Source{Kind: company.FromOwner}
	edit := func(slug, name string) {
		l := h.bySlug(t, slug)
		l.Content.Name = name
		if _, _, err := h.cards.Edit(t.Context(), listing.Author{Source: owner}, l.ID, l.Version, l.Content, []string{"name"}); err != nil {
			t.Fatal(err)
		}
	}
	// A card keeps its address when its name changes, and an address that it had before leads to the one it has now.
	edit("drehu-photo", "Drehu Images")
	l := h.bySlug(t, "drehu-photo")
	renamed := listing.Record{Listing: l}
	renamed.Company.ID = l.CompanyID
	records, err := h.store.Records(t.Context(), h.db.Read(), []string{l.ID})
	if err != nil {
		t.Fatal(err)
	}
	records[0].Listing.Slug = ""
	h.save(t, records...)
	if got := h.get(t, "/annuaire/drehu-photo"); got.status != 301 || got.header.Get("Location") != "/nc/annuaire/drehu-images" {
		t.Errorf("the old address: %d to %q", got.status, got.header.Get("Location"))
	}
	if got := h.in(t.Context(), t, "en", "/annuaire/drehu-photo"); got.header.Get("Location") != "/nc/en/annuaire/drehu-images" {
		t.Errorf("the old address in English leads to %q", got.header.Get("Location"))
	}

	into, from := h.bySlug(t, "rempart-securite"), h.bySlug(t, "point-nul")
	if _, err := h.cards.Merge(t.Context(), listing.Author{Source: owner}, into.ID, from.ID); err != nil {
		t.Fatal(err)
	}
	if got := h.get(t, "/annuaire/point-nul"); got.status != 301 || got.header.Get("Location") != "/nc/annuaire/rempart-securite" {
		t.Errorf("a merged card: %d to %q", got.status, got.header.Get("Location"))
	}
	into = h.bySlug(t, "rempart-securite")
	if _, err := h.cards.Hide(t.Context(), listing.Author{}, into.ID, into.Version); err != nil {
		t.Fatal(err)
	}
	for _, slug := range []string{"rempart-securite", "point-nul", "brouillon-secret"} {
		if got := h.get(t, "/annuaire/"+slug); got.status != 410 {
			t.Errorf("%s is not public: %d, want 410", slug, got.status)
		}
	}
	own := h.bySlug(t, "lagon-web")
	if _, err := h.cards.Lapse(t.Context(), listing.Author{}, own.ID, own.Version); err != nil {
		t.Fatal(err)
	}
	if got := h.get(t, "/annuaire/lagon-web"); got.status != 410 || !strings.Contains(got.body, `href="/nc/annuaire/lagon-web/revendiquer"`) || strings.Contains(got.body, own.Name) {
		t.Errorf("a card that lapsed: %d, %s", got.status, got.body)
	}
	if _, err := h.directory.Card(t.Context(), "nc", "lagon-web"); !errs.Is(err, errs.Gone) {
		t.Errorf("a card that lapsed, to the API: %v", err)
	}
	if got := h.get(t, "/annuaire/jamais-vue"); got.status != 404 {
		t.Errorf("an unknown card: %d", got.status)
	}
}

func TestStructuredData(t *testing.T) {
	h := sample(t)
	for slug, want := range map[string]string{
		"lagon-web": "LocalBusiness", "point-nul": "Organization", "ecole-du-code-du-mont-dore": "EducationalOrganization", "tiers-lieu-de-kone": "LocalBusiness",
	} {
		got := h.get(t, "/annuaire/"+slug)
		var data map[string]any
		if err := json.Unmarshal([]byte(uitest.Text(uitest.One(t, got.body, "script[type='application/ld+json']"))), &data); err != nil {
			t.Fatal(err)
		}
		address := "https://grappe.example/nc/annuaire/" + slug
		if data["@context"] != "https://schema.org" || data["@type"] != want || data["@id"] != address || data["url"] != address {
			t.Errorf("%s: %v, want a %s", slug, data, want)
		}
		if slug != "lagon-web" {
			continue
		}
		place, _ := data["address"].(map[string]any)
		point, _ := data["geo"].(map[string]any)
		hours, _ := data["openingHoursSpecification"].([]any)
		same, _ := data["sameAs"].([]any)
		if place["addressLocality"] != "Nouméa" || place["addressCountry"] != "NC" || point["latitude"] != -22.2711 || len(hours) != 10 ||
			!slices.Contains(same, any("https://www.facebook.com/lagonweb")) || data["legalName"] != "LAGON WEB SARL" || data["foundingDate"] != "2014" {
			t.Errorf("%s: %v", slug, data)
		}
	}
}
