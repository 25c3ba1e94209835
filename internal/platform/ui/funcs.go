package ui

import (
	"fmt"
	"html/template"
	"reflect"
	"time"

	"grappe/internal/platform/locale"
)

// funcs are what templates may call. p and assets are nil while parsing.
func funcs(p *locale.Printer, assets *Assets) template.FuncMap {
	return template.FuncMap{
		"t":        func(key string, pairs ...any) string { return p.T(key, pairs...) },
		"number":   func(v any) string { return p.Value(v) },
		"date":     func(t time.Time) string { return p.Date(t) },
		"asset":    assets.URL,
		"icon":     assets.Icon,
		"markdown": Markdown,
		"new":      construct,
		"add":      func(a, b int) int { return a + b },

		"fieldInput":   func(f Field) template.HTML { return fieldInput(p, &f) },
		"searchFields": func(s SearchBox) template.HTML { return searchFields(p, &s) },
		"facetGroups":  func(groups []FacetGroup) (template.HTML, error) { return facetGroups(p, assets, groups) },
		"pagerItems":   func(items []PagerItem) template.HTML { return pagerItems(p, items) },
	}
}

// component gives the zero value of a component by its name, for construct.
func component(name string) any {
	switch name {
	case "Avatar":
		return Avatar{}
	case "Badge":
		return Badge{}
	case "Button":
		return Button{}
	case "Check":
		return Check{}
	case "CopyLink":
		return CopyLink{}
	case "Details":
		return Details{}
	case "Dialog":
		return Dialog{}
	case "Empty":
		return Empty{}
	case "Field":
		return Field{}
	case "Link":
		return Link{}
	case "Notice":
		return Notice{}
	case "Progress":
		return Progress{}
	case "SearchBox":
		return SearchBox{}
	case "Skeleton":
		return Skeleton{}
	case "Tag":
		return Tag{}
	case "Tile":
		return Tile{}
	}
	return nil
}

// construct makes a component in a template, its fields set by name:
//
//	{{template "button" (new "Button" "Label" (t "directory.find") "Kind" "main")}}
//
// An unknown component or field, or a value of another type, is an error.
func construct(name string, pairs ...any) (any, error) {
	zero := component(name)
	if zero == nil {
		return nil, fmt.Errorf("no component %q to make in a template", name)
	}
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("component %s: fields come in pairs of a name and a value", name)
	}
	made := reflect.New(reflect.TypeOf(zero)).Elem()
	for i := 0; i < len(pairs); i += 2 {
		field, ok := pairs[i].(string)
		if !ok || !made.FieldByName(field).IsValid() {
			return nil, fmt.Errorf("component %s has no field %v", name, pairs[i])
		}
		if err := set(made.FieldByName(field), pairs[i+1]); err != nil {
			return nil, fmt.Errorf("component %s, field %s: %w", name, field, err)
		}
	}
	return made.Interface(), nil
}

// set assigns a value; plain text becomes a named text type of this package, but never HTML that is taken as it is.
func set(field reflect.Value, value any) error {
	v := reflect.ValueOf(value)
	switch {
	case !v.IsValid():
		return nil // nil: the zero value stays
	case v.Type().AssignableTo(field.Type()):
		field.Set(v)
	case v.Kind() == field.Kind() && field.Type().PkgPath() != reflect.TypeFor[template.HTML]().PkgPath() && v.CanConvert(field.Type()):
		field.Set(v.Convert(field.Type()))
	default:
		return fmt.Errorf("takes a %s, not a %T", field.Type(), value)
	}
	return nil
}
