package opendata

import (
	"io"
	"slices"
	"strings"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// format is one of the formats of a whole file.
type format struct {
	name      tabular.Format
	mediaType string
	buffered  bool // nothing leaves before the last row is known
}

// path is where the file of the format stands.
func (f format) path() string { return "/donnees/annuaire." + string(f.name) }

// contentType is the media type with its charset where it is text.
func (f format) contentType() string {
	if strings.HasPrefix(f.mediaType, "text/") {
		return f.mediaType + "; charset=utf-8"
	}
	return f.mediaType
}

// formats are the formats of whole files, those for people first. The media types are registered with IANA, but for JSON
// Lines, which nobody has registered yet: https://jsonlines.org.
func formats() []format {
	return []format{
		{name: tabular.XLSX, mediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", buffered: true},
		{name: tabular.CSV, mediaType: "text/csv"},
		{name: tabular.GeoJSON, mediaType: "application/geo+json"},
		{name: tabular.JSONLines, mediaType: "application/jsonl"},
		{name: tabular.JSON, mediaType: "application/json"},
	}
}

// ParseFormat reads the name of a format, whatever its case; it returns errs.Usage for one that is no format of export.
func ParseFormat(name string) (tabular.Format, error) {
	at := slices.IndexFunc(formats(), func(f format) bool { return strings.EqualFold(string(f.name), name) })
	if at < 0 {
		return "", fault("format", "opendata.bad_format", errs.Args{"value": short(name)})
	}
	return formats()[at].name, nil
}

// ParseDelimiter reads what parts the cells of a CSV: a comma, which is also what an empty text means, a semicolon, which
// spreadsheets in French expect, or a tabulation; by their sign or their name. It returns errs.Usage for anything else.
func ParseDelimiter(s string) (rune, error) {
	switch s {
	case "", ",", "comma":
		return ',', nil
	case ";", "semicolon":
		return ';', nil
	case "\t", "tab":
		return '\t', nil
	}
	return 0, fault("delimiter", "opendata.bad_delimiter", errs.Args{"value": short(s)})
}

// File says what file to make of cards.
type File struct {
	Format    tabular.Format
	Delimiter rune // between the cells of CSV, a comma where it is 0
	Territory *territory.Territory
	Printer   *locale.Printer // writes the headers of CSV and XLSX, and names zones, kinds and sizes
	// Taxonomies name competences and sectors in CSV and XLSX; nil names none.
	Taxonomies *directory.Taxonomies
}

// Writer writes cards into a file, one after the other. CSV and XLSX have a column for each fact, a value a line where there
// are several; JSON Lines and JSON hold listing.Public as it is, GeoJSON as the properties of features.
type Writer struct {
	out  tabular.Writer
	row  func(listing.Public) []any
	rows int
}

// NewWriter starts a file on w.
func NewWriter(w io.Writer, f File) (*Writer, error) {
	var err error
	out := &Writer{row: objectRow}
	switch f.Format {
	case tabular.CSV:
		if f.Delimiter == 0 {
			f.Delimiter = ','
		}
		out.row = flatRow(f)
		out.out, err = tabular.NewCSVWriter(w, headers(f.Printer), f.Delimiter)
	case tabular.XLSX:
		out.row = flatRow(f)
		out.out, err = tabular.NewNamedWriter(f.Format, w, headers(f.Printer), f.Printer.T("opendata.directory"))
	default:
		if f.Format == tabular.GeoJSON {
			out.row = featureRow
		}
		out.out, err = tabular.NewWriter(f.Format, w, []tabular.Column{{Key: "id"}, {Key: "lat"}, {Key: "lon"}, {}})
	}
	return out, err
}

// Write adds a card.
func (w *Writer) Write(p listing.Public) error {
	w.rows++
	return w.out.Write(w.row(p))
}

// Rows is how many cards were written.
func (w *Writer) Rows() int { return w.rows }

// Flush hands on what is written so far, where the format can.
func (w *Writer) Flush() error { return w.out.Flush() }

// Close ends the file.
func (w *Writer) Close() error { return w.out.Close() }

func flatRow(f File) func(listing.Public) []any {
	all, row := columns(), rowOf{f.Territory, f.Printer, f.Taxonomies}
	values := make([]any, len(all))
	return func(p listing.Public) []any {
		for i, c := range all {
			values[i] = c.value(p, row)
		}
		return values
	}
}

func objectRow(p listing.Public) []any { return []any{p.ID, nil, nil, p} }

// featureRow has the point as the geometry alone.
func featureRow(p listing.Public) []any {
	lat, lon := number(p.Lat), number(p.Lon)
	p.Lat, p.Lon = nil, nil
	return []any{p.ID, lat, lon, p}
}

func fault(field, key string, args errs.Args) error {
	return &errs.E{Kind: errs.Usage, Key: key, Args: args, Fields: []errs.Field{{Name: field, Key: key, Args: args}}}
}

// short cuts what somebody typed for a sentence.
func short(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}
