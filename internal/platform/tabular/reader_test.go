package tabular_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/tabular"
)

func open(t testing.TB, content []byte, o tabular.Options) (*tabular.Reader, error) {
	t.Helper()
	r, err := tabular.Open(t.Context(), "essai", bytes.NewReader(content), int64(len(content)), o)
	if err == nil {
		t.Cleanup(func() {
			if err := r.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	return r, err
}

// dump reads everything into one text: rows, notes, then the warnings.
func dump(r *tabular.Reader) (string, error) {
	var b strings.Builder
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return b.String(), err
		}
		fmt.Fprintf(&b, "%d:", row.Line)
		for _, f := range row.Fields {
			v, err := json.Marshal(f.Value)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, " %s=%s", f.Path, v)
		}
		for _, n := range row.Notes {
			fmt.Fprintf(&b, " !%s", strings.TrimPrefix(n.Key, "tabular.warn."))
		}
		b.WriteByte('\n')
	}
	for _, w := range r.Warnings() {
		fmt.Fprintf(&b, "%d! %s %v\n", w.Line, strings.TrimPrefix(w.Key, "tabular.warn."), map[string]any(w.Args))
	}
	return b.String(), nil
}

func utf16(t *testing.T, s string) []byte {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	zeros, err := f.NewStyle(&excelize.Style{CustomNumFmt: ptr("00000")})
	if err != nil {
		t.Fatal(err)
	}
	two, err := f.NewStyle(&excelize.Style{NumFmt: 2})
	if err != nil {
		t.Fatal(err)
	}
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for cell, style := range map[string]int{"B2": zeros, "C2": two, "D2": day} {
		if err := f.SetCellStyle("Sheet1", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func ptr[T any](v T) *T { return &v }

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"csv":         {[]byte("nom,cp\nÉlan,07500\n\n\"a \"\"b\"\"\nc\",\n"), "2: nom=\"Élan\" cp=\"07500\"\n4: nom=\"a \\\"b\\\"\\nc\" cp=\"\"\n"},
		"bom":         {[]byte("\ufeffnom;cp\r\nÉlan;1\r\n"), "2: nom=\"Élan\" cp=\"1\"\n"},
		"tsv":         {[]byte("nom\tville, pays\na\tb, c\n"), "2: nom=\"a\" ville, pays=\"b, c\"\n"},
		"pipe":        {[]byte("nom|cp\na|1\n"), "2: nom=\"a\" cp=\"1\"\n"},
		"old Mac":     {[]byte("nom,cp\ra,1\rb,2"), "2: nom=\"a\" cp=\"1\"\n3: nom=\"b\" cp=\"2\"\n"},
		"one column":  {[]byte("nom\na\nb, c\n"), "2: nom=\"a\"\n3: nom=\"b, c\"\n"},
		"cp1252":      {[]byte("nom,cp\n\xc9lan \x96 caf\xe9,1\n"), "2: nom=\"Élan – café\" cp=\"1\"\n0! encoding map[encoding:Windows-1252]\n"},
		"utf16":       {utf16(t, "nom\tcp\r\nÉlan\t1\r\n"), "2: nom=\"Élan\" cp=\"1\"\n"},
		"bad utf8":    {[]byte("nom\nÉlan été\nbris\xe9\n"), "2: nom=\"Élan été\"\n3: nom=\"bris\ufffd\"\n3! invalid-utf8 map[bytes:1 lines:3 n:1]\n"},
		"twice":       {[]byte("nom,tel,tel,tel_2\na,1,2,3\n"), "2: nom=\"a\" tel=\"1\" tel_3=\"2\" tel_2=\"3\"\n1! header-twice map[header:tel name:tel_3]\n"},
		"short index": {[]byte("nom,cp\n0,a,1\n1,b,2\n"), "2: column_1=\"0\" nom=\"a\" cp=\"1\"\n3: column_1=\"1\" nom=\"b\" cp=\"2\"\n1! header-short-index map[cells:3 headers:2]\n1! header-empty map[name:column_1 rank:1]\n"},
		"short":       {[]byte("nom,cp\na,1,x\nb,2,y\n"), "2: nom=\"a\" cp=\"1\" column_3=\"x\"\n3: nom=\"b\" cp=\"2\" column_3=\"y\"\n1! header-short map[cells:3 headers:2]\n1! header-empty map[name:column_3 rank:3]\n"},
		"long":        {[]byte("nom,cp,x\na,1\nb,2\n"), "2: nom=\"a\" cp=\"1\" x=\"\"\n3: nom=\"b\" cp=\"2\" x=\"\"\n1! header-long map[cells:2 headers:3]\n"},
		"trailing":    {[]byte("nom,cp,\na,1\nb,2\n"), "2: nom=\"a\" cp=\"1\"\n3: nom=\"b\" cp=\"2\"\n"},
		"empty head":  {[]byte("nom,,cp\na,b,1\n"), "2: nom=\"a\" column_2=\"b\" cp=\"1\"\n1! header-empty map[name:column_2 rank:2]\n"},
		"row long":    {[]byte("nom,cp\na,1\nb,2,3\nc,3\n"), "2: nom=\"a\" cp=\"1\"\n3: nom=\"b\" cp=\"2\" !row-long\n4: nom=\"c\" cp=\"3\"\n"},
		"formula":     {[]byte("nom,x\n'=1+1,'abc\n=cmd|' /C calc'!A0,\"''+5\"\n"), "2: nom=\"=1+1\" x=\"'abc\"\n3: nom=\"=cmd|' /C calc'!A0\" x=\"'+5\"\n"},
		"json":        {[]byte(`[{"cp":75017,"x":"075","n":null,"g":{"lon":1.50,"e":{}},"t":["a",2,true],"o":[{"m":1}]}, 3]`), "1: cp=75017 x=\"075\" n=null g.lon=1.50 g.e=null t=[\"a\",2,true] o.0.m=1\n2: !not-object\n"},
		"json holder": {[]byte(`{"total":2,"tags":["x"],"data":{"items":[{"a":1},{"a":2}],"more":[{"a":3}]}}`), "1: a=1\n2: a=2\n"},
		"json single": {[]byte(`{"a":1,"tags":["x"]}`), "1: a=1 tags=[\"x\"]\n"},
		"json lines":  {[]byte("{\"a\":1,\"t\":[{\"b\":2}]}\n\n{\"a\":2}\n"), "1: a=1 t.0.b=2\n3: a=2\n"},
		"json none":   {[]byte(`[]`), ""},
		"geojson":     {[]byte("{\"type\": \"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":7,\"geometry\":{\"type\":\"Point\",\"coordinates\":[2.5,48.25]},\"properties\":{\"name\":\"42\"}},{\"type\":\"Feature\",\"geometry\":null,\"properties\":{}}]}"), "1: type=\"Feature\" id=7 geometry.type=\"Point\" geometry.coordinates=[2.5,48.25] properties.name=\"42\" geometry.lon=2.5 geometry.lat=48.25\n2: type=\"Feature\" geometry=null properties=null\n"},
		"xlsx":        {workbook(t, []any{"nom", "cp", "lat", "jour", "nom"}, []any{"Élan", 7500, 48.896229, 45235, true}, nil, []any{"b", 48828583400021, "0012", "=1+1"}), "2: nom=\"Élan\" cp=\"07500\" lat=\"48.896229\" jour=\"2023-11-05\" nom_2=\"TRUE\"\n4: nom=\"b\" cp=\"48828583400021\" lat=\"0012\" jour=\"=1+1\" nom_2=\"\"\n1! header-twice map[header:nom name:nom_2]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := open(t, c.in, tabular.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := dump(r)
			if err != nil {
				t.Fatal(err)
			}
			if got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if read, total := r.Progress(); read != total || total != int64(len(c.in)) {
				t.Errorf("progress %d of %d, file of %d bytes", read, total, len(c.in))
			}
		})
	}
}

