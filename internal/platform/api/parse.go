package api

import (
	"math"
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
	n, ok := decimal(text)
	if !ok || n < p.Min || n > p.Max {
		return nil, p.wrong("api.bad_number", errs.Args{"min": written(p.Min), "max": written(p.Max)})
	}
	return n, nil
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
	n, ok := decimals(text, 4)
	switch {
	case !ok:
		return nil, p.wrong("api.bad_box", nil)
	case math.Abs(n[0]) > 180 || math.Abs(n[2]) > 180 || math.Abs(n[1]) > 90 || math.Abs(n[3]) > 90:
		return nil, p.wrong("api.box_outside", nil)
	case n[1] > n[3]:
		return nil, p.wrong("api.box_inverted", nil)
	}
	return &geo.Box{West: n[0], South: n[1], East: n[2], North: n[3]}, nil
}

func (p Param) readPoint(text string) (any, *errs.Field) {
	n, ok := decimals(text, 2)
	switch {
	case !ok:
		return nil, p.wrong("api.bad_point", nil)
	case !(geo.Point{Lat: n[0], Lon: n[1]}).Valid():
		return nil, p.wrong("api.point_outside", nil)
	}
	return &geo.Point{Lat: n[0], Lon: n[1]}, nil
}

// decimal reads a finite number written with digits, a point and an exponent, and nothing else that Go would read.
func decimal(text string) (float64, bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil
}

// written is a number as a request writes it, whatever the language of the sentence around it.
func written(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func decimals(text string, want int) ([]float64, bool) {
	parts := strings.Split(text, ",")
	if len(parts) != want {
		return nil, false
	}
	numbers := make([]float64, want)
	for i, part := range parts {
		n, ok := decimal(strings.TrimSpace(part))
		if !ok {
			return nil, false
		}
		numbers[i] = n
	}
	return numbers, true
}
