package search_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"grappe/internal/platform/search"
	"grappe/internal/platform/search/searchtest"
)

func TestHostileQueries(t *testing.T) {
	x := search.New(searchtest.Config(vocabulary(t)))
	x.Apply(searchtest.New(3).Docs(500), nil)
	many := make([]string, 2000)
	for i := range many {
		many[i] = fmt.Sprintf("mot%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676)
	}
	for _, c := range []struct {
		name, text string
		cut        bool
	}{
		{"many words", strings.Join(many, " "), true},
		{"one long word", strings.Repeat("a", 10_000), true},
		{"a word of 4,000 letters", strings.Repeat("a", 4000), false},
		{"little words", strings.Repeat("de la ", 2000), true},
		{"one word often", strings.Repeat("site ", 2000), true},
		{"letters apart", strings.Repeat("e ", 5000), true},
		{"hyphens", strings.Repeat("e-", 5000), true},
		{"only hyphens", strings.Repeat("-", 10_000), true},
		{"quotes", strings.Repeat(`"`, 10_001), true},
		{"an open quote", `"site internet`, false},
		{"unwanted only", strings.Repeat("-site ", 2000), true},
		{"not UTF-8", "\xff\xfe site \xc3", false},
		{"markup", `<img src=x onerror=alert(1)>' OR 1=1 --`, false},
		{"NUL", "site\x00internet", false},
		{"marks alone", strings.Repeat("\u0301", 1000), false},
		{"wide letters", strings.Repeat("\U00010400", 5000), true},
	} {
		res := ask(t, x, search.Query{Text: c.text})
		if res.Cut != c.cut {
			t.Errorf("%s: cut is %v", c.name, res.Cut)
		}
		if res.Total > 500 {
			t.Errorf("%s: %d hits of 500 documents", c.name, res.Total)
		}
		x.Suggest(c.text, 10)
		for _, s := range res.Marks.Snippet(c.text, 100) {
			if s.Text == "" {
				t.Errorf("%s: an empty segment", c.name)
			}
		}
	}
	for _, q := range []search.Query{
		{Offset: math.MaxInt, Limit: 20},
		{Offset: -5, Limit: 20},
		{Offset: 10, Limit: math.MaxInt},
		{Limit: -1},
		{Day: "demain", Limit: 5},
		{Sort: search.Distance, Limit: 5},
		{RadiusKm: math.NaN(), Limit: 5},
	} {
		res, err := x.Search(context.Background(), q)
		if err != nil || res.Total != 500 {
			t.Errorf("%+v: %d hits, %v", q, res.Total, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Search(ctx, search.Query{Text: "site"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled search: %v", err)
	}
}

// TestApplyWhileSearching changes pairs of documents at once while others search: every search sees both halves of a pair.
func TestApplyWhileSearching(t *testing.T) {
	x := search.New(config(nil))
	pair := func(i, version int) []search.Doc {
		text := fmt.Sprintf("pair version%c", 'a'+version)
		return []search.Doc{named(fmt.Sprintf("l%d", i), text), named(fmt.Sprintf("r%d", i), text)}
	}
	for i := range 20 {
		x.Apply(pair(i, 0), nil)
	}
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				for _, text := range []string{"versiona ", "versionb ", "pair "} {
					res, err := x.Search(context.Background(), search.Query{Text: text, Limit: 5})
					if err != nil || res.Total%2 != 0 || text == "pair " && res.Total != 40 {
						t.Errorf("%q: %d hits, %v", text, res.Total, err)
						return
					}
				}
				x.Suggest("pair", 3)
			}
		})
	}
	for round := range 200 {
		x.Apply(pair(round%20, round/20%2), nil)
	}
	close(done)
	readers.Wait()
	if x.Len() != 40 {
		t.Errorf("%d documents are left", x.Len())
	}
}

func TestApplyOneIDTwice(t *testing.T) {
	x := search.New(config(nil))
	x.Apply([]search.Doc{named("a", "ancien"), named("a", "nouveau")}, []string{"a", "missing"})
	if x.Len() != 1 || sortedIDs(ask(t, x, search.Query{Text: "nouveau"})) != "a" || ask(t, x, search.Query{Text: "ancien "}).Total != 0 {
		t.Error("the last put must win")
	}
	x.Apply(nil, []string{"a"})
	if x.Len() != 0 || ask(t, x, search.Query{}).Total != 0 {
		t.Error("a deleted document is still found")
	}
}
