package directory

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// The packed notes answer like a map of whole cards, after any history.
func TestNotesHoldWhatWasNoted(t *testing.T) {
	ids := []string{
		"0193a1c2-7000-7000-8000-000000000001", "0193a1c2-7000-7000-8000-000000000002", "0193A1C2-7000-7000-8000-000000000001",
		"0193a1c270007000800000000000000001xx", "no UUID", "",
	}
	tags, codes := []string{"WordPress", "Wordpress", "wordpress", "Photo", ""}, []string{"*", "pf", "98735"}
	rapid.Check(t, func(t *rapid.T) {
		n, want, reaches := newNotes(), map[string]listing.Outline{}, map[string][]string{}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			id := rapid.SampledFrom(ids).Draw(t, "id")
			if rapid.IntRange(0, 2).Draw(t, "forget") == 0 {
				n.forget(id)
				delete(want, id)
				delete(reaches, id)
				continue
			}
			o := listing.Outline{
				ID: id, Slug: rapid.StringN(0, 5, -1).Draw(t, "slug"), Name: rapid.StringN(0, 200, -1).Draw(t, "name"),
				Category: rapid.SampledFrom(listing.Categories()).Draw(t, "category"), Tags: rapid.SliceOfN(rapid.SampledFrom(tags), 0, 3).Draw(t, "tags"),
				UpdatedAt: db.FromMillis(rapid.Int64Range(0, 2e12).Draw(t, "updated")),
			}
			want[id], reaches[id] = o, rapid.SliceOfN(rapid.SampledFrom(codes), 0, 2).Draw(t, "reach")
			n.note(&o, reaches[id])
		}
		for _, id := range ids {
			got, ok := n.of(id)
			o, held := want[id]
			if ok != held || ok && got != (noted{o.Slug, o.Name, o.Category, o.UpdatedAt}) {
				t.Fatalf("%q: %+v, %v; want %+v, %v", id, got, ok, o, held)
			}
		}
		if got := len(n.addresses()); got != len(want) {
			t.Fatalf("%d addresses, want %d", got, len(want))
		}
		uses, byKey := map[string]int{}, map[string]bool{}
		for _, o := range want {
			for _, tag := range o.Tags {
				uses[tag]++
				byKey[listing.TagKey(tag)] = true
			}
		}
		spelling := listing.Spelling(uses)
		for _, tag := range tags {
			key := listing.TagKey(tag)
			written, ok := spelling[key]
			if !ok {
				written = key
			}
			if n.hasTag(key) != byKey[key] || n.spelling(key) != written {
				t.Fatalf("%q: %v %q, want %v %q", key, n.hasTag(key), n.spelling(key), byKey[key], written)
			}
		}
		for _, code := range codes {
			held := slices.ContainsFunc(slices.Collect(maps.Values(reaches)), func(r []string) bool { return slices.Contains(r, code) })
			if n.reachesAny([]string{code}) != held {
				t.Fatalf("%s is reached: %v", code, !held)
			}
		}
	})
}

// What nobody uses any more takes no memory.
func TestNotesForget(t *testing.T) {
	n := newNotes()
	for i := range 1000 {
		o := listing.Outline{ID: "a", Tags: []string{fmt.Sprint("mot ", i)}}
		n.note(&o, []string{fmt.Sprint("code ", i)})
	}
	n.forget("a")
	if len(n.tags.words) > 2 || len(n.tags.ids)+len(n.tags.byKey)+len(n.reaches.ids)+len(n.kinds.ids) > 0 || len(n.reaches.words) > 2 {
		t.Errorf("%d tags and %d codes are kept of a card that is gone", len(n.tags.words), len(n.reaches.words))
	}
}
