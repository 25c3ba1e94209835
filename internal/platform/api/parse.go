package api

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

const (
	usualLength = 200
	usualItems  = 50
)

func (p Param) maxLength() int {
	if p.MaxLength > 0 {
		return p.MaxLength
	}
	return usualLength
}

func (p Param) maxItems() int {
	if p.MaxItems > 0 {
		return p.MaxItems
	}
	return usualItems
}

// several reports whether the values of the parameter are a list.
func (p Param) several() bool { return p.Many || p.Kind == List }

// read reads what was sent for the parameter, which is one text unless it is Many.
func (p Param) read(sent []string) (any, *errs.Field) {
	if p.several() {
		return p.readSeveral(sent)
	}
	switch text := sent[0]; p.Kind {
	case Text, Choice:
		return p.readText(text)
	case Integer:
		return p.readInteger(text)
	case Number:
		return p.readNumber(text)
	case Flag:
		return p.readFlag(text)
	case Box:
		return p.readBox(text)
	default:
		return p.readPoint(text)
	}
}

func (p Param) wrong(key string, args errs.Args) *errs.Field {
	f := fault(p.Name, key, args)
	return &f
}

func (p Param) readText(text string) (any, *errs.Field) {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return nil, p.wrong("api.bad_text", nil)
	case len(p.Enum) > 0 && !slices.Contains(p.Enum, text):
		return nil, p.wrong("api.bad_choice", errs.Args{"allowed": p.Enum})
	case utf8.RuneCountInString(text) > p.maxLength():
		return nil, p.wrong("api.too_long", errs.Args{"max": p.maxLength()})
	}
	return text, nil
}

func (p Param) readSeveral(sent []string) (any, *errs.Field) {
	var texts []string
	for _, text := range sent {
		parts := []string{text}
		if p.Kind == List {
			parts = strings.Split(text, ",")
		}
		for _, part := range parts {
			if len(texts) == p.maxItems() {
				return nil, p.wrong("api.too_many_values", errs.Args{"max": p.maxItems()})
			}
			if _, wrong := p.readText(part); wrong != nil {
				return nil, wrong
			}
			if !slices.Contains(texts, part) {
				texts = append(texts, part)
			}
		}
	}
	return texts, nil
}

func (p Param) readInteger(text string) (any, *errs.Field) {
	n, err := strconv.Atoi(text)
	if err != nil || float64(n) < p.Min || float64(n) > p.Max {
		return nil, p.wrong("api.bad_integer", errs.Args{"min": int(p.Min), "max": int(p.Max)})
	}
	return n, nil
}

func (p Param) readNumber(text string) (any, *errs.Field) {
	n, ok := geo.ParseNumbers(text, 1)
	if !ok || n[0] < p.Min || n[0] > p.Max {
		return nil, p.wrong("api.bad_number", errs.Args{"min": written(p.Min), "max": written(p.Max)})
	}
	return n[0], nil
}

func (p Param) readFlag(text string) (any, *errs.Field) {
	switch text {
	case "1", "true":
		return true, nil
	case "0", "false":
		return false, nil
	}
	return nil, p.wrong("api.bad_flag", nil)
}

func (p Param) readBox(text string) (any, *errs.Field) {
	b, err := geo.ParseBox(text)
	switch {
	case errors.Is(err, geo.ErrOutside):
		return nil, p.wrong("api.box_outside", nil)
	case errors.Is(err, geo.ErrFlat):
		return nil, p.wrong("api.box_inverted", nil)
	case err != nil:
		return nil, p.wrong("api.bad_box", nil)
	}
	return &b, nil
}

func (p Param) readPoint(text string) (any, *errs.Field) {
	point, err := geo.ParsePoint(text)
	switch {
	case errors.Is(err, geo.ErrOutside):
		return nil, p.wrong("api.point_outside", nil)
	case err != nil:
		return nil, p.wrong("api.bad_point", nil)
	}
	return &point, nil
}

// written is a number as a request writes it, whatever the language of the sentence around it.
func written(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
