package locale

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Printer writes for one reader: a language, a time zone and a currency. It is safe for concurrent use.
type Printer struct {
	catalogues *Catalogues
	texts      map[string]message
	lang       string
	tag        language.Tag
	style      style
	zone       *time.Location
	currency   string
}

// Lang is the language that the printer speaks: "fr" or "en".
func (p *Printer) Lang() string { return p.lang }

// Zone is the time zone in which the printer shows instants.
func (p *Printer) Zone() *time.Location { return p.zone }

// Currency is the ISO 4217 code that Money takes when it is handed none.
func (p *Printer) Currency() string { return p.currency }

// In is the same printer in another time zone, for what concerns two territories.
func (p *Printer) In(zone *time.Location) *Printer {
	q := *p
	q.zone = zone
	return &q
}

// T is the text at key, with its placeholders filled from pairs of a name and a value: T("directory.count", "n", 12).
// A plural text is chosen by the argument n. Values are written by their type: integers grouped, floats with at most two
// decimals, times as dates, lists of strings as a list, a Size in its unit; text stays as it is. A year or a code is handed in as text.
func (p *Printer) T(key string, pairs ...any) string {
	if len(pairs) == 0 {
		return p.Text(key, nil)
	}
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			p.catalogues.fault(fmt.Sprintf("key %q: argument %d must be a name, not a %T", key, i, pairs[i]))
			continue
		}
		args[name] = pairs[i+1]
	}
	if len(pairs)%2 != 0 {
		p.catalogues.fault(fmt.Sprintf("key %q: arguments come in pairs of a name and a value", key))
	}
	return p.Text(key, args)
}

// Text is T with its arguments in a map, as errs.E carries them.
func (p *Printer) Text(key string, args map[string]any) string {
	m, ok := p.texts[key]
	if !ok {
		p.catalogues.fault(fmt.Sprintf("unknown key %q", key))
		return key
	}
	parts := p.form(key, m, args).parts
	if len(parts) == 1 && parts[0].name == "" {
		return parts[0].literal
	}
	var b strings.Builder
	for _, part := range parts {
		if part.name == "" {
			b.WriteString(part.literal)
			continue
		}
		value, ok := args[part.name]
		if !ok {
			p.catalogues.fault(fmt.Sprintf("key %q: no argument for {%s}", key, part.name))
			value = "{" + part.name + "}"
		}
		written := p.Value(value)
		if _, word := value.(string); word && p.lang == French && elides(b.String(), written) {
			said := strings.TrimSuffix(b.String(), "e ")
			b.Reset()
			b.WriteString(said + "’")
		}
		b.WriteString(written)
	}
	return b.String()
}

// Has reports whether there is a text at key, for keys composed from data.
func (p *Printer) Has(key string) bool {
	_, ok := p.texts[key]
	return ok
}

// form chooses the form of a message by the argument n.
func (p *Printer) form(key string, m message, args map[string]any) *form {
	if !m.plural {
		return m.form(formOther)
	}
	n, ok := toFloat(args["n"])
	if !ok {
		p.catalogues.fault(fmt.Sprintf("key %q: its plural needs a number n, not %v", key, args["n"]))
		return m.form(formOther)
	}
	if zero := m.form(formZero); zero != nil && n == 0 {
		return zero
	}
	if pluralForm(p.tag, n) == plural.One {
		return m.form(formOne)
	}
	return m.form(formOther)
}

// pluralForm applies CLDR's cardinal rules (UTS #35 part 3) to a number as Value would write it.
func pluralForm(tag language.Tag, n float64) plural.Form {
	const modulus = 10_000_000 // MatchPlural takes operands modulo 10^7
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(floatDigits(n), "-"), ".")
	if len(whole) > 7 {
		whole = "1" + whole[len(whole)-6:] // only the last digits and "is it large" matter
	}
	i, err := strconv.Atoi(whole)
	if err != nil { // NaN and the infinities
		return plural.Other
	}
	f, _ := strconv.Atoi(fraction) // "" is 0
	return plural.Cardinal.MatchPlural(tag, i%modulus, len(fraction), len(fraction), f, f)
}

// Value writes a value by its type, as T does for placeholders.
func (p *Printer) Value(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return p.Date(v)
	case []string:
		return p.List(v)
	case Size:
		return p.Bytes(int64(v))
	case fmt.Stringer:
		return v.String()
	case error:
		return v.Error()
	}
	r := reflect.ValueOf(v)
	switch {
	case r.CanInt():
		return p.group(strconv.FormatInt(r.Int(), 10))
	case r.CanUint():
		return p.group(strconv.FormatUint(r.Uint(), 10))
	case r.CanFloat():
		return p.group(floatDigits(r.Float()))
	case r.Kind() == reflect.String:
		return r.String()
	}
	return fmt.Sprint(v)
}

// floatDigits writes a float with at most two decimals, without idle zeros.
func floatDigits(f float64) string {
	s := strconv.FormatFloat(f, 'f', 2, 64)
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "-0" || s == "" || s == "-" {
		return "0"
	}
	return s
}

func toFloat(v any) (float64, bool) {
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return 0, false
	case r.CanInt():
		return float64(r.Int()), true
	case r.CanUint():
		return float64(r.Uint()), true
	case r.CanFloat():
		return r.Float(), !math.IsNaN(r.Float())
	}
	return 0, false
}
