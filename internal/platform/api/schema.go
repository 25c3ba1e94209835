package api

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// node is a schema whose descriptions still wait for their language.
type node struct {
	kind     string // of JSON, "" for anything
	format   string
	values   []string // of an enumeration
	items    *node
	extra    *node // the values of an object whose names are free
	ref      string
	nullable bool
}

// component is the schema of an object with a name.
type component struct {
	name   string
	fields []field
}

type field struct {
	name     string
	owner    string // the component whose texts describe it
	node     *node
	required bool
}

// book holds the schemas of all answers.
type book struct {
	types      map[reflect.Type]Type
	names      map[string]reflect.Type
	components []*component // in the order in which they were met
	answers    map[reflect.Type]*node
}

func newBook(types []Type) *book {
	b := &book{types: map[reflect.Type]Type{}, names: map[string]reflect.Type{}, answers: map[reflect.Type]*node{}}
	for _, t := range types {
		b.types[reflect.TypeOf(t.Of)] = t
	}
	return b
}

// add reads the type of an answer.
func (b *book) add(answer any) error {
	t := reflect.TypeOf(answer)
	n, err := b.read(t)
	if err == nil {
		b.answers[t] = n
	}
	return err
}

// answer is the schema of an answer that was added.
func (b *book) answer(answer any) *node { return b.answers[reflect.TypeOf(answer)] }

func (b *book) nameOf(t reflect.Type) string {
	if given := b.types[t].Name; given != "" {
		return given
	}
	return t.Name()
}

// read makes the schema of how encoding/json writes a type.
func (b *book) read(t reflect.Type) (*node, error) {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return &node{kind: "string", format: "date-time"}, nil
	case t == reflect.TypeFor[json.RawMessage]():
		return &node{}, nil
	case t == reflect.TypeFor[[]byte]():
		return &node{kind: "string"}, nil
	case t.Kind() == reflect.Pointer:
		n, err := b.read(t.Elem())
		if err != nil {
			return nil, err
		}
		nullable := *n
		nullable.nullable = true
		return &nullable, nil
	case t.Implements(reflect.TypeFor[json.Marshaler]()):
		return nil, fmt.Errorf("%s writes its JSON by itself: answer with a type that describes it", t)
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return &node{kind: "string", values: b.types[t].Values}, nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return &node{kind: "boolean"}, nil
	case reflect.String:
		return &node{kind: "string", values: b.types[t].Values}, nil
	case reflect.Float32, reflect.Float64:
		return &node{kind: "number"}, nil
	case reflect.Interface:
		return &node{}, nil
	case reflect.Slice, reflect.Array:
		items, err := b.read(t.Elem())
		return &node{kind: "array", items: items}, err
	case reflect.Map:
		extra, err := b.read(t.Elem())
		return &node{kind: "object", extra: extra}, err
	case reflect.Struct:
		return b.readStruct(t)
	}
	if t.ConvertibleTo(reflect.TypeFor[int64]()) {
		return &node{kind: "integer"}, nil
	}
	return nil, fmt.Errorf("%s cannot be written as JSON", t)
}

func (b *book) readStruct(t reflect.Type) (*node, error) {
	name := b.nameOf(t)
	if name == "" || strings.Contains(name, "[") {
		return nil, fmt.Errorf("%s needs a name: list it in Types", t)
	}
	if other, met := b.names[name]; met {
		if other != t {
			return nil, fmt.Errorf("%s and %s are both called %s: list one in Types", t, other, name)
		}
		return &node{ref: name}, nil
	}
	b.names[name] = t
	c := &component{name: name}
	b.components = append(b.components, c)
	var err error
	c.fields, err = b.fields(t)
	if b.types[t].Sparse {
		for i := range c.fields {
			c.fields[i].required = false
		}
	}
	return &node{ref: name}, err
}

// fields are those that encoding/json writes: an embedded struct gives its own, where the outer one has none of that name.
func (b *book) fields(t reflect.Type) ([]field, error) {
	var all []field
	own := map[string]bool{}
	for f := range structFields(t) {
		if name, _, embedded := jsonName(f); !embedded {
			own[name] = true
		}
	}
	for f := range structFields(t) {
		name, options, embedded := jsonName(f)
		if embedded {
			inner, err := b.fields(structOf(f.Type))
			if err != nil {
				return nil, err
			}
			all = append(all, slices.DeleteFunc(inner, func(in field) bool { return own[in.name] })...)
			continue
		}
		n, err := b.read(f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", t.Name(), f.Name, err)
		}
		optional := slices.Contains(options, "omitempty") || slices.Contains(options, "omitzero")
		described := *n
		described.nullable = n.nullable && !optional
		if slices.Contains(options, "string") {
			described = node{kind: "string"}
		}
		all = append(all, field{name: name, owner: b.nameOf(t), node: &described, required: !optional})
	}
	return all, nil
}
