package printed_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"grappe/internal/directory"
	"grappe/internal/directory/printed"
	"grappe/internal/listing"
	"grappe/internal/taxonomy"
	"grappe/presets"
)

// document asks for a search as PDF and reads it back.
func (s *shop) document(t testing.TB, lang, path string) paper {
	t.Helper()
	w := s.get(t.Context(), lang, path, nil)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/pdf" {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return readPaper(t, w.Body.Bytes())
}

// pagesWith are the pages, from 1, on which a text stands as it is.
func (p paper) pagesWith(text string) []int {
	var pages []int
	for i, s := range p.pages {
		if slices.Contains(s.texts, text) {
			pages = append(pages, i+1)
		}
	}
	return pages
}

// find is the one page with a text of its own.
func (p paper) find(t testing.TB, text string) int {
	t.Helper()
	pages := p.pagesWith(text)
	if len(pages) != 1 {
		t.Errorf("%q stands on pages %v, want one", text, pages)
		return 0
	}
	return pages[0]
}

// inDocument is how many cards the document has that most is asked of.
const inDocument = 110

func TestDocument(t *testing.T) {
	p := open(t, nil, cards(t, inDocument)...).document(t, "fr", "/annuaire.pdf")
	t.Run("every card stands once in full", p.everyCardOnce)
	t.Run("the contents tell the right pages", p.contentsAreRight)
	t.Run("sections follow the taxonomy", p.sectionsFollowTheTaxonomy)
}

func (p paper) everyCardOnce(t *testing.T) {
	last := len(p.pages)
	for n := range inDocument {
		mail := fmt.Sprintf("m%d@cartes.example", n)
		page := p.find(t, mail)
		links := 0
		for _, sheet := range p.pages {
			for _, address := range sheet.out {
				if strings.HasPrefix(address, "https://grappe.example/nc/annuaire/") && strings.HasSuffix(address, fmt.Sprintf("-%03d", n)) {
					links++
				}
			}
		}
		if links < 2 {
			t.Errorf("the page of card %d is linked %d times, want its name and its QR code", n, links)
		}
		// The index says where.
		if page > 0 && !indexed(p, fmt.Sprintf(" %03d", n), page) {
			t.Errorf("the index does not say that card %d stands on page %d", n, page)
		}
	}
	if got := p.pages[last-1].texts; !slices.Contains(got, fmt.Sprintf("Page %d sur %d", last, last)) {
		t.Errorf("the last page calls itself otherwise: %q", got)
	}
}

// indexed reports whether a name that ends in end is followed by the number of the page on a page of the index.
func indexed(p paper, end string, page int) bool {
	for _, s := range p.pages {
		if !slices.Contains(s.texts, "Index des noms") {
			continue
		}
		for i, text := range s.texts {
			if strings.HasSuffix(text, end) && slices.Contains(s.texts[i+1:min(i+3, len(s.texts))], strconv.Itoa(page)) {
				return true
			}
		}
	}
	return false
}

func (p paper) contentsAreRight(t *testing.T) {
	line := regexp.MustCompile(`^(.+) \((\d+)\)$`)
	entries := 0
	for _, sheet := range p.pages[:3] {
		for i, text := range sheet.texts {
			m := line.FindStringSubmatch(text)
			if m == nil {
				continue
			}
			entries++
			var page int
			for _, after := range sheet.texts[i+1 : min(i+3, len(sheet.texts))] {
				if number, ok := strings.CutPrefix(after, "p.\u00a0"); ok {
					page, _ = strconv.Atoi(number)
				}
			}
			if page < 2 || page > len(p.pages) || !heads(p.pages[page-1], m[1], m[2]) {
				t.Errorf("%s is said to begin on page %d, which does not say so", m[1], page)
			}
			if !slices.Contains(sheet.links, page) {
				t.Errorf("%s: no link of the contents leads to page %d", m[1], page)
			}
		}
	}
	if entries < 20 {
		t.Errorf("the contents have %d entries", entries)
	}
}

// heads reports whether a section begins on the page, with its number of cards.
func heads(s sheet, title, cards string) bool {
	return strings.Contains(strings.Join(s.texts, " "), title+" "+cards+" fiche") // a long title stands on two lines
}

