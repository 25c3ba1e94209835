package tabular_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
)

func plainZip(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if _, err := z.Create("readme.txt"); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// cells draws texts that a file may hold, hostile ones often; every format can carry them.
func cells() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"", "=cmd|' /C calc'!A0", "'=1", "''+x", "'", "-22.27", "+687445728", "@x", "a;b,c\td|e", "\"", "a\nb", " x ",
			"0075", "1e5", "TRUE", "12345678901234", "<b>&amp;", "É ’ œ\u202f!", "_x000D_", "[1]", "{\"a\":1}", "#NUM!", "\u00a0",
		}),
		rapid.StringOfN(rapid.RuneFrom([]rune("aé'=+-@\"\n\t,;| 0_x{}[]<&中🌴")), 0, 12, -1),
	)
}

func TestWrittenIsReadBack(t *testing.T) {
	formats := []tabular.Format{tabular.CSV, tabular.TSV, tabular.JSON, tabular.JSONLines, tabular.GeoJSON, tabular.XLSX}
	columns := []tabular.Column{{Key: "name"}, {Key: "a.x"}, {Key: "a.y"}}
	for _, format := range formats {
		t.Run(string(format), func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				rows := rapid.SliceOfN(rapid.SliceOfN(cells(), 3, 3), 2, 8).Draw(rt, "rows")
				for i := range rows {
					rows[i][0] = "n" + rows[i][0] // a blank row is no row
				}
				var b bytes.Buffer
				w, err := tabular.NewWriter(format, &b, columns)
				if err != nil {
					rt.Fatal(err)
				}
				for _, row := range rows {
					if err := w.Write([]any{row[0], row[1], row[2]}); err != nil {
						rt.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					rt.Fatal(err)
				}
				got := readBack(rt, b.Bytes(), format)
				if !slices.EqualFunc(got, rows, slices.Equal) {
					rt.Fatalf("wrote %q\nread  %q\nfile %q", rows, got, b.String())
				}
			})
		})
	}
}

func readBack(rt *rapid.T, content []byte, format tabular.Format) [][]string {
	r, err := tabular.Open(rt.Context(), "x", bytes.NewReader(content), int64(len(content)), tabular.Options{})
	if err != nil {
		rt.Fatal(err)
	}
	defer r.Close()
	if r.Format() != format {
		rt.Fatalf("a %s file is taken for %s", format, r.Format())
	}
	prefix := ""
	if format == tabular.GeoJSON {
		prefix = "properties."
	}
	var got [][]string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			rt.Fatal(err)
		}
		var values []string
		for _, path := range []string{"name", "a.x", "a.y"} {
			v, _ := row.Get(prefix + path)
			s, ok := v.(string)
			if !ok {
				rt.Fatalf("%s is %v", path, v)
			}
			values = append(values, s)
		}
		got = append(got, values)
	}
}

func TestTypedValuesAreWritten(t *testing.T) {
	columns := []tabular.Column{{Key: "id"}, {Key: "lat"}, {Key: "lon"}, {Key: "tags", Title: "Mots-clés"}, {Key: "ok"}}
	values := []any{"x1", -22.27, json.Number("166.45"), []string{"a", "b"}, true}
	for format, want := range map[tabular.Format]string{
		tabular.CSV:     "2: id=\"x1\" lat=\"-22.27\" lon=\"166.45\" Mots-clés=\"a\\nb\" ok=\"true\"\n",
		tabular.XLSX:    "2: id=\"x1\" lat=\"-22.27\" lon=\"166.45\" Mots-clés=\"a\\nb\" ok=\"true\"\n",
		tabular.JSON:    "1: id=\"x1\" lat=-22.27 lon=166.45 tags=[\"a\",\"b\"] ok=true\n",
		tabular.GeoJSON: "1: type=\"Feature\" id=\"x1\" geometry.coordinates=[166.45,-22.27] geometry.type=\"Point\" properties.id=\"x1\" properties.tags=[\"a\",\"b\"] properties.ok=true geometry.lon=166.45 geometry.lat=-22.27\n",
	} {
		var b bytes.Buffer
		w, err := tabular.NewWriter(format, &b, columns)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(values), w.Close()); err != nil {
			t.Fatal(err)
		}
		r, err := open(t, b.Bytes(), tabular.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := dump(r)
		if err != nil || got != want {
			t.Errorf("%s: %v\ngot  %swant %s", format, err, got, want)
		}
	}
	if _, err := tabular.NewWriter("pdf", io.Discard, columns); !errs.Is(err, errs.Usage) {
		t.Errorf("unknown format: %v", err)
	}
}

