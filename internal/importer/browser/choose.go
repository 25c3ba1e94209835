package browser

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
	"grappe/internal/territory"
)

// Offer is a mapping that a file may be read with.
type Offer struct {
	Origin Origin
	Title  string
	Fields int // that the mapping fills
	Fits   int // of them, those for which the file has a column
	UsedAt time.Time

	mapping *importer.Mapping
	text    string // YAML as it was written, "" for a guess
}

// good reports whether nearly all that the mapping looks for is in the file.
func (o Offer) good() bool { return o.Fields > 0 && 10*o.Fits >= 7*o.Fields }

// fit counts the fields of a mapping, and those for which a file has a column. A mapping whose name is nowhere in the file fits
// nothing.
func fit(m *importer.Mapping, s Sample) (fields, fits int) {
	has := func(paths ...string) bool {
		return slices.ContainsFunc(paths, func(p string) bool {
			head, _, _ := strings.Cut(p, ":") // "social.*.network:url" is two members of each element
			return slices.ContainsFunc(s.Columns, func(c Column) bool { return c.Path == p || c.Path == head })
		})
	}
	named := false
	for _, r := range m.Rules {
		if r.Constant != nil && len(r.From) == 0 {
			continue
		}
		fields++
		days := false
		for _, p := range r.Days {
			days = days || has(p)
		}
		if has(r.From...) || days {
			fits++
			named = named || r.Target == "name"
		}
	}
	if !named {
		return fields, 0
	}
	return fields, fits
}

