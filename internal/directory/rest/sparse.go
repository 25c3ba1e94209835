package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// cardFields are the JSON names of what a card may say, in their order.
func cardFields() []string { return jsonNames(reflect.TypeFor[Card]()) }

func jsonNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			names = append(names, jsonNames(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}

// sparsePage is Listings with cards of which only some fields are told.
type sparsePage struct {
	Listings
	Cards []json.RawMessage `json:"listings"`
}

// sparse keeps of each card the fields that were asked for, and its identifier.
func (l Listings) sparse(fields []string) (sparsePage, error) {
	page := sparsePage{Listings: l, Cards: make([]json.RawMessage, len(l.Listings))}
	for i := range l.Listings {
		var err error
		if page.Cards[i], err = only(l.Listings[i], fields); err != nil {
			return page, fmt.Errorf("rest: sparse: %w", err)
		}
	}
	return page, nil
}

// only is a card as JSON without the fields that nobody asked for.
func only(c Card, fields []string) (json.RawMessage, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	in := json.NewDecoder(bytes.NewReader(text))
	if _, err := in.Token(); err != nil {
		return nil, err
	}
	out := []byte{'{'}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := in.Decode(&value); err != nil {
			return nil, err
		}
		if name != "id" && !slices.Contains(fields, name.(string)) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(fmt.Appendf(out, "%q:", name), value...)
	}
	return append(out, '}'), nil
}
