package printed_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// paper is a PDF read back: what it says and where its links lead, page by page.
type paper struct {
	pages []sheet
	raw   []byte
}

type sheet struct {
	texts []string // as they were put, a line or a part of one each
	links []int    // pages of this document, from 1
	out   []string // addresses
}

func (s sheet) text() string { return strings.Join(s.texts, "\n") }

var (
	object   = regexp.MustCompile(`(?s)(\d+) 0 obj\n(.*?)\nendobj`)
	contents = regexp.MustCompile(`/Contents (\d+) 0 R`)
	inner    = regexp.MustCompile(`/Dest \[(\d+) 0 R`)
	outer    = regexp.MustCompile(`/URI \(((?:\\.|[^\\)])*)\)`)
	kids     = regexp.MustCompile(`(?s)/Kids \[(.*?)\]`)
	putText  = regexp.MustCompile(`(?s)Td \(((?:\\.|[^\\)])*)\) Tj`)
)

// readPaper decodes a PDF as fpdf writes it.
func readPaper(t testing.TB, raw []byte) paper {
	t.Helper()
	p := paper{raw: raw}
	if !bytes.HasPrefix(raw, []byte("%PDF-1.")) || !bytes.HasSuffix(bytes.TrimSpace(raw), []byte("%%EOF")) {
		t.Fatalf("that is no whole PDF: %.20q…", raw)
	}
	objects := map[string][]byte{}
	for _, m := range object.FindAllSubmatch(raw, -1) {
		objects[string(m[1])] = m[2]
	}
	numbers := map[string]int{}
	var order []string
	for _, body := range objects {
		if bytes.Contains(body, []byte("/Type /Pages")) {
			for _, kid := range strings.Split(string(kids.FindSubmatch(body)[1]), " 0 R") {
				if kid = strings.TrimSpace(kid); kid != "" {
					order = append(order, kid)
					numbers[kid] = len(order)
				}
			}
		}
	}
	for _, number := range order {
		body := objects[number]
		s := sheet{texts: textsOf(t, objects[string(contents.FindSubmatch(body)[1])])}
		for _, m := range inner.FindAllSubmatch(body, -1) {
			to, ok := numbers[string(m[1])]
			if !ok {
				t.Errorf("a link leads to object %s, which is no page", m[1])
			}
			s.links = append(s.links, to)
		}
		for _, m := range outer.FindAllSubmatch(body, -1) {
			s.out = append(s.out, unescape(string(m[1])))
		}
		p.pages = append(p.pages, s)
	}
	if len(p.pages) == 0 {
		t.Fatal("a PDF without pages")
	}
	return p
}

// textsOf are the texts that a content stream puts.
func textsOf(t testing.TB, stream []byte) []string {
	t.Helper()
	_, rest, ok := bytes.Cut(stream, []byte("stream\n"))
	if !ok {
		t.Fatalf("no stream in %.60q", stream)
	}
	z, err := zlib.NewReader(bytes.NewReader(rest))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, m := range putText.FindAllSubmatch(plain, -1) {
		b := []byte(unescape(string(m[1])))
		units := make([]uint16, 0, len(b)/2)
		for i := 0; i+1 < len(b); i += 2 {
			units = append(units, binary.BigEndian.Uint16(b[i:]))
		}
		texts = append(texts, string(utf16.Decode(units)))
	}
	return texts
}

// unescape reads a literal string (ISO 32000, 7.3.4.2).
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 'r':
			b.WriteByte('\r')
		case 't':
			b.WriteByte('\t')
		default:
			if n, err := strconv.ParseUint(s[i:min(i+3, len(s))], 8, 8); err == nil && c >= '0' && c <= '7' {
				b.WriteByte(byte(n))
				i += 2
			} else {
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}
