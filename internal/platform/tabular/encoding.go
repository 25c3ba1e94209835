package tabular

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"grappe/internal/platform/errs"
)

// maxToldLines bounds how many faulty lines a warning names.
const maxToldLines = 20

// textInput is the file as UTF-8, whatever its own encoding. Bytes that are no UTF-8 in a file that otherwise is
// come out as U+FFFD, and the lines are remembered.
type textInput struct {
	name     string
	at       io.ReaderAt
	size     int64
	encoding Encoding
	skip     int64 // the byte order mark
	broken   bool  // some bytes are no UTF-8
	read     *atomic.Int64
	fix      *fixer
}

func newTextInput(ctx context.Context, name string, at io.ReaderAt, size int64, want Encoding, read *atomic.Int64) (*textInput, error) {
	t := &textInput{name: name, at: at, size: size, encoding: want, read: read}
	mark := make([]byte, min(3, size))
	if _, err := at.ReadAt(mark, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, t.unreadable(err)
	}
	switch {
	case bytes.HasPrefix(mark, []byte("\xff\xfe")):
		t.encoding, t.skip = UTF16LE, 2
		return t, nil
	case bytes.HasPrefix(mark, []byte("\xfe\xff")):
		t.encoding, t.skip = UTF16BE, 2
		return t, nil
	case bytes.Equal(mark, []byte("\xef\xbb\xbf")):
		t.encoding, t.skip = UTF8, 3
	}
	found, err := t.scan(ctx)
	if err != nil {
		return nil, err
	}
	if t.encoding == "" {
		t.encoding = found
	}
	return t, nil
}

// census counts what tells one encoding from another.
type census struct{ nul, control, valid, invalid, bytes int64 }

// scan reads the whole file once: is it text, and in which encoding?
func (t *textInput) scan(ctx context.Context) (Encoding, error) {
	var c census
	buf := make([]byte, 1<<20)
	kept := 0
	for off := t.skip; off < t.size; {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		n, err := t.at.ReadAt(buf[kept:], off)
		if n == 0 && err != nil {
			if errors.Is(err, io.EOF) {
				break
			}
			return "", t.unreadable(err)
		}
		off += int64(n)
		chunk := buf[:kept+n]
		used := c.count(chunk, off >= t.size)
		kept = copy(buf, chunk[used:])
		if c.binary() {
			return "", errs.New(errs.Invalid, "tabular.not-text", errs.Args{"file": t.name})
		}
	}
	t.broken = c.invalid > 0
	if c.invalid > 0 && c.invalid >= c.valid {
		return Windows1252, nil
	}
	return UTF8, nil
}

// count takes in a chunk and gives how many of its bytes it used: a letter cut at the end waits for the next.
func (c *census) count(chunk []byte, last bool) int {
	c.nul += int64(bytes.Count(chunk, []byte{0}))
	i := 0
	for i < len(chunk) {
		b := chunk[i]
		if b < utf8.RuneSelf {
			if b < ' ' && b != '\n' && b != '\r' && b != '\t' {
				c.control++
			}
			i++
			continue
		}
		if !last && !utf8.FullRune(chunk[i:]) {
			break
		}
		r, size := utf8.DecodeRune(chunk[i:])
		if r == utf8.RuneError && size == 1 {
			c.invalid++
		} else {
			c.valid++
		}
		i += size
	}
	c.bytes += int64(i)
	return i
}

// binary reports whether the bytes seen so far are no text: more than one NUL in a thousand bytes, or one byte
// in twenty that no text holds. A stray control character is dirt, not a binary.
func (c *census) binary() bool {
	return c.nul*1000 > c.bytes || c.control*20 > c.bytes
}

func (t *textInput) unreadable(err error) error {
	return errs.Wrap(err, errs.Invalid, "tabular.unreadable", errs.Args{"file": t.name})
}

// open starts the stream of UTF-8 from the beginning.
func (t *textInput) open() io.Reader {
	raw := &counted{r: io.NewSectionReader(t.at, t.skip, t.size-t.skip), n: t.read}
	t.read.Store(t.skip)
	return t.decode(raw)
}

