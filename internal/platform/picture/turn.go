package picture

import (
	"bytes"
	"image"

	"github.com/bep/imagemeta"
)

// upright is the orientation of a picture that is shown as it is stored (EXIF 2.32, tag 274).
const upright = 1

// orientation is the one that the metadata of a picture tell, upright where they tell none that there is.
func (f format) orientation(data []byte) int {
	found := upright
	if f.meta == imagemeta.ImageFormatAuto {
		return found
	}
	// Metadata that cannot be read are no fault of the picture, which was decoded without them.
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(data), ImageFormat: f.meta, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Namespace == "IFD0" && tag.Tag == "Orientation" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if n, ok := tag.Value.(uint16); ok && n >= 1 && n <= 8 {
				found = int(n)
			}
			return imagemeta.ErrStopWalking
		},
	})
	return found
}

// turn brings a picture of an orientation upright.
func turn(m *image.RGBA, orientation int) *image.RGBA {
	if orientation == upright {
		return m
	}
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation > 4 {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range out.Bounds().Dy() {
		for x := range out.Bounds().Dx() {
			fromX, fromY := stored(orientation, x, y, w, h)
			copy(out.Pix[out.PixOffset(x, y):][:4], m.Pix[m.PixOffset(fromX, fromY):][:4])
		}
	}
	return out
}

// stored is where, in a stored picture of w × h, the pixel stands that is shown at x, y.
func stored(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2: // mirrored
		return w - 1 - x, y
	case 3: // upside down
		return w - 1 - x, h - 1 - y
	case 4: // upside down and mirrored
		return x, h - 1 - y
	case 5: // mirrored along the diagonal
		return y, x
	case 6: // to be turned a quarter to the right
		return y, h - 1 - x
	case 7: // mirrored along the other diagonal
		return w - 1 - y, h - 1 - x
	case 8: // to be turned a quarter to the left
		return w - 1 - y, x
	}
	return x, y
}
