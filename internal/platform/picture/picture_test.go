package picture_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"runtime"
	"strings"
	"sync"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/picture"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, picture.Texts))
}

// shown reads what was made, and gives the colours of its corners, from the left above, row by row.
func shown(t *testing.T, p picture.Picture) (corners [4]color.RGBA) {
	t.Helper()
	m, kind, err := image.Decode(bytes.NewReader(p.Data))
	if err != nil || "image/"+kind != p.Media {
		t.Fatalf("what was made is %s, said to be %s: %v", kind, p.Media, err)
	}
	if m.Bounds().Dx() != p.Width || m.Bounds().Dy() != p.Height {
		t.Fatalf("what was made measures %s, said to be %d × %d", m.Bounds(), p.Width, p.Height)
	}
	for i := range corners {
		corners[i] = color.RGBAModel.Convert(m.At(1+i%2*(p.Width-3), 1+i/2*(p.Height-3))).(color.RGBA)
	}
	return corners
}

func near(a, b color.RGBA) bool {
	for _, pair := range [][2]uint8{{a.R, b.R}, {a.G, b.G}, {a.B, b.B}, {a.A, b.A}} {
		if d := int(pair[0]) - int(pair[1]); d > 40 || d < -40 {
			return false
		}
	}
	return true
}

func looks(t *testing.T, p picture.Picture, want ...color.RGBA) {
	t.Helper()
	got := shown(t, p)
	for i, c := range want {
		if !near(got[i], c) {
			t.Errorf("corner %d is %v, want %v", i, got[i], c)
		}
	}
}

func animated(t *testing.T) []byte {
	t.Helper()
	frame := func(c color.Color) *image.Paletted {
		m := image.NewPaletted(image.Rect(0, 0, 24, 16), color.Palette{c, white})
		return m
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame(red), frame(green)}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func deep() image.Image {
	m := image.NewNRGBA64(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			m.Set(x, y, quarters().At(x, y))
		}
	}
	return m
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name string
		data []byte
		want []color.RGBA
	}{
		{"PNG", asPNG(t, quarters()), []color.RGBA{red, green, blue, white}},
		{"PNG of 16 bits", asPNG(t, deep()), []color.RGBA{red, green, blue, white}},
		{"JPEG", asJPEG(t, quarters()), []color.RGBA{red, green, blue, white}},
		{"JPEG for printers", file(t, "cmyk.jpg"), []color.RGBA{red, green, blue, white}},
		{"progressive JPEG", file(t, "progressive.jpg"), []color.RGBA{red, green, blue, white}},
		{"WebP", file(t, "lossy.webp"), []color.RGBA{red, green, blue, white}},
		{"lossless WebP", file(t, "lossless.webp"), []color.RGBA{red, green, blue, white}},
		{"WebP with holes", file(t, "alpha.webp"), []color.RGBA{red, {}, {}, {}}},
		{"animated GIF", animated(t), []color.RGBA{red, red, red, red}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := picture.Read(c.data, picture.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if p.Width != 24 || p.Height != 16 {
				t.Errorf("measures %d × %d", p.Width, p.Height)
			}
			looks(t, p, c.want...)
		})
	}
}

func TestOrientation(t *testing.T) {
	for orientation, want := range map[uint16][]color.RGBA{
		1: {red, green, blue, white}, 2: {green, red, white, blue}, 3: {white, blue, green, red}, 4: {blue, white, red, green},
		5: {red, blue, green, white}, 6: {blue, red, white, green}, 7: {white, green, blue, red}, 8: {green, white, red, blue},
		0: {red, green, blue, white}, 9: {red, green, blue, white},
	} {
		png := asPNG(t, quarters())
		for name, data := range map[string][]byte{
			"JPEG": withEXIF(asJPEG(t, quarters()), exif(orientation)),
			"PNG":  append(append(append([]byte{}, png[:33]...), chunk("eXIf", exif(orientation))...), png[33:]...),
		} {
			p, err := picture.Read(data, picture.Options{})
			if err != nil {
				t.Errorf("%s, orientation %d: %v", name, orientation, err)
				continue
			}
			if turned := orientation >= 5 && orientation <= 8; turned != (p.Width == 16) {
				t.Errorf("%s, orientation %d: %d × %d", name, orientation, p.Width, p.Height)
			}
			looks(t, p, want...)
		}
	}
	cut := exif(6)[:12]
	if p, err := picture.Read(withEXIF(asJPEG(t, quarters()), cut), picture.Options{}); err != nil || p.Width != 24 {
		t.Errorf("with metadata that end early: %d wide, %v", p.Width, err)
	}
}

func TestShrinksAndNeverGrows(t *testing.T) {
	wide := image.NewRGBA(image.Rect(0, 0, 1600, 400))
	for _, c := range []struct {
		m             image.Image
		box           int
		width, height int
	}{
		{wide, 0, 512, 128},
		{wide, 100, 100, 25},
		{wide, 2000, 1600, 400},
		{quarters(), 0, 24, 16},
		{image.NewRGBA(image.Rect(0, 0, 1, 3000)), 0, 1, 512},
	} {
		p, err := picture.Read(asPNG(t, c.m), picture.Options{Box: c.box})
		if err != nil || p.Width != c.width || p.Height != c.height {
			t.Errorf("%s in a box of %d: %d × %d, %v", c.m.Bounds(), c.box, p.Width, p.Height, err)
		}
	}
}

