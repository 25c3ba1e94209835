package atlas

import (
	"net/http"
	"slices"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// spreadPage says where the companies are.
type spreadPage struct {
	ui.Frame
	Crumbs     ui.Breadcrumb
	Heading    string
	Point      string                  // the sentence that says it
	Asides     []string                // how to read the map, and what it leaves out
	Outlines   territory.OutlineCredit // zero where nobody said it, or none is drawn
	Levels     ui.Tabs
	Competence ui.Field
	Action     string
	Hidden     []ui.Pair // kept when a competence is chosen
	Map        drawing
	Places     ui.Table
	Skills     ui.Table
	Exports    ui.Button
	Everywhere string // the same page without a competence, where one is chosen
}

// view is what one answer of the page is made from.
type view struct {
	ui.Frame
	asked
	*sheet
	counts Counts
	term   taxonomy.Term // the competence chosen
	chosen bool
	level  string           // of the zones that are shown
	zones  []territory.Zone // in the order of the territory
}

// spread shows how the cards spread over the territory.
func (p *Pages) spread(w http.ResponseWriter, r *http.Request) error {
	v, err := p.look(r)
	if err != nil {
		return err
	}
	show := func(w http.ResponseWriter, r *http.Request) error {
		page := v.page(p.atlas.rooms.Competences)
		if page.Map, err = v.draw(r.Context()); err != nil {
			return err
		}
		return p.views.Render(w, r, http.StatusOK, "repartition", page)
	}
	if v.many() {
		show = web.Cost(show, longCost)
	}
	return show(w, r)
}

// look gathers what a request for the page or for its table is answered from.
func (p *Pages) look(r *http.Request) (*view, error) {
	t, frame := territory.Of(r.Context()), ui.Of(r)
	asked, err := ask(r.URL.Query(), t)
	if err != nil {
		return nil, err
	}
	s, err := p.atlas.sheet(r.Context(), t.Code)
	if err != nil {
		return nil, err
	}
	counts, err := p.atlas.rooms.Counts(r.Context(), t.Code, asked.competence)
	if err != nil {
		return nil, err
	}
	v := &view{Frame: frame, asked: asked, sheet: s, counts: counts}
	competences := p.atlas.rooms.Competences
	if v.term, v.chosen = competences.BySlug(asked.competence); !v.chosen {
		v.term, v.chosen = competences.Term(asked.competence)
	}
	if v.chosen {
		v.competence = v.term.Slug
	}
	v.chooseLevel()
	return v, nil
}

func (v *view) page(competences *taxonomy.Taxonomy) spreadPage {
	page := spreadPage{
		Frame: v.Frame, Heading: v.P.T("atlas.heading"), Point: v.point(), Asides: v.asides(), Levels: v.levelTabs(),
		Competence: v.competenceField(competences), Action: v.Path(Path), Places: v.placesTable(), Skills: v.skillsTable(competences),
		Exports: ui.Button{Label: v.P.T("atlas.export"), Icon: "download", URL: v.Path(v.asked.on(TablePath)), Kind: ui.Quiet},
	}
	for _, h := range []ui.Pair{{Name: paramLevel, Value: v.asked.level}, {Name: paramSort, Value: v.asked.sort}} {
		if h.Value != "" && h.Value != byCount {
			page.Hidden = append(page.Hidden, h)
		}
	}
	if len(v.shapes) > 0 {
		page.Outlines = v.territory.OutlineCredit
	}
	if v.chosen {
		page.Everywhere = v.address(func(a *asked) { a.competence = "" })
	}
	page.Crumbs = ui.Breadcrumb{{Label: v.P.T("atlas.directory"), URL: v.Path("/annuaire")}, {Label: page.Heading, Current: true}}
	page.Title, page.Description = page.Heading, page.Point
	page.Place(v.query(func(a *asked) { a.sort = byCount }))
	return page
}

// address is the page's own with something changed.
func (v *view) address(change func(*asked)) string { return v.Path(v.query(change)) }

// mostZones is how many zones a map tells apart.
const mostZones = 120

// chooseLevel chooses the zones that are shown: those of the level that is asked for, else the finest that a map can tell
// apart.
func (v *view) chooseLevel() {
	cuts := v.cuts
	if len(cuts) == 0 {
		return
	}
	chosen := slices.IndexFunc(cuts, func(c cut) bool { return c.level == v.asked.level })
	if chosen < 0 {
		chosen = len(cuts) - 1
		for chosen > 0 && (len(cuts[chosen].zones) > mostZones || v.crowded(cuts[chosen].zones)) {
			chosen--
		}
	}
	v.level, v.zones = cuts[chosen].level, cuts[chosen].zones
}

// cut is the zones of one level, and those without others below them that lie under none of it: the whole territory, once.
type cut struct {
	level string
	zones []territory.Zone
}

// cutsOf gives the territory cut at each level of its tree, from the top, without those that come to the same.
func cutsOf(t *territory.Territory) []cut {
	tree := t.Tree()
	var out []cut
	for _, l := range t.Levels {
		c := cut{level: l.Code}
		own := false
		for _, z := range tree.All() {
			covered := false
			for _, up := range tree.Ancestors(z.Code) {
				covered = covered || up.Level == l.Code
			}
			if z.Level == l.Code || tree.IsLeaf(z.Code) && !covered {
				c.zones = append(c.zones, z)
				own = own || z.Level == l.Code
			}
		}
		if own && (len(out) == 0 || len(out[len(out)-1].zones) != len(c.zones)) {
			out = append(out, c)
		}
	}
	return out
}

func (v *view) levelTabs() ui.Tabs {
	tabs := ui.Tabs{Label: v.P.T("atlas.levels")}
	cuts := v.cuts
	if len(cuts) < 2 {
		return tabs
	}
	for _, c := range cuts {
		tabs.Items = append(tabs.Items, ui.Link{
			Label: v.P.T("atlas.by_level", "level", v.territory.LevelName(c.level, v.Lang)), Current: c.level == v.level,
			URL: v.address(func(a *asked) { a.level = c.level }),
		})
	}
	return tabs
}

// point is the sentence that the map makes plain.
func (v *view) point() string {
	top := territory.Zone{}
	for _, z := range v.zones {
		if v.counts.Zones[z.Code] > v.counts.Zones[top.Code] {
			top = z
		}
	}
	args := []any{"total", v.counts.Total, "n", v.counts.Zones[top.Code], "zone", top.NameIn(v.Lang), "competence", v.term.Name(v.Lang)}
	switch {
	case v.counts.Total == 0 && v.chosen:
		return v.P.T("atlas.point_none_of", args...)
	case v.counts.Total == 0:
		return v.P.T("atlas.point_none", args...)
	case top.Code == "":
		return v.P.T("atlas.point_nowhere", args...)
	case v.chosen:
		return v.P.T("atlas.point_of", args...)
	}
	return v.P.T("atlas.point", args...)
}

func (v *view) asides() []string {
	var out []string
	if v.counts.Unseated > 0 && v.counts.Unseated < v.counts.Total {
		out = append(out, v.P.T("atlas.unseated", "n", v.counts.Unseated))
	}
	if v.many() && len(v.drawn()) == mostZones {
		out = append(out, v.P.T("atlas.most_drawn", "n", mostZones))
	}
	out = append(out, v.P.T("atlas.source"))
	if v.seated() > 0 {
		out = append(out, v.P.T("atlas.touch"))
	}
	return out
}
