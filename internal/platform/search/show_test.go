package search_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"grappe/internal/platform/search"
)

// brackets writes segments with the marked ones in brackets.
func brackets(list []search.Segment) string {
	var b strings.Builder
	for _, s := range list {
		if s.Marked {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestHighlight(t *testing.T) {
	x := texts(t, "Conseil en sécurité informatique, e-commerce et jeux vidéo", "Site internet", "coworking", "conseil")
	for _, c := range []struct{ query, text, want string }{
		{"securite", "La Sécurité, c’est sûr", "La [Sécurité], c’est sûr"},
		{"jeu", "Des jeux d'enfants", "Des [jeux] d'enfants"},
		{"ecommerce", "Solutions d’E-Commerce local", "Solutions d’[E-Commerce] local"},
		{"covorking", "Espace de Coworking", "Espace de [Coworking]"},
		{"site vitrine", "Votre site internet", "Votre [site internet]"},
		{"info", "Informatique", "[Informatique]"},
		{"conseil", `<script>conseil</script> & "conseil"`, `<script>[conseil]</script> & "[conseil]"`},
		{"-jeu conseil", "conseil en jeux", "[conseil] en jeux"},
		{"", "rien", "rien"},
	} {
		marks := ask(t, x, search.Query{Text: c.query}).Marks
		got := marks.Highlight(c.text)
		if brackets(got) != c.want {
			t.Errorf("%q in %q: %s, want %s", c.query, c.text, brackets(got), c.want)
		}
		var whole strings.Builder
		for _, s := range got {
			whole.WriteString(s.Text)
		}
		if whole.String() != c.text {
			t.Errorf("%q: the segments make %q of %q", c.query, whole.String(), c.text)
		}
	}
}

func TestSnippet(t *testing.T) {
	x := texts(t, "drone")
	marks := ask(t, x, search.Query{Text: "drone"}).Marks
	long := strings.Repeat("des mots éparpillés ", 40) + "puis un drone vole\nau loin " + strings.Repeat("et ça continue ", 40)
	got := marks.Snippet(long, 80)
	shown := brackets(got)
	if !strings.Contains(shown, "[drone]") || !strings.HasPrefix(shown, "… ") || !strings.HasSuffix(shown, "…") {
		t.Errorf("snippet: %s", shown)
	}
	if n := utf8.RuneCountInString(shown); n > 80+5 {
		t.Errorf("snippet of %d characters: %s", n, shown)
	}
	if got := brackets(marks.Snippet("un drone", 80)); got != "un [drone]" {
		t.Errorf("short text: %s", got)
	}
	if got := brackets(marks.Snippet(strings.Repeat("x", 200), 20)); got != strings.Repeat("x", 20)+"…" {
		t.Errorf("one long word: %s", got)
	}
	if got := brackets(search.Highlighter{}.Snippet("rien à  montrer", 80)); got != "rien à montrer" {
		t.Errorf("no mark: %s", got)
	}
}

func TestSuggest(t *testing.T) {
	x := search.New(config(nil))
	doc := func(id, name, competence string) search.Doc {
		d := named(id, name)
		d.Text[1] = []string{competence}
		return d
	}
	x.Apply([]search.Doc{
		doc("a", "Récif Web", "Création de sites"), doc("b", "Lagon Conseil", "Création de Sites"), doc("c", "Web du Caillou", "Cybersécurité"),
	}, nil)
	text := func(prefix string, limit int) string {
		var out []string
		for _, s := range x.Suggest(prefix, limit) {
			out = append(out, s.Text)
		}
		return strings.Join(out, " | ")
	}
	for _, c := range []struct{ prefix, want string }{
		{"we", "Web du Caillou | Récif Web"},
		{"recif w", "Récif Web"},
		{"creation de", "Création de sites"},
		{"cybre", ""},
		{"cybersecurtié", "Cybersécurité"},
		{"cyebrse", "Cybersécurité"},
		{"zzz", ""},
		{"  ", ""},
	} {
		if got := text(c.prefix, 10); got != c.want {
			t.Errorf("%q proposes %s, want %s", c.prefix, got, c.want)
		}
	}
	if s := x.Suggest("creation", 1); len(s) != 1 || s[0].N != 2 || s[0].Field != "competence" {
		t.Errorf("creation: %+v", s)
	}
	if got := text("we", 1); got != "Web du Caillou" {
		t.Errorf("a limit of one: %s", got)
	}
	x.Apply([]search.Doc{doc("a", "Autre", "Autre")}, []string{"c"})
	if got := text("we", 10); got != "" {
		t.Errorf("deleted names are still proposed: %s", got)
	}
}

func TestExplain(t *testing.T) {
	x := texts(t, "Studio de jeux vidéo")
	res := ask(t, x, search.Query{Text: "jeu video", Explain: true})
	e := res.Hits[0].Explain
	if len(e.Words) != 2 || e.Words[0].How != search.Stem || e.Words[0].Matched != "jeux" || e.Words[0].Field != "description" ||
		e.Words[1].How != search.Exact || e.Words[1].Matched != "vidéo" || e.Nearness != 100 {
		t.Errorf("explanation: %+v", e)
	}
	if got := e.Words[0].How.String() + " " + search.Typo.String(); got != "stem typo" {
		t.Errorf("levels: %s", got)
	}
}

func TestVocabularyErrors(t *testing.T) {
	for _, c := range []struct{ yaml, want string }{
		{"synonyms:\n  - a b\n", "entry 1"},
		{"synonyms:\n  - bon → mot\n  - a → b ↔ c\n", "entry 2"},
		{"synonyms:\n  - mot → de la\n", "no word"},
		{"synonyms:\n  - mot → un deux trois quatre cinq six sept huit\n", "more than"},
		{"synonymes:\n  - a → b\n", "synonymes"},
		{"synonyms: [", "vocabulary"},
	} {
		if _, err := search.ReadVocabulary([]byte(c.yaml)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want it to say %q", c.yaml, err, c.want)
		}
	}
	if n := vocabulary(t).Len(); n < 80 {
		t.Errorf("the French vocabulary has %d entries", n)
	}
}

func TestSynonymDirections(t *testing.T) {
	x := texts(t, "site internet", "site vitrine", "logiciel de caisse", "télétravail", "travail à distance", "comptabilité", "compta")
	for _, c := range []struct{ query, want string }{
		{"site vitrine ", "d0 d1"},
		{"sites vitrines ", "d0 d1"},
		{"site internet ", "d0"},
		{"télétravail ", "d3 d4"},
		{"teletravail", "d3 d4"},
		{"travail à distance ", "d3 d4"},
		{"compta ", "d5 d6"},
		{"comptabilité ", "d5"},
		{"caisse ", "d2"},
		{`"site vitrine"`, "d1"},
	} {
		if got := sortedIDs(ask(t, x, search.Query{Text: c.query})); got != c.want {
			t.Errorf("%q finds [%s], want [%s]", c.query, got, c.want)
		}
	}
}

// Of two spellings in as many documents the same one is proposed, in whichever segment each stands.
func TestSuggestedSpelling(t *testing.T) {
	spellings := []string{"e-commerce", "e commerce"}
	for _, first := range []int{0, 1} {
		x := search.New(config(vocabulary(t)))
		many := []search.Doc{named("first", spellings[first])}
		for i := range 3000 {
			many = append(many, named(fmt.Sprint("d", i), "autre"))
		}
		x.Apply(many, nil)
		x.Apply([]search.Doc{named("second", spellings[1-first])}, nil)
		if n := x.Segments(); n != 2 {
			t.Fatalf("%d segments", n)
		}
		got := x.Suggest("e c", 5)
		if len(got) != 1 || got[0].Text != "e commerce" || got[0].N != 2 {
			t.Errorf("with %q first: %+v", spellings[first], got)
		}
	}
}
