package search

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/platform/search/segment"
	"grappe/internal/platform/sections"
)

// writeTo writes an index to a file.
func writeTo(t interface{ Fatal(...any) }, x *Index, path string) {
	err := sections.Write(path, func(w *sections.Writer) error {
		x.Write(w)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// readFrom reads an index from a file.
func readFrom(t interface{ Fatal(...any) }, c Config, path string) *Index {
	r, err := sections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x, err := Read(c, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	return x
}

// TestReadAnswersAsWritten proves that an index that was written and read answers as before, and as a plain scan; and so after more
// edits of both.
func TestReadAnswersAsWritten(t *testing.T) {
	vocabulary, err := ReadVocabulary([]byte(propertyVocabulary))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "index")
	rapid.Check(t, func(t *rapid.T) {
		x := New(propertyConfig(vocabulary))
		x.shape.Capacity = rapid.SampledFrom([]int{segment.MostDocs, 3, 7}).Draw(t, "capacity")
		plain := &naive{config: propertyConfig(vocabulary), docs: map[string]Doc{}}
		change := func(indexes ...*Index) {
			for _, e := range drawEdits(t, rapid.IntRange(0, 1).Draw(t, "rest")) {
				for _, x := range indexes {
					x.Apply(slices.Clone(e.puts), e.deletes)
				}
				for _, id := range e.deletes {
					delete(plain.docs, id)
				}
				for _, d := range e.puts {
					plain.docs[d.ID] = d
				}
			}
		}
		change(x)
		writeTo(t, x, path)
		y := readFrom(t, propertyConfig(vocabulary), path)
		for range 2 {
			if y.Len() != len(plain.docs) {
				t.Fatalf("%d documents, want %d", y.Len(), len(plain.docs))
			}
			for range 4 {
				q := drawQuery(t)
				compareAnswers(t, y, plain, q)
				compareIndexes(t, x, y, q)
			}
			change(x, y)
		}
	})
}

// compareIndexes fails unless two indexes answer alike to whatever can be asked.
func compareIndexes(t *rapid.T, x, y *Index, q Query) {
	q.Explain = true
	answers := func(x *Index) string {
		res, err := x.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := x.IDs(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		hits, err := json.Marshal(res.Hits)
		if err != nil {
			t.Fatal(err)
		}
		parts := []any{res.Total, string(hits), res.Facets, res.Dropped, ids, clustersOf(t, x, q, 7, 100)}
		for _, begun := range []string{"s", "si", "co", "comp", "de la", "vente e"} {
			for _, s := range x.Suggest(begun, 5) { // which of several spellings is shown hangs on what was merged when
				s.Text = strings.ReplaceAll(Fold(s.Text), "-", " ")
				parts = append(parts, s)
			}
		}
		return fmt.Sprint(parts...)
	}
	if a, b := answers(x), answers(y); a != b {
		t.Fatalf("%+v\nthe written one says\n%s\nthe read one says\n%s", q, a, b)
	}
}

// TestNothingIsForgotten proves that whatever an index keeps is read as it was written: a field that is added to a segment or to the
// dictionary, and not to what is written of them, is found here.
func TestNothingIsForgotten(t *testing.T) {
	x := New(propertyConfig(nil))
	var docs []Doc
	for i, d := range crowd(4000, 1) {
		d.Text = [][]string{
			{"Visioconférences " + fmt.Sprint(i)}, {propertyWords[i%len(propertyWords)], "L'Été"}, {strings.Repeat("site ", i%40) + strings.Join(propertyWords[:i%len(propertyWords)], " ")},
		}
		d.Facets = [][]string{{"nou"}, {fmt.Sprint(i % 30)}}
		d.NameKey, d.Quality = strings.Repeat("k", i%70), 0.5
		docs = append(docs, d)
	}
	docs[0].Text = [][]string{{strings.Repeat("internet vitrine ", 5000)}} // keeps some places whole
	docs[0].NameKey = strings.Repeat("n", 256)
	x.Apply(docs, nil)
	for range 3 { // a way of writing that becomes commoner
		x.Apply([]Doc{{ID: "shown", Text: [][]string{{"ÉTÉ été ete"}, {"ete ete ete ete"}}}}, nil)
	}
	x.Apply(nil, []string{"c7", "c70", "c700"})
	x.Settle()
	path := filepath.Join(t.TempDir(), "index")
	writeTo(t, x, path)
	y := readFrom(t, propertyConfig(nil), path)
	if s := x.now.Load(); len(s.views) < 2 || s.views[0].Dead == 0 {
		t.Errorf("%d segments; the test proves less than it says", len(s.views))
	}
	for what, pair := range map[string][2]any{"words": {x.words, y.words}, "codes": {x.codes, y.codes}, "now": {x.now.Load(), y.now.Load()}} {
		mustBeDeeplySame(t, what, reflect.ValueOf(pair[0]), reflect.ValueOf(pair[1]))
	}
}

// mustBeDeeplySame compares values with all that they lead to. An empty list is as good as none; what depends on a random seed is not
// compared.
func mustBeDeeplySame(t *testing.T, where string, a, b reflect.Value) {
	t.Helper()
	switch a.Kind() {
	case reflect.Pointer:
		if a.IsNil() != b.IsNil() {
			t.Errorf("%s: only one is there", where)
		} else if !a.IsNil() && a.Type() != reflect.TypeFor[*strings.Builder]() {
			mustBeDeeplySame(t, where, a.Elem(), b.Elem())
		}
	case reflect.Struct:
		for i := range a.NumField() {
			f := a.Type().Field(i)
			if f.Type == reflect.TypeFor[maphash.Seed]() || f.Name == "table" {
				continue
			}
			mustBeDeeplySame(t, where+"."+f.Name, a.Field(i), b.Field(i))
		}
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			t.Errorf("%s: %d of them, want %d", where, b.Len(), a.Len())
			return
		}
		for i := 0; i < a.Len() && !t.Failed(); i++ {
			mustBeDeeplySame(t, where+"[…]", a.Index(i), b.Index(i))
		}
	case reflect.Map:
		if a.Len() != b.Len() {
			t.Errorf("%s: %d of them, want %d", where, b.Len(), a.Len())
			return
		}
		for _, k := range a.MapKeys() {
			if !b.MapIndex(k).IsValid() {
				t.Errorf("%s: %v is not there", where, k)
				continue
			}
			mustBeDeeplySame(t, where+"[…]", a.MapIndex(k), b.MapIndex(k))
		}
	default:
		if !a.Equal(b) {
			t.Errorf("%s: %v, want %v", where, b, a)
		}
	}
}
