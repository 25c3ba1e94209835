package embed

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/directory"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// How many cards a frame shows at once.
const (
	fewest, most, usual = 3, 50, 10
)

// The themes of a frame: "" follows the reader's system.
const (
	themeLight = "clair"
	themeDark  = "sombre"
)

// settings say what a frame shows and how; they read from an address and write back to one.
type settings struct {
	Query directory.Query // its filters never change in the frame
	More  string          // words that the reader adds to those of the query
	Card  string          // slug of the one card to show instead: the query is then empty
	Size  int             // cards at once
	Field bool            // a field to search in
	Theme string
}

// The parameters that are not those of a search.
const (
	paramMore  = "mots"
	paramSize  = "nombre"
	paramField = "champ"
	paramTheme = "theme"
	paramCard  = "fiche"
)

// parse reads an address's parameters. It returns errs.Usage, naming the parameter, for what is none of the choices.
func parse(v url.Values) (settings, error) {
	s := settings{Size: usual, Field: true, Theme: v.Get(paramTheme)}
	var err error
	if s.Query, err = directory.ParseQuery(v); err != nil {
		return s, err
	}
	page := s.Query.Page
	s.Query = s.Query.Filters()
	s.Query.Page = page
	s.More = oneLine(v.Get(paramMore), 100)
	if s.Card = oneLine(v.Get(paramCard), 200); s.Card != "" {
		s.Query = directory.Query{Sort: directory.ByRelevance, Page: 1} // one card is not searched for
	}
	if text := v.Get(paramSize); text != "" {
		if s.Size, err = strconv.Atoi(text); err != nil || s.Size < fewest || s.Size > most {
			return s, wrong(paramSize, "embed.bad_size", errs.Args{"least": fewest, "most": most})
		}
	}
	switch v.Get(paramField) {
	case "", "1":
	case "0":
		s.Field = false
	default:
		return s, wrong(paramField, "embed.bad_field", nil)
	}
	if !slices.Contains([]string{"", themeLight, themeDark}, s.Theme) {
		return s, wrong(paramTheme, "embed.bad_theme", nil)
	}
	return s, nil
}

func wrong(field, key string, args errs.Args) error {
	return &errs.E{Kind: errs.Usage, Key: key, Args: args, Fields: []errs.Field{{Name: field, Key: key, Args: args}}}
}

// oneLine is typed text without what cannot be printed, cut to so many runes.
func oneLine(s string, runes int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if r := []rune(s); len(r) > runes {
		s = string(r[:runes])
	}
	return s
}

// values writes the settings as parameters, in a stable order and without what is the default.
func (s settings) values() url.Values {
	v := s.Query.Values()
	if s.More != "" {
		v.Set(paramMore, s.More)
	}
	if s.Card != "" {
		v.Set(paramCard, s.Card)
	}
	if s.Size != usual {
		v.Set(paramSize, strconv.Itoa(s.Size))
	}
	if !s.Field {
		v.Set(paramField, "0")
	}
	if s.Theme != "" {
		v.Set(paramTheme, s.Theme)
	}
	return v
}

// address is the path of the frame.
func (s settings) address() string { return with(framePath, s.values()) }

// asked is the query with the reader's words.
func (s settings) asked() directory.Query {
	q := s.Query
	if s.More != "" {
		q.Text = strings.TrimSpace(q.Text + " " + s.More)
		q = q.WithText(oneLine(q.Text, directory.MaxText)).WithPage(q.Page)
	}
	return q
}

// live is the path of the same search, or card, in the directory itself.
func (s settings) live() string {
	if s.Card != "" {
		return "/annuaire/" + url.PathEscape(s.Card)
	}
	return s.asked().Filters().Address()
}

// hidden are the parameters that the frame's form carries along.
func (s settings) hidden() []ui.Pair {
	s.More, s.Query = "", s.Query.WithPage(1)
	v := s.values()
	var pairs []ui.Pair
	for _, name := range sortedNames(v) {
		for _, value := range v[name] {
			pairs = append(pairs, ui.Pair{Name: name, Value: value})
		}
	}
	return pairs
}

func sortedNames(v url.Values) []string {
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func with(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// height is what a frame without our script is given, in CSS pixels; what is longer scrolls inside.
func (s settings) height() int {
	if s.Card != "" {
		return 340
	}
	return min(760, 260+s.Size*110)
}
