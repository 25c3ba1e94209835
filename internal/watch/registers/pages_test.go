package registers

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"grappe/internal/account"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/watch"
)

const someRegister = "RIDET;Dénomination;État\n132720.001;Radiée;radiée\n0002345001;Vivante;Active\n0999999001;Inconnue;C\n12;Illisible;C\n"

// Where the file tells on which day a company has ended, the page says it, and from which column.
func TestDayOfTheEnd(t *testing.T) {
	d := newDesk(t)
	d.card("Atelier du Lagon", "0132720")
	body := d.see(d.read("RIDET;État;Date de radiation\n132720.001;radiée;12/03/2026\n", "mode", modeTrial, "etat", "État"), http.StatusOK)
	d.says(body, "main", "Atelier du Lagon – 0 132 720, radiée le jeudi 12 mars 2026", "Colonne du jour de la fin", "Date de radiation")
}

// A trial tells what would change, is stored without its file, and leads to the cards that it flagged.
func TestFromATrialToTheFlags(t *testing.T) {
	d := newDesk(t)
	struck, _ := d.card("Atelier du Lagon", "0132720"), d.card("Garage Koné", "0002345")
	form := d.see(Path, http.StatusOK)
	d.says(form, "main", "ne masque et ne supprime aucune fiche", "Aucun registre n’a encore été lu")
	if got := uitest.Attr(uitest.One(t, form, "#jour"), "value"); got != "2026-12-01" {
		t.Errorf("the day is %q", got)
	}
	if got := uitest.Attr(uitest.One(t, form, "input[name=mode][checked]"), "value"); got != modeTrial {
		t.Errorf("the first choice is %q", got)
	}
	path := d.read(someRegister, "mode", modeTrial, "jour", "2026-11-30")
	body := d.see(path, http.StatusOK)
	d.says(body, "h1", "Résultat de l’essai")
	d.says(body, "main", "registre.csv, données du lundi 30 novembre 2026", "rien n’est enregistré", "1 entreprise de votre annuaire a cessé, sur 2", "fiche serait nouvellement signalée", "2 lignes n’ont pas de numéro valable", "Atelier du Lagon – 0 132 720")
	d.says(body, ".summary", "RIDET", "État")
	if got := uitest.Texts(t, body, ".tile-value"); strings.Join(got, " ") != "4 2 1 1 1" {
		t.Errorf("tiles %v", got)
	}
	if got := uitest.Attr(uitest.One(t, body, ".section .bullets a"), "href"); !strings.HasSuffix(got, "/gestion/fiches/"+struck.ID) {
		t.Errorf("the card's link leads to %s", got)
	}
	if d.flags() != 0 {
		t.Error("a trial flags")
	}
	for range 2 {
		if a := d.send(http.MethodPost, path, "application/x-www-form-urlencoded", nil); a.status != http.StatusSeeOther || a.location != path {
			t.Fatalf("%d to %s: %v", a.status, a.location, uitest.Texts(t, a.body, "main"))
		}
	}
	body = d.see(path, http.StatusOK)
	d.says(body, "h1", "Registre lu")
	d.says(body, "main", "Ce registre est enregistré", "fiche nouvellement signalée")
	if got := uitest.Attr(uitest.One(t, body, "a.button-main"), "href"); !strings.HasSuffix(got, "/gestion/moderation?sorte=alerte") {
		t.Errorf("the flags are at %s", got)
	}
	if len(uitest.Find(t, body, "main form")) != 0 || d.flags() != 1 {
		t.Errorf("%d flags, or it can be stored again", d.flags())
	}
	d.says(d.see(Path, http.StatusOK), "table", "RID et RIDET", "30 nov. 2026", "1er déc. 2026, 13 h")
	// Read again, nothing changes.
	d.says(d.see(d.read(someRegister, "mode", modeStore), http.StatusOK), "main", "aucun état ni aucun signalement ne change")
	d.now = d.now.Add(watch.KeptFor + time.Minute)
	if a := d.get(path); a.status != http.StatusGone {
		t.Errorf("after a day: %d", a.status)
	}
}

