package pagecache

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// coding is one of the content codings that pages are sent in.
type coding int

const (
	identity coding = iota
	gzipped
	zstandard
	codings // how many there are
)

func (c coding) name() string { return [...]string{"", "gzip", "zstd"}[c] }

// smallest is how many bytes a page has at least for packing to be worth it.
const smallest = 1024

// preferred is the coding that a client takes, by its Accept-Encoding (RFC 9110, 12.5.3): among those that it likes best, the one
// that packs best.
func preferred(accept string) coding {
	best, most := identity, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(part, ";")
		c := identity
		switch strings.TrimSpace(name) {
		case "gzip":
			c = gzipped
		case "zstd":
			c = zstandard
		default:
			continue
		}
		if w := weight(params); w > most || w == most && w > 0 && c > best {
			best, most = c, w
		}
	}
	return best
}

// weight reads "q=0.5"; nothing is 1, and what cannot be read 0.
func weight(params string) float64 {
	if params == "" {
		return 1
	}
	q, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(params)), "q=")
	w, err := strconv.ParseFloat(q, 64)
	if !ok || err != nil {
		return 0
	}
	return w
}

// Packed once and sent often: more work than for an answer that is sent once.
const gzipLevel = 6

// packer packs and unpacks. Its tables are large: they are made when they are first needed, and kept.
type packer struct {
	gzip  sync.Pool
	zstd  func() *zstd.Encoder
	plain func() *zstd.Decoder
}

func newPacker() *packer {
	return &packer{
		gzip: sync.Pool{New: func() any {
			w, _ := gzip.NewWriterLevel(nil, gzipLevel) // fails for a level that is none
			return w
		}},
		zstd: sync.OnceValue(func() *zstd.Encoder {
			w, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
			return w
		}),
		plain: sync.OnceValue(func() *zstd.Decoder {
			r, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
			return r
		}),
	}
}

func (k *packer) pack(c coding, body []byte) []byte {
	switch c {
	case gzipped:
		var out bytes.Buffer
		w := k.gzip.Get().(*gzip.Writer)
		defer k.gzip.Put(w)
		w.Reset(&out)
		_, _ = w.Write(body) // a buffer takes all
		_ = w.Close()
		return bytes.Clone(out.Bytes())
	case zstandard:
		return bytes.Clone(k.zstd().EncodeAll(body, nil))
	}
	return body
}

// unpack gives back what pack was given.
func (k *packer) unpack(c coding, packed []byte) []byte {
	switch c {
	case gzipped:
		r, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil
		}
		body, _ := io.ReadAll(r)
		return body
	case zstandard:
		body, _ := k.plain().DecodeAll(packed, nil)
		return body
	}
	return packed
}
