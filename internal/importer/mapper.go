package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// Env is what the rows are read against.
type Env struct {
	Territory *territory.Territory
	Places    Places                                   // nil: no outlines
	Taxonomy  Taxonomy                                 // nil: no competences
	Abroad    func(name string) (code string, ok bool) // the other territory that a name means; nil: none is known
	Profile   *Profile                                 // nil: what only the whole file tells is not told
	Now       time.Time                                // for years and dates that lie ahead
}

// Mapper turns rows into drafts. It is used by one goroutine.
type Mapper struct {
	mapping *Mapping
	env     Env
	tree    *territory.Tree
	empty   map[string]bool
	firsts  map[uint64]int // first row of each identifier that the file repeats
	skills  map[string][]string
}

// maxTaggedTexts bounds the memory of what the taxonomy answered.
const maxTaggedTexts = 20000

// NewMapper makes a mapper; env.Territory must be there.
func NewMapper(m *Mapping, env Env) *Mapper {
	return &Mapper{
		mapping: m, env: env, tree: env.Territory.Tree(), empty: emptyTexts(m),
		firsts: map[uint64]int{}, skills: map[string][]string{},
	}
}

func emptyTexts(m *Mapping) map[string]bool {
	empty := make(map[string]bool, len(m.Empty))
	for _, e := range m.Empty {
		empty[spelling.Plain(e)] = true
	}
	return empty
}

// work is the state of one row being read.
type work struct {
	*Mapper
	row   tabular.Row
	draft Draft
	told  map[[3]string]bool
	times map[[2]string]int
}

// Map reads one row. A row that cannot become a card gives a rejection and no draft.
func (m *Mapper) Map(row tabular.Row) (Draft, *Rejection) {
	w := &work{Mapper: m, row: row, told: map[[3]string]bool{}, times: map[[2]string]int{}}
	w.draft = Draft{Row: row.Line, Fields: map[string]bool{}}
	w.draft.Content.Category = listing.Company
	w.draft.Company.Status = company.Unknown
	if len(row.Fields) == 0 {
		return Draft{}, w.reject("importer.reject.unreadable", nil)
	}
	for _, n := range row.Notes {
		w.draft.Warnings = append(w.draft.Warnings, newWarning(row.Line, n.Key, "", n.Args))
	}
	p := &place{said: map[string]bool{}}
	for _, r := range m.mapping.Rules {
		if m.mapping.Exact {
			w.fillExact(r, p)
		} else {
			w.fill(r, p)
		}
	}
	if w.draft.Content.Name == "" {
		return Draft{}, w.reject("importer.reject.no-name", nil)
	}
	w.finishPlace(p)
	w.identify()
	w.finish()
	return w.draft, nil
}

func (w *work) reject(key string, a errs.Args) *Rejection {
	if a == nil {
		a = errs.Args{}
	}
	id := w.externalID()
	return &Rejection{Row: w.row.Line, ExternalID: id, Code: code(key), Key: key, Args: a}
}

// warn tells something about a field, once per row and value, and no more than a few values.
func (w *work) warn(key, field string, a errs.Args) {
	if field == "competences" {
		return // read from the columns of other fields, which tell
	}
	value, _ := a["value"].(string)
	kind := [2]string{key, field}
	if id := [3]string{key, field, value}; !w.told[id] && w.times[kind] < maxSameWarnings {
		w.told[id] = true
		w.times[kind]++
		w.draft.Warnings = append(w.draft.Warnings, newWarning(w.row.Line, key, field, a))
	}
}

// speak notes that the source says something of a field, if only that it is empty.
func (w *work) speak(field string) { w.draft.Fields[field] = true }

// args pairs names and values.
func args(pairs ...string) errs.Args {
	a := errs.Args{}
	for i := 0; i+1 < len(pairs); i += 2 {
		a[pairs[i]] = pairs[i+1]
	}
	return a
}

// texts are the values that stand at a path, as texts; nothing for null.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case json.Number:
		return []string{v.String()}
	case bool:
		return []string{strconv.FormatBool(v)}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, texts(e)...)
		}
		return out
	}
	return nil
}

// valuesAt are the texts at a path, and whether the row has it. With ".*." it is a path through the elements of an array:
// "contacts.*.mail" gives each mail, "social.*.network:url" the two of each element, joined by a colon.
func valuesAt(row tabular.Row, path string) ([]string, bool) {
	head, tail, every := strings.Cut(path, ".*.")
	if !every {
		v, ok := row.Get(path)
		return texts(v), ok
	}
	var out []string
	for rank := 0; ; rank++ {
		var parts []string
		for member := range strings.SplitSeq(tail, ":") {
			v, _ := row.Get(head + "." + strconv.Itoa(rank) + "." + member)
			parts = append(parts, texts(v)...)
		}
		if len(parts) == 0 {
			return out, rank > 0
		}
		out = append(out, strings.Join(parts, ":"))
	}
}

// says reports whether the row has one of the rule's paths, even with nothing in it.
func (w *work) says(r Rule) bool {
	if r.Constant != nil {
		return true
	}
	for _, path := range r.From {
		if _, ok := valuesAt(w.row, path); ok {
			return true
		}
	}
	for _, path := range r.Days {
		if _, ok := w.row.Get(path); ok {
			return true
		}
	}
	return false
}

// values runs the rule's steps over what stands at the paths. Where one value is wanted and no step joins them, the
// first path that says something counts.
func (w *work) values(r Rule, from []string) []string {
	var in []string
	joins := slices.ContainsFunc(r.Steps, func(s Step) bool { return s.Name == "join" })
	for _, path := range from {
		found, _ := valuesAt(w.row, path)
		for _, t := range found {
			if !w.isEmpty(t) {
				in = append(in, t)
			}
		}
		if len(in) > 0 && targetKind(r.Target) == oneValue && !joins {
			break
		}
	}
	if r.Constant != nil && len(in) == 0 {
		in = []string{*r.Constant}
	}
	for _, s := range r.Steps {
		in = w.apply(r, s, in)
	}
	return in
}