// Where the columns are not found, the page asks for them among those of the file, with no word of the command line.
func TestColumnsAreAskedFor(t *testing.T) {
	d := newDesk(t)
	d.card("Atelier du Lagon", "0132720")
	file := "code;nom;dernière nouvelle\n0132720;Lagon;oui\n"
	for _, step := range []struct {
		fields []string
		field  string
		says   string
	}{
		{nil, watch.FieldNumber, "Aucune colonne de ce fichier ne s’appelle comme un numéro de registre. Choisissez-la"},
		{[]string{"numero", "code"}, watch.FieldScheme, "« code » ne dit pas de quel registre"},
		{[]string{"numero", "code", "registre", "rid"}, watch.FieldState, "si toutes les entreprises du fichier ont cessé, cochez la case"},
		{[]string{"numero", "code", "registre", "rid", "etat", "ailleurs"}, watch.FieldState, "pas de colonne « ailleurs »"},
	} {
		a := d.upload("registre.csv", []byte(file), append(step.fields, "jour", "2026-11-29", "mode", modeStore)...)
		if a.status != http.StatusUnprocessableEntity {
			t.Fatalf("%v: %d", step.fields, a.status)
		}
		d.says(a.body, ".errors", "Ce fichier n’a pas été lu, rien n’a changé", step.says)
		d.says(a.body, "#fichier-hint", "Choisissez le fichier de nouveau")
		d.says(a.body, ".details-body", "Colonnes de ce fichier : code, nom et dernière nouvelle.")
		if strings.Contains(a.body, "--") && strings.Contains(strings.Join(uitest.Texts(t, a.body, "main"), " "), "--") {
			t.Errorf("%v speaks of options", step.fields)
		}
		if uitest.Attr(uitest.One(t, a.body, "#"+step.field), "aria-invalid") != "true" || len(uitest.Find(t, a.body, ".details[open]")) != 1 {
			t.Errorf("%v: the field is not marked, or folded away", step.fields)
		}
		if len(uitest.Find(t, a.body, "#numero option")) != 4 {
			t.Errorf("%v: the columns are no choice", step.fields)
		}
		// What was chosen stays.
		if uitest.Attr(uitest.One(t, a.body, "#jour"), "value") != "2026-11-29" || uitest.Attr(uitest.One(t, a.body, "input[name=mode][checked]"), "value") != modeStore {
			t.Errorf("%v: what was typed is gone", step.fields)
		}
		if len(step.fields) > 0 && uitest.Attr(uitest.One(t, a.body, "#numero option[selected]"), "value") != "code" {
			t.Errorf("%v: the column is not chosen any more", step.fields)
		}
	}
	body := d.see(d.read(file, "numero", "code", "registre", "rid", "radiees", yes, "mode", modeStore), http.StatusOK)
	d.says(body, ".summary", "code", "RID", "Toutes sont des entreprises qui ont cessé")
	if d.flags() != 1 {
		t.Errorf("%d flags", d.flags())
	}
	d.says(d.upload("large.csv", []byte(strings.Repeat("colonne;", 40)+"fin\n"+strings.Repeat("x;", 40)+"x\n")).body, ".details-body", "et 16 autres")
}

