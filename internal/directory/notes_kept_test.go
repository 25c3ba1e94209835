package directory

import (
	"fmt"
	"path/filepath"
	"reflect"
	"testing"

	"grappe/internal/listing"
	"grappe/internal/platform/sections"
)

// Notes that are written while cards change are, once those cards are noted again, what they would be: the numbers of texts that
// were given to others meanwhile do no harm.
func TestNotesWrittenWhileTheyChange(t *testing.T) {
	outline := func(i int, tags ...string) *listing.Outline {
		o := &listing.Outline{}
		o.ID, o.Slug, o.Name = fmt.Sprintf("01a227c2-c5b7-7a6d-83bf-%012x", i), fmt.Sprint("s", i), fmt.Sprint("n", i)
		o.Category, o.Tags = listing.Company, tags
		return o
	}
	n := newNotes()
	for i := range 300 {
		n.note(outline(i, "Web", fmt.Sprint("mot", i%7)), []string{"pf"})
	}
	n.note(outline(300, "seul"), []string{"wf"})
	n.note(outline(301, "autre"), nil)
	n.forget(outline(301).ID) // its number is free
	again := map[int]*listing.Outline{}
	change := func(i int, tags ...string) {
		again[i] = outline(i, tags...)
		n.note(again[i], nil)
	}
	path := filepath.Join(t.TempDir(), "notes")
	err := sections.Write(path, func(w *sections.Writer) error {
		n.writeTexts(w)
		change(300, "Web")               // nobody has its tag any more
		change(0, "nouveau", "nouvelle") // one has its number, one that of another, one a new one
		change(1, "neuf", "mot1", "neuve", "dernier")
		n.forget(outline(2).ID)
		again[2] = nil
		n.writeCards(w)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := sections.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	got := readNotes(r)
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	for i, o := range again {
		if o == nil {
			got.forget(outline(i).ID)
		} else {
			got.note(o, nil)
		}
	}
	if a, b := summary(got), summary(n); !reflect.DeepEqual(a, b) {
		t.Errorf("read are\n%v\nwant\n%v", a, b)
	}
}

// summary is all that notes know, whatever numbers they gave.
func summary(n *notes) map[string]any {
	all := map[string]any{"addresses": n.addresses()}
	for i := range 302 {
		id := fmt.Sprintf("01a227c2-c5b7-7a6d-83bf-%012x", i)
		if is, ok := n.of(id); ok {
			all[id] = is
		}
	}
	for what, l := range map[string]*lexicon{"kinds": &n.kinds, "tags": &n.tags.lexicon, "reaches": &n.reaches} {
		all[what] = len(l.words)-len(l.free) == len(l.ids)
		for text := range l.ids {
			all[what+" "+text] = l.count(text)
		}
	}
	for key := range n.tags.byKey {
		all["tag "+key] = n.spelling(key)
	}
	return all
}
