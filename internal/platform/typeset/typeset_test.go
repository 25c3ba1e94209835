package typeset

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"
	"pgregory.net/rapid"
)

func begin(t testing.TB) *Document {
	t.Helper()
	d, err := New(Info{Title: "Essai", Lang: "fr", Made: time.Date(2026, 2, 3, 0, 0, 0, 0, time.UTC)}, &Codes{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPrintable(t *testing.T) {
	d := begin(t)
	for text, want := range map[string]string{
		"Œuvre d’été «\u202fNoël\u202f» œ — …": "Œuvre d’été «\u00a0Noël\u00a0» œ — …",
		"ʻUvea, Pāpeʻetē, Fakaʼofo":            "‘Uvea, Pāpe‘etē, Faka’ofo",
		"e\u0301te\u0301":                      "été",
		"mẽ":                                   "me",
		"  deux\tlignes\nen\u2028une  ":        "deux lignes en une",
		"fin\u2009espace":                      "fin espace",
		"fusée 🚀 et ☎️ l’appel":                "fusée et l’appel",
		"ﬁn ① ½":                               "ﬁn 1 ½",
		"漢":                                    "□",
		"a\xffb":                               "ab",
		"mou\u00adligne":                       "mouligne",
		"":                                     "",
	} {
		if got := d.Printable(text); got != want {
			t.Errorf("%q is printed as %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		once := d.Printable(rapid.String().Draw(t, "text"))
		if twice := d.Printable(once); twice != once {
			t.Fatalf("%q becomes %q", once, twice)
		}
		for _, r := range once {
			if r > 0xffff || !d.knows(r) {
				t.Fatalf("%q holds %U, which the fonts lack", once, r)
			}
		}
	})
}

// No line is wider than it may be, and no letter is lost.
func TestWrap(t *testing.T) {
	d := begin(t)
	st := Style{Size: 9}
	rapid.Check(t, func(t *rapid.T) {
		text := d.Printable(rapid.StringMatching(`([a-zéœA-Z’./@-]{1,60} ?){1,12}`).Draw(t, "text"))
		width := rapid.Float64Range(8, 90).Draw(t, "width")
		lines := d.Wrap(st, text, width, 0)
		for _, line := range lines {
			if d.Width(st, line) > width+1e-9 {
				t.Fatalf("%q is %.2f mm wide, more than %.2f", line, d.Width(st, line), width)
			}
		}
		letters := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := letters(strings.Join(lines, "")); got != letters(text) {
			t.Fatalf("%q became %q", text, lines)
		}
		if short := d.Wrap(st, text, width, 2); len(short) > 2 || len(lines) > 2 && !strings.HasSuffix(short[1], "…") {
			t.Fatalf("at most two lines: %q", short)
		}
		if fits := d.Fit(st, text, width); d.Width(st, fits) > width {
			t.Fatalf("%q is wider than %.2f", fits, width)
		}
	})
	if got := d.Wrap(st, "www.exemple.example/une/tres/longue/adresse", 40, 0); len(got) < 2 || !strings.HasSuffix(got[0], "/") && !strings.HasSuffix(got[0], ".") {
		t.Errorf("an address breaks after a sign: %q", got)
	}
}

// Every block stands once, in order, within its column, and no heading stands at the foot of one.
func TestPlace(t *testing.T) {
	columns := Columns{Left: []float64{10, 60, 110}, Top: 20, Bottom: 120}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		blocks := make([]Block, n)
		for i := range blocks {
			blocks[i] = Block{
				Height: rapid.Float64Range(1, 45).Draw(t, "height"), Before: rapid.Float64Range(0, 8).Draw(t, "before"),
				Keep: i+1 < n && (i == 0 || !blocks[i-1].Keep) && rapid.Bool().Draw(t, "keep"),
			}
		}
		spots := columns.Place(blocks, 3)
		for i, s := range spots {
			if s.Page < 3 || s.Y < columns.Top || s.Y+blocks[i].Height > columns.Bottom+1e-9 {
				t.Fatalf("block %d of %.1f stands at %+v", i, blocks[i].Height, s)
			}
			if i == 0 {
				continue
			}
			before := spots[i-1]
			same := before.Page == s.Page && before.X == s.X
			if same && s.Y < before.Y+blocks[i-1].Height+blocks[i].Before-1e-9 || s.Page < before.Page || s.Page == before.Page && s.X < before.X {
				t.Fatalf("block %d at %+v stands over or before block %d at %+v", i, s, i-1, before)
			}
			if blocks[i-1].Keep && !same {
				t.Fatalf("block %d at %+v is left alone at the foot of its column: the next stands at %+v", i-1, before, s)
			}
		}
	})
	if tall := columns.Place([]Block{{Height: 10}, {Height: 500}, {Height: 10}}, 1); tall[1].Y != columns.Top || tall[2].X == tall[1].X {
		t.Errorf("a block higher than a column: %+v", tall)
	}
}

func TestSetStopsWhenTold(t *testing.T) {
	d := begin(t)
	blocks := make([]Block, 50)
	drawn := 0
	for i := range blocks {
		blocks[i] = Block{Height: 100, Draw: func(Spot) { drawn++ }}
	}
	columns := Columns{Left: []float64{10}, Top: 20, Bottom: 130}
	left := 3
	stop := errors.New("stop")
	err := d.Set(blocks, columns.Place(blocks, 1), func(int) {}, func() error {
		if left--; left < 0 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || drawn != 3 || d.Pages() != 3 {
		t.Errorf("%v after %d blocks and %d pages", err, drawn, d.Pages())
	}
}

func TestCodes(t *testing.T) {
	const address = "https://annuaire.example.nc/annuaire/l-atelier-du-coeur"
	want, err := qr.Encode(address, qr.L, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	var codes Codes
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			got, err := codes.code(address)
			if err != nil || got.side != want.Bounds().Dx() {
				t.Errorf("%d modules, want %d: %v", got.side, want.Bounds().Dx(), err)
				return
			}
			stride := (got.side + 7) / 8
			for y := range got.side {
				for x := range got.side {
					r, _, _, _ := want.At(x, y).RGBA()
					if dark := got.rows[y*stride+x/8]&(0x80>>(x%8)) != 0; dark != (r == 0) {
						t.Errorf("the module at %d, %d is not that of the code", x, y)
						return
					}
				}
			}
		})
	}
	wait.Wait()
	d := begin(t)
	d.AddPage()
	if err := d.QR(10, 10, 20, strings.Repeat("x", 5000)); err == nil {
		t.Error("an address too long for a code is no error")
	}
	if err := d.QR(10, 10, 20, address); err != nil {
		t.Error(err)
	}
	var out bytes.Buffer
	if n, err := d.WriteTo(&out); err != nil || n != int64(out.Len()) || !bytes.HasPrefix(out.Bytes(), []byte("%PDF-")) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// The foot of a full column goes between its blocks, up to a bound; the last column stays as it is.
func TestFullColumnsAreStretched(t *testing.T) {
	blocks := make([]Block, 5)
	for i := range blocks {
		blocks[i].Height = 30
	}
	for stretch, want := range map[float64][]float64{0: {0, 30, 60, 0, 30}, 2: {0, 32, 64, 0, 30}, 50: {0, 35, 70, 0, 30}} {
		spots := Columns{Left: []float64{0, 50}, Bottom: 100, Stretch: stretch}.Place(blocks, 1)
		for i, spot := range spots {
			if spot.Y != want[i] {
				t.Errorf("stretch %g: block %d stands at %g, want %g", stretch, i, spot.Y, want[i])
			}
		}
	}
}