// offers are the mappings that fit a file, the best first: those of the territory, those that come with the program, a guess.
func (s *Service) offers(ctx context.Context, q db.Querier, t *territory.Territory, u Upload, lang string) ([]Offer, error) {
	saved, err := s.store.mappings(ctx, q, t.Code)
	if err != nil {
		return nil, err
	}
	var out []Offer
	add := func(o Offer, name string) {
		m, err := importer.ParseMapping(name, []byte(o.text))
		if err != nil {
			return // of an older version: it is not offered
		}
		o.mapping, o.Title = m, cmp.Or(titleOf(m, lang), m.Key)
		if o.Fields, o.Fits = fit(m, u.Sample); 2*o.Fits >= o.Fields && o.Fits > 0 {
			out = append(out, o)
		}
	}
	for _, m := range saved {
		add(Offer{Origin: Origin{fromOwn, m.Source}, text: m.YAML, UsedAt: m.UsedAt}, m.Source)
	}
	presets, err := importer.Mappings(s.Presets)
	if err != nil {
		return nil, err
	}
	for _, name := range presets {
		if slices.ContainsFunc(saved, func(m Saved) bool { return m.Source == name }) {
			continue // the territory's own is a later one of it
		}
		text, err := importer.PresetMapping(s.Presets, name)
		if err != nil {
			return nil, err
		}
		add(Offer{Origin: Origin{fromPreset, name}, text: string(text)}, name)
	}
	slices.SortStableFunc(out, func(a, b Offer) int {
		if a.good() != b.good() {
			if a.good() {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Fits*a.Fields, a.Fits*b.Fields)
	})
	return append(out, s.guessed(t, u, lang)), nil
}

// guessed is the mapping that the columns of a file suggest.
func (s *Service) guessed(t *territory.Territory, u Upload, lang string) Offer {
	title := titleFrom(u.File)
	base := &importer.Mapping{Key: keyOf(title), Title: map[string]string{lang: title}, Format: importer.FormatHints{Sheet: u.Sample.Sheet}}
	form := url.Values{}
	recognised := 0
	for i, c := range u.Sample.Columns {
		form.Set(columnName(i), c.Guess)
		if c.Guess != "" {
			recognised++
		}
	}
	m := newComposer(t, u.Sample, base, s.guessCode).read(form, lang)
	m.ID = guessID(u.Sample, m)
	return Offer{Origin: Origin{Kind: fromGuess}, Title: title, Fields: len(u.Sample.Columns), Fits: recognised, mapping: m}
}

// guessID takes what tells rows apart: a column of identifiers, a register's number, or the name and the town together.
func guessID(s Sample, m *importer.Mapping) importer.IDRule {
	numbers := ""
	for _, c := range s.Columns {
		if !s.Unique[c.Path] {
			continue
		}
		if c.Guess == "" {
			return importer.IDRule{From: []string{c.Path}}
		}
		numbers = cmp.Or(numbers, c.Path)
	}
	if numbers != "" {
		return importer.IDRule{From: []string{numbers}}
	}
	var compose []string
	for _, target := range []string{"name", "city"} {
		for _, r := range m.Rules {
			if r.Target == target && len(r.From) > 0 {
				compose = append(compose, r.From[0])
			}
		}
	}
	return importer.IDRule{Compose: compose}
}

// choose sets the mapping of a file to an offer.
func (u *Upload) choose(o Offer) {
	u.Origin = o.Origin
	u.Mapping = cmp.Or(o.text, string(o.mapping.YAML()))
	if sheet := u.Sample.Sheet; sheet != "" && o.mapping.Format.Sheet != sheet {
		m := *o.mapping
		m.Format.Sheet = sheet
		u.Mapping = string(m.YAML())
	}
}

// borrow leads the columns as an offer does, and leaves it open which source the file comes from: an import under the name of another one
// would change that one's cards.
func (u *Upload) borrow(o Offer) {
	m := *o.mapping
	m.Key, m.Title, m.Attribution, m.Licence, m.URL = "", nil, "", "", ""
	u.choose(Offer{Origin: Origin{fromColumns, o.Origin.Key}, mapping: &m})
}

// draft is the mapping of a file as it stands.
func (u Upload) draft() (*importer.Mapping, error) {
	return importer.ParseDraft(u.File, []byte(u.Mapping))
}

// fingerprint tells one mapping from another.
func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// tried reports whether the last trial was made with the mapping that stands.
func (u Upload) tried() bool { return u.Trial != nil && u.Trial.Mapping == fingerprint(u.Mapping) }

// titleFrom makes a name of a file's.
func titleFrom(file string) string {
	name := strings.TrimSuffix(file, path.Ext(file))
	words := strings.Fields(strings.NewReplacer("_", " ", "-", " ").Replace(name))
	if len(words) == 0 {
		return file
	}
	first := []rune(words[0])
	words[0] = strings.ToUpper(string(first[:1])) + string(first[1:])
	return strings.Join(words, " ")
}

// longestKey bounds the name of a source.
const longestKey = 60

// keyOf is the name by which cards remember a source that is called so.
func keyOf(title string) string {
	var b strings.Builder
	for _, r := range spelling.Slug(title) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' {
			b.WriteRune(r)
		}
	}
	key := strings.Trim(b.String(), "-")
	return cmp.Or(strings.Trim(key[:min(len(key), longestKey)], "-"), "fichier")
}

// checkMapping returns errs.Invalid, naming the faulty fields of the form, for a mapping that nothing can be imported with.
func checkMapping(m *importer.Mapping) error {
	var faults []errs.Field
	has := func(target string) bool {
		return slices.ContainsFunc(m.Rules, func(r importer.Rule) bool { return r.Target == target })
	}
	if len(m.Title) == 0 || titleOf(m, "fr") == "" {
		faults = append(faults, errs.Field{Name: titleName, Key: "imports.need_title"})
	}
	if !has("name") {
		faults = append(faults, errs.Field{Name: "champ-name", Key: "imports.need_name"})
	}
	if has("lat") != has("lon") {
		missing := "lat"
		if has("lat") {
			missing = "lon"
		}
		faults = append(faults, errs.Field{Name: "champ-" + missing, Key: "imports.need_both"})
	}
	if len(faults) > 0 {
		return &errs.E{Kind: errs.Invalid, Fields: faults}
	}
	return m.Check(m.Key)
}