// isEmpty knows the texts that stand for nothing in this source.
func (m *Mapper) isEmpty(v string) bool {
	if strings.TrimSpace(v) == "" {
		return true
	}
	return len(v) < 64 && len(m.empty) > 0 && m.empty[spelling.Plain(v)] && spelling.Plain(v) != ""
}

// one is the cleaned text of a rule that fills one value.
func (w *work) one(r Rule, lines bool) string {
	in := w.values(r, r.From)
	if len(in) == 0 {
		return ""
	}
	if v := w.clean(r.Target, in[0], lines); !w.isEmpty(v) {
		return v
	}
	return ""
}

// many are the cleaned texts of a rule that fills a list, each once.
func (w *work) many(r Rule) []string {
	var out []string
	values := w.values(r, r.From)
	if len(values) > maxValues {
		w.warn("importer.warn.too-many", r.Target, errs.Args{"most": maxValues})
		values = values[:maxValues]
	}
	for _, v := range values {
		if v = w.clean(r.Target, v, false); !w.isEmpty(v) && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// finishPlace settles the place and gives the company its establishment.
func (w *work) finishPlace(p *place) {
	w.checkShape()
	if len(p.said) == 0 {
		return
	}
	if w.mapping.Exact {
		w.settleExact(p)
	} else {
		w.settle(p)
	}
	w.boundPlace()
	for _, field := range []string{"address", "postcode", "city"} {
		if p.said[field] {
			w.speak(field)
		}
	}
	if p.said["point"] {
		w.speak("point")
	}
	c := w.draft.Content
	// What one column held by mistake is said of the field where it belongs.
	w.draft.Fields["city"] = w.draft.Fields["city"] || c.City != ""
	w.draft.Fields["postcode"] = w.draft.Fields["postcode"] || c.Postcode != ""
	w.speak("zone")
	w.speak("establishments")
	e := company.Establishment{
		Head: true, Address: c.Address, Postcode: c.Postcode, City: c.City, Zone: c.Zone, Point: c.Point,
	}
	for _, id := range w.draft.Company.Identifiers {
		if id.Valid && company.IsEstablishment(id.Scheme) {
			e.Identifier = id.Value
			break
		}
	}
	w.draft.Company.Establishments = []company.Establishment{e}
}

// finish completes what the fields say together.
func (w *work) finish() {
	d := &w.draft
	d.Distinct = w.mapping.Exact
	if d.Distinct {
		w.bound()
		d.Company.UsualName, d.Fields["usual_name"] = d.Content.Name, d.Fields["name"]
		return
	}
	if w.env.Profile != nil {
		d.Content.Tags = listing.JoinTags(d.Content.Tags, w.env.Profile.spelling)
	} else {
		d.Content.Tags = listing.JoinTags(d.Content.Tags, nil)
	}
	w.bound()
	d.Company.UsualName = d.Content.Name
	d.Fields["usual_name"] = d.Fields["name"]
	if d.Company.NaturalPerson {
		w.warn("importer.warn.natural-person", "", nil)
	}
}

// identify gives the draft its identifier in the source.
func (w *work) identify() {
	id := w.externalID()
	if id == "" {
		c := w.draft.Content
		id = composed([]string{c.Name, c.Postcode, c.City, c.Address})
		w.warn("importer.warn.id-missing", "", nil)
	}
	w.draft.ExternalID = id
	if w.env.Profile == nil || !w.env.Profile.repeated(id) {
		return
	}
	h := hashID(id)
	if first, ok := w.firsts[h]; ok {
		w.draft.Repeats = first
		if givenID(w.mapping.ID, w.row) == "" { // nobody gave it: the row says the same as another
			w.warn("importer.warn.row-repeated", "", errs.Args{"columns": strings.Join(w.mapping.ID.Compose, ", "), "first": first})
		} else {
			w.warn("importer.warn.id-repeated", "", errs.Args{"id": short(id), "first": first})
		}
		return
	}
	w.firsts[h] = w.row.Line
}

// externalID is the identifier that the source gives, or that the mapping composes; empty when there is neither.
func (w *work) externalID() string { return externalID(w.mapping.ID, w.row) }

func externalID(rule IDRule, row tabular.Row) string {
	if id := givenID(rule, row); id != "" {
		return id
	}
	var parts []string
	some := false
	for _, path := range rule.Compose {
		v, _ := row.Get(path)
		part := strings.Join(texts(v), " ")
		some = some || spelling.Plain(part) != ""
		parts = append(parts, part)
	}
	if !some {
		return ""
	}
	return composed(parts)
}

// givenID is the identifier that the source gives, empty where it gives none.
func givenID(rule IDRule, row tabular.Row) string {
	for _, path := range rule.From {
		v, _ := row.Get(path)
		if t := texts(v); len(t) > 0 {
			if id := tidy(t[0], false); id != "" {
				return bounded(id)
			}
		}
	}
	return ""
}

// composed makes one identifier of several values, blind to case, accents and punctuation.
func composed(parts []string) string {
	slugs := make([]string, len(parts))
	for i, p := range parts {
		slugs[i] = spelling.Slug(p)
	}
	return bounded(strings.Join(slugs, "~"))
}

// maxIDLength keeps identifiers short enough for an index.
const maxIDLength = 160

func bounded(id string) string {
	if len(id) <= maxIDLength {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	cut := maxIDLength - 33
	return strings.ToValidUTF8(id[:cut], "") + "-" + hex.EncodeToString(sum[:16])
}
