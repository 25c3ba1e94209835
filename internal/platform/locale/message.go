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
	plural  bool
	forms   map[string][]part
	sources map[string]string
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
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return entries, append(faults, broken(err)...)
		}
		m, err := parseMessage(value)
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

func parseMessage(raw json.RawMessage) (message, error) {
	m := message{forms: map[string][]part{}, sources: map[string]string{}}
	var text string
	if err := json.Unmarshal(raw, &text); err == nil {
		m.sources[formOther] = text
	} else {
		m.plural = true
		if err := json.Unmarshal(raw, &m.sources); err != nil {
			return m, errors.New(`neither a text nor an object of the texts "zero", "one" and "other"`)
		}
		if err := checkForms(m.sources); err != nil {
			return m, err
		}
	}
	for form, source := range m.sources {
		parts, err := parseText(source)
		if err != nil {
			return m, err
		}
		m.forms[form] = parts
	}
	return m, nil
}

func checkForms(sources map[string]string) error {
	for form := range sources {
		if form != formZero && form != formOne && form != formOther {
			return fmt.Errorf("unknown plural form %q", form)
		}
	}
	for _, form := range []string{formOne, formOther} {
		if _, ok := sources[form]; !ok {
			return fmt.Errorf("plural form %q is missing", form)
		}
	}
	return nil
}

// parseText cuts a text at its placeholders. "{{" and "}}" stand for the braces themselves.
func parseText(text string) ([]part, error) {
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
	for _, parts := range m.forms {
		for _, p := range parts {
			if p.name != "" {
				names[p.name] = struct{}{}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}
