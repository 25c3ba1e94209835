package importer

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// YAML writes the mapping as ParseMapping reads it. What was commented in a file that it came from is not in it.
func (m *Mapping) YAML() []byte {
	file := yaml.MapSlice{{Key: "key", Value: m.Key}}
	add := func(name string, value any, given bool) {
		if given {
			file = append(file, yaml.MapItem{Key: name, Value: value})
		}
	}
	add("title", sortedItems(m.Title), len(m.Title) > 0)
	add("licence", m.Licence, m.Licence != "")
	add("attribution", m.Attribution, m.Attribution != "")
	add("url", m.URL, m.URL != "")
	add("format", m.Format.items(), m.Format != FormatHints{})
	add("empty", m.Empty, len(m.Empty) > 0)
	add("exact", true, m.Exact)
	switch {
	case len(m.ID.Compose) > 0:
		id := yaml.MapSlice{}
		if len(m.ID.From) > 0 {
			id = append(id, yaml.MapItem{Key: "from", Value: shortest(m.ID.From)})
		}
		add("id", append(id, yaml.MapItem{Key: "compose", Value: m.ID.Compose}), true)
	default:
		add("id", shortest(m.ID.From), len(m.ID.From) > 0)
	}
	fields := yaml.MapSlice{}
	for _, r := range m.Rules {
		fields = append(fields, yaml.MapItem{Key: r.Target, Value: r.value()})
	}
	add("fields", fields, true)
	var out bytes.Buffer
	writeItems(&out, file, "")
	return out.Bytes()
}

// writeItems writes what mappings are made of: items, lists and texts. Every text that could be read as anything else than itself is
// quoted, which the library's own writer does not do.
func writeItems(out *bytes.Buffer, items yaml.MapSlice, indent string) {
	for i, item := range items {
		if i > 0 || indent == "" {
			out.WriteString(indent)
		}
		out.WriteString(scalar(item.Key) + ":")
		writeValue(out, item.Value, indent+"  ")
	}
}

func writeValue(out *bytes.Buffer, value any, indent string) {
	list := func(n int, at func(int) any) {
		if n == 0 {
			out.WriteString(" []")
		}
		out.WriteByte('\n')
		for i := range n {
			out.WriteString(indent + "-")
			if items, ok := at(i).(yaml.MapSlice); ok {
				out.WriteByte(' ')
				writeItems(out, items, indent+"  ")
			} else {
				writeValue(out, at(i), indent+"  ")
			}
		}
	}
	switch v := value.(type) {
	case yaml.MapSlice:
		if len(v) == 0 {
			out.WriteString(" {}\n")
			return
		}
		out.WriteString("\n" + indent)
		writeItems(out, v, indent)
	case []string:
		list(len(v), func(i int) any { return v[i] })
	case []any:
		list(len(v), func(i int) any { return v[i] })
	default:
		out.WriteString(" " + scalar(v) + "\n")
	}
}

// plainText is what needs no quotes, words that YAML takes for something else apart.
var plainText = regexp.MustCompile(`^[A-Za-zÀ-ÖØ-öø-ÿ][A-Za-zÀ-ÖØ-öø-ÿ0-9_.’/-]*( [A-Za-zÀ-ÖØ-öø-ÿ0-9_.’/-]+)*$`)

// scalar writes a text or an answer; what stands in double quotes is read as JSON is.
func scalar(value any) string {
	text, ok := value.(string)
	if !ok {
		quoted, _ := json.Marshal(value) // true and false
		return string(quoted)
	}
	words := []string{"yes", "no", "true", "false", "null", "on", "off", "y", "n", "nan", "inf"}
	if plainText.MatchString(text) && !slices.Contains(words, strings.ToLower(text)) {
		return text
	}
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a text can always be written
	return strings.TrimSuffix(quoted.String(), "\n")
}

func (h FormatHints) items() yaml.MapSlice {
	var items yaml.MapSlice
	for _, item := range []struct{ name, value string }{{"kind", h.Kind}, {"encoding", h.Encoding}, {"delimiter", h.Delimiter}, {"sheet", h.Sheet}} {
		if item.value != "" {
			items = append(items, yaml.MapItem{Key: item.name, Value: item.value})
		}
	}
	return items
}

func sortedItems(m map[string]string) yaml.MapSlice {
	var items yaml.MapSlice
	for _, key := range sortedKeys(m) {
		items = append(items, yaml.MapItem{Key: key, Value: m[key]})
	}
	return items
}

// shortest writes one path alone, and several as a list.
func shortest(paths []string) any {
	if len(paths) == 1 {
		return paths[0]
	}
	return paths
}

// YAML writes the rule as it stands among the fields of a mapping.
func (r Rule) YAML() string {
	var out bytes.Buffer
	writeItems(&out, yaml.MapSlice{{Key: r.Target, Value: r.value()}}, "")
	return out.String()
}

// value is what stands behind the target: the short form where that says all.
func (r Rule) value() any {
	if len(r.From) > 0 && r.Days == nil && r.Constant == nil && len(r.Steps) == 0 {
		return shortest(r.From)
	}
	var items yaml.MapSlice
	if len(r.From) > 0 {
		items = append(items, yaml.MapItem{Key: "from", Value: shortest(r.From)})
	}
	if r.Days != nil {
		var days yaml.MapSlice
		for _, day := range weekdays() {
			if path, ok := r.Days[day]; ok {
				days = append(days, yaml.MapItem{Key: day, Value: path})
			}
		}
		items = append(items, yaml.MapItem{Key: "days", Value: days})
	}
	if r.Constant != nil {
		items = append(items, yaml.MapItem{Key: "constant", Value: *r.Constant})
	}
	if len(r.Steps) > 0 {
		steps := make([]any, len(r.Steps))
		for i, s := range r.Steps {
			steps[i] = s.value()
		}
		items = append(items, yaml.MapItem{Key: "steps", Value: steps})
	}
	return items
}

// value is a bare word, or the step with its parameter.
func (s Step) value() any {
	var parameter any
	switch {
	case s.Table != nil:
		parameter = s.table()
	case s.List != nil:
		parameter = shortest(s.List)
	case s.Text != "" || !takesNothing(s.Name):
		parameter = s.Text
	default:
		return s.Name
	}
	return yaml.MapSlice{{Key: s.Name, Value: parameter}}
}

// table is the table of a lookup, its words as they were written.
func (s Step) table() yaml.MapSlice {
	var items yaml.MapSlice
	for _, from := range sortedKeys(s.Table) {
		word := from
		if i := slices.IndexFunc(s.Words, func(w string) bool { return plainEntry(w) == from }); i >= 0 {
			word = s.Words[i]
		}
		items = append(items, yaml.MapItem{Key: word, Value: s.Table[from]})
	}
	return items
}
