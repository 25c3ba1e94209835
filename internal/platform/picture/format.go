package picture

import (
	"bytes"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/bep/imagemeta"
	"golang.org/x/image/webp"

	"grappe/internal/platform/errs"
)

var (
	errScans = errors.New("picture: more scans than any camera writes")
	errSize  = errors.New("picture: sides that cannot be")
)

// format is how pictures of one sort are read.
type format struct {
	readConfig func(io.Reader) (image.Config, error)
	read       func(io.Reader) (image.Image, error)
	meta       imagemeta.ImageFormat // ImageFormatAuto: it knows no orientation
}

func (f format) config(data []byte) (image.Config, error) { return f.readConfig(bytes.NewReader(data)) }
func (f format) decode(data []byte) (image.Image, error)  { return f.read(bytes.NewReader(data)) }

// recognise finds the format by the first bytes.
func recognise(data []byte) (format, error) {
	switch {
	case len(data) == 0:
		return format{}, errs.New(errs.Invalid, KeyEmpty, nil)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return format{png.DecodeConfig, png.Decode, imagemeta.PNG}, nil
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return format{jpeg.DecodeConfig, jpeg.Decode, imagemeta.JPEG}, nil
	case bytes.HasPrefix(data, []byte("GIF87a")), bytes.HasPrefix(data, []byte("GIF89a")):
		return format{gif.DecodeConfig, gif.Decode, imagemeta.ImageFormatAuto}, nil
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return format{webp.DecodeConfig, webp.Decode, imagemeta.WebP}, nil
	case isPhones(data):
		return format{}, errs.New(errs.Invalid, KeyPhone, nil)
	case isVector(data):
		return format{}, errs.New(errs.Invalid, KeyVector, nil)
	}
	return format{}, errs.New(errs.Invalid, KeyUnknown, nil)
}

// isPhones reports an HEIF or AVIF picture, which phones write and few browsers show.
func isPhones(data []byte) bool {
	if len(data) < 12 || string(data[4:8]) != "ftyp" {
		return false
	}
	switch string(data[8:12]) {
	case "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis":
		return true
	}
	return false
}

// isVector reports what a drawing program exports as SVG, whatever stands before it; it may be compressed (SVGZ), which no
// picture is.
func isVector(data []byte) bool {
	head := bytes.ToLower(data[:min(len(data), 4<<10)])
	return bytes.HasPrefix(data, []byte("\x1f\x8b")) || bytes.Contains(head, []byte("<svg")) || bytes.Contains(head, []byte("<!doctype svg"))
}

// mostScans is how many scans a JPEG may have. Cameras and programs write at most a dozen; each scan is work on all pixels,
// and takes as little as twenty bytes.
const mostScans = 50

// costly reports a JPEG of very many scans.
func costly(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("\xff\xd8\xff")) {
		return false
	}
	scans := 0
	for at := 2; scans <= mostScans; {
		next := bytes.IndexByte(data[at:], 0xff)
		if next < 0 || at+next+3 >= len(data) {
			return false
		}
		at += next + 1
		switch mark := data[at]; {
		case mark == 0xff, mark <= 0x01, mark >= 0xd0 && mark <= 0xd8: // filling, a byte of a scan, a mark that stands alone
			continue
		case mark == 0xd9:
			return false
		case mark == 0xda:
			scans++
		}
		at = min(at+1+int(data[at+1])<<8+int(data[at+2]), len(data))
	}
	return true
}
