package directory

import (
	"encoding/binary"
	"strings"
	"time"

	"golang.org/x/text/language"

	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/search"
)

// glossary says in words what the codes on the cards of a territory mean. It is made once: a million documents share its texts.
type glossary struct {
	competences map[string]meaning
	sectors     map[string]meaning
	places      map[string]meaning
}

// meaning is what a code adds to the texts of a document.
type meaning struct {
	code    string
	names   []string
	related []string
}

func (c *catalogue) newGlossary() *glossary {
	g := &glossary{competences: map[string]meaning{}, sectors: map[string]meaning{}, places: map[string]meaning{}}
	for _, term := range c.taxonomies.Competences.Terms {
		m := meaning{code: term.Code, related: term.Synonyms}
		for _, lang := range c.territory.Languages {
			m.names = append(m.names, term.Names[lang])
		}
		g.competences[term.Code] = m
	}
	for _, term := range c.taxonomies.Sectors.Terms {
		g.sectors[term.Code] = meaning{code: term.Code, names: []string{term.Names[c.territory.Languages[0]]}}
	}
	for _, z := range c.territory.Zones {
		m := meaning{code: z.Code}
		for code := z.Code; code != ""; code = c.zones[code].Parent {
			m.names = append(m.names, c.zones[code].Name)
		}
		g.places[z.Code] = m
	}
	return g
}

// drafter writes cards as documents of the index. It keeps buffers and remembers tags: one goroutine uses it at a time.
type drafter struct {
	*catalogue
	sorter *locale.Sorter
	tags   map[string]tagged
	skills map[string]skills // by the codes of their competences
	key    []byte
	texts  slab[string]
	lists  slab[[]string]
}

// tagged is a tag as written, and its key.
type tagged struct{ spelling, key string }

// skills are what the competences of a card add to its document. Many cards have the same: they share the lists.
type skills struct{ codes, names, related []string }

// How many tags, and how many sets of competences, a drafter remembers.
const (
	mostTags   = 20_000
	mostSkills = 5_000
)

func (c *catalogue) newDrafter() *drafter {
	return &drafter{catalogue: c, sorter: locale.NewSorter(language.French), tags: map[string]tagged{}, skills: map[string]skills{}}
}

// document is the card as the index reads it, and the codes of the facet of reach. The texts of the outline may be parts of one
// long text: of those that an index keeps, the document has copies.
func (d *drafter) document(o *listing.Outline) (search.Doc, []string) {
	text := d.lists.take(fieldDescription + 1)
	name := strings.Clone(o.Name)
	text[fieldName] = d.one(name)
	text[fieldHeadline] = d.one(o.Headline)
	text[fieldDescription] = d.one(listing.PlainText(o.Description))
	skills := d.skillsOf(o.Competences)
	text[fieldCompetence], text[fieldRelated] = skills.names, skills.related
	sectors := d.texts.take(len(o.Sectors))
	for i, code := range o.Sectors {
		sectors[i] = d.mean(d.glossary.sectors, code, &text[fieldPlace], nil)
	}
	var zones []string
	if o.Zone != "" {
		zones = d.one(d.mean(d.glossary.places, o.Zone, &text[fieldPlace], nil))
	}
	spellings, keys := d.texts.take(len(o.Tags)), d.texts.take(len(o.Tags))
	for i, t := range o.Tags {
		known := d.tag(t)
		spellings[i], keys[i] = known.spelling, known.key
	}
	text[fieldTag] = spellings
	reach := d.reach(o.ServiceArea)
	facets := d.lists.take(facetCount)
	facets[0], facets[1], facets[2], facets[3] = zones, skills.codes, d.one(strings.Clone(string(o.Category))), sectors
	facets[4], facets[5], facets[6] = keys, zones, reach
	return search.Doc{
		ID: strings.Clone(o.ID), Text: text, Point: o.Point, Facets: facets,
		Serves: d.ownZones(o.ServiceArea), ServesAll: o.ServiceArea.Everywhere,
		Quality: float32(o.Completeness) / 100, Fresh: d.dayOf(o.ConfirmedAt), Added: o.UpdatedAt,
		NameKey: d.sorter.Key(name),
	}, reach
}

// dayOf is the day of a moment at the territory's place, as the index counts days.
func (c *catalogue) dayOf(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	y, m, d := t.In(c.territory.Location()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// skillsOf is what competences add to a document.
func (d *drafter) skillsOf(competences []string) skills {
	d.key = d.key[:0]
	for _, code := range competences {
		d.key = append(binary.AppendUvarint(d.key, uint64(len(code))), code...)
	}
	known, ok := d.skills[string(d.key)]
	if !ok {
		if len(d.skills) == mostSkills {
			clear(d.skills)
		}
		known.codes = make([]string, len(competences))
		for i, code := range competences {
			known.codes[i] = d.mean(d.glossary.competences, code, &known.names, &known.related)
		}
		d.skills[string(d.key)] = known
	}
	return known
}

// mean adds to the texts what a code means, and gives a code that no longer text is held by.
func (d *drafter) mean(of map[string]meaning, code string, names, related *[]string) string {
	m, ok := of[code]
	if !ok {
		return strings.Clone(code)
	}
	*names = joinTexts(*names, m.names)
	if related != nil {
		*related = joinTexts(*related, m.related)
	}
	return m.code
}

// joinTexts is a and b; the first of several shares its texts.
func joinTexts(a, b []string) []string {
	if len(a) == 0 {
		return b[:len(b):len(b)]
	}
	return append(a, b...)
}

func (d *drafter) one(text string) []string {
	list := d.texts.take(1)
	list[0] = text
	return list
}

func (d *drafter) tag(spelling string) tagged {
	known, ok := d.tags[spelling]
	if !ok {
		if len(d.tags) == mostTags {
			clear(d.tags)
		}
		spelling = strings.Clone(spelling)
		known = tagged{spelling, listing.TagKey(spelling)}
		d.tags[spelling] = known
	}
	return known
}

// ownZones are the zones of the territory that a service area names; reach is what it says of other territories.
func (c *catalogue) ownZones(area listing.ServiceArea) []string {
	var codes []string
	for _, code := range area.Zones {
		if z, ok := c.zones[code]; ok {
			codes = append(codes, z.Code)
		}
	}
	return codes
}

func (c *catalogue) reach(area listing.ServiceArea) []string {
	var codes []string
	if area.Remote {
		codes = append(codes, reachesAll)
	}
	for _, code := range area.Zones {
		if _, ok := c.zones[code]; !ok && code != c.territory.Code {
			codes = append(codes, code)
		}
	}
	return codes
}

// slab gives out short slices of one long one: a document has a dozen of them, and all go with the batch.
type slab[T any] struct{ rest []T }

const slabSize = 4096

// take gives n zero values that nobody else has.
func (s *slab[T]) take(n int) []T {
	if n > len(s.rest) {
		s.rest = make([]T, max(n, slabSize))
	}
	taken := s.rest[:n:n]
	s.rest = s.rest[n:]
	return taken
}
