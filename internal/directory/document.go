package directory

import (
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// The text fields of the index, the most telling first. Places and sectors stand behind what one does, so that "photographe
// nouméa" never ranks a trade by its town, and before the description, so that who sits in Lifou stands above who writes
// that he travels there. Related are the words that people use instead of the name of a competence, in any language.
const (
	fieldName = iota
	fieldCompetence
	fieldTag
	fieldHeadline
	fieldPlace
	fieldRelated
	fieldDescription
)

func searchFields() []search.Field {
	return []search.Field{
		fieldName:        {Name: "name", Weight: 100, Suggest: true},
		fieldCompetence:  {Name: "competence", Weight: 60, Suggest: true},
		fieldTag:         {Name: "tag", Weight: 40, Suggest: true},
		fieldHeadline:    {Name: "headline", Weight: 25},
		fieldPlace:       {Name: "place", Weight: 20},
		fieldRelated:     {Name: "related", Weight: 18},
		fieldDescription: {Name: "description", Weight: 12},
	}
}

// facetSpecs says how the index counts; their order is that of document's facets.
func facetSpecs(t *territory.Territory) []search.FacetSpec {
	parents := make(map[string]string, len(t.Zones))
	codes := make([]string, 0, len(t.Zones))
	for _, z := range t.Zones {
		parents[z.Code] = z.Parent
		codes = append(codes, z.Code)
	}
	parent := func(code string) string { return parents[code] }
	return []search.FacetSpec{
		{Name: FacetZone, Parent: parent, Codes: codes, Served: true},
		{Name: FacetCompetence},
		{Name: FacetCategory},
		{Name: FacetSector},
		{Name: FacetTag},
		{Name: facetSeat, Parent: parent, Codes: codes},
		{Name: facetReach, Silent: true},
	}
}

// document is the listing as the index reads it.
func (c *catalogue) document(l listing.Listing) search.Doc {
	text := make([][]string, fieldDescription+1)
	text[fieldName] = []string{l.Name}
	text[fieldTag] = l.Tags
	text[fieldHeadline] = []string{l.Headline}
	text[fieldDescription] = []string{plainText(l.Description)}
	for _, code := range l.Competences {
		if term, ok := c.taxonomies.Competences.Term(code); ok {
			for _, lang := range c.territory.Languages {
				text[fieldCompetence] = append(text[fieldCompetence], term.Names[lang])
			}
			text[fieldRelated] = append(text[fieldRelated], term.Synonyms...)
		}
	}
	for _, code := range l.Sectors {
		if term, ok := c.taxonomies.Sectors.Term(code); ok {
			text[fieldPlace] = append(text[fieldPlace], term.Names[c.territory.Languages[0]])
		}
	}
	for code := l.Zone; code != ""; code = c.zones[code].Parent {
		text[fieldPlace] = append(text[fieldPlace], c.zones[code].Name)
	}
	tags := make([]string, 0, len(l.Tags))
	for _, t := range l.Tags {
		tags = append(tags, listing.TagKey(t))
	}
	zones := []string{}
	if l.Zone != "" {
		zones = append(zones, l.Zone)
	}
	return search.Doc{
		ID: l.ID, Text: text, Point: l.Point,
		Facets: [][]string{zones, l.Competences, {string(l.Category)}, l.Sectors, tags, zones, c.reach(l.ServiceArea)},
		Serves: c.ownZones(l.ServiceArea), ServesAll: l.ServiceArea.Everywhere,
		Quality: float32(l.Completeness) / 100, Fresh: l.ConfirmedAt, Added: l.UpdatedAt,
		NameKey: c.collator.Key(l.Name),
	}
}

// ownZones are the zones of the territory that a service area names; reach is what it says of other territories.
func (c *catalogue) ownZones(area listing.ServiceArea) []string {
	var codes []string
	for _, code := range area.Zones {
		if _, ok := c.zones[code]; ok {
			codes = append(codes, code)
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

// marksOfMarkdown takes the marks within lines away. It is made once: that costs more than to use it.
var marksOfMarkdown = strings.NewReplacer("**", "", "__", "", "`", "", "](", " (", "[", "")

// plainText is Markdown without its signs, near enough to search and to quote from. Items of lists are parted by dots.
func plainText(markdown string) string {
	markdown = marksOfMarkdown.Replace(markdown)
	var b strings.Builder
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		words := strings.TrimLeft(line, "#>*-+ \t")
		if words == "" {
			continue
		}
		if b.Len() > 0 {
			if line != words && strings.ContainsAny(line[:1], "*-+") {
				b.WriteString(" ·")
			}
			b.WriteString(" ")
		}
		b.WriteString(strings.Join(strings.Fields(words), " "))
	}
	return strings.Replace(b.String(), ": ·", ":", -1)
}