func TestRefused(t *testing.T) {
	book := workbook(t, []any{"a"}, []any{"b"})
	for name, c := range map[string]struct {
		in   []byte
		o    tabular.Options
		key  string
		args map[string]any
	}{
		"empty":          {in: nil, key: "tabular.empty"},
		"blank":          {in: []byte("\ufeff \n\n"), key: "tabular.empty"},
		"blank rows":     {in: []byte(strings.Repeat(",\n", 5000)), key: "tabular.empty"},
		"png":            {in: []byte("\x89PNG\r\n\x1a\n...."), key: "tabular.binary", args: map[string]any{"kind": "PNG"}},
		"elf":            {in: []byte("\x7fELF\x02\x01"), key: "tabular.binary", args: map[string]any{"kind": "ELF"}},
		"nul":            {in: bytes.Repeat([]byte("a\x00b\x01"), 3000), key: "tabular.not-text"},
		"gzip":           {in: []byte("\x1f\x8b\x08"), key: "tabular.archive"},
		"zip, no xlsx":   {in: plainZip(t), key: "tabular.archive"},
		"xls":            {in: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xx"), key: "tabular.old-workbook"},
		"html":           {in: []byte("<!DOCTYPE html><table>"), key: "tabular.markup"},
		"xlsx cut":       {in: book[:len(book)/2], key: "tabular.workbook-broken"},
		"no sheet":       {in: book, o: tabular.Options{Sheet: "x"}, key: "tabular.sheet-missing", args: map[string]any{"sheets": "Sheet1"}},
		"too large":      {in: []byte("a,b\n1,2\n"), o: tabular.Options{MaxBytes: 4}, key: "tabular.too-large"},
		"quote":          {in: []byte("a,b\n1,\"2\n3,4\n"), key: "tabular.quote-open", args: map[string]any{"line": 2}},
		"cell":           {in: []byte("a\nbbbbbbbbb\n"), o: tabular.Options{MaxCell: 8}, key: "tabular.cell-too-large", args: map[string]any{"line": 2}},
		"row":            {in: []byte("a,b\nbbb,bbbbbbbbb\n"), o: tabular.Options{MaxRow: 10}, key: "tabular.row-too-large", args: map[string]any{"line": 2}},
		"json syntax":    {in: []byte("[\n {\"é\": 1},\n {\"b\" 2}\n]"), key: "tabular.json-malformed", args: map[string]any{"line": 3, "column": 7}},
		"json literal":   {in: []byte("[{\"a\":\n  tru}]"), key: "tabular.json-malformed", args: map[string]any{"line": 2, "column": 3}},
		"json comma":     {in: []byte("[{\"a\":1},\n,{}]"), key: "tabular.json-malformed", args: map[string]any{"line": 2, "column": 1}},
		"json after":     {in: []byte("[{\"a\":1}]\n]"), key: "tabular.json-malformed", args: map[string]any{"line": 2, "column": 1}},
		"json cut":       {in: []byte("[{\"a\":1},\n{\"a\":"), key: "tabular.json-cut", args: map[string]any{"line": 2, "column": 6}},
		"json cut after": {in: []byte("{\"a\":[{\"a\":1}]"), key: "tabular.json-cut", args: map[string]any{"line": 1, "column": 15}},
		"json lines":     {in: []byte("{\"a\":1}\n{\"a\":2}\n{\"a\"\n"), key: "tabular.json-malformed", args: map[string]any{"line": 3, "column": 5}},
		"json deep":      {in: []byte(strings.Repeat("[", 100000)), key: "tabular.json-deep"},
		"json deep row":  {in: []byte("[" + strings.Repeat(`{"a":`, 1000)), key: "tabular.json-deep"},
		"json scalar":    {in: []byte(`{}`), key: "tabular.no-rows"},
		"json huge":      {in: []byte(`[{"a":"` + strings.Repeat("x", 5000) + `"}]`), o: tabular.Options{MaxRow: 4000}, key: "tabular.row-too-large"},
		"json cell":      {in: []byte(`[{"a":"x"},{"a":"xxxxx"}]`), o: tabular.Options{MaxCell: 4}, key: "tabular.cell-too-large", args: map[string]any{"line": 2}},
		"json one cell":  {in: []byte(`{"a":"xxxxx"}`), o: tabular.Options{MaxCell: 4}, key: "tabular.cell-too-large", args: map[string]any{"line": 1}},
		"json path":      {in: []byte(`[{"a":1},{"` + strings.Repeat("k", 600) + `":{"` + strings.Repeat("k", 600) + `":1}}]`), key: "tabular.path-too-long", args: map[string]any{"line": 2, "limit": 1024}},
		"json fields":    {in: []byte(`[{"a":{` + members(2001) + `}}]`), key: "tabular.too-many-fields", args: map[string]any{"line": 1, "limit": 2000}},
		"json values":    {in: []byte(`[{"a":[` + strings.Repeat("1,", 200_000) + `1]}]`), key: "tabular.too-many-values", args: map[string]any{"line": 1}},
		"json line path": {in: []byte("{\"a\":1}\n{\"" + strings.Repeat("k", 1025) + "\":1}\n"), key: "tabular.path-too-long", args: map[string]any{"line": 2}},
		"header cells":   {in: []byte(strings.Repeat("a;", 2000) + "b\n" + strings.Repeat("1;", 2000) + "2\n"), key: "tabular.too-many-fields", args: map[string]any{"line": 1}},
		"cells":          {in: []byte("a,b\n" + strings.Repeat(",", 2000) + "x\n"), key: "tabular.too-many-fields", args: map[string]any{"line": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := open(t, c.in, c.o)
			if err == nil {
				_, err = dump(r)
			}
			e := errs.As(err)
			if e == nil || e.Key != c.key {
				t.Fatalf("got %v, want %s", err, c.key)
			}
			for k, want := range c.args {
				if e.Args[k] != want {
					t.Errorf("%s is %v, want %v", k, e.Args[k], want)
				}
			}
		})
	}
}

// members are n members of a JSON object.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"m%d":%d`, i, i)
	}
	return b.String()
}

