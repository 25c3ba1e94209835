package tabular

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/errs"
)

// scanner cuts delimited text into records, as RFC 4180 says and as spreadsheets really write: a quote inside a
// bare cell is a letter, what follows a closing quote stays in the cell, lines end with LF, CR LF or CR.
// It differs from encoding/csv in bounding what a quote that never closes can swallow.
type scanner struct {
	r       *bufio.Reader
	delim   rune
	maxCell int
	maxRow  int
	line    int // the line to be read next, from 1
	pending bool
	held    rune
	cell    strings.Builder
	size    int
}

// newScanner cuts what r gives at delim, or into lines only when that is 0.
func newScanner(r io.Reader, delim rune, o Options) *scanner {
	if delim == 0 {
		delim = -1
	}
	return &scanner{r: bufio.NewReaderSize(r, 64<<10), delim: delim, maxCell: o.MaxCell, maxRow: o.MaxRow, line: 1}
}

// ends of what a scan of one cell met.
type ending uint8

const (
	endCell ending = iota
	endLine
	endFile
)

// record gives the cells of the next record that is not blank and the line where it begins, io.EOF at the end.
func (s *scanner) record() (cells []string, line int, err error) {
	for {
		line, s.size = s.line, 0
		cells = cells[:0]
		quoted, end := false, endCell
		for end == endCell {
			var cell string
			var q bool
			cell, q, end, err = s.scanCell(line)
			if err != nil {
				return nil, line, err
			}
			quoted = quoted || q
			if len(cells) == maxFields {
				return nil, line, tooManyFields(line)
			}
			cells = append(cells, cell)
		}
		if len(cells) > 1 || cells[0] != "" || quoted {
			return cells, line, nil
		}
		if end == endFile {
			return nil, line, io.EOF
		}
	}
}

// scanCell reads one cell and says what ended it.
func (s *scanner) scanCell(rowLine int) (cell string, quoted bool, end ending, err error) {
	s.cell.Reset()
	inside, first, opened := false, true, 0
	for {
		c, ok, err := s.read()
		if err != nil {
			return "", quoted, endFile, err
		}
		switch {
		case !ok && inside:
			return "", quoted, endFile, errs.New(errs.Invalid, "tabular.quote-open", errs.Args{"line": opened})
		case !ok:
			return s.cell.String(), quoted, endFile, nil
		case first && c == '"':
			inside, quoted, opened = true, true, s.line
		case inside && c == '"':
			if inside, err = s.doubled(); err != nil {
				return "", quoted, endFile, err
			}
			if inside {
				err = s.put('"', rowLine)
			}
		case inside:
			if c == '\n' {
				s.line++
			}
			err = s.put(c, rowLine)
		case c == s.delim:
			return s.cell.String(), quoted, endCell, nil
		case c == '\n' || c == '\r':
			return s.cell.String(), quoted, endLine, s.newline(c)
		default:
			err = s.put(c, rowLine)
		}
		if err != nil {
			return "", quoted, endFile, err
		}
		first = false
	}
}

// doubled consumes the second of two quotes and reports whether there was one.
func (s *scanner) doubled() (bool, error) {
	c, ok, err := s.read()
	if err != nil || !ok {
		return false, err
	}
	if c == '"' {
		return true, nil
	}
	s.pending, s.held = true, c
	return false, nil
}

// newline counts a line and swallows the LF of a CR LF.
func (s *scanner) newline(c rune) error {
	s.line++
	if c != '\r' {
		return nil
	}
	next, ok, err := s.read()
	if err != nil || !ok || next == '\n' {
		return err
	}
	s.pending, s.held = true, next
	return nil
}

func (s *scanner) read() (c rune, ok bool, err error) {
	if s.pending {
		s.pending = false
		return s.held, true, nil
	}
	b, err := s.r.ReadByte()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return 0, false, nil
		}
		return 0, false, errs.Wrap(err, errs.Invalid, "tabular.unreadable", errs.Args{"file": ""})
	}
	if b < utf8.RuneSelf {
		return rune(b), true, nil
	}
	if err := s.r.UnreadByte(); err != nil {
		return 0, false, err
	}
	c, _, err = s.r.ReadRune()
	return c, err == nil, err
}

func (s *scanner) put(c rune, rowLine int) error {
	n, _ := s.cell.WriteRune(c)
	if s.size += n; s.size > s.maxRow {
		return errs.New(errs.TooLarge, "tabular.row-too-large", errs.Args{"line": rowLine, "limit": megabytes(int64(s.maxRow))})
	}
	if s.cell.Len() > s.maxCell {
		return errs.New(errs.TooLarge, "tabular.cell-too-large", errs.Args{"line": rowLine, "limit": megabytes(int64(s.maxCell))})
	}
	return nil
}

// detectDelimiter tries each delimiter on the beginning of the text and keeps the one under which most records
// have as many cells as the header, or one more or less; among equals the one with
// more cells, then the one rarer in sentences. It is 0 for a file of one column.
func detectDelimiter(head []byte, o Options) rune {
	best, bestScore := rune(0), 0
	for _, d := range []rune{'\t', ';', '|', ','} {
		if score := delimiterScore(string(head), d, o); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

func delimiterScore(head string, d rune, o Options) int {
	s := newScanner(strings.NewReader(head), d, o)
	first, _, err := s.record()
	if e := errs.As(err); e != nil && e.Key == keyTooManyFields {
		return 1 // so that it is refused for that, where no other fits
	}
	if err != nil || len(first) < 2 {
		return 0
	}
	width := len(first)
	rows, alike := 0, 0
	for rows < 50 {
		cells, _, err := s.record()
		if err != nil {
			break
		}
		rows++
		switch len(cells) {
		case width:
			alike += 4
		case width - 1, width + 1:
			alike += 3
		}
	}
	if rows > 1 { // the last one may be cut by the end of the sample
		return 1 + alike*1000/(rows*4) + min(width, 50)
	}
	return 1 + alike*250 + min(width, 50)
}
