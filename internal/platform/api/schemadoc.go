package api

import (
	"strconv"
	"strings"

	"grappe/internal/platform/geo"
)

// schemas are the components of all answers, then that of problems.
func (w writer) schemas() object {
	var all object
	for _, c := range w.a.book.components {
		all = append(all, member{c.name, w.component(c)})
	}
	return all
}

func (w writer) component(c *component) object {
	var properties object
	var required []string
	for _, f := range c.fields {
		properties = append(properties, member{f.name, w.schema(f.node).with("description", w.fieldText(f))})
		if f.required {
			required = append(required, f.name)
		}
	}
	return object{{"type", "object"}}.with("properties", properties).with("required", required)
}

// fieldText says what a field holds. Those of problems are the same for every API.
func (w writer) fieldText(f field) string {
	return w.t(w.a.fieldKey(f))
}

func (a *API) fieldKey(f field) string {
	key := strings.ToLower(f.owner) + "." + f.name
	if isProblem(f.owner) {
		return "api.field." + key
	}
	return a.d.Keys.Field + key
}

func (w writer) schema(n *node) object {
	var s object
	switch {
	case n.ref != "" && n.nullable:
		return object{{"anyOf", []object{ref("schemas", n.ref), {{"type", "null"}}}}}
	case n.ref != "":
		return ref("schemas", n.ref)
	case n.kind != "" && n.nullable:
		s = object{{"type", []string{n.kind, "null"}}}
	default:
		s = object{}.with("type", n.kind)
	}
	if len(n.values) > 0 && n.nullable {
		return object{{"anyOf", []object{{{"type", n.kind}, {"enum", n.values}}, {{"type", "null"}}}}}
	}
	s = s.with("format", n.format).with("enum", n.values)
	if n.items != nil {
		s = append(s, member{"items", w.schema(n.items)})
	}
	if n.extra != nil {
		s = append(s, member{"additionalProperties", w.schema(n.extra)})
	}
	return s
}

func (w writer) parameter(op *Operation, p Param) object {
	o := object{{"name", p.Name}, {"in", "query"}, {"description", w.t(w.a.paramKey(p))}}
	if p.Path {
		o[1].value = "path"
	}
	if p.Path || p.Required {
		o = append(o, member{"required", true})
	}
	if schema := p.schema(); schema[0].value == "array" {
		o = append(o, member{"style", "form"}, member{"explode", p.Many}, member{"schema", schema})
	} else {
		o = append(o, member{"schema", schema})
	}
	var examples object
	for _, e := range op.Examples {
		if sent := e.Values[p.Name]; len(sent) > 0 {
			examples = append(examples, member{e.Name, object{{"summary", w.t(w.a.exampleKey(op, e))}, {"value", p.value(sent)}}})
		}
	}
	return o.with("examples", examples)
}

func (a *API) paramKey(p Param) string {
	if p.Text != "" {
		return a.d.Keys.Parameter + p.Text
	}
	return a.d.Keys.Parameter + p.Name
}

func (a *API) exampleKey(op *Operation, e Example) string {
	return a.d.Keys.Example + op.ID + "." + e.Name
}

// schema is what a request may write, as JSON Schema.
func (p Param) schema() object {
	var s object
	switch p.Kind {
	case Integer:
		s = object{{"type", "integer"}, {"minimum", int(p.Min)}, {"maximum", int(p.Max)}}
	case Number:
		s = object{{"type", "number"}, {"minimum", p.Min}, {"maximum", p.Max}}
	case Flag:
		s = object{{"type", "string"}, {"enum", []string{"1", "0", "true", "false"}}}
	case Box, Point:
		n := 4
		if p.Kind == Point {
			n = 2
		}
		degrees := object{{"type", "number"}, {"minimum", -180}, {"maximum", 180}}
		return object{{"type", "array"}, {"items", degrees}, {"minItems", n}, {"maxItems", n}}
	default:
		s = object{{"type", "string"}}.with("enum", p.Enum)
		if len(p.Enum) == 0 {
			s = append(s, member{"maxLength", p.maxLength()})
		}
	}
	if p.several() {
		s = object{{"type", "array"}, {"items", s}, {"maxItems", p.maxItems()}}
	}
	if p.Default != "" {
		s = append(s, member{"default", p.value([]string{p.Default})})
	}
	return s
}

// value is what was sent, as a value of the schema.
func (p Param) value(sent []string) any {
	switch text := sent[0]; {
	case p.Many:
		return sent
	case p.Kind == List:
		return strings.Split(text, ",")
	case p.Kind == Box || p.Kind == Point:
		numbers, _ := geo.ParseNumbers(text, 1+strings.Count(text, ",")) // New has read it
		return numbers
	case p.Kind == Integer:
		n, _ := strconv.Atoi(text) // New has read it
		return n
	case p.Kind == Number:
		numbers, _ := geo.ParseNumbers(text, 1) // New has read it
		return numbers[0]
	default:
		return text
	}
}
