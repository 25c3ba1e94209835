package browser

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui/uitest"
)

func archive(t *testing.T, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func workbook(t *testing.T, sheets map[string][][]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprint("A", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func manyMembers(n int) string {
	members := make([]string, n)
	for i := range members {
		members[i] = fmt.Sprintf(`"champ%d": 1`, i)
	}
	return strings.Join(members, ",")
}

// What holds no table is refused at once, on the page where it was given, with what to do; nothing of it stays.
func TestFilesThatAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		for _, tt := range []struct {
			name    string
			content []byte
			says    string
		}{
			{"vide.csv", nil, "est vide"},
			{"blanc.csv", []byte("\xef\xbb\xbf \n\n "), "est vide"},
			{"entetes.csv", []byte("nom;ville\n"), "aucune ligne"},
			{"photo.csv", []byte("\x89PNG\r\n\x1a\n....."), "PNG"},
			{"programme.xlsx", []byte("\x7fELF\x02\x01"), "ELF"},
			{"ancien.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "XLSX"},
			{"donnees.zip", archive(t, "donnees.csv"), "archive"},
			{"presque.xlsx", archive(t, "xl/workbook.xml"), "abîmé"},
			{"coupe.xlsx", workbook(t, map[string][][]any{"A": {{"nom"}, {"Atelier"}}})[:900], "abîmé"},
			{"page.csv", []byte("<!DOCTYPE html><html><body>Connexion</body></html>"), "page web"},
			{"coupe.json", []byte(`[{"nom": "Atelier"}, {"nom": "Éc`), "trop tôt"},
			{"faux.json", []byte(`{"nom": }`), "mal formé"},
			{"large.json", []byte("[{" + manyMembers(2500) + "}]"), "champs"},
			{"octets.csv", bytes.Repeat([]byte{0, 1, 2, 255}, 500), "tableau"},
		} {
			a := b.upload(tt.name, tt.content)
			if a.status != http.StatusUnprocessableEntity && a.status != http.StatusRequestEntityTooLarge {
				t.Fatalf("%s: %d to %s", tt.name, a.status, a.location)
			}
			body := b.checked(tt.name, a, a.status)
			told := strings.Join(uitest.Texts(t, body, ".errors"), " ")
			if !strings.Contains(told, tt.says) || !strings.Contains(told, "Rien n’a été gardé") {
				t.Errorf("%s: says %q, want %q", tt.name, told, tt.says)
			}
			if uitest.Attr(uitest.One(t, body, "#fichier"), "aria-invalid") != "true" {
				t.Errorf("%s: the field is not marked", tt.name)
			}
			if n := b.count("import_uploads") + b.count("import_upload_parts"); n != 0 {
				t.Fatalf("%s: %d rows are left", tt.name, n)
			}
		}
	})
}

// Content decides, whatever the name says, and what is unusual is read all the same.
func TestFilesThatAreRead(t *testing.T) {
	b := sqlite(t)
	for _, tt := range []struct {
		name    string
		content []byte
		format  string
		columns string
	}{
		{"entreprises.xlsx", []byte(someFile), "csv", "nom ville tel mel texte"},
		{"entreprises.csv", workbook(t, map[string][][]any{"Feuille": {{"nom", "cp"}, {"Atelier", 98800}}}), "xlsx", "nom cp"},
		{"latin.csv", []byte("nom;ville\n\xc9cole;Noum\xe9a\n"), "csv", "nom ville"},
		{"..\\..\\etc/passwd.csv", []byte("nom\nA\n"), "csv", "nom"},
		{"objets.json", []byte(`[{"nom": "A", "contacts": [{"mail": "a@example.org"}, {"mail": "b@example.org"}], "n": 12.50, "oui": true, "rien": null}]`), "json", "nom contacts.*.mail n oui rien"},
		{"lignes.jsonl", []byte("{\"nom\": \"A\"}\n{\"nom\": \"B\", \"b\": 1}\n"), "jsonl", "nom b"},
		{"points.geojson", []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[166.4,-22.2]},"properties":{"nom":"A"}}]}`), "geojson", "properties.nom geometry.lon geometry.lat"},
		{"contours.geojson", []byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[1,2],[3,4],[1,2]]]},"properties":{"nom":"A"}}]}`), "geojson", "properties.nom"},
	} {
		a := b.upload(tt.name, tt.content)
		if a.status != http.StatusSeeOther {
			t.Errorf("%s: %d %v", tt.name, a.status, uitest.Texts(t, a.body, ".errors"))
			continue
		}
		u := b.held(a.location)
		var columns []string
		for _, c := range u.Sample.Columns {
			columns = append(columns, c.Path)
		}
		if u.Sample.Format != tt.format || strings.Join(columns, " ") != tt.columns {
			t.Errorf("%s: %s with %v", tt.name, u.Sample.Format, columns)
		}
		b.see(a.location, http.StatusOK)
	}
}

