package territory

import (
	"cmp"
	"slices"
	"strings"

	"grappe/internal/platform/spelling"
)

// MatchKind says how a zone was found.
type MatchKind string

// The kinds of match, from none to the surest. The last three are worth a warning in a report: a person may have
// meant another place.
const (
	MatchNone      MatchKind = ""          // nothing found
	MatchAmbiguous MatchKind = "ambiguous" // several zones fit: see Candidates
	MatchExact     MatchKind = "exact"     // the zone's name, in any spelling
	MatchAlias     MatchKind = "alias"     // another name of the zone
	MatchPostcode  MatchKind = "postcode"  // the postcode alone, the name being absent or unknown
	MatchPartial   MatchKind = "partial"   // a part of one name only, or a name with more around it
	MatchFuzzy     MatchKind = "fuzzy"     // one name only is a typing mistake away
)

// Sure reports a match that needs no second look.
func (k MatchKind) Sure() bool { return k == MatchExact || k == MatchAlias }

// term is one name or alias of a zone in comparable form.
type term struct {
	zone    int
	alias   bool
	strict  string
	compact string
}

// names is the index of a tree's names and postcodes.
type names struct {
	patterns  patterns
	terms     []term
	strict    map[string][]int // into terms
	loose     map[string][]int
	compact   map[string][]int
	postcodes map[string][]int // into zones
	areas     map[string]bool  // the first digits of the postcodes
}

func indexNames(t *Tree) names {
	n := names{
		patterns: newPatterns(), strict: map[string][]int{}, loose: map[string][]int{}, compact: map[string][]int{},
		postcodes: map[string][]int{}, areas: map[string]bool{},
	}
	for i, z := range t.zones {
		n.add(i, z.Name, false)
		for _, name := range z.Names {
			n.add(i, name, false)
		}
		for _, a := range z.Aliases {
			n.add(i, a, true)
		}
		for _, p := range z.Postcodes {
			n.postcodes[p] = append(n.postcodes[p], i)
			n.areas[area(p)] = true
		}
	}
	return n
}

func (n *names) add(zone int, name string, alias bool) {
	w := n.patterns.read(name)
	if len(w.tokens) == 0 {
		return
	}
	e := term{zone: zone, alias: alias, strict: strict(w.tokens), compact: compact(w.tokens)}
	i := len(n.terms)
	n.terms = append(n.terms, e)
	n.strict[e.strict] = append(n.strict[e.strict], i)
	n.loose[loose(w.tokens)] = append(n.loose[loose(w.tokens)], i)
	n.compact[e.compact] = append(n.compact[e.compact], i)
}

// area is the part of a postcode that names its department or overseas territory.
func area(postcode string) string {
	if len(postcode) < 3 {
		return postcode
	}
	if strings.HasPrefix(postcode, "97") || strings.HasPrefix(postcode, "98") {
		return postcode[:3]
	}
	return postcode[:2]
}

// Match finds the zone that a written name and postcode mean; either may be empty. Case, accents, hyphens, a
// leading article, St for Saint, CEDEX, a postcode within the name and the ways of writing an arrondissement make
// no difference. Where the name is shared the postcode decides; where the name is that of a zone with others below
// it (Paris), the postcode leads to the finer one. A name wins over a postcode that disagrees: see PostcodeFits.
// The bool is false for MatchNone and MatchAmbiguous.
func (t *Tree) Match(name, postcode string) (Zone, MatchKind, bool) {
	found, kind := t.find(name, postcode)
	if len(found) != 1 {
		return Zone{}, kind, false
	}
	return t.zones[found[0]], kind, true
}

// Candidates gives the zones that a written name and postcode may mean: one where Match finds one, several where it
// is ambiguous.
func (t *Tree) Candidates(name, postcode string) []Zone {
	found, _ := t.find(name, postcode)
	return t.pick(found)
}

// ByPostcode gives the zones that use a postcode, which is often several.
func (t *Tree) ByPostcode(postcode string) []Zone {
	return t.pick(t.names.postcodes[cleanPostcode(postcode)])
}

// PostcodeFits reports whether a postcode may go with a zone: one of its own or of a zone below it, or one that no
// zone of the territory has (CEDEX) in the same department.
func (t *Tree) PostcodeFits(code, postcode string) bool {
	i, ok := t.byCode[code]
	p := cleanPostcode(postcode)
	if !ok || p == "" {
		return false
	}
	_, known := t.names.postcodes[p]
	for _, j := range append([]int{i}, t.below(i, nil)...) {
		for _, q := range t.zones[j].Postcodes {
			if q == p || !known && area(q) == area(p) {
				return true
			}
		}
	}
	return false
}

func (t *Tree) find(name, postcode string) ([]int, MatchKind) {
	w := t.names.patterns.read(name)
	p := cleanPostcode(postcode)
	if p == "" && len(w.tokens) == 0 && w.postcode == "" {
		// A whole line of an address in the place of the postcode.
		w = t.names.patterns.read(t.names.patterns.line.FindString(postcode))
	}
	if p == "" || len(t.names.postcodes[p]) == 0 && len(t.names.postcodes[w.postcode]) > 0 {
		p = cmp.Or(w.postcode, p)
	}
	if len(w.tokens) > 0 {
		if w.cedex != "" {
			numbered := append(slices.Clone(w.tokens), w.cedex)
			if found, kind := t.known(numbered, p); kind != MatchNone {
				return found, kind
			}
		}
		for _, stage := range []func([]string, string) ([]int, MatchKind){t.known, t.partial, t.fuzzy} {
			if found, kind := stage(w.tokens, p); kind != MatchNone {
				return found, kind
			}
		}
	}
	switch found := t.names.postcodes[p]; len(found) {
	case 0:
		return nil, MatchNone
	case 1:
		return found, MatchPostcode
	default:
		return found, MatchAmbiguous
	}
}