// A file that names nobody says what to look at; one that is older than the last is refused.
func TestFilesThatSayNothing(t *testing.T) {
	d := newDesk(t)
	d.card("Atelier du Lagon", "0132720")
	body := d.see(d.read("RIDET;état\n0999999001;C\n"), http.StatusOK)
	d.says(body, ".empty", "Ce fichier ne nomme aucune entreprise de votre annuaire", "de la sorte RIDET", "portent un numéro de registre")
	if len(uitest.Find(t, body, "main form")) != 0 {
		t.Error("nothing can be stored")
	}
	d.says(d.see(d.read("RIDET;état\n0132720001;en sommeil\n"), http.StatusOK), "main", "Pour 1 entreprise de votre annuaire, le fichier ne permet pas de conclure")
	path := d.read("RIDET;état\n0132720001;C\n", "jour", "2026-11-01")
	d.read("RIDET;état\n0132720001;A\n", "jour", "2026-11-20", "mode", modeStore)
	a := d.upload("vieux.csv", []byte("RIDET;état\n0132720001;C\n"), "jour", "2026-11-10", "mode", modeStore)
	if a.status != http.StatusConflict || uitest.Attr(uitest.One(t, a.body, "#jour"), "aria-invalid") != "true" {
		t.Errorf("%d", a.status)
	}
	d.says(a.body, ".errors", "Un fichier plus récent de ce registre, du vendredi 20 novembre 2026, a déjà été lu", "Si la date est fausse, corrigez-la")
	a = d.send(http.MethodPost, path, "application/x-www-form-urlencoded", nil)
	if a.status != http.StatusConflict || d.flags() != 0 {
		t.Errorf("%d, %d flags", a.status, d.flags())
	}
	d.says(a.body, ".errors", "Ce résultat n’a pas été enregistré", "Un fichier plus récent")
}

