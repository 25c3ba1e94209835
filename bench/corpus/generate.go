package corpus

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"grappe/internal/platform/geo"
	"grappe/internal/platform/search"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// Generated is a corpus of n fictional listings of New Caledonia.
func Generated(seed uint64, n int) (*Corpus, error) {
	t, err := territory.Load(presets.FS, "nc")
	if err != nil {
		return nil, err
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		return nil, err
	}
	words, err := readLexicon()
	if err != nil {
		return nil, err
	}
	g := &generator{seed: seed, words: words, terms: competences.Terms, zones: readZones(t), leaves: t.Tree().Leaves()}
	g.shuffle()
	names := map[string]string{}
	for _, term := range g.terms {
		names[term.Code] = term.Name("fr")
	}
	return &Corpus{
		Name: "generated", Len: n, Territory: t, competences: names, zones: g.zones, words: words, listing: g.listing, dictionary: g.dictionary,
	}, nil
}

// dictionary is every word that a listing may have.
func (g *generator) dictionary() map[string]bool {
	all := make(map[string]bool, rareNames)
	for w := range g.words.families {
		all[w] = true
	}
	for rank := firstOfRare; rank <= rareNames; rank++ {
		all[search.Fold(g.properName(rank))] = true
	}
	add := func(text string) {
		for _, t := range Tokens(text) {
			all[t.Folded] = true
		}
	}
	for _, t := range g.terms {
		add(t.Name("fr"))
		for _, s := range t.Synonyms {
			add(s)
		}
	}
	for _, z := range g.zones {
		add(z.Name)
	}
	return all
}

type generator struct {
	seed   uint64
	words  *lexicon
	terms  []taxonomy.Term
	zones  map[string]zone
	leaves []territory.Zone
	today  time.Time
	people int
}

// shuffle puts the words of each kind into the order of their use.
func (g *generator) shuffle() {
	r := rand.New(rand.NewPCG(g.seed, 1))
	for _, kind := range []string{"masculine", "feminine", "agents", "adjectives", "verbs", "nicknames"} {
		list := g.words.kinds[kind]
		r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	g.today, _ = time.Parse(time.DateOnly, Today)
	for _, z := range g.leaves {
		g.people += z.Population
	}
}

// draft is one listing in the making. Its numbers depend on the seed and the listing alone.
type draft struct {
	*generator
	*rand.Rand
	b strings.Builder
}

func (g *generator) listing(i int) Listing {
	d := &draft{generator: g, Rand: rand.New(rand.NewPCG(g.seed, uint64(i)+10))}
	l := Listing{
		ID: id(i, d.Uint64()), Category: d.category(), Quality: d.Float32(),
		Fresh: g.today.AddDate(0, 0, -int(1500*math.Pow(d.Float64(), 2))), Added: g.today.AddDate(0, 0, -d.IntN(2500)),
	}
	for range 1 + d.IntN(3) {
		code := g.terms[int(float64(len(g.terms))*math.Pow(d.Float64(), 1.8))].Code
		if !contains(l.Competences, code) {
			l.Competences = append(l.Competences, code)
		}
	}
	z := d.zone()
	l.Zone = z.Code
	l.Point = geo.Point{Lat: z.Centre.Lat + 0.03*d.NormFloat64(), Lon: z.Centre.Lon + 0.03*d.NormFloat64()}
	switch d.IntN(20) {
	case 0:
		l.ServesAll = true
	case 1, 2:
		l.Serves = []string{g.zones[d.zone().Code].up[d.IntN(2)]}
	}
	l.Name = d.name(z)
	for range d.IntN(4) {
		l.Tags = append(l.Tags, d.tag(l.Competences))
	}
	if d.IntN(5) > 0 {
		l.Headline = d.headline()
	}
	l.Description = d.description(l.Competences)
	return l
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

func (d *draft) category() string {
	list := []string{"company", "company", "company", "company", "company", "company", "freelance", "freelance", "association", "school", "third-place", "incubator", "public-body"}
	return list[d.IntN(len(list))]
}

// zone is a commune, by its inhabitants.
func (d *draft) zone() territory.Zone {
	at := d.IntN(d.people)
	for _, z := range d.leaves {
		if at -= z.Population; at < 0 {
			return z
		}
	}
	return d.leaves[0]
}

// zipf is a rank below n: one about (rank+2)^-1 often.
func (d *draft) zipf(n int) int {
	return min(n-1, int(2*math.Pow(float64(n+2)/2, d.Float64()))-2)
}

func (d *draft) word(kind string) word {
	list := d.words.kinds[kind]
	return list[d.zipf(len(list))]
}

// rareNames is how many names there are; the first fifty ranks are left out, since no name stands on every card.
const (
	rareNames   = 400_000
	firstOfRare = 50
)

// proper is a name of a person, place or brand: few are frequent, most are had by one card alone.
func (d *draft) proper() string {
	return d.properName(int(firstOfRare * math.Pow(rareNames/firstOfRare, d.Float64())))
}

func (g *generator) properName(rank int) string {
	r := rand.New(rand.NewPCG(g.seed^0x6e616d65, uint64(rank)))
	heads := []string{"ba", "ca", "da", "fa", "ga", "ja", "ka", "la", "ma", "na", "pa", "ra", "sa", "ta", "va", "wa", "bo", "co", "do", "go", "lo", "mo", "no", "po", "ro", "to", "vo", "xe", "ye", "ke", "we", "li", "ni", "ti", "hie", "kou", "poin", "tchi", "ou", "che", "bri", "fran", "mar", "jean", "ber", "du", "le"}
	tails := []string{"ra", "to", "né", "mou", "ga", "li", "sso", "tte", "dou", "ndi", "ka", "lé", "ri", "va", "wen", "ma", "pi", "bert", "lin", "nard", "ville", "gne", "rou", "zac", "th", "ne", "dec", "han", "gou", "ky"}
	name, more := heads[r.IntN(len(heads))], 2
	if rank < 1000 {
		more = 1
	}
	for range more + r.IntN(2) {
		name += tails[r.IntN(len(tails))]
	}
	return capital(name)
}

func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
