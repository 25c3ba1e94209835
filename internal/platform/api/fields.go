package api

import (
	"iter"
	"reflect"
	"strings"
)

// structFields are the fields of a struct that encoding/json looks at.
func structFields(t reflect.Type) iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Tag.Get("json") == "-" || !f.IsExported() && (!f.Anonymous || structOf(f.Type) == nil) {
				continue
			}
			if !yield(f) {
				return
			}
		}
	}
}

// jsonName is the name of a field in JSON and the options of its tag; embedded reports that the field gives its own fields
// instead.
func jsonName(f reflect.StructField) (name string, options []string, embedded bool) {
	parts := strings.Split(f.Tag.Get("json"), ",")
	if parts[0] == "" && f.Anonymous && structOf(f.Type) != nil {
		return "", nil, true
	}
	if name = parts[0]; name == "" {
		name = f.Name
	}
	return name, parts[1:], false
}

// structOf is the struct that a type is or points to, nil for none.
func structOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	return t
}
