package web

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"time"
)

// newID makes the identifier of a request: a UUID of version 7 (RFC 9562, 5.7). It is a reference and no secret, so that its 74
// random bits need not ask the system for entropy.
func newID(now time.Time) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16|7<<12|rand.Uint64()&0xfff) //nolint:gosec // see above
	binary.BigEndian.PutUint64(id[8:], 2<<62|rand.Uint64()>>2)                                //nolint:gosec
	var text [36]byte
	hex.Encode(text[:8], id[:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:], id[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
