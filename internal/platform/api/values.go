package api

import (
	"net/url"

	"grappe/internal/platform/geo"
)

// Values are the parameters of a request that passed its checks. A parameter that was not given has its default, or the
// zero value.
type Values struct {
	given url.Values
	read  map[string]any
}

// Has reports whether the parameter was given, and not empty.
func (v Values) Has(name string) bool { return len(v.given[name]) > 0 }

// Given are the parameters of the query as they were sent, without empty ones; a flag is "1" or not there. It is the
// caller's own.
func (v Values) Given() url.Values {
	out := make(url.Values, len(v.given))
	for name, values := range v.given {
		out[name] = append([]string(nil), values...)
	}
	return out
}

// Text is a Text or a Choice.
func (v Values) Text(name string) string { return get[string](v, name) }

// Texts are those of a Many or a List.
func (v Values) Texts(name string) []string { return get[[]string](v, name) }

// Int is an Integer.
func (v Values) Int(name string) int { return get[int](v, name) }

// Number is a Number.
func (v Values) Number(name string) float64 { return get[float64](v, name) }

// Flag is a Flag.
func (v Values) Flag(name string) bool { return get[bool](v, name) }

// Box is a Box, nil where it was not given.
func (v Values) Box(name string) *geo.Box { return get[*geo.Box](v, name) }

// Point is a Point, nil where it was not given.
func (v Values) Point(name string) *geo.Point { return get[*geo.Point](v, name) }

func get[T any](v Values, name string) T {
	value, _ := v.read[name].(T)
	return value
}
