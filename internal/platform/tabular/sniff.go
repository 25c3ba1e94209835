package tabular

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"grappe/internal/platform/errs"
)

// sniffBytes is how much of the decoded text decides its format and delimiter.
const sniffBytes = 256 << 10

// kindZip is any ZIP archive, which a workbook is.
const kindZip = "zip"

// magic names the kind of a file that is no text by its first bytes; empty for what may be text.
func magic(head []byte) string {
	for _, m := range []struct{ start, kind string }{
		{"PK\x03\x04", kindZip},
		{"PK\x05\x06", kindZip},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"},
		{"\x89PNG", "PNG"},
		{"\xff\xd8\xff", "JPEG"},
		{"GIF8", "GIF"},
		{"%PDF", "PDF"},
		{"\x7fELF", "ELF"},
		{"\x1f\x8b", "gzip"},
		{"7z\xbc\xaf\x27\x1c", "7z"},
		{"Rar!", "RAR"},
		{"SQLite format 3\x00", "SQLite"},
		{"\x28\xb5\x2f\xfd", "zstd"},
		{"BZh", "bzip2"},
		{"PAR1", "Parquet"},
		{"MZ\x90\x00", "EXE"},
	} {
		if bytes.HasPrefix(head, []byte(m.start)) {
			return m.kind
		}
	}
	return ""
}

// refuse is the error for a file of a kind that holds no table.
func refuse(kind, name string) error {
	switch kind {
	case "xls":
		return errs.New(errs.Invalid, "tabular.old-workbook", errs.Args{"file": name})
	case "gzip", "7z", "RAR", "zstd", "bzip2", kindZip:
		return errs.New(errs.Invalid, "tabular.archive", errs.Args{"file": name})
	}
	return errs.New(errs.Invalid, "tabular.binary", errs.Args{"file": name, "kind": kind})
}

// Refuse says by the first bytes of a file why it holds no table, nil for one that may: only Open reads it to know.
func Refuse(name string, head []byte) error {
	if len(bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))) == 0 {
		return errs.New(errs.Invalid, "tabular.empty", errs.Args{"file": name})
	}
	if kind := magic(head); kind != "" && kind != kindZip {
		return refuse(kind, name)
	}
	return nil
}

// readHead gives the first bytes of the file, empty when it has nothing but a byte order mark and blanks there
// and no more after.
func readHead(r io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, min(size, 4096))
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	rest := bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	if len(rest) == 0 && int64(n) == size {
		return nil, nil
	}
	return head, nil
}

// isWorkbook reports whether the ZIP archive holds an Excel workbook.
func isWorkbook(r io.ReaderAt, size int64) (bool, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return false, err
	}
	for _, f := range z.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), "xl/workbook.xml") {
			return true, nil
		}
	}
	return false, nil
}

// sniffText names the format of a text by how it begins. A wanted format is believed, save that JSON and GeoJSON
// are one thing to read and a JSON that is Lines is read as such.
func sniffText(name string, head []byte, wanted Format) (Format, error) {
	if wanted == CSV || wanted == TSV || wanted == JSONLines {
		return wanted, nil
	}
	text := bytes.TrimSpace(head)
	if len(text) == 0 {
		return "", errs.New(errs.Invalid, "tabular.empty", errs.Args{"file": name})
	}
	switch {
	case text[0] == '{' && startsObject(text):
		return sniffObject(text), nil
	case text[0] == '[' && startsArray(text):
		return JSON, nil
	case text[0] == '<' && startsMarkup(text):
		return "", errs.New(errs.Invalid, "tabular.markup", errs.Args{"file": name})
	case (wanted == JSON || wanted == GeoJSON) && startsTable(text):
		return "", errs.New(errs.Invalid, "tabular.json-expected", errs.Args{"file": name})
	case wanted == JSON || wanted == GeoJSON:
		return wanted, nil
	}
	return CSV, nil
}

func startsObject(text []byte) bool {
	rest := bytes.TrimSpace(text[1:])
	return len(rest) == 0 || rest[0] == '"' || rest[0] == '}'
}

// startsArray tells the JSON array from a table whose first header is in brackets.
func startsArray(text []byte) bool {
	rest := bytes.TrimSpace(text[1:])
	return len(rest) == 0 || strings.IndexByte(`{["]-0123456789`, rest[0]) >= 0 || bytes.HasPrefix(rest, []byte("null"))
}

// startsTable reports whether a text that should be JSON is rather a table: a first line of several cells, which begins
// no JSON.
func startsTable(text []byte) bool {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	return text[0] != '{' && text[0] != '[' && bytes.ContainsAny(first, ",;\t|")
}

func startsMarkup(text []byte) bool {
	low := strings.ToLower(string(text[:min(len(text), 64)]))
	for _, p := range []string{"<!doctype", "<html", "<?xml", "<head", "<body", "<svg", "<kml", "<gpx", "<rss"} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return false
}

// sniffObject tells apart an object that holds the rows and objects one per line.
func sniffObject(text []byte) Format {
	first, rest, more := bytes.Cut(text, []byte("\n"))
	if more && json.Valid(first) {
		if rest = bytes.TrimSpace(rest); len(rest) > 0 && rest[0] == '{' {
			return JSONLines
		}
	}
	if isFeatureCollection(text) {
		return GeoJSON
	}
	return JSON
}

// isFeatureCollection looks for the type member of GeoJSON among the first bytes.
func isFeatureCollection(text []byte) bool {
	i := bytes.Index(text, []byte(`"FeatureCollection"`))
	if i < 0 {
		return false
	}
	before := bytes.TrimSpace(text[:i])
	before, ok := bytes.CutSuffix(before, []byte(":"))
	return ok && bytes.HasSuffix(bytes.TrimSpace(before), []byte(`"type"`))
}
