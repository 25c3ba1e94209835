package main

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	token = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3,6});`)
	brand = regexp.MustCompile(`\b(light|dark):\s*["']?(#[0-9A-Fa-f]{6})`)
)

func tokens(css string) map[string]string {
	found := map[string]string{}
	for _, m := range token.FindAllStringSubmatch(css, -1) {
		found[m[1]] = m[2]
	}
	return found
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("%q: %v", colour, err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// The tokens of both themes, the accents of every territory among them, keep the contrasts of WCAG 2.2 AA: 4.5 for words, 3
// for the borders of fields.
func TestContrast(t *testing.T) {
	css, err := os.ReadFile("../css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(strings.ReplaceAll(string(css), "prefers-color-scheme", ""), "color-scheme: ")
	if len(blocks) != 4 {
		t.Fatalf("%d themes in tokens.css, want light, dark by the system and dark by choice", len(blocks)-1)
	}
	light, bySystem, byChoice := tokens(blocks[1]), tokens(blocks[2]), tokens(blocks[3])
	if len(bySystem) < 10 || len(bySystem) != len(byChoice) {
		t.Errorf("the two dark themes differ: %v and %v", bySystem, byChoice)
	}
	for name, value := range bySystem {
		if byChoice[name] != value {
			t.Errorf("--%s is %s in the dark by the system and %s by choice", name, value, byChoice[name])
		}
	}
	presets, err := filepath.Glob("../../presets/territories/*.yaml")
	if err != nil || len(presets) == 0 {
		t.Fatalf("no territories: %v", err)
	}
	for _, path := range presets {
		preset, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		accents := brand.FindAllSubmatch(preset, -1)
		if len(accents) != 2 {
			t.Errorf("%s: %d accents, want light and dark", path, len(accents))
		}
		for _, m := range accents {
			theme := map[string]map[string]string{"light": light, "dark": byChoice}[string(m[1])]
			theme["accent-of-"+filepath.Base(path)] = string(m[2])
			if got := contrast(t, theme["on-accent"], string(m[2])); got < 4.5 {
				t.Errorf("%s: text on the %s accent %s has a contrast of %.2f", path, m[1], m[2], got)
			}
		}
	}
	for name, theme := range map[string]map[string]string{"light": light, "dark": byChoice} {
		for word, value := range theme {
			least := 4.5
			switch word {
			case "paper", "surface", "sunken", "line", "on-accent":
				continue
			case "control":
				least = 3
			}
			for _, ground := range []string{"paper", "surface", "sunken"} {
				if got := contrast(t, value, theme[ground]); got < least {
					t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", name, word, ground, got, least)
				}
			}
		}
	}
}
