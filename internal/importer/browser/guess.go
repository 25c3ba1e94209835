package browser

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/spelling"
	"grappe/internal/territory"
)

// How well a column goes with a field. sure is what nobody need look at again.
const (
	unlike = 0
	likely = 2 // by a part of its name, or by what it holds alone
	named  = 3 // by its name
	sure   = 4 // by its name and what it holds
)

// guess says of each column which field it looks like. A field that takes one value takes the column that is most like it.
func guess(s *Sample, t *territory.Territory) {
	type match struct{ column, score int }
	best := map[string]match{}
	for i := range s.Columns {
		c := &s.Columns[i]
		if c.Filled == 0 {
			continue
		}
		target, score := likeness(c, t)
		if score == unlike {
			continue
		}
		held, taken := best[target]
		switch {
		case !taken:
			best[target] = match{i, score}
		case takesMany(target):
			if score < min(held.score, named) {
				continue
			}
		case score <= held.score:
			continue
		default:
			s.Columns[held.column].Guess, s.Columns[held.column].Sure = "", false
			best[target] = match{i, score}
		}
		c.Guess, c.Sure = target, score >= named
	}
	nameless(s, best["legal_name"].column, best)
	halfPoint(s)
}

// takesMany are the fields that several columns of a file may fill as a matter of course.
func takesMany(target string) bool {
	return slices.Contains([]string{"phones", "emails", "websites", "tags", "competences", "address"}, target)
}

// nameless takes the legal name for the name where no column looks more like one.
func nameless[M any](s *Sample, legal int, best map[string]M) {
	_, hasName := best["name"]
	if _, hasLegal := best["legal_name"]; hasLegal && !hasName {
		s.Columns[legal].Guess, s.Columns[legal].Sure = "name", false
	}
}

// halfPoint drops a latitude without a longitude, and the other way round.
func halfPoint(s *Sample) {
	has := func(target string) bool {
		return slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Guess == target })
	}
	if has("lat") == has("lon") {
		return
	}
	for i := range s.Columns {
		if g := s.Columns[i].Guess; g == "lat" || g == "lon" {
			s.Columns[i].Guess, s.Columns[i].Sure = "", false
		}
	}
}

// likeness is the field that a column is most like.
func likeness(c *Column, t *territory.Territory) (target string, score int) {
	name := plainName(c.Path)
	if unwanted(name) {
		return "", unlike
	}
	target, score = byName(name, func(target string) bool { return holds(target, c.Examples, t) })
	if target == "" {
		return byContent(c.Examples, t)
	}
	switch {
	case score == named:
		score = sure
	case telling(target):
		score = named
	}
	return target, score
}

// telling reports whether what a column holds bears out that it is a field.
func telling(target string) bool {
	return slices.Contains([]string{"emails", "phones", "websites", "lat", "lon"}, target)
}

// plainName is the end of a path in plain words: "properties.Code_Postal" gives "code postal".
func plainName(path string) string {
	path = strings.TrimPrefix(path, "properties.")
	path = camel.ReplaceAllString(path, "$1 $2")
	return spelling.Plain(strings.NewReplacer("_", " ", "-", " ", ".", " ", "*", " ").Replace(path))
}

var camel = regexp.MustCompile(`([a-z])([A-Z])`)

// unwanted are numbers that look like telephones and that nobody calls.
func unwanted(name string) bool {
	words := strings.Fields(name)
	return containsAny(words, "fax", "telecopie", "telecopieur") && !containsAny(words, "tel", "telephone", "phone")
}

func containsAny(words []string, of ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(of, w) })
}

// byName finds the field that has a name, or is part of one, among those that it may be.
func byName(name string, may func(target string) bool) (target string, score int) {
	longest := 0
	for _, known := range names() {
		for word := range strings.SplitSeq(known.words, "|") {
			switch {
			case name == word && may(known.target):
				return known.target, named
			case len(word) > longest && len(word) >= 4 && strings.Contains(" "+name+" ", " "+word+" ") && may(known.target):
				target, score, longest = known.target, likely, len(word)
			}
		}
	}
	return target, score
}

// most reports whether most of some texts, of which there must be some, are so.
func most(texts []string, is func(string) bool) bool {
	n := 0
	for _, text := range texts {
		if is(text) {
			n++
		}
	}
	return n > 0 && 2*n > len(texts)
}

