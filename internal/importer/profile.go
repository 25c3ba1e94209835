package importer

import (
	"context"
	"errors"
	"hash/fnv"
	"io"
	"slices"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// Bounds of what a profile holds beside eight bytes per row.
const (
	maxPostcodes = 4096
	maxCities    = 64
	maxSpellings = 50000
)

// A postcode counts as copied everywhere when it stands on nearly all of at least this many rows, in at least so many
// places.
const (
	copiedRows   = 10
	copiedPlaces = 3
	copiedShare  = 0.9
)

// Profile is what only the whole file tells: identifiers that come back, a postcode that is always the same, which
// spelling of a tag is usual, columns of the mapping that the file lacks. It is made by a first reading.
type Profile struct {
	Rows int

	mapping   *Mapping
	mapper    *Mapper // without a territory
	rules     map[string]Rule
	ids       []uint64
	repeats   map[uint64]bool
	postcodes map[string]*postcodeUse
	withCode  int
	tags      map[string]int
	spelling  map[string]string
	missing   map[string]bool // paths of the mapping that no row has had yet
	copied    string          // the postcode that stands everywhere
}

type postcodeUse struct {
	rows, first int
	cities      map[string]bool
}

// BuildProfile reads all rows. The reader is spent: the file is opened again for the mapping itself. The error is the
// reader's, or errs.Invalid when the file has none of the columns that the mapping takes the name from.
func BuildProfile(ctx context.Context, r *tabular.Reader, m *Mapping) (*Profile, error) {
	p := NewProfile(m)
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			p.Finish()
			return p, p.fits()
		}
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.Add(row)
	}
}

// NewProfile makes an empty profile, for Add and then Finish.
func NewProfile(m *Mapping) *Profile {
	p := &Profile{
		mapping: m, rules: map[string]Rule{}, repeats: map[uint64]bool{}, postcodes: map[string]*postcodeUse{},
		tags: map[string]int{}, missing: map[string]bool{},
		mapper: &Mapper{mapping: m, env: Env{Territory: &territory.Territory{}}, empty: emptyTexts(m)},
	}
	for _, r := range m.Rules {
		p.rules[r.Target] = r
		for _, path := range r.From {
			p.missing[path] = true
		}
		for _, path := range r.Days {
			p.missing[path] = true
		}
	}
	return p
}

// Add takes one row in.
func (p *Profile) Add(row tabular.Row) {
	p.Rows++
	for path := range p.missing {
		if _, ok := valuesAt(row, path); ok {
			delete(p.missing, path)
		}
	}
	if id := externalID(p.mapping.ID, row); id != "" {
		p.ids = append(p.ids, hashID(id))
	}
	// The steps run without a territory and tell nobody: the second reading does that.
	w := &work{Mapper: p.mapper, row: row, told: map[[3]string]bool{}, times: map[[2]string]int{}}
	p.addPostcode(w, row)
	if r, ok := p.rules["tags"]; ok {
		for _, tag := range w.many(r) {
			if _, known := p.tags[tag]; known || len(p.tags) < maxSpellings {
				p.tags[tag]++
			}
		}
	}
}

func (p *Profile) addPostcode(w *work, row tabular.Row) {
	r, ok := p.rules["postcode"]
	if !ok {
		return
	}
	code := w.one(r, false)
	if digits, undone, _ := wholeNumber(code); undone {
		code = digits
	}
	if code == "" {
		return
	}
	p.withCode++
	use := p.postcodes[code]
	if use == nil {
		if len(p.postcodes) == maxPostcodes {
			return
		}
		use = &postcodeUse{first: row.Line, cities: map[string]bool{}}
		p.postcodes[code] = use
	}
	use.rows++
	if city, ok := p.rules["city"]; ok && len(use.cities) < maxCities {
		if name := spelling.Plain(w.one(city, false)); name != "" {
			use.cities[name] = true
		}
	}
}

// Finish ends the first reading: identifiers are compared and spellings chosen.
func (p *Profile) Finish() {
	slices.Sort(p.ids)
	for i := 1; i < len(p.ids); i++ {
		if p.ids[i] == p.ids[i-1] {
			p.repeats[p.ids[i]] = true
		}
	}
	p.ids = nil
	p.spelling = listing.Spelling(p.tags)
	p.copied = p.findCopied()
}

// fits refuses a file in which no row has the column of the name: it is another file than the mapping's.
func (p *Profile) fits() error {
	r := p.rules["name"]
	if p.Rows == 0 || r.Constant != nil {
		return nil
	}
	for _, path := range r.From {
		if !p.missing[path] {
			return nil
		}
	}
	return errs.New(errs.Invalid, "importer.mapping.misfit", errs.Args{"mapping": p.mapping.Key, "path": r.From[0]})
}

// findCopied is the postcode that the file carries everywhere, empty for none.
func (p *Profile) findCopied() string {
	for code, use := range p.postcodes {
		if use.rows >= copiedRows && float64(use.rows) >= copiedShare*float64(p.withCode) && len(use.cities) >= copiedPlaces {
			return code
		}
	}
	return ""
}

// repeated reports whether the file has the identifier more than once. Two identifiers are taken for one with a
// probability of about rows²/2⁶⁵; the mapper then only tells a repetition that is none.
func (p *Profile) repeated(id string) bool { return p.repeats[hashID(id)] }

// Repeated is how many identifiers the file has more than once.
func (p *Profile) Repeated() int { return len(p.repeats) }

// Spelling is the usual spelling of each tag, by listing.TagKey.
func (p *Profile) Spelling() map[string]string { return p.spelling }

// Warnings are those about the file as a whole.
func (p *Profile) Warnings() []Warning {
	var out []Warning
	if code := p.copied; code != "" {
		use := p.postcodes[code]
		out = append(out, newWarning(use.first, "importer.warn.postcode-everywhere", "postcode",
			errs.Args{"postcode": code, "rows": use.rows, "cities": len(use.cities)}))
	}
	if p.Rows == 0 || p.mapping.Exact { // what an exact file leaves out is not known, in any of the formats
		return out
	}
	var absent []string
	for _, r := range p.mapping.Rules {
		for _, path := range r.From {
			if p.missing[path] {
				absent = appendNew(absent, path)
			}
		}
	}
	if len(absent) > 0 {
		out = append(out, newWarning(0, "importer.warn.column-missing", "",
			errs.Args{"n": len(absent), "columns": strings.Join(absent, ", ")}))
	}
	return out
}

// has reports whether any row has one of the paths of a rule.
func (p *Profile) has(r Rule) bool {
	return slices.ContainsFunc(r.From, func(path string) bool { return !p.missing[path] })
}

// givesPoints reports whether the file has a column that the mapping takes a point from.
func (p *Profile) givesPoints() bool {
	return slices.ContainsFunc(p.mapping.Rules, func(r Rule) bool {
		return (r.Target == "lat" || r.Target == "point") &&
			slices.ContainsFunc(r.From, func(path string) bool { return !p.missing[path] })
	})
}

// FileWarning turns a warning of the reader into one of the report.
func FileWarning(w tabular.Warning) Warning {
	a := errs.Args{}
	for k, v := range w.Args {
		a[k] = v
	}
	return newWarning(w.Line, w.Key, "", a)
}

func hashID(id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return h.Sum64()
}