// A file of very many columns is read; the first of them are shown.
func TestManyColumns(t *testing.T) {
	b := sqlite(t)
	var head, row []string
	for i := range 1800 {
		head, row = append(head, fmt.Sprint("colonne ", i)), append(row, "x")
	}
	head[0], head[1] = "nom", strings.Repeat("long ", 1000)
	path := b.given("large.csv", strings.Join(head, ";")+"\n"+strings.Join(row, ";"))
	if s := b.held(path).Sample; len(s.Columns) != mostColumns || s.Hidden != 1800-mostColumns {
		t.Errorf("%d columns, %d hidden", len(s.Columns), s.Hidden)
	}
	body := b.see(path, http.StatusOK)
	uitest.Count(t, body, "#composer li.compose-column", mostColumns)
	if !strings.Contains(strings.Join(uitest.Texts(t, body, "main"), " "), "1 650") {
		t.Error("nothing says how many columns are not shown")
	}
	if long := strings.Repeat("long ", 20); strings.Contains(body, long) {
		t.Error("a long name of a column is shown whole")
	}
	b.tried(path)
}

// endless never ends, and counts what was read of it.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	copy(p, "nom\n")
	e.read += int64(len(p))
	return len(p), nil
}

// A file of a gigabyte is refused by what it says of itself, or as soon as it passes the limit, and nothing of it stays.
func TestAGigabyte(t *testing.T) {
	b := sqlite(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, newPath, strings.NewReader("--x"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.ContentLength = 1 << 30
	body := b.checked(newPath, b.send(r), http.StatusRequestEntityTooLarge)
	if told := strings.Join(uitest.Texts(t, body, ".errors"), " "); !strings.Contains(told, "50") {
		t.Errorf("says %q", told)
	}
	from := &endless{}
	_, err := b.service.Receive(t.Context(), b.by, "sans-fin.csv", from)
	if e := errs.As(err); e == nil || e.Kind != errs.TooLarge {
		t.Errorf("an endless file: %v", err)
	}
	if from.read > MaxFile+4*partBytes {
		t.Errorf("%d bytes were read of it", from.read)
	}
	// Sent without a length, over the limit of the request itself.
	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, newPath, io.MultiReader(
		strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"x.csv\"\r\n\r\n"), io.LimitReader(&endless{}, 1<<30)))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.ContentLength = -1
	b.checked(newPath, b.send(r), http.StatusRequestEntityTooLarge)
	if n := b.count("import_uploads") + b.count("import_upload_parts"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// breaks gives some bytes and then an error.
type breaks struct{ err error }

func (r *breaks) Read(p []byte) (int, error) { return copy(p, "nom;ville\nA;B\n"), r.err }

// A file that does not arrive whole is no file, however much of it came.
func TestAFileThatBreaksOff(t *testing.T) {
	b := sqlite(t)
	whole := "--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"x.csv\"\r\n\r\n" + someFile
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, newPath, strings.NewReader(whole))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	body := b.checked(newPath, b.send(r), http.StatusUnprocessableEntity)
	if told := strings.Join(uitest.Texts(t, body, ".errors"), " "); !strings.Contains(told, "en entier") {
		t.Errorf("says %q", told)
	}
	for _, fault := range []error{io.ErrUnexpectedEOF, errors.New("the line is cut"), context.Canceled} {
		if _, err := b.service.Receive(t.Context(), b.by, "x.csv", &breaks{fault}); err == nil {
			t.Errorf("%v was taken for an end", fault)
		}
	}
	for name, r := range map[string]*http.Request{
		"no form":     httptest.NewRequestWithContext(t.Context(), http.MethodPost, newPath, strings.NewReader("fichier=x")),
		"no file":     httptest.NewRequestWithContext(t.Context(), http.MethodPost, newPath, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"autre\"\r\n\r\ny\r\n--x--\r\n")),
		"none chosen": httptest.NewRequestWithContext(t.Context(), http.MethodPost, newPath, strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"\"\r\n\r\n\r\n--x--\r\n")),
	} {
		if name != "no form" {
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		}
		body := b.checked(name, b.send(r), http.StatusUnprocessableEntity)
		if told := strings.Join(uitest.Texts(t, body, ".errors"), " "); !strings.Contains(told, "Choisissez") {
			t.Errorf("%s: says %q", name, told)
		}
	}
	if n := b.count("import_uploads") + b.count("import_upload_parts"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// A file that takes long to read is read by a job; what is wrong with it is then told on its page.
func TestALargeFileIsReadByAJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		var text strings.Builder
		text.WriteString("nom;texte\n")
		for i := range 30_000 {
			fmt.Fprintf(&text, "Atelier %d;%s\n", i, strings.Repeat("mot ", 20))
		}
		path := b.given("grand.csv", text.String())
		if u := b.held(path); u.State != Reading || u.Parts < 2 || u.Size != int64(text.Len()) {
			t.Fatalf("%s, %d parts, %d bytes", u.State, u.Parts, u.Size)
		}
		body := b.see(path, http.StatusOK)
		uitest.One(t, body, "progress")
		uitest.One(t, body, "noscript")
		b.work()
		if u := b.held(path); u.State != Ready || u.Sample.Rows != 30_000 {
			t.Fatalf("%s, %d rows", u.State, u.Sample.Rows)
		}
		bad := b.given("casse.json", "["+strings.Repeat(`{"nom": "Atelier"},`, 150_000)+"{")
		b.work()
		if u := b.held(bad); u.State != Unreadable || u.Fault == nil {
			t.Fatalf("%s %+v", u.State, u.Fault)
		}
		if told := strings.Join(uitest.Texts(t, b.see(bad, http.StatusOK), ".notice"), " "); !strings.Contains(told, "trop tôt") {
			t.Errorf("says %q", told)
		}
		if to := b.post(bad+"/abandon", nil); !strings.HasPrefix(to, Path+"?") {
			t.Errorf("leads to %s", to)
		}
		if n := b.count("import_uploads"); n != 1 {
			t.Errorf("%d uploads", n)
		}
	})
}

