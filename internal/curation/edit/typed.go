package edit

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/company"
)

// own is what a form holds for a field: the inputs that are called like it, and those whose names go on after a hyphen. Those that end
// in a number are the lines of a list, "phones", "phones-1", "phones-2", and become one. What was left empty is left out.
func own(form url.Values, field string) url.Values {
	type part struct {
		list string
		n    int
		name string
	}
	var parts []part
	for name := range form {
		if name != field && !strings.HasPrefix(name, field+"-") {
			continue
		}
		p := part{list: name, name: name}
		if at := strings.LastIndexByte(name, '-'); at > 0 {
			if n, err := strconv.Atoi(name[at+1:]); err == nil {
				p.list, p.n = name[:at], n
			}
		}
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b part) int { return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.name, b.name)) })
	out := url.Values{}
	for _, p := range parts {
		for _, v := range form[p.name] {
			if v = tidy(v); v != "" {
				out.Add(p.list, v)
			}
		}
	}
	return out
}

// tidy is a text as a form sent it, with the ends of lines as they are stored and without blanks around it.
func tidy(v string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(company.Storable(v)))
}

// line is a text on one line, as the browser makes of it in a field of one line.
func line(v string) string { return strings.Join(strings.Fields(v), " ") }

// same reports whether two forms of a field hold the same.
func same(a, b url.Values) bool {
	return maps.EqualFunc(a, b, func(v, w []string) bool { return slices.Equal(v, w) })
}

// mark tells a form of a field from any other: whoever sends a form with the marks of what was shown says by that which of its
// fields they have changed, whatever has become of the card meanwhile.
func mark(v url.Values) string {
	sum := sha256.Sum256([]byte(v.Encode()))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// marks are those of several fields.
type marks map[string]string

// String writes the marks for a hidden input.
func (m marks) String() string {
	var parts []string
	for _, field := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, field+":"+m[field])
	}
	return strings.Join(parts, " ")
}

// readMarks reads what String wrote; what is none is left out.
func readMarks(text string) marks {
	m := marks{}
	for _, part := range strings.Fields(text) {
		if field, mark, ok := strings.Cut(part, ":"); ok {
			m[field] = mark
		}
	}
	return m
}

// fieldOf is the field of the card that an input belongs to.
func fieldOf(input string) string {
	field, _, _ := strings.Cut(input, "-")
	return field
}
