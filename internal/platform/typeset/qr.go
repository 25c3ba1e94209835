package typeset

import (
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	"github.com/boombuler/barcode/qr"
)

// quiet is the margin of a QR code in modules (ISO/IEC 18004 asks for four; what surrounds ours is white anyway).
const quiet = 2

// QR puts a code that leads to an address, side wide and high, its quiet zone included. It is a mask of one bit a module,
// written in hexadecimal: smaller than a picture of its own, and sharp on every printer.
func (d *Document) QR(x, y, side float64, address string) error {
	code, err := d.codes.code(address)
	if err != nil {
		return err
	}
	const point = 1 / mmPerPoint
	module := side * point / float64(code.side+2*quiet)
	width := module * float64(code.side)
	d.pdf.RawWriteStr(fmt.Sprintf("q 0 g %.3f 0 0 %.3f %.3f %.3f cm BI /W %d /H %d /IM true /D [1 0] /F /AHx ID %s> EI Q",
		width, width, x*point+quiet*module, (PageHeight-y)*point-quiet*module-width, code.side, code.side, strings.ToUpper(hex.EncodeToString(code.rows))))
	return nil
}

// Codes remembers the QR codes of addresses: choosing the mask of one takes a millisecond, and documents repeat them. The
// zero value is ready, and safe for concurrent use.
type Codes struct {
	mu    sync.Mutex
	known map[string]modules
}

// mostCodes is how many codes are remembered, of some 300 bytes each.
const mostCodes = 20_000

// modules are those of a code, row by row from the top, each row in whole bytes, dark ones as 1.
type modules struct {
	side int
	rows []byte
}

func (c *Codes) code(address string) (modules, error) {
	c.mu.Lock()
	made, ok := c.known[address]
	c.mu.Unlock()
	if ok {
		return made, nil
	}
	code, err := qr.Encode(address, qr.L, qr.Auto) // the larger modules of a smaller code are read more easily than mended ones
	if err != nil {
		return modules{}, fmt.Errorf("typeset: QR code: %w", err)
	}
	made.side = code.Bounds().Dx()
	stride := (made.side + 7) / 8
	made.rows = make([]byte, stride*made.side)
	for y := range made.side {
		for x := range made.side {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 {
				made.rows[y*stride+x/8] |= 0x80 >> (x % 8)
			}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= mostCodes {
		c.known = map[string]modules{}
	}
	c.known[address] = made
	return made, nil
}
