// Package searchtest makes seeded corpora of fictional French documents, and queries for them, to test and measure the
// text index with. It must not know real listings.
package searchtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
)

// Today is the day on which the corpora are measured.
const Today = "2026-11-21"

// roots are words of the trades; endings make a vocabulary of some thousands of words out of them.
var (
	roots = strings.Fields(`site logiciel formation réseau sécurité informatique comptabilité gestion données vidéo graphisme
		impression caisse vente boutique réservation hébergement maintenance conseil accompagnement développement application
		marketing communication référencement photographie drone cartographie domotique facture paiement atelier numérique
		télétravail coworking intelligence automatisation intégration sauvegarde serveur téléphonie fibre câblage matériel
		bureautique signature archivage accessibilité ergonomie audit stratégie contenu rédaction traduction sonorisation
		animation jeu réalité prototype capteur agriculture tourisme santé commerce artisanat énergie transport logistique`)
	syllables = strings.Fields(`ba bi bo ca ce co da de di do fa fi fo ga go la le li lo ma me mi mo na ni no pa pe pi po ra re
		ri ro sa se si so ta te ti to va ve vi vo tra tri pra pre cla cli bran tion ment eur ance é`)
	little = strings.Fields("de la le les des un une et en pour avec sur dans aux votre vos du")
)

// Corpus is a source of documents and queries with words drawn by Zipf's law.
type Corpus struct {
	seed  uint64
	words []string
}

// New makes a corpus; the same seed gives the same documents and queries.
func New(seed uint64) *Corpus {
	r := rand.New(rand.NewPCG(seed, 1))
	c := &Corpus{seed: seed, words: append([]string(nil), roots...)}
	for len(c.words) < 40000 {
		var b strings.Builder
		for range 2 + r.IntN(3) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		if r.IntN(3) == 0 {
			b.WriteByte('s')
		}
		c.words = append(c.words, b.String())
	}
	return c
}

// Config is the shape of the documents.
func Config(v *search.Vocabulary) search.Config {
	zones := []string{"territoire"}
	for p := range 3 {
		zones = append(zones, fmt.Sprintf("p%d", p))
		for c := range 11 {
			zones = append(zones, fmt.Sprintf("p%dc%d", p, c))
		}
	}
	parent := func(code string) string {
		switch {
		case code == "territoire":
			return ""
		case len(code) > 2:
			return code[:2]
		}
		return "territoire"
	}
	return search.Config{
		Fields: []search.Field{
			{Name: "name", Weight: 100, Suggest: true},
			{Name: "competence", Weight: 75, Suggest: true},
			{Name: "tag", Weight: 55, Suggest: true},
			{Name: "headline", Weight: 40},
			{Name: "description", Weight: 20},
		},
		Facets: []search.FacetSpec{
			{Name: "zone", Parent: parent, Codes: zones, Served: true},
			{Name: "competence"},
			{Name: "category"},
		},
		Synonyms: v,
	}
}

// Docs makes n documents of about 35 words.
func (c *Corpus) Docs(n int) []search.Doc {
	r := rand.New(rand.NewPCG(c.seed, 2))
	draw := rand.NewZipf(r, 1.07, 8, uint64(len(c.words)-1))
	today, _ := time.Parse(time.DateOnly, Today)
	docs := make([]search.Doc, n)
	for i := range docs {
		zone := fmt.Sprintf("p%dc%d", r.IntN(3), r.IntN(11))
		competence := fmt.Sprintf("d%02d", int(32*math.Pow(r.Float64(), 2)))
		d := search.Doc{
			ID: fmt.Sprintf("doc-%06d", i),
			Text: [][]string{
				{c.phrase(r, draw, 2)},
				{roots[r.IntN(32)]},
				{c.phrase(r, draw, 1), c.phrase(r, draw, 1)},
				{c.phrase(r, draw, 5)},
				{c.phrase(r, draw, 25)},
			},
			Facets:  [][]string{{zone}, {competence}, {fmt.Sprintf("k%d", r.IntN(7))}},
			Quality: r.Float32(),
			Fresh:   today.AddDate(0, 0, -r.IntN(1000)),
			Added:   today.AddDate(0, 0, -r.IntN(2000)),
			Point:   &geo.Point{Lat: -22.7 + 3*r.Float64(), Lon: 164 + 3*r.Float64()},
		}
		d.NameKey = search.Fold(d.Text[0][0])
		switch r.IntN(10) {
		case 0:
			d.ServesAll = true
		case 1:
			d.Serves = []string{fmt.Sprintf("p%d", r.IntN(3))}
		}
		docs[i] = d
	}
	return docs
}

func (c *Corpus) phrase(r *rand.Rand, draw *rand.Zipf, n int) string {
	list := make([]string, 0, n)
	for i := range n {
		w := c.words[draw.Uint64()]
		if n > 3 && i%3 == 1 {
			w = little[r.IntN(len(little))]
		}
		list = append(list, w)
	}
	return strings.Join(list, " ")
}

// Queries makes n queries of one to three words: a third with a typo, half with an unfinished last word, some with a
// facet chosen.
func (c *Corpus) Queries(n int) []search.Query {
	r := rand.New(rand.NewPCG(c.seed, 3))
	draw := rand.NewZipf(r, 1.07, 8, uint64(len(c.words)-1))
	out := make([]search.Query, n)
	for i := range out {
		list := make([]string, 1+r.IntN(3))
		for j := range list {
			list[j] = search.Fold(c.words[draw.Uint64()])
		}
		if r.IntN(3) == 0 {
			list[0] = misspell(r, list[0])
		}
		if last := &list[len(list)-1]; r.IntN(2) == 0 && len(*last) > 4 {
			*last = (*last)[:3+r.IntN(len(*last)-3)]
		}
		q := search.Query{Text: strings.Join(list, " "), Limit: 20, FacetLimit: 30, Day: Today}
		if r.IntN(4) == 0 {
			q.Filters = map[string][]string{"zone": {fmt.Sprintf("p%d", r.IntN(3))}}
		}
		out[i] = q
	}
	return out
}

func misspell(r *rand.Rand, w string) string {
	if len(w) < 5 {
		return w
	}
	b := []byte(w)
	i := 1 + r.IntN(len(b)-2)
	switch r.IntN(4) {
	case 0:
		b[i], b[i+1] = b[i+1], b[i]
	case 1:
		b[i] = 'x'
	case 2:
		b = append(b[:i], b[i+1:]...)
	default:
		return w[:i] + "z" + w[i:]
	}
	return string(b)
}
