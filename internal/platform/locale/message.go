package locale

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// The forms that a plural object may hold. "zero" answers to the exact number 0, the others to CLDR's categories.
const (
	formZero  = "zero"
	formOne   = "one"
	formOther = "other"
)

// message is one text of a catalogue, parsed.
type message struct {
	plural bool
	forms  []form // formOther alone where it is not plural
}

// form is one wording of a message.
type form struct {
	name, source string
	parts        []part
}

// form gives the wording for a form, nil where the message has none.
func (m message) form(name string) *form {
	for i := range m.forms {
		if m.forms[i].name == name {
			return &m.forms[i]
		}
	}
	return nil
}

// part is literal text or, when name is set, a placeholder.
type part struct {
	literal string
	name    string
}

type entry struct {
	key string
	message
}

// readCatalogue reads one language of one room, in the order of its file. It goes on after a fault, so that all are told.
func readCatalogue(room fs.FS, lang string) ([]entry, []error) {
	name := lang + ".json"
	raw, err := fs.ReadFile(room, name)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = fs.ReadFile(room, "texts/"+name)
	}
	if err != nil {
		return nil, []error{fmt.Errorf("catalogue %s: %w", name, err)}
	}
	return parseCatalogue(name, raw)
}

func parseCatalogue(name string, raw []byte) ([]entry, []error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	broken := func(err error) []error {
		line := 1 + bytes.Count(raw[:min(int(dec.InputOffset()), len(raw))], []byte("\n"))
		return []error{fmt.Errorf("%s, line %d: %w", name, line, err)}
	}
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, broken(errors.Join(errors.New("not a JSON object"), err))
	}
	var entries []entry
	var faults []error
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return entries, append(faults, broken(err)...)
		}
		key, _ := token.(string) // the decoder gives only strings here
		m, err := readMessage(dec)
		if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return entries, append(faults, broken(err)...)
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: key %q: %w", name, key, err))
		}
		entries = append(entries, entry{key, m})
	}
	if _, err := dec.Token(); err != nil {
		return entries, append(faults, broken(err)...)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		faults = append(faults, broken(errors.New("more text after the object"))...)
	}
	return entries, faults
}

// readMessage reads the value of a key. After an error that is not of the syntax, the value is read to its end all the same.
func readMessage(dec *json.Decoder) (message, error) {
	odd := errors.New(`neither a text nor an object of the texts "zero", "one" and "other"`)
	token, err := dec.Token()
	if err != nil {
		return message{}, err
	}
	if text, ok := token.(string); ok {
		parts, err := parseText(text)
		return message{forms: []form{{formOther, text, parts}}}, err
	}
	if token != json.Delim('{') {
		return message{}, errors.Join(odd, skip(dec, token))
	}
	m := message{plural: true}
	var faults []error
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return m, err
		}
		value, err := dec.Token()
		if err != nil {
			return m, err
		}
		text, ok := value.(string)
		if !ok {
			if err := skip(dec, value); err != nil {
				return m, err
			}
			faults = append(faults, odd)
			continue
		}
		parts, err := parseText(text)
		faults = append(faults, err)
		m.forms = append(m.forms, form{name.(string), text, parts}) //nolint:forcetypeassert // the names of an object are texts
	}
	if _, err := dec.Token(); err != nil {
		return m, err
	}
	return m, errors.Join(append(faults, m.check())...)
}

// skip reads what is left of a value that begins with a token.
func skip(dec *json.Decoder, begins json.Token) error {
	for depth := depthOf(begins); depth > 0; {
		token, err := dec.Token()
		if err != nil {
			return err
		}
		depth += depthOf(token)
	}
	return nil
}

// depthOf is by how much a token leads deeper.
func depthOf(token json.Token) int {
	switch token {
	case json.Delim('{'), json.Delim('['):
		return 1
	case json.Delim('}'), json.Delim(']'):
		return -1
	}
	return 0
}

// check returns an error for a plural without a form that every language needs, or with one that none knows.
func (m message) check() error {
	for i, form := range m.forms {
		if form.name != formZero && form.name != formOne && form.name != formOther || m.form(form.name) != &m.forms[i] {
			return fmt.Errorf("unknown plural form %q", form.name)
		}
	}
	for _, name := range []string{formOne, formOther} {
		if m.form(name) == nil {
			return fmt.Errorf("plural form %q is missing", name)
		}
	}
	return nil
}

// parseText cuts a text at its placeholders. "{{" and "}}" stand for the braces themselves.
func parseText(text string) ([]part, error) {
	if text != "" && !strings.ContainsAny(text, "{}") {
		return []part{{literal: text}}, nil
	}
	var parts []part
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			parts = append(parts, part{literal: literal.String()})
			literal.Reset()
		}
	}
	for rest := text; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			literal.WriteString(rest)
			break
		}
		literal.WriteString(rest[:at])
		brace := rest[at]
		rest = rest[at+1:]
		if rest != "" && rest[0] == brace {
			literal.WriteByte(brace)
			rest = rest[1:]
			continue
		}
		name, after, closed := strings.Cut(rest, "}")
		if brace == '}' || !closed || !isName(name) {
			return nil, fmt.Errorf("lone brace or wrong placeholder in %q (a brace itself is written twice)", text)
		}
		flush()
		parts = append(parts, part{name: name})
		rest = after
	}
	flush()
	return parts, nil
}

func isName(s string) bool {
	if s == "" {
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return true
}

func (m message) placeholders() []string {
	names := map[string]struct{}{}
	for _, form := range m.forms {
		for _, p := range form.parts {
			if p.name != "" {
				names[p.name] = struct{}{}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
