package picture_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// The corners of the picture of four quarters, from the left above.
var (
	red   = color.RGBA{R: 255, A: 255}
	green = color.RGBA{G: 255, A: 255}
	blue  = color.RGBA{B: 255, A: 255}
	white = color.RGBA{R: 255, G: 255, B: 255, A: 255}
)

// quarters is a picture of four colours, 24 × 16.
func quarters() *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			c := []color.RGBA{red, green, blue, white}[x/12+2*(y/8)]
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// file reads a file of testdata. They were made of the same four quarters by ImageMagick and cwebp.
func file(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func chunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// grey is the PNG of a grey picture that says it has so many pixels, and holds rows of them.
func grey(t *testing.T, width, height uint32, rows int) []byte {
	t.Helper()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	row := make([]byte, 1+width)
	for range rows {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 8, 0, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", packed.Bytes())...), chunk("IEND", nil)...)
}

// exif is a block of EXIF: an orientation, who made the picture, and where it was taken.
func exif(orientation uint16) []byte {
	le := binary.LittleEndian
	entry := func(tag, kind uint16, count, value uint32) []byte {
		return le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(nil, tag), kind), count), value)
	}
	b := []byte("II*\x00\x08\x00\x00\x00")
	b = append(b, 3, 0)
	b = append(b, entry(274, 3, 1, uint32(orientation))...)
	b = append(b, entry(315, 2, 12, 50)...)
	b = append(b, entry(34853, 4, 1, 62)...)
	b = append(b, 0, 0, 0, 0)
	b = append(b, "Jean Secret\x00"...)
	b = append(b, 1, 0)
	b = append(b, entry(29, 2, 11, 80)...) // GPSDateStamp
	b = append(b, 0, 0, 0, 0)
	return append(b, "2024:05:06\x00"...)
}

// withEXIF puts a block of EXIF into a JPEG.
func withEXIF(data []byte, block []byte) []byte {
	block = append([]byte("Exif\x00\x00"), block...)
	out := append([]byte{}, data[:2]...)
	out = binary.BigEndian.AppendUint16(append(out, 0xff, 0xe1), uint16(len(block)+2))
	return append(append(out, block...), data[2:]...)
}

// scans is a progressive JPEG of side × side whose scans, after the first, say in twenty bytes that there is nothing to see.
func scans(side, count int) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	b = append(b, bytes.Repeat([]byte{1}, 64)...)
	b = append(b, 0xff, 0xc2, 0, 11, 8, byte(side>>8), byte(side), byte(side>>8), byte(side), 1, 1, 0x11, 0)
	for _, table := range []byte{0x00, 0x10} { // one code of one bit: the difference 0, and a run of 2¹⁴ blocks or more without anything
		value := byte(0)
		if table == 0x10 {
			value = 0xe0
		}
		b = append(b, 0xff, 0xc4, 0, 20, table, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, value)
	}
	blocks := ((side + 7) / 8) * ((side + 7) / 8)
	b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0x00, 0, 0, 0)
	b = append(b, make([]byte, (blocks+7)/8)...)
	var bits bytes.Buffer // each run: the code 0, then 14 bits of 1 less one, so that no byte is 0xff
	w := bitWriter{to: &bits}
	for left := blocks; left > 0; left -= 1<<14 + 0x1555 {
		w.write(0, 1)
		w.write(0x1555, 14)
	}
	w.flush()
	for range count {
		b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0x00, 1, 63, 0)
		b = append(b, bits.Bytes()...)
	}
	return append(b, 0xff, 0xd9)
}

type bitWriter struct {
	to   io.ByteWriter
	held uint32
	n    int
}

func (w *bitWriter) write(value uint32, bits int) {
	for i := bits - 1; i >= 0; i-- {
		w.held = w.held<<1 | value>>i&1
		if w.n++; w.n == 8 {
			_ = w.to.WriteByte(byte(w.held))
			w.held, w.n = 0, 0
		}
	}
}

func (w *bitWriter) flush() {
	for w.n > 0 {
		w.write(0, 1)
	}
}
