package geo

import (
	"errors"
	"strconv"
	"strings"
)

// What ParseBox and ParsePoint find wrong.
var (
	ErrForm    = errors.New("geo: not the numbers that it takes")
	ErrOutside = errors.New("geo: beyond the longitudes or latitudes that there are")
	ErrFlat    = errors.New("geo: a box without surface, or with its south in the north")
)

// ParseBox reads a box as addresses write it: west,south,east,north in degrees. One whose west is greater than its east
// crosses the 180th meridian. It returns ErrForm, ErrOutside, or ErrFlat for a box that nothing lies within.
func ParseBox(text string) (Box, error) {
	n, ok := ParseNumbers(text, 4)
	if !ok {
		return Box{}, ErrForm
	}
	b := Box{West: n[0], South: n[1], East: n[2], North: n[3]}
	switch {
	case !(Point{b.South, b.West}).Valid() || !(Point{b.North, b.East}).Valid():
		return Box{}, ErrOutside
	case b.South >= b.North || b.Width() == 0:
		return Box{}, ErrFlat
	}
	return b, nil
}

// ParsePoint reads a point as addresses write it: latitude,longitude in degrees. It returns ErrForm or ErrOutside.
func ParsePoint(text string) (Point, error) {
	n, ok := ParseNumbers(text, 2)
	if !ok {
		return Point{}, ErrForm
	}
	p := Point{Lat: n[0], Lon: n[1]}
	if !p.Valid() {
		return Point{}, ErrOutside
	}
	return p, nil
}

// ParseNumbers reads so many finite numbers with commas between them, each written with digits, a point and an exponent, and
// nothing else that Go would read ("NaN", "inf", "0x1p4", "1_000").
func ParseNumbers(text string, want int) ([]float64, bool) {
	parts := strings.Split(text, ",")
	if len(parts) != want {
		return nil, false
	}
	numbers := make([]float64, want)
	for i, part := range parts {
		part = strings.TrimSpace(part)
		n, err := strconv.ParseFloat(part, 64)
		if err != nil || strings.Trim(part, "+-.0123456789eE") != "" {
			return nil, false
		}
		numbers[i] = n
	}
	return numbers, true
}