func TestLinesLeadToTheCard(t *testing.T) {
	twice := card(1, "Deux Métiers", "web-development", "cybersecurity")
	s := open(t, nil, twice, card(2, "Un Métier", "cybersecurity"), card(3, "Sans Métier"))
	p := s.document(t, "fr", "/annuaire.pdf")
	page := p.find(t, "m1@cartes.example")
	also := 0
	for _, sheet := range p.pages {
		if i := slices.Index(sheet.texts, "Aussi dans ce domaine"); i >= 0 {
			also++
			if rest := sheet.texts[i:]; rest[1] != "Deux Métiers" || !slices.Contains(rest, fmt.Sprintf("p.\u00a0%d", page)) || !slices.Contains(sheet.links, page) {
				t.Errorf("the line of the other competence says %q and leads to %v", rest, sheet.links)
			}
		}
	}
	if also != 1 {
		t.Errorf("%d sections name cards of other sections, want 1", also)
	}
	// Who asks for a competence finds its cards under it, and no other section.
	of := s.document(t, "fr", "/annuaire.pdf?competence=cybersecurite")
	if page := of.find(t, "m1@cartes.example"); !heads(of.pages[page-1], "Cybersécurité", "2") || strings.Contains(string(of.pages[1].text()), "Développement web") ||
		len(of.pagesWith("Aussi dans ce domaine")) > 0 {
		t.Errorf("the cards of one competence: %q", of.pages[1].texts)
	}
	if page := p.find(t, "m3@cartes.example"); !slices.Contains(p.pages[page-1].texts, "Autres organisations") {
		t.Error("a card without competence does not stand among the others")
	}
	// Every link leads somewhere: to a page that there is (see readPaper), or to an address of the web, mail or telephone.
	for i, sheet := range p.pages {
		for _, address := range sheet.out {
			if !regexp.MustCompile(`^(https?://[^ ]+|mailto:[^ ]+@[^ ]+|tel:\+\d+)$`).MatchString(address) {
				t.Errorf("page %d links to %q", i+1, address)
			}
		}
	}
}

func TestCoverSaysWhatItIs(t *testing.T) {
	s := open(t, nil, cards(t, 30)...)
	p := s.document(t, "fr", "/annuaire.pdf?competence=cybersecurite&zone=noumea&q=numerique&page=7&tri=recents&carte=-22,166,9")
	text := p.pages[0].text()
	for _, want := range []string{"Annuaire", "Nouvelle-Calédonie", "mardi 3\u00a0février 2026", "Recherche\u00a0: «\u00a0numerique\u00a0»", "Compétence\u00a0: Cybersécurité", "Lieu desservi\u00a0: Nouméa"} {
		if !strings.Contains(text, want) {
			t.Errorf("the cover does not say %q:\n%s", want, text)
		}
	}
	if want := "https://grappe.example/nc/annuaire?competence=cybersecurite&q=numerique&zone=noumea"; !slices.Contains(p.pages[0].out, want) {
		t.Errorf("the cover leads to %v, want %s", p.pages[0].out, want)
	}
	for _, part := range []string{"/Lang (fr)", "/Title", "/Author", "/Outlines"} {
		if !strings.Contains(string(p.raw), part) {
			t.Errorf("the document has no %s", part)
		}
	}
	if english := s.document(t, "en", "/annuaire.pdf").pages[0].text(); !strings.Contains(english, "Directory") || !strings.Contains(english, "New Caledonia") || !strings.Contains(english, "30 cards") {
		t.Errorf("English: %s", english)
	}
	all := s.document(t, "fr", "/annuaire.pdf").pages[0].text()
	if !strings.Contains(all, "30 fiches") || !strings.Contains(all, "Fichier essai · Licence Ouverte 2.0") {
		t.Errorf("the cover of all: %s", all)
	}
	if empty := s.document(t, "fr", "/annuaire.pdf?q=zzzzqqqq"); !strings.Contains(empty.pages[0].text(), "0 fiche") || len(empty.pages) > 2 {
		t.Errorf("nothing found makes %d pages: %s", len(empty.pages), empty.pages[0].text())
	}
}

// Names of the Pacific and of France come out; what the fonts lack becomes what looks like it.
func TestCharacters(t *testing.T) {
	names := map[string]string{
		"Œuvre d’été «\u202fNoël\u202f»": "Œuvre d’été «\u00a0Noël\u00a0»", "ʻUvea mo Futuna": "‘Uvea mo Futuna", "Fakaʼofoʼou": "Faka’ofo’ou",
		"Tāhiti Pāpeʻetē": "Tāhiti Pāpe‘etē", "Caf\u0301e e\u0301te\u0301": "Cafe été", "100 % web 🚀": "100 % web", "Ça \u2011 là – œ — …": "Ça - là – œ — …",
	}
	var all []listing.Record
	for name := range names {
		all = append(all, card(len(all), name))
	}
	p := open(t, nil, all...).document(t, "fr", "/annuaire.pdf")
	for name, want := range names {
		if len(p.pagesWith(want)) == 0 {
			t.Errorf("%q is not printed as %q", name, want)
		}
	}
}

// many is a directory of more cards than a document holds, without storing them.
type many struct {
	printed.Directory
	n int
}

func (m many) IDs(context.Context, string, directory.Query) ([]string, error) {
	ids := make([]string, m.n)
	for i := range ids {
		ids[i] = strconv.Itoa(i)
	}
	return ids, nil
}