// A small workbook of very much content is read by a job, and one of far too much is refused at once.
func TestWorkbooksThatUnpackToMuch(t *testing.T) {
	b := sqlite(t)
	rows := [][]any{{"nom", "texte"}}
	for i := range 1000 {
		rows = append(rows, []any{fmt.Sprint("Atelier ", i), fmt.Sprint(i, strings.Repeat(" mot", 7500))})
	}
	text := string(workbook(t, map[string][][]any{"A": rows}))
	if len(text) > readAtOnce {
		t.Fatalf("the workbook has %d bytes", len(text))
	}
	path := b.given("dense.xlsx", text)
	if u := b.held(path); u.State != Reading {
		t.Fatalf("%s", u.State)
	}
	b.work()
	if u := b.held(path); u.State != Ready || u.Sample.Rows != 1000 {
		t.Errorf("%s, %d rows, %+v", u.State, u.Sample.Rows, u.Fault)
	}
	a := b.upload("bombe.xlsx", bomb(t))
	if a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a bomb: %d to %s", a.status, a.location)
	}
	if n := b.count("import_uploads"); n != 1 {
		t.Errorf("%d uploads", n)
	}
}

// bomb is a workbook of some kilobytes whose sheet has half a gigabyte.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		content := io.Reader(strings.NewReader("<x/>"))
		if strings.HasSuffix(name, "sheet1.xml") {
			content = io.LimitReader(&endless{}, 512<<20)
		}
		if _, err := io.Copy(w, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Another sheet of a workbook is read when somebody asks for it.
func TestSheets(t *testing.T) {
	b := sqlite(t)
	path := b.given("deux.xlsx", string(workbook(t, map[string][][]any{"Un": {{"nom"}, {"Atelier"}}, "Deux": {{"denomination", "ville"}, {"École", "Lifou"}, {"Garage", "Koné"}}})))
	u := b.held(path)
	other := u.Sample.Sheets[1]
	if to := b.post(path, map[string][]string{stepName: {"feuille"}, "feuille": {other}}); to != path {
		t.Fatal(to)
	}
	b.work()
	now := b.held(path)
	if now.State != Ready || now.Sample.Sheet != other || now.Sample.Rows == u.Sample.Rows {
		t.Errorf("%s, sheet %q, %d rows", now.State, now.Sample.Sheet, now.Sample.Rows)
	}
	if m, err := now.draft(); err != nil || m.Format.Sheet != other {
		t.Errorf("the mapping reads %+v (%v)", m, err)
	}
	b.imported(path)
	b.checked("no sheet", b.ask(http.MethodPost, b.given("x.csv", someFile), map[string][]string{stepName: {"feuille"}, "feuille": {"x"}}), http.StatusUnprocessableEntity)
}

// A territory whose cards are another instance's takes no file, and says why.
func TestACopyRefuses(t *testing.T) {
	b := sqlite(t)
	path := b.given("a.csv", someFile)
	b.tried(path)
	b.write(func(ctx context.Context, tx *db.Tx) error {
		return listing.KeptBy("https://origine.example").Keep(ctx, tx, "nc")
	})
	body := b.see(Path, http.StatusOK)
	if told := strings.Join(uitest.Texts(t, body, ".notice"), " "); !strings.Contains(told, "copie") {
		t.Errorf("says %q", told)
	}
	uitest.Count(t, body, "main a.button-main", 0)
	for _, a := range []answer{b.ask(http.MethodGet, newPath, nil), b.upload("b.csv", []byte(someFile)), b.ask(http.MethodPost, path+"/essai", nil), b.ask(http.MethodPost, path+"/import", nil)} {
		if a.status != http.StatusForbidden {
			t.Errorf("%d", a.status)
		}
	}
	if _, err := b.service.Receive(t.Context(), b.by, "b.csv", strings.NewReader(someFile)); errs.As(err) == nil || errs.As(err).Key != "imports.copy" {
		t.Errorf("%v", err)
	}
}

// Readers see what was imported and nothing more.
func TestWhatReadersMay(t *testing.T) {
	b := sqlite(t)
	run := b.imported(b.given("a.csv", someFile))
	path := b.given("b.csv", someFile)
	reader := b.as(b.person("lecteur@example.nc", "", account.Reader))
	body := reader.see(Path, http.StatusOK)
	uitest.Count(t, body, "main a.button-main", 0)
	uitest.Count(t, body, "main .cell-acts a", 0)
	body = reader.see(run, http.StatusOK)
	uitest.Count(t, body, "main a.button-danger", 0)
	reader.see(mappingsPath, http.StatusOK)
	for _, p := range []string{newPath, path, path + "/essai", path + "/import", path + "/abandon", run + "/annulation"} {
		if a := reader.ask(http.MethodGet, p, nil); a.status != http.StatusForbidden {
			t.Errorf("GET %s: %d", p, a.status)
		}
		if a := reader.ask(http.MethodPost, p, nil); a.status != http.StatusForbidden {
			t.Errorf("POST %s: %d", p, a.status)
		}
	}
}
