package demo

import (
	"cmp"
	"slices"

	"grappe/internal/listing"
)

// role is what an entry is before it has words: who, where and what for.
type role struct {
	category  listing.Category
	number    int // which of the organisations of its category; companies have none
	commune   commune
	main      string   // name of the trade that the texts are about
	secondary []string // codes of other competences
	bare      bool     // a card that says almost nothing
}

// least is how many companies every trade has at least.
const least = 5

// cast gives n roles: every commune, every competence and every organisation of the banks is there.
func (g *generator) cast(n int) []role {
	d := newDice(g.seed, -2)
	var roles []role
	for _, category := range categories() {
		for number := range g.banks.organisations[string(category)].Names {
			roles = append(roles, role{category: category, number: number})
		}
	}
	for i := 0; len(roles) < n; i++ {
		roles = append(roles, role{category: listing.Company, main: g.mainOf(d, i), bare: d.chance(11)})
	}
	for i, c := range g.seats(d, len(roles)) {
		roles[i].commune = c
	}
	g.settle(roles)
	for i := range roles {
		roles[i].secondary = g.beside(d, roles[i])
	}
	d.Shuffle(len(roles), func(i, j int) { roles[i], roles[j] = roles[j], roles[i] })
	return roles
}

// anyRole is the role of entry i of a run of Scale: by chance alone.
func (g *generator) anyRole(i int) role {
	d := newDice(g.seed^0x5ca1e, i)
	r := role{category: listing.Company}
	if d.chance(8) {
		r.category = pick(d, categories())
		r.number = d.IntN(len(g.banks.organisations[string(r.category)].Names))
	} else {
		r.main, r.bare = g.anyTrade(d), d.chance(11)
	}
	weights := make([]int, len(g.places.communes))
	for k, c := range g.places.communes {
		weights[k] = c.weight()
	}
	r.commune = g.places.communes[weighted(d, weights)]
	r.secondary = g.beside(d, r)
	return r
}

// categories are those that have a bank of organisations, in a fixed order.
func categories() []listing.Category {
	return []listing.Category{
		listing.ThirdPlace, listing.Incubator, listing.School, listing.Investor, listing.Community, listing.PublicBody,
	}
}

// mainOf gives each trade its least share first, then chooses by how common it is.
func (g *generator) mainOf(d dice, i int) string {
	if i < least*len(g.banks.order) {
		return g.banks.order[i%len(g.banks.order)]
	}
	return g.anyTrade(d)
}

func (g *generator) anyTrade(d dice) string {
	weights := make([]int, len(g.banks.order))
	for i, name := range g.banks.order {
		weights[i] = g.banks.trades[name].Weight
	}
	return g.banks.order[weighted(d, weights)]
}

// beside chooses the other competences of a role: neighbours of its main one, or those its organisations have.
func (g *generator) beside(d dice, r role) []string {
	if r.category != listing.Company {
		return some(d, g.banks.organisations[string(r.category)].Codes, 2+d.IntN(3))
	}
	if r.bare {
		return nil
	}
	return some(d, g.banks.trades[r.main].Near, d.IntN(4))
}

// seats shares n places between the communes by weight (largest remainders), one at least each, in random order.
func (g *generator) seats(d dice, n int) []commune {
	communes := g.places.communes
	total := 0
	for _, c := range communes {
		total += c.weight()
	}
	type share struct {
		at, seats, rest int
	}
	shares, left := make([]share, len(communes)), n-len(communes)
	for i, c := range communes {
		quota := c.weight() * (n - len(communes))
		shares[i] = share{i, 1 + quota/total, quota % total}
		left -= quota / total
	}
	slices.SortStableFunc(shares, func(a, b share) int { return cmp.Compare(b.rest, a.rest) })
	var out []commune
	for i, s := range shares {
		if i < left {
			s.seats++
		}
		for range s.seats {
			out = append(out, communes[s.at])
		}
	}
	d.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// settle swaps seats so that incubators and investors sit in the four large communes.
func (g *generator) settle(roles []role) {
	free := len(roles) - 1
	for i := range roles {
		if c := roles[i].category; c != listing.Incubator && c != listing.Investor || roles[i].commune.greater() {
			continue
		}
		for free > i && (!roles[free].commune.greater() || roles[free].category != listing.Company) {
			free--
		}
		roles[i].commune, roles[free].commune = roles[free].commune, roles[i].commune
		free--
	}
}