// zipped is an archive with a member.
func zipped(t *testing.T, name, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	if err == nil {
		_, err = io.WriteString(w, content)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bomb is a small workbook that unpacks to more than is read.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, size := range map[string]int{"[Content_Types].xml": 10, "xl/workbook.xml": 10, "xl/worksheets/sheet1.xml": maxUnpacked + 1<<20} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for block := bytes.Repeat([]byte(" "), 1<<20); size > 0; size -= len(block) {
			if _, err := w.Write(block[:min(size, len(block))]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What holds no table is refused on the page where it was given, with what to do.
func TestFilesThatAreRefused(t *testing.T) {
	d := newDesk(t)
	good := []byte(someRegister)
	for _, tt := range []struct {
		name    string
		content []byte
		day     string
		status  int
		says    string
		field   string
	}{
		{"", nil, "", 422, "Choisissez un fichier", fileField},
		{"vide.csv", nil, "", 422, "est vide", fileField},
		{"entetes.csv", []byte("RIDET;état\n"), "", 422, "", ""},
		{"photo.png", []byte("\x89PNG\r\n\x1a\n....."), "", 422, "PNG", fileField},
		{"ancien.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "", 422, "XLSX", fileField},
		{"registre.zip", zipped(t, "registre.csv", someRegister), "", 422, "archive", fileField},
		{"bombe.xlsx", bomb(t), "", 413, "trop gros une fois ouvert", fileField},
		{"page.csv", []byte("<!DOCTYPE html><html><body>Connexion</body></html>"), "", 422, "page web", fileField},
		{"r.csv", good, "2026-12-02", 422, "est à venir", watch.FieldDay},
		{"r.csv", good, "demain", 422, "Donnez une date", watch.FieldDay},
		{"", nil, "demain", 422, "Choisissez un fichier", fileField},
		{"lourd.csv", bytes.Repeat([]byte("0132720;C\n"), MaxFile/10+1), "2026-11-02", 413, "plus de 50 Mo", fileField},
	} {
		a := d.upload(tt.name, tt.content, "jour", tt.day)
		if tt.field == "" { // a file of no row is read, and names nobody
			d.says(d.see(a.location, http.StatusOK), ".empty", "aucune entreprise de votre annuaire")
			continue
		}
		if a.status != tt.status {
			t.Fatalf("%s %s: %d to %q, want %d", tt.name, tt.day, a.status, a.location, tt.status)
		}
		d.says(a.body, ".errors", "Ce fichier n’a pas été lu, rien n’a changé", tt.says)
		if uitest.Attr(uitest.One(t, a.body, "#"+tt.field), "aria-invalid") != "true" {
			t.Errorf("%s %s: the field is not marked", tt.name, tt.day)
		}
		if got := uitest.Attr(uitest.One(t, a.body, "#jour"), "value"); got != tt.day {
			t.Errorf("%s: the day %q became %q", tt.name, tt.day, got)
		}
	}
	for name, a := range map[string]answer{
		"no form":        d.send(http.MethodPost, Path, "text/plain", strings.NewReader("x")),
		"no parts":       d.send(http.MethodPost, Path, "application/x-www-form-urlencoded", strings.NewReader("jour=2026-11-30")),
		"a broken form":  d.send(http.MethodPost, Path, "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"a.csv\"\r\n\r\nRID;")),
		"a broken field": d.send(http.MethodPost, Path, "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"jour\"\r\n\r\n2026")),
	} {
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}

// A file that is far too large is not taken in, whatever its length is said to be, and is never held in memory.
func TestFilesThatNeverEnd(t *testing.T) {
	d := newDesk(t)
	head := "--x\r\nContent-Disposition: form-data; name=\"fichier\"; filename=\"a.csv\"\r\n\r\n"
	a := d.send(http.MethodPost, Path, "multipart/form-data; boundary=x", io.MultiReader(strings.NewReader(head), &endless{left: 2 * mostSent}))
	if a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("%d", a.status)
	}
	d.says(a.body, ".errors", "plus de 50 Mo")
}

// endless reads as zeros for a long while.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	e.left -= int64(len(p))
	return len(p), nil
}

// Content decides, whatever the name and the encoding.
func TestFilesThatAreRead(t *testing.T) {
	d := newDesk(t)
	d.card("École du Lagon", "0132720")
	for name, content := range map[string][]byte{
		"latin.csv":              []byte("Num\xe9ro RIDET;\xc9tat\n0132720001;Radi\xe9e\n"),
		"classeur.csv":           workbook(t, []any{"RID", "Date de radiation"}, []any{"0132720", "2026-01-31"}),
		"..\\..\\etc/passwd.tsv": []byte("RID\tétat\n0132720\tcessée\n"),
		"objets.json":            []byte(`[{"unite": {"rid": "0132720", "etat": "F"}}]`),
		strings.Repeat("é", 300): []byte("RID;état\n132720;C\n"),
	} {
		a := d.upload(name, content)
		if a.status != http.StatusSeeOther {
			t.Errorf("%s: %d %v", name, a.status, uitest.Texts(t, a.body, ".errors"))
			continue
		}
		d.says(d.see(a.location, http.StatusOK), "main", "1 entreprise de votre annuaire a cessé, sur 1", "École du Lagon")
	}
}

func TestTwoFilesAtOnce(t *testing.T) {
	d := newDesk(t)
	d.card("Atelier du Lagon", "0132720")
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			kind, body := sent(t, "r.csv", []byte(someRegister), "mode", modeStore)
			other := *d
			other.temp = t.TempDir() // the files of the others may lie in the common one meanwhile
			if a := other.send(http.MethodPost, Path, kind, bytes.NewReader(body)); a.status != http.StatusSeeOther {
				t.Errorf("%d %v", a.status, uitest.Texts(t, a.body, ".errors"))
			}
		})
	}
	together.Wait()
	if d.flags() != 1 {
		t.Errorf("%d flags", d.flags())
	}
}

func TestOnlyProjectManagers(t *testing.T) {
	d := newDesk(t)
	path := d.read("RID;état\n0132720;C\n")
	d.by.Roles = []account.Role{account.Reader}
	for _, a := range []answer{d.get(Path), d.get(path), d.upload("r.csv", []byte(someRegister)), d.send(http.MethodPost, path, "", nil)} {
		if a.status != http.StatusForbidden || !strings.Contains(a.body, "ne donne pas accès") {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
}
