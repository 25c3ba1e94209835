// Package picture reads pictures that strangers hand in, by their content and never by their name, and makes small clean ones of
// them: upright, without metadata, comments or whatever was hidden behind the last pixel. What could fill the memory is refused
// before it is decoded. It must not know what a picture is for, nor where it is kept.
package picture

import (
	"context"
	"embed"
	"image"
	"math"

	"grappe/internal/platform/errs"
)

// Texts holds the sentences of this package's errors, one JSON file per language.
//
//go:embed texts/*.json
var Texts embed.FS

// Options say what is accepted and what is made. The zero value is for a logo.
type Options struct {
	MaxBytes  int // of the file; 0 for 5 MB
	MaxPixels int // width × height; 0 for UsualPixels
	Box       int // neither side of what is made is longer; 0 for 512
}

// UsualPixels is how many pixels a picture may have where nothing else is said: a square of 4,000.
const UsualPixels = 16_000_000

const (
	usualBytes  = 5 << 20
	usualBox    = 512
	longestSide = 16_384 // a thread of 16 million × 1 pixels costs more than a square
)

func (o Options) withDefaults() Options {
	for _, f := range []struct {
		value *int
		usual int
	}{{&o.MaxBytes, usualBytes}, {&o.MaxPixels, UsualPixels}, {&o.Box, usualBox}} {
		if *f.value <= 0 {
			*f.value = f.usual
		}
	}
	return o
}

// Picture is a clean picture: a PNG, or a JPEG where it is opaque and that is smaller.
type Picture struct {
	Data          []byte
	Media         string // "image/png" or "image/jpeg"
	Width, Height int
}

// The keys of what Read answers.
const (
	KeyEmpty    = "picture.empty"
	KeyTooLarge = "picture.too_large"
	KeyVector   = "picture.vector"
	KeyPhone    = "picture.phone_format"
	KeyUnknown  = "picture.unknown"
	KeyPixels   = "picture.too_many_pixels"
	KeyLong     = "picture.too_long"
	KeyBroken   = "picture.broken"
)

// Read makes a clean picture of a PNG, a JPEG, a GIF (its first frame) or a WebP. It returns errs.Invalid, with a sentence that
// says what to do, for anything else: an empty file, one of too many bytes or pixels, an SVG, a picture of a phone's own
// format, one that is damaged or only begins like a picture.
func Read(data []byte, o Options) (Picture, error) {
	o = o.withDefaults()
	if len(data) > o.MaxBytes {
		return Picture{}, errs.New(errs.Invalid, KeyTooLarge, errs.Args{"megabytes": max(1, o.MaxBytes>>20)})
	}
	f, err := recognise(data)
	if err != nil {
		return Picture{}, err
	}
	config, err := f.config(data)
	if err != nil {
		return Picture{}, broken(err)
	}
	if err := o.fits(config.Width, config.Height); err != nil {
		return Picture{}, err
	}
	if costly(data) {
		return Picture{}, broken(errScans)
	}
	decoded, err := f.decode(data)
	if err != nil {
		return Picture{}, broken(err)
	}
	if b := decoded.Bounds(); b.Empty() || b.Dx() > config.Width || b.Dy() > config.Height {
		return Picture{}, broken(errSize)
	}
	return encode(turn(shrink(decoded, o.Box), f.orientation(data)))
}

// fits refuses what would take too much memory, going by what the head of the file says.
func (o Options) fits(width, height int) error {
	if width <= 0 || height <= 0 {
		return broken(errSize)
	}
	args := errs.Args{"width": width, "height": height}
	switch {
	case width*height > o.MaxPixels:
		args["side"], args["millions"] = int(math.Sqrt(float64(o.MaxPixels)))/100*100, o.MaxPixels/1_000_000
		return errs.New(errs.Invalid, KeyPixels, args)
	case width > longestSide || height > longestSide:
		args["side"] = longestSide
		return errs.New(errs.Invalid, KeyLong, args)
	}
	return nil
}

func broken(err error) error { return errs.Wrap(err, errs.Invalid, KeyBroken, nil) }

// InTurn gives a Read that works on at most so many pictures at once, so that many who hand one in at the same time take no
// more memory than that many do. The others wait for their turn as long as their context lasts.
func InTurn(most int) func(ctx context.Context, data []byte, o Options) (Picture, error) {
	turns := make(chan struct{}, most)
	return func(ctx context.Context, data []byte, o Options) (Picture, error) {
		select {
		case turns <- struct{}{}:
		case <-ctx.Done():
			return Picture{}, context.Cause(ctx)
		}
		defer func() { <-turns }()
		return Read(data, o)
	}
}

// size is that of a picture of width × height within a box, never larger than it is.
func size(b image.Rectangle, box int) image.Rectangle {
	longest := max(b.Dx(), b.Dy())
	if longest <= box {
		return image.Rect(0, 0, b.Dx(), b.Dy())
	}
	scaled := func(side int) int { return max(1, int(math.Round(float64(side)*float64(box)/float64(longest)))) }
	return image.Rect(0, 0, scaled(b.Dx()), scaled(b.Dy()))
}
