package corpus_test

import (
	"reflect"
	"strings"
	"testing"

	"grappe/bench/corpus"
	"grappe/internal/platform/search"
)

func generated(t *testing.T, n int) *corpus.Corpus {
	t.Helper()
	c, err := corpus.Generated(7, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSameSeedSameListingsAndQueries(t *testing.T) {
	a, b := generated(t, 500), generated(t, 500)
	for i := range 500 {
		j := (i*7 + 3) % 500 // in whatever order they are asked for
		if !reflect.DeepEqual(a.Listing(j), b.Listing(j)) {
			t.Fatalf("listing %d differs", j)
		}
	}
	if !reflect.DeepEqual(a.Listing(3), b.Listing(3)) || reflect.DeepEqual(a.Listing(3), a.Listing(4)) {
		t.Error("listings depend on more than their number")
	}
	if !reflect.DeepEqual(a.Queries(7, 100), b.Queries(7, 100)) {
		t.Error("queries differ")
	}
	if reflect.DeepEqual(a.Queries(7, 100), b.Queries(8, 100)) {
		t.Error("queries do not depend on the seed")
	}
}

func TestListingsAreAsPromised(t *testing.T) {
	c := generated(t, 2000)
	dictionary := map[string]bool{}
	least, most := 1000, 0
	for i := range c.Len {
		l := c.Listing(i)
		if at, err := corpus.Ordinal(l.ID); err != nil || at != i {
			t.Fatalf("listing %d has the ID %s, which says %d, %v", i, l.ID, at, err)
		}
		if l.ID[14] != '7' || !strings.ContainsRune("89ab", rune(l.ID[19])) {
			t.Fatalf("%s is no UUID version 7", l.ID)
		}
		words := 0
		for field, values := range c.Text(l) {
			for _, token := range corpus.Tokens(strings.Join(values, "\n")) {
				dictionary[token.Folded] = true
				if corpus.Fields()[field].Name != "place" {
					words++
				}
			}
		}
		least, most = min(least, words), max(most, words)
		if reach := c.Reach(l); len(reach) < 2 || reach[0] != l.Zone && !l.ServesAll {
			t.Fatalf("%s in %s is found in %v", l.ID, l.Zone, reach)
		}
	}
	if least < 5 || least > 15 || most < 90 || most > 135 {
		t.Errorf("listings have %d to %d words", least, most)
	}
	if len(dictionary) < 4000 {
		t.Errorf("only %d words", len(dictionary))
	}
}

func TestQueriesAreAsPromised(t *testing.T) {
	c := generated(t, 2000)
	queries := c.Queries(1, 500)
	words := map[int]int{}
	var altered, unfinished, phrases, filters, boxes int
	for _, q := range queries {
		words[len(q.Units)]++
		if q.Altered() {
			altered++
		}
		if len(q.Filters) > 0 {
			filters++
		}
		if q.Box != nil {
			boxes++
		}
		for i, u := range q.Units {
			if u.Unfinished {
				unfinished++
			}
			if u.Unfinished && (i != len(q.Units)-1 || strings.HasSuffix(q.Text(), " ")) {
				t.Errorf("%q: only the last word can be unfinished", q.Text())
			}
			if u.Phrase {
				phrases++
			}
			if folded := search.Fold(u.Typed); u.Misspelt && folded == u.Means[0] || !u.Misspelt && !u.Phrase && folded != u.Means[0] {
				t.Errorf("%q means %q, misspelt: %v", u.Typed, u.Means, u.Misspelt)
			}
		}
		if n := strings.HasSuffix(q.Text(), " "); n == q.Units[len(q.Units)-1].Unfinished {
			t.Errorf("%q: a finished last word has a space behind it", q.Text())
		}
	}
	if altered != 250 || unfinished < 50 || phrases < 20 || filters < 150 || boxes < 30 {
		t.Errorf("%d with an error, %d unfinished, %d phrases, %d with filters, %d with boxes", altered, unfinished, phrases, filters, boxes)
	}
	for n := 1; n <= 5; n++ {
		if words[n] == 0 {
			t.Errorf("no query of %d words: %v", n, words)
		}
	}
}

func TestFamilies(t *testing.T) {
	c := generated(t, 1)
	for _, same := range []string{
		"developpeur developpeuse developpeurs developpeuses", "formateur formatrice", "bateau bateaux", "local locaux locales", "conseiller conseillers",
		"imprimer imprimons imprimee", "nouveau nouvelle", "plombier plombiere", "kanoumba kanoumbas",
	} {
		words := strings.Fields(same)
		for _, w := range words[1:] {
			if c.Family(w) != c.Family(words[0]) {
				t.Errorf("%s and %s are of the families %s and %s", words[0], w, c.Family(words[0]), c.Family(w))
			}
		}
	}
	for _, other := range []string{"developpeur developpement", "formation formulaire", "commune communication", "site sites3"} {
		words := strings.Fields(other)
		if c.Family(words[0]) == c.Family(words[1]) {
			t.Errorf("%s and %s are of one family", words[0], words[1])
		}
	}
}

func TestTokens(t *testing.T) {
	var got []string
	for _, token := range corpus.Tokens("L’Atelier d'Élodie, à Saint-Louis : C++ & cœur (98800)") {
		got = append(got, token.Folded)
	}
	if want := "atelier elodie a saint louis c coeur 98800"; strings.Join(got, " ") != want {
		t.Errorf("%q, not %q", strings.Join(got, " "), want)
	}
}
