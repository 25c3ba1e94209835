package mail

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	defaultAccent = "#0A5A78"
	enough        = 4.5 // contrast of text, WCAG 2.2 AA
)

// colours are what a letter needs of its cluster's accent.
type colours struct {
	Button, OnButton string // the same in light and dark: its contrast is with its own ground
	Link, LinkDark   string
}

// coloursOf gives colours that can be read, whatever the accent. One that is not "#rrggbb" is not used.
func coloursOf(accent string) colours {
	a, ok := parseColour(accent)
	if !ok {
		a, _ = parseColour(defaultAccent)
	}
	white, paper, dark, ink := rgb{255, 255, 255}, rgb{250, 249, 246}, rgb{24, 34, 43}, rgb{16, 23, 29}
	on := white
	switch {
	case contrast(a, white) >= enough:
	case contrast(a, ink) >= enough:
		on = ink
	default: // in the middle, where only black is far enough
		on = rgb{}
	}
	return colours{a.String(), on.String(), a.until(rgb{}, paper).String(), a.until(white, dark).String()}
}

// rgb is a colour.
type rgb [3]float64

func (c rgb) String() string {
	return fmt.Sprintf("#%02X%02X%02X", int(math.Round(c[0])), int(math.Round(c[1])), int(math.Round(c[2])))
}

func parseColour(s string) (rgb, bool) {
	digits, ok := strings.CutPrefix(s, "#")
	if !ok || len(digits) != 6 {
		return rgb{}, false
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return rgb{}, false
	}
	return rgb{float64(n >> 16), float64(n >> 8 & 255), float64(n & 255)}, true
}

// until moves a colour towards another, until it can be read on the ground.
func (c rgb) until(towards, ground rgb) rgb {
	const steps = 50
	for i := range steps + 1 {
		share := float64(i) / steps
		var mixed rgb
		for k := range mixed {
			mixed[k] = math.Round(c[k] + (towards[k]-c[k])*share)
		}
		if contrast(mixed, ground) >= enough {
			return mixed
		}
	}
	return towards
}

// contrast is that of WCAG 2.2.
func contrast(a, b rgb) float64 {
	x, y := a.luminance(), b.luminance()
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func (c rgb) luminance() float64 {
	linear := func(v float64) float64 {
		if v /= 255; v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}
