package demo

import (
	"slices"
	"strconv"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
)

// entry makes organisation number i of a run in its role.
func (g *generator) entry(i int, r role) Entry {
	d := newDice(g.seed, i)
	w := &writer{d: d, b: &g.banks, role: r, trade: g.banks.trades[r.main], island: g.places.loyalty}
	size := g.size(d, r)
	w.alone = r.category == listing.Company && (size == "00" || size == "NN" && d.chance(30))
	w.abroad = d.chance(26)
	w.area = g.area(d, r)

	organisation := g.banks.organisations[string(r.category)]
	name, feminine := g.call(d, r, w)
	created, confirmed := g.dates(d, r)
	founded := created.Year() - int(d.ExpFloat64()*7)%28
	w.values = g.valuesOf(d, r, w, name, feminine, founded)
	sectors := w.sectors(g.banks.sectors)

	l := listing.Listing{
		ID: d.id(created), Territory: g.terr.Code, Slug: listing.Slug(name), State: listing.Published,
		ConfirmedAt: confirmed, CreatedAt: created, UpdatedAt: created,
		Content: listing.Content{Name: name, Category: r.category, Zone: r.commune.zone.Code, City: r.commune.zone.Name},
	}
	if confirmed.After(created) {
		l.UpdatedAt = confirmed
	}
	l.CompanyID = d.id(created)
	l.Competences = r.secondary
	if r.main != "" {
		l.Competences = append([]string{w.trade.Code}, r.secondary...)
	}
	if !r.bare {
		w.fillCard(&l, organisation, sectors, g.tell)
	}
	g.contact(d, i, r, &l)
	c := g.record(d, i, r, &l, size, founded, w.alone)
	g.vouch(d, &c, &l)
	l.Completeness = listing.Completeness(l)
	return Entry{Company: c, Listing: l}
}

// call names the organisation; for a company, feminine is the gender of the word for its trade.
func (g *generator) call(d dice, r role, w *writer) (name string, feminine bool) {
	if r.category == listing.Company {
		return g.name(d, w.trade, w.alone), false
	}
	feminine, name = gendered(g.banks.organisations[string(r.category)].Names[r.number])
	if !g.claim(name) {
		name = g.numbered(name)
	}
	return name, feminine
}

// valuesOf are the words that frames may ask for.
func (g *generator) valuesOf(d dice, r role, w *writer, name string, feminine bool, founded int) map[string]string {
	place := locative(r.commune.zone.Name)
	values := map[string]string{
		"nom": name, "lieu": place, "Lieu": capital(place), "annee": strconv.Itoa(founded),
	}
	if r.category == listing.Company {
		feminine, values["kind"] = gendered(pick(d, w.trade.Kinds))
		values["un"] = article(feminine)
		if w.alone {
			feminine = d.chance(50)
		}
	}
	if feminine {
		values["e"] = "e"
	}
	return values
}

// sectors chooses those served and names two of their clients in the values.
func (w *writer) sectors(all []string) []string {
	chosen := some(w.d, all, 2+w.d.IntN(3))
	w.values["aud"] = pick(w.d, w.b.clients[chosen[0]])
	w.values["aud2"] = pick(w.d, w.b.clients[chosen[1]])
	slices.Sort(chosen)
	return chosen
}

// fillCard writes what a card says beyond its name, place and contacts, each part on most cards only.
func (w *writer) fillCard(l *listing.Listing, o organisation, sectors []string, tell func(func() string) string) {
	heads, tags := o.Heads, o.Tags
	describe := func() string { return w.presentation(o) }
	if l.Category == listing.Company {
		tags, describe = w.trade.Tags, w.description
		l.Headline = w.headline()
	} else {
		l.Headline = pick(w.d, heads)
	}
	if w.d.chance(94) {
		l.Description = tell(describe)
	}
	if w.d.chance(80) {
		l.Sectors = sectors
	}
	if w.d.chance(88) {
		l.Tags = w.tags(tags)
	}
	l.ServiceArea = w.area
	l.Languages = w.languages()
	if w.d.chance(60) {
		l.OpeningHours = pick(w.d, openingHours())
		if w.trade.Code == "hosting-cloud" && w.d.chance(40) {
			l.OpeningHours = "24/7"
		}
	}
	if w.d.chance(45) {
		l.Accessibility = some(w.d, accesses(), 1+w.d.IntN(2))
	}
}

// tell composes until the text is new; a run of Scale takes what comes first.
func (g *generator) tell(describe func() string) string {
	text := describe()
	for range 20 {
		if g.many || !g.told[text] {
			break
		}
		text = describe()
	}
	if !g.many {
		g.told[text] = true
	}
	return text
}

// size is a class of staff: most are very small.
func (g *generator) size(d dice, r role) string {
	classes := []string{"NN", "00", "01", "02", "03", "11", "12", "21"}
	if r.category != listing.Company {
		return pick(d, classes[2:6])
	}
	return classes[weighted(d, []int{10, 30, 24, 15, 10, 7, 3, 1})]
}

// area is what the organisation serves beyond its commune.
func (g *generator) area(d dice, r role) listing.ServiceArea {
	var a listing.ServiceArea
	switch at := d.IntN(100); {
	case at < 24:
		a.Everywhere = true
	case at < 36:
		if g.places.loyalty != "" && !r.commune.loyal() {
			a.Zones = []string{r.commune.zone.Parent, g.places.loyalty}
		}
	case at < 60:
		a.Zones = []string{r.commune.zone.Parent}
	case at < 70:
		a.Zones = some(d, g.places.provinces, 2)
	}
	a.Zones = slices.DeleteFunc(a.Zones, func(z string) bool { return z == "" })
	slices.Sort(a.Zones)
	a.Zones = slices.Compact(a.Zones)
	a.Remote = d.chance(28)
	return a
}

// dates are when the card was made and when it was last confirmed, zero for some: never after now, confirmed at most
// two years before it, and most of them lately.
func (g *generator) dates(d dice, r role) (created, confirmed time.Time) {
	const day = 24 * time.Hour
	back := func(most float64) time.Time {
		share := d.Float64()
		at := g.now.Add(-time.Duration(share * share * most * float64(day)))
		return at.Truncate(time.Minute)
	}
	confirmed = back(729)
	created = confirmed.Add(-time.Duration(d.IntN(500)) * day)
	if d.chance(8) || r.bare && d.chance(60) {
		confirmed = time.Time{}
	}
	return created, confirmed
}

// vouch notes the source of each field that says something.
func (g *generator) vouch(d dice, c *company.Company, l *listing.Listing) {
	at, kind := l.UpdatedAt, company.FromOwner
	if l.ConfirmedAt.IsZero() || d.chance(25) {
		kind = company.FromStaff
	}
	l.Provenance, c.Provenance = company.Provenance{}, company.Provenance{}
	for _, f := range listing.Fields() {
		if !f.Empty(&l.Content) {
			l.Provenance[f.Name] = company.Source{Kind: kind, At: at}
		}
	}
	for _, f := range company.Fields() {
		if !f.Empty(c) {
			c.Provenance[f.Name] = company.Source{Kind: company.FromStaff, At: l.CreatedAt}
		}
	}
}
