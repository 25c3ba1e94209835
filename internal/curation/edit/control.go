package edit

import (
	"net/url"
	"slices"
	"strconv"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// control is what asks for one field of the card.
type control struct {
	ID     string
	Name   string
	Doubt  string // why it should be read again
	Locked *lockedView

	Field   *ui.Field
	Rows    *rowsView
	Checks  *checksView
	Picker  *pickerView
	Point   *pointView
	Area    *areaView
	Hours   *hoursView
	Ask     string // a question about what was erased
	Asked   string // the hidden input that brings back that it was asked
	Details bool   // stands in a line with the one after it
}

// lockedView shows a field that is not the reader's to change.
type lockedView struct {
	Lines []string
	By    string
}

// rowsView asks for a list, an input for each item and one that is empty.
type rowsView struct {
	ID, Legend, Hint              string
	Type, InputMode, Autocomplete string
	Example, Add                  string
	Rows                          []rowView
	Ask                           string // a question about all of it
	Asked                         string // the hidden input that brings back that it was asked
}

type rowView struct {
	ID, Label, Value, Error string
	Of                      *rowsView
}

// checksView asks to tick boxes, and for more in words where More is set.
type checksView struct {
	ID, Legend, Hint, Error string
	Checks                  []ui.Check
	More                    *rowsView
}

// pickerView asks to choose from many, by searching or from groups.
type pickerView struct {
	checksView
	Search   ui.Field
	Browse   string // words of the disclosure of the groups
	Groups   []pickerGroup
	Unpicked string // what is said of words that were searched and not chosen, which stand for {typed}
	Take     string // words before what is taken back, for those who do not see the chips
}

type pickerGroup struct {
	Name   string
	Checks []ui.Check
}

// screen makes the controls of a step.
type screen struct {
	voice
	sheet  *Sheet
	errors ui.FormErrors
	asks   ui.FormErrors      // the questions among what is to be looked at again
	doubts []string           // doubtful fields
	who    map[string]written // who wrote a field that is locked, by the field
}

// controls are those of a step, in the order of the form.
func (s *screen) controls(step Step) []control {
	var out []control
	for _, q := range asked(step) {
		c := control{ID: q.field, Name: s.name(q.field)}
		if slices.Contains(s.sheet.Locked, q.field) {
			c.Locked = s.locked(q.field)
			out = append(out, c)
			continue
		}
		if slices.Contains(s.doubts, q.field) {
			c.Doubt = s.doubt(q.field)
		}
		s.fill(&c, q, s.sheet.form(s.sheet.Draft, q))
		out = append(out, c)
	}
	return out
}

func (s *screen) locked(field string) *lockedView {
	v := &lockedView{Lines: s.said(field, s.sheet.Record.Listing.Content)}
	at := s.P.Date(s.sheet.Record.Listing.Provenance[field].At)
	v.By = s.P.T("edit.locked", "day", at)
	if who := s.who[field].Name; who != "" {
		v.By = s.P.T("edit.locked_by", "name", who, "day", at)
	}
	return v
}

// doubt says since when nobody has said or confirmed a field.
func (s *screen) doubt(field string) string {
	l := s.sheet.Record.Listing
	since := l.Provenance[field].At
	if l.ConfirmedAt.After(since) {
		since = l.ConfirmedAt
	}
	if since.IsZero() {
		return s.P.T("edit.doubt_unknown")
	}
	if l.Provenance[field].Kind == company.FromImport && since.Equal(l.Provenance[field].At) {
		return s.P.T("edit.doubt_import", "day", s.P.Date(since))
	}
	return s.P.T("edit.doubt", "day", s.P.Date(since))
}

// fill makes the part of a control that asks.
func (s *screen) fill(c *control, q question, v url.Values) {
	switch q.field {
	case "name", "headline", "description", "address", "postcode", "city", "tags", "category", "zone":
		f := s.field(q.field, v.Get(q.field))
		c.Field = &f
		if c.Ask = s.asks.For(q.field); q.field == "zone" && s.sheet.Draft.Was.Zone != "" && s.sheet.Content.Zone == "" {
			c.Asked = "zone" + inputBare
		}
	case "phones", "emails", "websites", "social":
		c.Rows = s.rows(q.field, v[q.field])
	case "competences":
		c.Picker = s.picker(v[q.field])
	case "sectors":
		c.Checks = s.checks(q.field, offered(s.sectors.Codes(), s.sheet.Draft.Was.Sectors), v[q.field], s.names.Sector)
	case "languages":
		c.Checks = s.checks(q.field, offered(spoken(), s.sheet.Draft.Was.Languages), v[q.field], s.tongue)
	case "accessibility":
		c.Checks = s.checks(q.field, listing.Accessibilities(), v[q.field], s.access)
		more := s.rows("accessibility-more", v["accessibility-more"])
		c.Checks.More = more
	case "point":
		c.Point = s.pointForm(v)
	case "service_area":
		c.Area = s.areaForm(v)
	case hoursField:
		c.Hours = s.hoursForm(v)
	}
}

// field asks for a text, or to choose one of a few.
func (s *screen) field(name, value string) ui.Field {
	f := ui.Field{Name: name, Label: s.name(name), Value: value, Error: s.errors.For(name), Required: name == "name" || name == "category"}
	if hint := "edit.hint." + name; s.P.Has(hint) {
		f.Hint = s.P.T(hint)
	}
	switch name {
	case "name":
		f.Max, f.Autocomplete = listing.MaxName, "organization"
	case "headline":
		f.Rows, f.Max = 2, listing.MaxHeadline
	case "description":
		f.Rows, f.Max = 8, listing.MaxDescription
	case "address":
		f.Rows = 3
	case "postcode":
		f.Max, f.Autocomplete, f.InputMode, f.Short = listing.MaxPostcode, "postal-code", "numeric", true
		if !s.fiveDigits() {
			f.Hint = ""
		}
	case "city":
		f.Max, f.Autocomplete = listing.MaxCity, "address-level2"
	case "category":
		for _, c := range listing.Categories() {
			f.Options = append(f.Options, ui.Option{Value: string(c), Label: s.P.T(c.Key()), Selected: string(c) == value})
		}
		if !slices.Contains(listing.Categories(), listing.Category(value)) {
			f.Options = slices.Insert(f.Options, 0, ui.Option{Label: s.P.T("edit.choose"), Selected: true})
		}
	case "zone":
		s.zone(&f)
	}
	return f
}

// zone asks for the commune: from a list where there are few, else by its name.
func (s *screen) zone(f *ui.Field) {
	f.Label = s.levelName()
	if !s.listsZones() {
		f.Suggest, f.Autocomplete = s.Path(PathZones), "off"
		return
	}
	f.Options = []ui.Option{{Label: s.P.T("edit.choose")}}
	zones := s.territory.Tree().Leaves()
	locale.CollateBy(s.P, zones, func(z territory.Zone) string { return z.NameIn(s.Lang) })
	for _, z := range zones {
		f.Options = append(f.Options, ui.Option{Value: z.Code, Label: z.NameIn(s.Lang), Selected: z.Code == f.Value})
	}
}

// levelName is what the finest zones of the territory are called: "Commune".
func (s *screen) levelName() string {
	leaves := s.territory.Tree().Leaves()
	if len(leaves) == 0 {
		return s.name("zone")
	}
	return sentence(s.territory.LevelName(leaves[0].Level, s.Lang))
}

// rows asks for a list.
func (s *screen) rows(name string, values []string) *rowsView {
	field := fieldOf(name)
	v := &rowsView{ID: name, Legend: s.P.T("edit.rows." + name), Add: s.P.T("edit.add_row." + name), Type: "text", Autocomplete: "off"}
	if hint := "edit.hint." + name; s.P.Has(hint) {
		v.Hint = s.P.T(hint)
	}
	switch field {
	case "phones":
		v.Type, v.InputMode, v.Autocomplete = "tel", "tel", "tel"
	case "emails":
		v.Type, v.InputMode, v.Autocomplete = "email", "email", "email"
	case "websites", "social":
		v.InputMode, v.Autocomplete = "url", "url"
	}
	if v.Ask = s.asks.For(name); unreachable(s.sheet.Draft.Was, s.sheet.Content) == name {
		v.Asked = name + inputBare
	}
	for i, value := range append(slices.Clone(values), "") {
		id := input(name, i)
		v.Rows = append(v.Rows, rowView{ID: id, Label: s.P.T("edit.row."+name, "n", i+1), Value: value, Error: s.errors.For(id), Of: v})
	}
	return v
}

func (s *screen) checks(field string, codes, ticked []string, word func(string) string) *checksView {
	v := &checksView{ID: field, Legend: s.name(field), Error: s.errors.For(field)}
	if hint := "edit.hint." + field; s.P.Has(hint) {
		v.Hint = s.P.T(hint)
	}
	for i, code := range codes {
		v.Checks = append(v.Checks, ui.Check{
			ID: field + "-" + strconv.Itoa(i), Name: field, Value: code, Label: word(code), Checked: slices.Contains(ticked, code),
		})
	}
	return v
}

// picker asks for the competences.
func (s *screen) picker(ticked []string) *pickerView {
	const field = "competences"
	v := &pickerView{
		checksView: *s.checks(field, nil, nil, nil), Take: s.P.T("edit.untick"), Unpicked: s.P.T("edit.search_unpicked", "typed", "{typed}"),
		Browse: s.P.T("edit.browse_competences", "n", len(s.competences.Terms)),
	}
	v.Search = ui.Field{ID: "competences-search", Label: s.P.T("edit.search_competences"), Hint: s.P.T("edit.search_competences_hint"), Suggest: s.Path(PathCompetences), SuggestNone: s.P.T("edit.search_competences_none"), Autocomplete: "off"}
	add := func(name string, codes []string) {
		if len(codes) == 0 {
			return
		}
		g := pickerGroup{Name: name}
		for _, code := range codes {
			g.Checks = append(g.Checks, ui.Check{
				ID: field + "-" + code, Name: field, Value: code, Label: s.names.Competence(code), Checked: slices.Contains(ticked, code),
			})
		}
		v.Groups = append(v.Groups, g)
	}
	for _, g := range s.competences.Groups {
		var codes []string
		for _, term := range s.competences.InGroup(g.Code) {
			codes = append(codes, term.Code)
		}
		add(taxonomy.In(g.Names, s.Lang), codes)
	}
	add(s.P.T("edit.other_competences"), beyondTerms(s.voice.competences.Codes(), s.sheet.Draft.Was.Competences))
	return v
}

// beyondTerms are the codes of a card that are not among those that are known.
func beyondTerms(known, held []string) []string {
	return slices.DeleteFunc(slices.Clone(held), func(code string) bool { return slices.Contains(known, code) })
}
