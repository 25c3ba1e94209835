package picture

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

// quality is that of the JPEGs made.
const quality = 85

// shrink draws a picture within a box.
func shrink(m image.Image, box int) *image.RGBA {
	out := image.NewRGBA(size(m.Bounds(), box))
	if out.Bounds().Size() == m.Bounds().Size() {
		draw.Draw(out, out.Bounds(), m, m.Bounds().Min, draw.Src)
	} else {
		draw.CatmullRom.Scale(out, out.Bounds(), m, m.Bounds(), draw.Src, nil)
	}
	return out
}

// encode writes a picture anew, from its pixels alone.
func encode(m *image.RGBA) (Picture, error) {
	p := Picture{Media: "image/png", Width: m.Bounds().Dx(), Height: m.Bounds().Dy()}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, m); err != nil {
		return Picture{}, err
	}
	p.Data = b.Bytes()
	if !m.Opaque() {
		return p, nil
	}
	var lossy bytes.Buffer
	if err := jpeg.Encode(&lossy, m, &jpeg.Options{Quality: quality}); err != nil {
		return Picture{}, err
	}
	if lossy.Len() < len(p.Data) {
		p.Media, p.Data = "image/jpeg", lossy.Bytes()
	}
	return p, nil
}