func (t *textInput) decode(raw io.Reader) io.Reader {
	var enc encoding.Encoding
	switch t.encoding {
	case UTF16LE:
		enc = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case UTF16BE:
		enc = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case Windows1252:
		enc = charmap.Windows1252
	default:
		if !t.broken {
			return raw
		}
		t.fix = &fixer{r: raw, line: 1}
		return t.fix
	}
	return enc.NewDecoder().Reader(raw)
}

// head decodes the first n bytes of text.
func (t *textInput) head(n int) ([]byte, error) {
	raw := io.NewSectionReader(t.at, t.skip, t.size-t.skip)
	head, err := io.ReadAll(io.LimitReader(t.decode(raw), int64(n)))
	if err != nil {
		return nil, t.unreadable(err)
	}
	return head, nil
}

// position turns an offset in the decoded text into the line and the column, in characters from 1, of what
// stands there behind blanks. An offset past the end is the end.
func (t *textInput) position(offset int64) (line, column int) {
	again := *t
	r := bufio.NewReaderSize(again.decode(io.NewSectionReader(t.at, t.skip, t.size-t.skip)), 64<<10)
	line, column = 1, 1
	for seen := int64(0); ; {
		c, size, err := r.ReadRune()
		if err != nil || seen >= offset && !isBlank(c) {
			return line, column
		}
		seen += int64(size)
		if column++; c == '\n' {
			line, column = line+1, 1
		}
	}
}

func isBlank(c rune) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// warnings tell the encoding when it is not the usual one, and the lines that were no UTF-8.
func (t *textInput) warnings() []Warning {
	var out []Warning
	if t.encoding == Windows1252 {
		out = append(out, Warning{Key: "tabular.warn.encoding", Args: errs.Args{"encoding": "Windows-1252"}})
	}
	if t.fix != nil && t.fix.count > 0 {
		lines := len(t.fix.lines)
		if t.fix.more {
			lines++
		}
		out = append(out, Warning{
			Line: t.fix.lines[0], Key: "tabular.warn.invalid-utf8",
			Args: errs.Args{"n": lines, "bytes": t.fix.count, "lines": lineList(t.fix.lines, t.fix.more)},
		})
	}
	return out
}

func lineList(lines []int, more bool) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%d", l)
	}
	if more {
		b.WriteString("…")
	}
	return b.String()
}

// counted counts the bytes that pass.
type counted struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// fixer replaces each byte that is no UTF-8 by U+FFFD and remembers the first lines where it did.
type fixer struct {
	r     io.Reader
	in    []byte // read and not yet used
	out   []byte // fixed and not yet given
	err   error
	line  int
	count int
	lines []int
	more  bool
}

func (f *fixer) Read(p []byte) (int, error) {
	for len(f.out) == 0 {
		if f.err != nil {
			return 0, f.err
		}
		f.fill()
	}
	n := copy(p, f.out)
	f.out = f.out[n:]
	return n, nil
}

func (f *fixer) fill() {
	kept := len(f.in)
	buf := make([]byte, kept+32<<10)
	copy(buf, f.in)
	n, err := f.r.Read(buf[kept:])
	f.err = err
	chunk := buf[:kept+n]
	out := make([]byte, 0, len(chunk)+64)
	i := 0
	for i < len(chunk) {
		if err == nil && !utf8.FullRune(chunk[i:]) {
			break
		}
		r, size := utf8.DecodeRune(chunk[i:])
		if r == utf8.RuneError && size == 1 {
			f.note()
		} else if r == '\n' {
			f.line++
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	f.in, f.out = chunk[i:], out
}

func (f *fixer) note() {
	f.count++
	if len(f.lines) > 0 && f.lines[len(f.lines)-1] == f.line {
		return
	}
	if len(f.lines) == maxToldLines {
		f.more = true
		return
	}
	f.lines = append(f.lines, f.line)
}
