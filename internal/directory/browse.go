package directory

import (
	"net/http"

	"grappe/internal/platform/locale"
	"grappe/internal/platform/search"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// browsePage leads to the cards by competence or by place.
type browsePage struct {
	ui.Frame
	Crumbs  ui.Breadcrumb
	Heading string
	Intro   string
	Groups  []browseGroup
}

type browseGroup struct {
	Label string
	URL   string
	Links []indexEntry
}

// indexEntry is one line of an index: a link and how many cards are behind it.
type indexEntry struct {
	URL, Label, Count, Detail string
	DetailURL                 string // makes the detail a link
}

func (p *Pages) competences(w http.ResponseWriter, r *http.Request) error {
	v, err := p.counted(w, r)
	if err != nil {
		return err
	}
	page := v.browse("/competences", "competences")
	counts := v.counts(FacetCompetence)
	for _, g := range v.taxonomies.Competences.Groups {
		group := browseGroup{Label: taxonomy.In(g.Names, v.Lang)}
		for _, term := range v.taxonomies.Competences.InGroup(g.Code) {
			if counts[term.Code] == 0 && v.found.Total > 0 {
				continue
			}
			group.Links = append(group.Links, indexEntry{
				URL: v.Path("/annuaire?competence=" + term.Slug), Label: term.Name(v.Lang), Count: v.number(counts[term.Code]),
				Detail: term.Description(v.Lang),
			})
		}
		if len(group.Links) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	return p.views.Render(w, r, http.StatusOK, "parcourir", page)
}

func (p *Pages) zonesPage(w http.ResponseWriter, r *http.Request) error {
	v, err := p.counted(w, r)
	if err != nil {
		return err
	}
	page := v.browse("/communes", "zones")
	tree := v.territory.Tree()
	flat := browseGroup{Label: v.territory.Name(v.Lang)}
	for _, root := range tree.Roots() {
		if tree.IsLeaf(root.Code) {
			flat.Links = append(flat.Links, v.zoneEntries([]territory.Zone{root})...)
			continue
		}
		page.Groups = append(page.Groups, browseGroup{
			Label: root.NameIn(v.Lang), URL: v.Path("/annuaire?zone=" + root.Slug), Links: v.zoneEntries(tree.Descendants(root.Code)),
		})
	}
	if len(flat.Links) > 0 {
		page.Groups = append(page.Groups, flat)
	}
	return p.views.Render(w, r, http.StatusOK, "parcourir", page)
}

// manyZones is how many places a list may hold before those without any card are left out.
const manyZones = 60

// zoneEntries are places by name, with how many cards sit there and how many more travel there.
func (v *shown) zoneEntries(zones []territory.Zone) []indexEntry {
	seated, reached := v.counts(facetSeat), v.counts(FacetZone)
	entries := make([]indexEntry, 0, len(zones))
	for _, z := range zones {
		if len(zones) > manyZones && reached[z.Code] == 0 && !v.preparing {
			continue
		}
		address := v.Path("/annuaire?zone=" + z.Slug)
		e := indexEntry{URL: address + "&surplace=1", Label: z.NameIn(v.Lang), Count: v.number(seated[z.Code])}
		if more := reached[z.Code] - seated[z.Code]; more > 0 {
			e.Detail, e.DetailURL = v.P.T("directory.browse.travelling", "n", more), address
		}
		entries = append(entries, e)
	}
	locale.CollateBy(v.P, entries, func(e indexEntry) string { return e.Label })
	return entries
}

// counted is the whole directory's counts; there are none while the index is being made.
func (p *Pages) counted(w http.ResponseWriter, r *http.Request) (*shown, error) {
	t := territory.Of(r.Context())
	c, frame := p.service.openEarly(t), ui.Of(r)
	c.announce(w, &frame)
	if c.preparing {
		return &shown{Frame: frame, catalogue: c, rooms: p}, nil
	}
	all, err := c.index.Search(r.Context(), search.Query{Day: c.day(p.service.now())})
	if err != nil {
		return nil, err
	}
	return &shown{Frame: frame, catalogue: c, rooms: p, found: Found{Result: all}}, nil
}

// number is a count of cards, nothing while they are not counted.
func (v *shown) number(n int) string {
	if v.preparing {
		return ""
	}
	return v.P.Number(n)
}

func (v *shown) counts(facet string) map[string]int {
	counts := map[string]int{}
	for _, c := range v.found.Facets[facet] {
		counts[c.Code] = c.N
	}
	return counts
}

func (v *shown) browse(path, name string) browsePage {
	page := browsePage{Frame: v.Frame, Heading: v.P.T("directory.browse." + name), Intro: v.P.T("directory.browse." + name + "_intro")}
	page.Crumbs = ui.Breadcrumb{{Label: v.P.T("directory.title"), URL: v.Path("/annuaire")}, {Label: page.Heading, Current: true}}
	page.Title, page.Description = page.Heading, page.Intro
	page.Place(path)
	return page
}