// heapAfter is the memory held in use while the rows of a file are read, the largest seen.
func heapAfter(t *testing.T, path string, want int) uint64 {
	t.Helper()
	r, err := tabular.OpenFile(t.Context(), path, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var peak uint64
	rows := 0
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if rows++; rows%(want/10) == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
	}
	if rows != want {
		t.Fatalf("%d rows, want %d", rows, want)
	}
	return peak
}

func TestMemoryDoesNotGrow(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 100,000 rows twice")
	}
	fewer := 1
	if raced { // ten times slower, and what is measured is the detector's memory too
		fewer = 10
	}
	columns := []tabular.Column{{Key: "id"}, {Key: "name"}, {Key: "description"}, {Key: "postcode"}, {Key: "lat"}, {Key: "lon"}}
	words := strings.Repeat("conseil en systèmes d’information ", 4)
	for _, c := range []struct {
		format tabular.Format
		rows   int
		limit  uint64
	}{
		{tabular.CSV, 100000, 40 << 20},
		{tabular.GeoJSON, 100000, 40 << 20},
		{tabular.XLSX, 20000, 60 << 20}, // past the size at which a sheet goes to a temporary file
	} {
		c.rows /= fewer
		path := filepath.Join(t.TempDir(), "rows."+string(c.format))
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w, err := tabular.NewWriter(c.format, f, columns)
		if err != nil {
			t.Fatal(err)
		}
		for i := range c.rows {
			if err := w.Write([]any{fmt.Sprint("id-", i), fmt.Sprint("Société ", i), words, "98800", -22.1, 166.4}); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(w.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		got := heapAfter(t, path, c.rows)
		t.Logf("%s: %d rows, %d MB in use at most", c.format, c.rows, got>>20)
		if got > c.limit {
			t.Errorf("%s: %d MB in use, more than %d MB", c.format, got>>20, c.limit>>20)
		}
	}
}

// FuzzReader: whatever the bytes, the reader ends, with rows or with an error that has a sentence.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"nom,cp\na,1\n", "\ufeffa;b\r\n\"x\"\"y\";2\r\n", "a\tb\n1\t2", "[{\"a\":[1,{\"b\":null}]}]", "{\"a\":1}\n{\"a\":2}",
		"{\"type\":\"FeatureCollection\",\"features\":[{\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}",
		"\xff\xfea\x00,\x00b\x00\n\x00", "a,b\n\xe9,\xc3\xa9\n", "\"", "[", "{", "[[[[", "{\"a\"", "\r", "a\r\"\r", "'=1", "|", "PK\x03\x04xx",
		"{\"a\":[{}", "[1,2", "{}{}", "[]]", "\xfe\xff\x00a", "{\"features\":[", "nom\n\"a\"b\"c",
	} {
		f.Add([]byte(seed))
	}
	f.Add(plainZip(f))
	f.Add(workbook(f, []any{"a", "b"}, []any{1, "x"}))
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := tabular.Open(t.Context(), "x", bytes.NewReader(content), int64(len(content)), tabular.Options{MaxRow: 1 << 16})
		if err == nil {
			defer r.Close()
			for rows := 0; err == nil; rows++ {
				if rows > len(content)+1 {
					t.Fatalf("more rows than bytes")
				}
				_, err = r.Next()
			}
		}
		if !errors.Is(err, io.EOF) && errs.As(err) == nil {
			t.Fatalf("an error without a sentence: %v", err)
		}
	})
}
