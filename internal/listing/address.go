package listing

import (
	"slices"
	"strconv"
	"strings"

	"grappe/internal/platform/spelling"
)

// street is an address reduced to what compares: the words of the street and the house numbers on it.
type street struct {
	name     string
	from, to int // 0 when there is no number
}

// streetOf finds the street in an address as people write it: "6-8, av. de la Porte de Champerret\n75017 Paris" is
// "avenue porte champerret" from 6 to 8. Where no word says that a street begins, all words but numbers count.
func streetOf(address string) street {
	all := strings.Fields(spelling.Plain(address))
	for i, w := range all {
		all[i] = fullWord(w)
	}
	var s street
	begin := slices.IndexFunc(all, isStreetType)
	if begin < 0 {
		s.name = streetWords(all)
		return s
	}
	s.name = streetWords(all[begin:])
	for i := begin - 1; i >= 0; i-- {
		n, err := strconv.Atoi(all[i])
		if err != nil {
			if all[i] == "bis" || all[i] == "ter" || all[i] == "quater" {
				continue
			}
			break
		}
		if len(all[i]) > 4 {
			break
		}
		s.from = n
		if s.to == 0 {
			s.to = n
		}
	}
	if s.from > s.to {
		s.from = s.to // "12 6 rue" is no range
	}
	return s
}

// streetWords keeps the words up to a postcode, without articles and numbers of boxes.
func streetWords(in []string) string {
	var out []string
	for i, w := range in {
		isNumber := strings.Trim(w, "0123456789") == ""
		if isNumber && len(w) == 5 || w == "bp" || w == "cs" || w == "cedex" {
			if i > 0 {
				break
			}
			continue
		}
		if isNumber && i == 0 || isArticle(w) {
			continue
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// fullWord spells out the abbreviations of French addresses.
func fullWord(w string) string {
	switch w {
	case "av", "ave", "aven":
		return "avenue"
	case "bd", "bld", "bvd", "boul", "blvd":
		return "boulevard"
	case "r":
		return "rue"
	case "pl":
		return "place"
	case "all":
		return "allee"
	case "ch", "chem", "che":
		return "chemin"
	case "imp":
		return "impasse"
	case "rte":
		return "route"
	case "fg", "fbg":
		return "faubourg"
	case "sq":
		return "square"
	case "st":
		return "saint"
	case "ste":
		return "sainte"
	case "lot":
		return "lotissement"
	case "res":
		return "residence"
	case "gal":
		return "general"
	case "mal":
		return "marechal"
	case "dr":
		return "docteur"
	}
	return w
}

func isStreetType(w string) bool {
	switch w {
	case "rue", "avenue", "boulevard", "place", "allee", "allees", "chemin", "impasse", "route", "faubourg", "square",
		"quai", "cours", "passage", "cite", "villa", "voie", "promenade", "sentier", "rond", "esplanade", "parvis",
		"galerie", "lotissement", "mail", "servitude", "montee", "venelle", "ruelle", "traverse", "chaussee":
		return true
	}
	return false
}

// same reports whether both are one place on one street: the same words and house numbers that meet ("8" and
// "6-8"). Streets without a number on either side are the same when their words are; with a number on one side only
// they are not known to be.
func (s street) same(o street) bool {
	if s.name == "" || s.name != o.name {
		return false
	}
	return s.from <= o.to && o.from <= s.to
}

// localities are the ways to name the town of a place.
type localities struct {
	zone, postcode, city string
}

func localitiesOf(c Candidate) localities {
	city := strings.Fields(spelling.Plain(c.City))
	kept := city[:0]
	for _, w := range city {
		if w == "cedex" || isArticle(w) || strings.Trim(w, "0123456789") == "" {
			continue
		}
		kept = append(kept, fullWord(w))
	}
	return localities{zone: c.Zone, postcode: strings.TrimSpace(c.Postcode), city: strings.Join(kept, "")}
}

// compare reports whether two places are in one town, and whether enough is known to say so. One match is enough:
// postcodes are copied and mistyped, towns have several.
func (l localities) compare(o localities) (same, known bool) {
	for _, pair := range [][2]string{{l.zone, o.zone}, {l.city, o.city}} {
		if pair[0] == "" || pair[1] == "" {
			continue
		}
		known = true
		if pair[0] == pair[1] {
			return true, true
		}
	}
	if !known && l.postcode != "" && o.postcode != "" {
		return l.postcode == o.postcode, true
	}
	return false, known
}