// holds reports whether what a column holds may be what its name says; true where nobody can tell.
func holds(target string, texts []string, t *territory.Territory) bool {
	family, member, _ := strings.Cut(target, ".")
	switch family {
	case "emails":
		return most(texts, func(v string) bool { return strings.Contains(v, "@") }) // two in one cell are still mails
	case "phones":
		return most(texts, func(v string) bool { return digits(v) >= 5 })
	case "websites":
		return most(texts, func(v string) bool { return isSite(v) || strings.Contains(v, ".") })
	case "lat":
		return most(texts, func(v string) bool { return isDegree(v, 90) })
	case "lon":
		return most(texts, func(v string) bool { return isDegree(v, 180) })
	case "headline":
		return !most(texts, func(v string) bool { return utf8.RuneCountInString(v) > listing.MaxHeadline })
	case "social":
		return !most(texts, isDecimal)
	case "postcode":
		return most(texts, func(v string) bool { return digits(v) >= 4 && digits(v) <= 6 })
	case "founded_year", "updated", "confirmed":
		return most(texts, func(v string) bool { return digits(v) >= 4 })
	case "identifiers":
		return member == "" || most(texts, func(v string) bool { return digits(v) >= 5 })
	case "staff":
		return most(texts, func(v string) bool { return digits(v) >= 1 && len(v) < 12 })
	case "city":
		return !most(texts, isDecimal)
	case "zone":
		return most(texts, func(v string) bool { _, ok := t.Zone(v); return ok })
	case "size_class":
		return most(texts, company.ValidSizeClass)
	case "point":
		return most(texts, func(v string) bool { return digits(v) >= 4 && strings.ContainsAny(v, ", ;") })
	case "status":
		return most(texts, func(v string) bool { return v == "active" || v == "ceased" })
	}
	return true
}

// byContent finds the field that values alone give away.
func byContent(texts []string, t *territory.Territory) (target string, score int) {
	for _, known := range []struct {
		target string
		is     func(string) bool
	}{
		{"emails", isEmail},
		{"social.facebook", func(v string) bool { return strings.Contains(v, "facebook.com/") }},
		{"social.linkedin", func(v string) bool { return strings.Contains(v, "linkedin.com/") }},
		{"websites", isSite},
		{"postcode", func(v string) bool { return len(v) == 5 && len(t.Tree().ByPostcode(v)) > 0 }},
		{"phones", func(v string) bool {
			_, ok := listing.ParsePhone(v, t.Country)
			return ok && !isDecimal(v) || ok && strings.ContainsAny(v, "+ ")
		}},
	} {
		if most(texts, known.is) {
			return known.target, likely
		}
	}
	for _, scheme := range t.Registers {
		if most(texts, func(v string) bool { return len(v) >= 7 && company.ParseIdentifier(scheme, v).Valid }) {
			return "identifiers." + scheme, likely
		}
	}
	if most(texts, func(v string) bool {
		_, kind, ok := t.Match(v, "")
		return ok && kind.Sure() && digits(v) == 0
	}) {
		return "city", likely
	}
	return "", unlike
}

func isEmail(v string) bool {
	return strings.Contains(v, "@") && listing.ValidEmail(strings.TrimSpace(v))
}

func isSite(v string) bool {
	v = strings.ToLower(v)
	return strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") || strings.HasPrefix(v, "www.")
}

func decimal(v string) (float64, error) {
	return strconv.ParseFloat(strings.Replace(strings.TrimSpace(v), ",", ".", 1), 64)
}

func isDecimal(v string) bool {
	_, err := decimal(v)
	return err == nil
}

// isDegree reports whether a text is a number between so many degrees and as many the other way, and not of a grid in metres.
func isDegree(v string, limit float64) bool {
	n, err := decimal(v)
	return err == nil && math.Abs(n) <= limit
}

func digits(v string) int {
	n := 0
	for _, r := range v {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// mayIdentify reports whether a column may tell rows apart by its name.
func mayIdentify(path string) bool {
	name := plainName(path)
	if slices.Contains(strings.Split(identifierNames, "|"), name) {
		return true
	}
	target, _ := byName(name, func(string) bool { return true })
	return strings.HasPrefix(target, "identifiers.")
}