func (m many) Records(ctx context.Context, _ string, ids []string, f func(listing.Record) error) error {
	for i, id := range ids {
		r := card(i, "Fiche "+id, "web-development")
		r.Listing.ID, r.Listing.Slug = id, "fiche-"+id
		if err := f(r); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func TestMoreThanADocumentHolds(t *testing.T) {
	s := open(t, func(d printed.Directory) printed.Directory { return many{d, mostInTests + 1} })
	p := s.document(t, "fr", "/annuaire.pdf")
	cover := strings.Join(p.pages[0].texts, " ")
	if !strings.Contains(cover, "311 fiches") || !strings.Contains(cover, "les 310 premières") {
		t.Errorf("the cover does not say that cards are missing: %s", cover)
	}
	text := ""
	for _, sheet := range p.pages {
		text += sheet.text() + "\n"
	}
	if strings.Count(text, "@cartes.example") != mostInTests {
		t.Errorf("%d cards are printed", strings.Count(text, "@cartes.example"))
	}
	w := s.get(t.Context(), "fr", "/annuaire/imprimer", nil)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "les 310 premières") || w.Body.Len() > 60_000 {
		t.Errorf("the page: %d, %d bytes", w.Code, w.Body.Len())
	}
}

// Poppler, a reader of its own, finds the same cards. The test says so where it is not there.
func TestAnotherReaderAgrees(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("skipped: pdftotext (poppler-utils) is not installed")
	}
	s := open(t, nil, cards(t, 40)...)
	path := filepath.Join(t.TempDir(), "annuaire.pdf")
	if err := os.WriteFile(path, s.get(t.Context(), "fr", "/annuaire.pdf", nil).Body.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.CommandContext(t.Context(), tool, "-layout", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	for n := range 40 {
		if got := strings.Count(string(said), fmt.Sprintf("m%d@cartes.example", n)); got != 1 {
			t.Errorf("pdftotext finds card %d %d times", n, got)
		}
	}
	for _, want := range []string{"L’Atelier du Cœur", "‘Uvea Numérique", "Āina Studio", "Syntax Error"} {
		if strings.Contains(string(said), want) == (want == "Syntax Error") {
			t.Errorf("pdftotext and %q: %.300s", want, said)
		}
	}
}

func TestNothingIsPrintedOfADraft(t *testing.T) {
	draft := card(9, "Brouillon Secret", "web-development")
	draft.Listing.State = listing.Draft
	s := open(t, nil, card(1, "Publique", "web-development"), draft)
	p := s.document(t, "fr", "/annuaire.pdf")
	if len(p.pagesWith("Brouillon Secret")) > 0 || len(p.pagesWith("m9@cartes.example")) > 0 {
		t.Error("a draft is printed")
	}
}

func (p paper) sectionsFollowTheTaxonomy(t *testing.T) {
	all := must[*taxonomy.Taxonomy](t)(taxonomy.Load(presets.FS, taxonomy.Competences))
	last := 0
	for _, group := range all.Groups {
		for _, term := range all.InGroup(group.Code) {
			for i, s := range p.pages {
				if at := slices.Index(s.texts, term.Name("fr")); at >= 0 && at+1 < len(s.texts) && strings.Contains(s.texts[at+1], "fiche") {
					if i < last {
						t.Errorf("%s stands before what comes before it", term.Name("fr"))
					}
					last = i
				}
			}
		}
	}
}

func TestBadAddressesOfPaper(t *testing.T) {
	s := open(t, nil, card(1, "Seule"))
	for path, want := range map[string]int{
		"/annuaire.pdf?bbox=1,2": 400, "/annuaire/imprimer?tri=x": 400, "/annuaire/imprimer?section=nulle": 404, "/annuaire/imprimer?section=autres&page=2": 404,
		"/annuaire/imprimer?section=autres": 200, "/annuaire/imprimer?page=0": 400,
	} {
		if w := s.get(t.Context(), "fr", path, nil); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if w := s.get(ctx, "fr", "/annuaire.pdf?q=x", nil); w.Code == http.StatusOK && w.Body.Len() > 0 {
		t.Error("a document is made for a client that left")
	}
}

// French puts a narrow space before a semicolon.
func TestHoursArePunctuated(t *testing.T) {
	c := card(1, "Ouverte")
	c.Listing.OpeningHours = "Mo-Fr 08:00-12:00; Sa 09:00-12:00"
	text := strings.Join(open(t, nil, c).document(t, "fr", "/annuaire.pdf").pages[2].texts, " ")
	if strings.Contains(text, "h; ") || !strings.Contains(text, "\u202f; ") && !strings.Contains(text, "\u00a0; ") {
		t.Errorf("the hours are %q", text)
	}
}
