// Package typeset sets text in columns on A4 pages and writes them as PDF: faces, lines, blocks that flow from column to
// column, links, bookmarks and QR codes. It must not know what the text is about.
package typeset

import (
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// The size of a page of A4 (ISO 216), in millimetres like every length here but the sizes of type.
const (
	PageWidth  = 210.0
	PageHeight = 297.0
)

// mmPerPoint is how many millimetres a point of type measures.
const mmPerPoint = 25.4 / 72

// Face is one cut of the typeface.
type Face int

// The cuts of the Go fonts that are embedded.
const (
	Regular Face = iota
	Bold
	Italic
	faces
)

// Ink is a colour.
type Ink struct{ R, G, B uint8 }

// Style is how a text is set.
type Style struct {
	Face Face
	Size float64 // points
	Ink  Ink
}

// Leading is the height of a line of the style.
func (st Style) Leading() float64 { return st.Size * mmPerPoint * 1.32 }

// ascent is how far below the top of its line the letters of the style stand.
func (st Style) ascent() float64 { return st.Size * mmPerPoint * 1.02 }

// Info is what a document says of itself.
type Info struct {
	Title, Author, Subject string
	Lang                   string // BCP 47
	Made                   time.Time
}

// Document is a PDF in the making. It is not safe for concurrent use.
type Document struct {
	pdf    *fpdf.Fpdf
	width  [faces]map[rune]float64 // in ems
	has    *sfnt.Font              // whose characters there are; the cuts have the same
	glyphs sfnt.Buffer
	codes  *Codes
}

const family = "go"

// New begins a document without any page. What codes remembers is shared with the documents before.
func New(info Info, codes *Codes) (*Document, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	d := &Document{pdf: pdf, codes: codes}
	for face, ttf := range [faces][]byte{Regular: goregular.TTF, Bold: gobold.TTF, Italic: goitalic.TTF} {
		pdf.AddUTF8FontFromBytes(family, Face(face).style(), ttf)
		d.width[face] = map[rune]float64{}
	}
	has, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("typeset: %w", err)
	}
	d.has = has
	pdf.SetMargins(0, 0, 0)
	pdf.SetCellMargin(0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetTitle(info.Title, true)
	pdf.SetAuthor(info.Author, true)
	pdf.SetSubject(info.Subject, true)
	pdf.SetCreator("Grappe", true)
	pdf.SetProducer("Grappe", true)
	pdf.SetLang(info.Lang)
	pdf.SetCreationDate(info.Made)
	pdf.SetModificationDate(info.Made)
	pdf.SetCatalogSort(true) // the same content makes the same file
	pdf.SetDisplayMode("fullpage", "continuous")
	return d, pdf.Error()
}

func (f Face) style() string { return [faces]string{Regular: "", Bold: "B", Italic: "I"}[f] }

// Pages is how many pages there are; the last is where things are put.
func (d *Document) Pages() int { return d.pdf.PageNo() }

// AddPage goes to a new page.
func (d *Document) AddPage() { d.pdf.AddPage() }

// Text puts one line, the top left of which is at x and y. What it holds must have gone through Printable.
func (d *Document) Text(x, y float64, st Style, text string) {
	if text == "" {
		return
	}
	d.pdf.SetFont(family, st.Face.style(), st.Size)
	d.pdf.SetTextColor(int(st.Ink.R), int(st.Ink.G), int(st.Ink.B))
	d.pdf.Text(x, y+st.ascent(), text)
}

// TextRight puts one line that ends at right.
func (d *Document) TextRight(right, y float64, st Style, text string) {
	d.Text(right-d.Width(st, text), y, st, text)
}

// Lines puts lines one below the other.
func (d *Document) Lines(x, y float64, st Style, lines []string) {
	for i, line := range lines {
		d.Text(x, y+float64(i)*st.Leading(), st, line)
	}
}

// Fill puts a rectangle of ink.
func (d *Document) Fill(x, y, w, h float64, ink Ink) {
	d.pdf.SetFillColor(int(ink.R), int(ink.G), int(ink.B))
	d.pdf.Rect(x, y, w, h, "F")
}

// Target is a place in the document that links lead to.
type Target int

// NewTarget makes a target; SetTarget says where it is, before or after the links to it.
func (d *Document) NewTarget() Target { return Target(d.pdf.AddLink()) }

// SetTarget puts the target on a page, counted from 1.
func (d *Document) SetTarget(t Target, page int, y float64) { d.pdf.SetLink(int(t), y, page) }

// Link makes a rectangle of the page lead to a target.
func (d *Document) Link(x, y, w, h float64, t Target) { d.pdf.Link(x, y, w, h, int(t)) }

// LinkAddress makes a rectangle of the page lead to an address of the web, of mail or of telephone.
func (d *Document) LinkAddress(x, y, w, h float64, address string) {
	d.pdf.LinkString(x, y, w, h, address)
}

// Bookmark adds a line to the outline that readers show beside the pages: this page, at y. A level is at most one more
// than that of the bookmark before.
func (d *Document) Bookmark(text string, level int, y float64) {
	d.pdf.SetFont(family, "", 10) // fpdf writes bookmarks in Unicode only where the current font is
	d.pdf.Bookmark(text, level, y)
}

// WriteTo ends the document and writes it.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	counted := &counter{w: w}
	err := d.pdf.Output(counted)
	return counted.n, err
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