// A key that stands around thousands of others is not copied into each of them without end.
func TestSmallJSONTakesLittleMemory(t *testing.T) {
	in := []byte(`[{"` + strings.Repeat("k", 2<<20) + `":{` + members(3000) + `}}]`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := open(t, in, tabular.Options{})
	if err == nil {
		_, err = dump(r)
	}
	runtime.ReadMemStats(&after)
	if e := errs.As(err); e == nil || e.Key != "tabular.path-too-long" {
		t.Errorf("got %v", err)
	}
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 100 {
		t.Errorf("%d MB were asked for", used)
	}
}

// The sentence about a file that is as large as the limit contradicts nobody.
func TestTooLargeIsSaidRight(t *testing.T) {
	_, err := tabular.Open(t.Context(), "x.csv", strings.NewReader(""), 2<<30, tabular.Options{})
	e := errs.As(err)
	if e == nil || e.Key != "tabular.too-large" {
		t.Fatalf("got %v", err)
	}
	p := localetest.Printer(t, "fr", tabular.Texts)
	if text := p.Text(e.Key, e.Args); !strings.Contains(text, "doit peser moins de 2") {
		t.Errorf("the sentence is %q", text)
	}
}

func TestOpenFile(t *testing.T) {
	if _, err := tabular.OpenFile(t.Context(), filepath.Join(t.TempDir(), "x.csv"), tabular.Options{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := tabular.OpenFile(t.Context(), t.TempDir(), tabular.Options{}); !errs.Is(err, errs.Invalid) {
		t.Errorf("folder: %v", err)
	}
	sparse := filepath.Join(t.TempDir(), "big.csv")
	if err := os.WriteFile(sparse, []byte("a,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(sparse, 2<<30); err != nil {
		t.Fatal(err)
	}
	if _, err := tabular.OpenFile(t.Context(), sparse, tabular.Options{}); !errs.Is(err, errs.TooLarge) {
		t.Errorf("2 GiB: %v", err)
	}
}

func TestStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := []byte("a,b\n1,2\n3,4\n")
	r, err := tabular.Open(ctx, "x", bytes.NewReader(in), int64(len(in)), tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.Next(); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTexts(t *testing.T) {
	keys := localetest.Catalogue(t, tabular.Texts)
	localetest.Used(t, ".", keys)
}
