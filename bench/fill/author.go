package main

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/geo"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// author makes cards up: names that mostly differ, texts of 5 to 120 words whose frequencies follow Zipf's law, real
// competences, sectors and zones.
type author struct {
	rand        *rand.Rand
	zipf        *rand.Zipf
	words       []string
	territory   *territory.Territory
	leaves      []territory.Zone
	competences []string
	sectors     []string
	made        int
}

// vocabulary is how many words the texts choose from.
const vocabulary = 60_000

func newAuthor(t *territory.Territory, competences, sectors *taxonomy.Taxonomy, seed uint64) *author {
	r := rand.New(rand.NewPCG(seed, 7))
	a := &author{
		rand: r, zipf: rand.NewZipf(r, 1.07, 8, vocabulary-1), territory: t, leaves: t.Tree().Leaves(),
		competences: competences.Codes(), sectors: sectors.Codes(),
	}
	seen := map[string]bool{}
	add := func(word string) {
		if !seen[word] {
			seen[word] = true
			a.words = append(a.words, word)
		}
	}
	for word := range strings.FieldsSeq(common) {
		add(word)
	}
	for _, term := range competences.Terms {
		for _, text := range append([]string{term.Name("fr")}, term.Synonyms...) {
			for word := range strings.FieldsSeq(strings.ToLower(text)) {
				add(word)
			}
		}
	}
	for len(a.words) < vocabulary {
		add(a.invented())
	}
	return a
}

// invented is a word that sounds French.
func (a *author) invented() string {
	onsets := strings.Fields("b br c ch cl cr d dr f fl fr g gl gr j l m n p pl pr qu r s st t tr v")
	vowels := strings.Fields("a e é i o u ai au ou eau oi an en in on è")
	ends := strings.Fields("tion ment eur euse age ique iste able ité erie ier ière el al on et ance")
	var b strings.Builder
	for range 1 + a.rand.IntN(3) {
		b.WriteString(a.one(onsets))
		b.WriteString(a.one(vowels))
	}
	b.WriteString(a.one(onsets))
	b.WriteString(a.one(ends))
	return b.String()
}

func (a *author) one(of []string) string { return of[a.rand.IntN(len(of))] }

func (a *author) few(of []string, most int) []string {
	var out []string
	for range a.rand.IntN(most + 1) {
		if next := a.one(of); len(out) == 0 || out[len(out)-1] != next {
			out = append(out, next)
		}
	}
	return out
}

func (a *author) word() string { return a.words[a.zipf.Uint64()] }

// text is so many words in sentences.
func (a *author) text(words int) string {
	var b strings.Builder
	start := true
	for i := range words {
		w := a.word()
		if start {
			w = capital(w)
		}
		if b.WriteString(w); i == words-1 {
			break
		}
		start = a.rand.IntN(12) == 0
		if start {
			b.WriteByte('.')
		}
		b.WriteByte(' ')
	}
	b.WriteByte('.')
	return b.String()
}

func capital(w string) string {
	r := []rune(w)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func (a *author) name() string {
	kinds := strings.Fields("Atelier Studio Agence Cabinet Groupe Solutions Services Conseil Digital Web Informatique Numérique Maison École Réseau")
	rare := func() string { return capital(a.words[300+a.rand.IntN(len(a.words)-300)]) }
	switch a.rand.IntN(4) {
	case 0:
		return a.one(kinds) + " " + rare()
	case 1:
		return rare() + " " + a.one(kinds)
	case 2:
		return rare() + " & " + rare()
	default:
		return a.one(kinds) + " " + rare() + " " + rare()
	}
}

// card is a published card with its company.
func (a *author) card() listing.Record {
	a.made++
	name, zone := a.name(), a.leaves[int(math.Pow(a.rand.Float64(), 2.5)*float64(len(a.leaves)))]
	confirmed := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).Add(-time.Duration(a.rand.IntN(900*24)) * time.Hour)
	source := company.Source{Kind: company.FromImport, Name: "fill", At: confirmed}
	l := listing.Listing{
		Territory: a.territory.Code, State: listing.Published, ConfirmedAt: confirmed,
		Content: listing.Content{
			Name: name, Category: a.category(), Headline: a.text(3 + a.rand.IntN(8)), Competences: a.few(a.competences, 3),
			Sectors: a.few(a.sectors, 2), Zone: zone.Code, City: zone.Name, Postcode: strconv.Itoa(98800 + a.rand.IntN(90)),
			Address: strconv.Itoa(1+a.rand.IntN(200)) + " rue " + capital(a.word()), Phones: []string{"+687" + strconv.Itoa(200000+a.made%800000)},
			Emails: []string{"contact@c" + strconv.Itoa(a.made) + ".example"}, Websites: []string{"https://www.c" + strconv.Itoa(a.made) + ".example/"},
		},
		Provenance: company.Provenance{"name": source, "headline": source, "description": source, "zone": source, "phones": source},
	}
	if words := a.rand.IntN(125) - 10; words > 0 {
		l.Description = a.text(words)
	}
	for range a.rand.IntN(4) {
		l.Tags = append(l.Tags, a.words[a.zipf.Uint64()%5000])
	}
	if a.rand.IntN(10) == 0 {
		l.ServiceArea = listing.ServiceArea{Zones: []string{a.leaves[a.rand.IntN(len(a.leaves))].Code}, Remote: a.rand.IntN(4) == 0}
	}
	if c := zone.Centre; !c.IsZero() && a.rand.IntN(5) > 0 {
		l.Point = &geo.Point{Lat: c.Lat + a.rand.NormFloat64()/50, Lon: c.Lon + a.rand.NormFloat64()/50}
	}
	return listing.Record{Listing: l, Company: company.Company{
		LegalName: strings.ToUpper(name) + " SARL", UsualName: name, Status: company.Active, SizeClass: "01",
	}}
}

func (a *author) category() listing.Category {
	others := []listing.Category{listing.ThirdPlace, listing.Incubator, listing.School, listing.Investor, listing.Community, listing.PublicBody}
	if n := a.rand.IntN(100); n < len(others) {
		return others[n]
	}
	return listing.Company
}

// common are the words that French texts have most.
const common = `de la le et les des en un une du pour dans que est au qui a par sur plus avec ce il ne sont se pas nous vos votre notre nos
	aux ou son sa vous être tout tous site internet création développement conseil formation entreprise entreprises service services
	projet projets client clients accompagnement stratégie communication numérique digital web application applications logiciel
	données informatique réseau sécurité maintenance gestion production vidéo photo design graphique marketing référencement hébergement
	commerce vente ligne mobile sociaux réseaux équipe expérience qualité solution solutions sur-mesure artisan artisans restaurant
	hôtel tourisme santé éducation agriculture mine mer pêche transport énergie environnement bâtiment industrie culture sport musique
	événement événements association territoire province commune île îles lagon terre jeunes femmes emploi stage atelier ateliers
	diagnostic audit plan action suivi technique techniques système systèmes intégration analyse conception réalisation installation
	dépannage réparation location matériel impression supports identité visuelle logo charte vitrine boutique paiement caisse comptable
	comptabilité paie facturation devis administratif ressources humaines recrutement traduction rédaction contenu contenus animation
	drone cartographie capteurs objets connectés intelligence artificielle automatisation nuage sauvegarde téléphonie fibre`