// known finds a name or alias that is written out in full.
func (t *Tree) known(tokens []string, postcode string) ([]int, MatchKind) {
	for _, look := range []struct {
		index map[string][]int
		key   string
	}{{t.names.strict, strict(tokens)}, {t.names.loose, loose(tokens)}, {t.names.compact, compact(tokens)}} {
		hits := look.index[look.key]
		if len(hits) == 0 {
			continue
		}
		for _, alias := range []bool{false, true} {
			var zones []int
			for _, h := range hits {
				if t.names.terms[h].alias == alias {
					zones = append(zones, t.names.terms[h].zone)
				}
			}
			if len(zones) > 0 {
				kind := MatchExact
				if alias {
					kind = MatchAlias
				}
				return t.settle(zones, postcode, kind)
			}
		}
	}
	return nil, MatchNone
}

// settle narrows several zones by the postcode, and one zone to the finer one below it that the postcode names.
func (t *Tree) settle(zones []int, postcode string, kind MatchKind) ([]int, MatchKind) {
	slices.Sort(zones)
	zones = slices.Compact(zones)
	if len(zones) > 1 {
		for _, fit := range [][]int{t.agreeing(zones, postcode), t.neighbouring(zones, postcode)} {
			if len(fit) > 0 {
				zones = fit
				break
			}
		}
	}
	if len(zones) > 1 {
		return zones, MatchAmbiguous
	}
	if finer := t.agreeing(t.below(zones[0], nil), postcode); len(finer) == 1 {
		return finer, kind
	}
	return zones, kind
}

// agreeing keeps the zones that have the postcode.
func (t *Tree) agreeing(zones []int, postcode string) []int {
	var fit []int
	for _, z := range zones {
		if slices.Contains(t.zones[z].Postcodes, postcode) {
			fit = append(fit, z)
		}
	}
	return fit
}

// neighbouring keeps the zones of the department of a postcode that no zone has (CEDEX).
func (t *Tree) neighbouring(zones []int, postcode string) []int {
	if postcode == "" || len(t.names.postcodes[postcode]) > 0 {
		return nil
	}
	var fit []int
	for _, z := range zones {
		if slices.ContainsFunc(t.zones[z].Postcodes, func(p string) bool { return area(p) == area(postcode) }) {
			fit = append(fit, z)
		}
	}
	return fit
}

// elsewhere reports a postcode of another department than any of the territory's: a resemblance of names then
// proves nothing.
func (t *Tree) elsewhere(postcode string) bool {
	return postcode != "" && !t.names.areas[area(postcode)]
}

// shortest is the fewest letters that a part of a name needs to count.
const shortest = 4

// partial finds the longest name that begins or ends what was written ("Meudon la Forêt", "La Plaine Saint Denis"),
// else the only name that begins with it ("Levallois").
func (t *Tree) partial(tokens []string, postcode string) ([]int, MatchKind) {
	if t.elsewhere(postcode) {
		return nil, MatchNone
	}
	if zones := t.within(" " + strict(tokens) + " "); len(zones) > 0 {
		return t.settle(zones, postcode, MatchPartial)
	}
	var zones []int
	start := loose(tokens)
	if len(start) < shortest {
		return nil, MatchNone
	}
	for _, e := range t.names.terms {
		if strings.HasPrefix(e.strict+" ", start+" ") || strings.HasPrefix(loose(strings.Fields(e.strict))+" ", start+" ") {
			zones = append(zones, e.zone)
		}
	}
	if len(zones) == 0 {
		return nil, MatchNone
	}
	return t.settle(zones, postcode, MatchPartial)
}

// within gives the zones whose name or alias begins or ends the text: those of the longest one and, where these are
// several, only those among them of which another name stands in the text too ("Uturoa, Raiatea").
func (t *Tree) within(text string) []int {
	longest := shortest - 1
	hits := map[string][]int{}
	for _, e := range t.names.terms {
		if len(e.strict) >= shortest && (strings.HasPrefix(text, " "+e.strict+" ") || strings.HasSuffix(text, " "+e.strict+" ")) {
			hits[e.strict] = append(hits[e.strict], e.zone)
			longest = max(longest, len(e.strict))
		}
	}
	var zones, others []int
	for name, found := range hits {
		if len(name) == longest {
			zones = append(zones, found...)
		} else {
			others = append(others, found...)
		}
	}
	var both []int
	for _, z := range zones {
		if slices.Contains(others, z) {
			both = append(both, z)
		}
	}
	if len(both) > 0 {
		return both
	}
	return zones
}

// fuzzy finds the nearest name by typing mistakes: one in a name of at least five letters, two from eight.
func (t *Tree) fuzzy(tokens []string, postcode string) ([]int, MatchKind) {
	key := compact(tokens)
	if len(key) < shortest+1 || t.elsewhere(postcode) {
		return nil, MatchNone
	}
	nearest := 1
	if len(key) >= 2*shortest {
		nearest = 2
	}
	var zones []int
	for _, e := range t.names.terms {
		if len(e.compact) < shortest+1 {
			continue
		}
		d := spelling.Distance(key, e.compact, nearest)
		if d > nearest {
			continue
		}
		if d < nearest {
			zones, nearest = zones[:0], d
		}
		zones = append(zones, e.zone)
	}
	if len(zones) == 0 {
		return nil, MatchNone
	}
	return t.settle(zones, postcode, MatchFuzzy)
}