func TestNothingOfTheFileSurvives(t *testing.T) {
	png := asPNG(t, quarters())
	text := append(append(append([]byte{}, png[:33]...), chunk("tEXt", []byte("Comment\x00<script>alert(1)</script>"))...), png[33:]...)
	comment := []byte("GIF89a\x18\x00\x10\x00\x80\x00\x00\xff\x00\x00\xff\xff\xff!\xfe\x1f<html><script>alert(1)</script>\x00")
	for name, data := range map[string][]byte{
		"JPEG with EXIF and an archive at its end": append(withEXIF(asJPEG(t, quarters()), exif(6)), "PK\x03\x04Jean Secret<script>"...),
		"PNG with a text and a page at its end":    append(text, "<html><script>alert(2)</script>"...),
		"GIF that is a page as well":               append(comment, animated(t)[13:]...),
	} {
		p, err := picture.Read(data, picture.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, hidden := range []string{"Exif", "Jean Secret", "2024:05:06", "PK\x03\x04", "<script>", "<html>", "tEXt", "eXIf"} {
			if !bytes.Contains(data, []byte(hidden)) && hidden == "<script>" {
				t.Errorf("%s: the test hides nothing", name)
			}
			if bytes.Contains(p.Data, []byte(hidden)) {
				t.Errorf("%s: %q survives", name, hidden)
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	whole := asJPEG(t, quarters())
	for _, c := range []struct {
		name string
		data []byte
		key  string
	}{
		{"nothing", nil, picture.KeyEmpty},
		{"text", []byte("Bonjour"), picture.KeyUnknown},
		{"a page", []byte("<!doctype html><script>alert(1)</script>"), picture.KeyUnknown},
		{"a PDF", []byte("%PDF-1.7\n"), picture.KeyUnknown},
		{"an archive", []byte("PK\x03\x04"), picture.KeyUnknown},
		{"an SVG with a script", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), picture.KeyVector},
		{"an SVG behind a declaration", []byte("\ufeff<?xml version=\"1.0\"?>\n<!-- x --><SVG/>"), picture.KeyVector},
		{"a compressed SVG", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), picture.KeyVector},
		{"a photo of a phone", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), picture.KeyPhone},
		{"100 million pixels in 100 kB", grey(t, 10_000, 10_000, 10_000), picture.KeyPixels},
		{"2,500 million pixels", grey(t, 50_000, 50_000, 2_000), picture.KeyPixels},
		{"a thread", grey(t, 20_000, 10, 10), picture.KeyLong},
		{"no pixel", grey(t, 0, 0, 0), picture.KeyBroken},
		{"more bytes than allowed", append(append([]byte{}, whole...), make([]byte, 5<<20)...), picture.KeyTooLarge},
		{"a GIF in name only", []byte("GIF89a=1;/*<script>alert(1)</script>*/"), picture.KeyPixels},
		{"a PNG in name only", []byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>"), picture.KeyBroken},
		{"the half of a JPEG", whole[:len(whole)/2], picture.KeyBroken},
		{"the half of a PNG", asPNG(t, quarters())[:50], picture.KeyBroken},
		{"the half of a WebP", file(t, "lossless.webp")[:40], picture.KeyBroken},
		{"fewer rows than announced", grey(t, 200, 200, 100), picture.KeyBroken},
		{"a JPEG that asks to be read 100 times", scans(4000, 100), picture.KeyBroken},
	} {
		t.Run(c.name, func(t *testing.T) {
			used := allocated(func() {
				_, err := picture.Read(c.data, picture.Options{})
				if e := errs.As(err); e == nil || e.Kind != errs.Invalid || e.Key != c.key {
					t.Errorf("answers %v, want %s", err, c.key)
				}
			})
			if used > 2<<20 {
				t.Errorf("took %d kB", used>>10)
			}
		})
	}
	if n := len(grey(t, 10_000, 10_000, 10_000)); n > 110_000 {
		t.Errorf("the bomb weighs %d bytes", n)
	}
}

// allocated is how many bytes f takes from the heap, whether it gives them back or not.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// The most that is accepted, in the forms that cost most: what one picture takes is known, and bounded.
func TestMemoryOfTheLargest(t *testing.T) {
	deep := image.NewNRGBA64(image.Rect(0, 0, 4000, 4000))
	for name, data := range map[string][]byte{
		"16 bits": asPNG(t, deep), "progressive": scans(4000, 49), "a long strip": asPNG(t, image.NewGray(image.Rect(0, 0, 16_000, 1000))),
		"a high strip": asPNG(t, image.NewGray(image.Rect(0, 0, 1000, 16_000))),
	} {
		t.Run(name, func(t *testing.T) {
			used := allocated(func() {
				if _, err := picture.Read(data, picture.Options{}); err != nil {
					t.Error(err)
				}
			})
			if used > 260<<20 {
				t.Errorf("took %d MB", used>>20)
			}
			t.Logf("%d MB for %d kB", used>>20, len(data)>>10)
		})
	}
}

func TestInTurn(t *testing.T) {
	read := picture.InTurn(1)
	data := asPNG(t, quarters())
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := read(context.Background(), data, picture.Options{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	gone, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("the client left"))
	none := picture.InTurn(0) // a turn that never comes
	if _, err := none(gone, data, picture.Options{}); err == nil || !strings.Contains(err.Error(), "the client left") {
		t.Errorf("who left is answered %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range [][]byte{[]byte("GIF89a"), []byte("\x89PNG\r\n\x1a\n"), []byte("\xff\xd8\xff"), []byte("RIFF\x00\x00\x00\x00WEBP")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := picture.Read(data, picture.Options{MaxPixels: 10_000, Box: 32})
		if err == nil && (p.Width > 32 || p.Height > 32 || len(p.Data) == 0) {
			t.Errorf("made %d × %d of %d bytes", p.Width, p.Height, len(p.Data))
		}
	})
}
