package listing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/geo"
)

// written is a card that is hard to read: its texts hold signs of JSON, control characters, the separator of an outline.
func written(t *rapid.T) listing.Record {
	text := rapid.StringOfN(rapid.SampledFrom([]rune("ab é\"\\[],\x1f\x01\n<&œ{}:\u2028😀")), 0, 8, -1)
	texts := rapid.SliceOfN(text, 0, 3)
	r := listing.Record{Listing: listing.Listing{Territory: "nc", State: rapid.SampledFrom([]listing.State{listing.Published, listing.Hidden}).Draw(t, "state")}}
	l := &r.Listing
	l.Name, l.Headline, l.Description, l.Zone = text.Draw(t, "name"), text.Draw(t, "headline"), text.Draw(t, "description"), text.Draw(t, "zone")
	l.Category = rapid.SampledFrom(listing.Categories()).Draw(t, "category")
	l.Competences, l.Sectors, l.Tags = texts.Draw(t, "competences"), texts.Draw(t, "sectors"), texts.Draw(t, "tags")
	l.ServiceArea = listing.ServiceArea{Zones: texts.Draw(t, "served"), Remote: rapid.Bool().Draw(t, "remote")}
	if rapid.Bool().Draw(t, "placed") {
		l.Point = &geo.Point{Lat: rapid.Float64Range(-90, 90).Draw(t, "lat"), Lon: rapid.Float64Range(-180, 180).Draw(t, "lon")}
	}
	l.ConfirmedAt = db.FromMillis(rapid.Int64Range(0, 2e12).Draw(t, "confirmed"))
	return r
}

// An outline is what the whole card says, in whatever way it was read.
func TestOutlinesAreWhatCardsSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var store listing.Store
		rapid.Check(t, func(rt *rapid.T) {
			records := make([]listing.Record, rapid.IntRange(1, 6).Draw(rt, "cards"))
			for i := range records {
				records[i] = written(rt)
			}
			saved := save(t, d, records...)
			var ids []string
			for _, r := range saved {
				ids = append(ids, r.Listing.ID)
			}
			slices.Sort(ids)
			whole, err := store.ByIDs(t.Context(), d.Read(), ids)
			if err != nil {
				rt.Fatal(err)
			}
			want := map[string]listing.Outline{}
			published := map[string]listing.Outline{}
			for _, l := range whole {
				want[l.ID] = listing.OutlineOf(l)
				if l.State == listing.Published {
					published[l.ID] = want[l.ID]
				}
			}
			got, faulty, err := store.OutlinesByIDs(t.Context(), d.Read(), ids)
			if err != nil || len(faulty) > 0 || !reflect.DeepEqual(byID(got), want) {
				rt.Fatalf("by ids: %+v\nwant %+v\n%v %v", byID(got), want, faulty, err)
			}
			got, faulty, err = store.Outlines(t.Context(), d.Read(), "nc", listing.Range{After: before(ids[0]), Until: ids[len(ids)-1]})
			if err != nil || len(faulty) > 0 || !reflect.DeepEqual(byID(got), published) {
				rt.Fatalf("of the range: %+v\nwant %+v\n%v %v", byID(got), published, faulty, err)
			}
		})
	})
}

// before is a text just below an id that no id lies between.
func before(id string) string { return id[:len(id)-1] }

func byID(list []listing.Outline) map[string]listing.Outline {
	out := map[string]listing.Outline{}
	for _, o := range list {
		out[o.ID] = o
	}
	return out
}

func save(t *testing.T, d *db.DB, records ...listing.Record) []listing.Record {
	t.Helper()
	var saved []listing.Record
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.SaveBatch(t.Context(), tx, records, time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// named are published cards of these names.
func named(names ...string) []listing.Record {
	var out []listing.Record
	for _, name := range names {
		out = append(out, listing.Record{
			Company: company.Company{UsualName: name, Status: company.Active},
			Listing: listing.Listing{Territory: "nc", State: listing.Published, Content: listing.Content{Name: name, Category: listing.Company, Zone: "98818"}},
		})
	}
	return out
}

func set(t *testing.T, d *db.DB, id, column, value string) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), "UPDATE listings SET "+column+" = $1 WHERE id = $2", value, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A card that cannot be read is named, and keeps no other from being read.
func TestFaultyCardsAreNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var store listing.Store
		saved := save(t, d, named("A", "B", "C", "D")...)
		a, b, c := saved[0].Listing.ID, saved[1].Listing.ID, saved[2].Listing.ID
		set(t, d, a, "tags", "no JSON")
		set(t, d, b, "service_area", `[{"zones":7}]`)
		set(t, d, c, "competences", `["fine", 3]`)
		for way, read := range map[string]func() ([]listing.Outline, []*listing.Faulty, error){
			"range": func() ([]listing.Outline, []*listing.Faulty, error) {
				return store.Outlines(t.Context(), d.Read(), "nc", listing.Range{})
			},
			"ids": func() ([]listing.Outline, []*listing.Faulty, error) {
				return store.OutlinesByIDs(t.Context(), d.Read(), []string{a, b, c, saved[3].Listing.ID})
			},
		} {
			found, faulty, err := read()
			if err != nil || len(found) != 1 || found[0].Name != "D" {
				t.Errorf("%s: %+v, %v", way, found, err)
			}
			var names []string
			for _, f := range faulty {
				if f.Err == nil || !strings.Contains(f.Error(), f.ID) {
					t.Errorf("%s: %v", way, f)
				}
				names = append(names, f.ID)
			}
			slices.Sort(names)
			if !slices.Equal(names, []string{a, b, c}) {
				t.Errorf("%s: faulty are %v, want %v", way, names, []string{a, b, c})
			}
		}
	})
}

// The ranges are all cards once, however many there are.
func TestRanges(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var store listing.Store
		for _, cards := range []int{0, 1, 3, 1, 4} { // 0, 1, 4, 5, 9 in all
			var names []string
			for i := range cards {
				names = append(names, fmt.Sprint("Carte ", i))
			}
			if cards > 0 {
				save(t, d, named(names...)...)
			}
			want, err := store.Count(t.Context(), d.Read(), "nc")
			if err != nil {
				t.Fatal(err)
			}
			ctx, counter := db.CountStatements(t.Context())
			seen := map[string]bool{}
			parts := 0
			err = store.Ranges(ctx, d.Read(), "nc", 2, func(r listing.Range) error {
				parts++
				found, _, err := store.Outlines(ctx, d.Read(), "nc", r)
				for _, o := range found {
					if seen[o.ID] {
						t.Errorf("%s is in two ranges", o.ID)
					}
					seen[o.ID] = true
				}
				return err
			})
			if err != nil || len(seen) != want || counter.N() != int64(2*parts) || parts > want/2+1 {
				t.Errorf("%d of %d cards in %d ranges by %d statements, %v", len(seen), want, parts, counter.N(), err)
			}
		}
	})
}

// A list of texts is read as encoding/json reads it, by the short way or the long one.
func TestListsAreReadAsJSONReadsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{
			`["`, `"]`, `","`, `"`, ",", "[", "]", "a", "é", " ", `\"`, `\u00e9`, "\n", "\xff", "null", "3", `", "`,
		}), 0, 7).Draw(t, "parts"), "")
		var want []string
		ok := text == "" || json.Unmarshal([]byte(text), &want) == nil
		got, read := listing.ReadStrings(text)
		if read != ok || ok && !slices.Equal(got, want) {
			t.Fatalf("%q is read as %q, %v; want %q, %v", text, got, read, want, ok)
		}
	})
}

func TestBrowse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		cards := named("Lagon Web", "École du Lagon", "Web 100 % local", "Drehu Photo", "Brouillon Web")
		cards[1].Listing.Category, cards[1].Listing.Tags = listing.School, []string{"WordPress", "100 %"}
		cards[2].Listing.Competences, cards[2].Listing.Zone = []string{"web-development", "seo"}, "98814"
		cards[3].Listing.Point = &geo.Point{Lat: -21, Lon: 179.9}
		cards[4].Listing.State = listing.Draft
		saved := save(t, d, cards...)
		l := saved[3].Listing
		if _, _, err := listing.NewService(d, time.Now).Edit(t.Context(), listing.Author{Source: company.Source{Kind: company.FromOwner}}, l.ID, l.Version, l.Content, nil); err != nil {
			t.Fatal(err)
		}
		name := map[string]string{}
		for _, r := range saved {
			name[r.Listing.ID] = r.Listing.Name
		}
		for _, c := range []struct {
			ask  listing.Browse
			want string
		}{
			{listing.Browse{}, "Drehu Photo, Web 100 % local, École du Lagon, Lagon Web"},
			{listing.Browse{Offset: 1, Limit: 2}, "Web 100 % local, École du Lagon"},
			{listing.Browse{Words: []string{"lagon"}}, "École du Lagon, Lagon Web"},
			{listing.Browse{Words: []string{"ecol", "lag"}}, "École du Lagon"},
			{listing.Browse{Words: []string{"agon"}}, ""},
			{listing.Browse{Words: []string{"%"}}, ""},
			{listing.Browse{Words: []string{"_"}}, ""},
			{listing.Browse{Words: []string{"web"}, Limit: 1}, "Lagon Web"},
			{listing.Browse{Competences: []string{"seo", "drones"}}, "Web 100 % local"},
			{listing.Browse{Zones: []string{"98814"}, Words: []string{"web"}}, "Web 100 % local"},
			{listing.Browse{Categories: []listing.Category{listing.School, listing.Incubator}}, "École du Lagon"},
			{listing.Browse{Tags: []string{"wordpress"}}, "École du Lagon"},
			{listing.Browse{Tags: []string{"100 %"}}, "École du Lagon"},
			{listing.Browse{Tags: []string{"100"}}, ""},
			{listing.Browse{Sectors: []string{"retail"}}, ""},
			{listing.Browse{Box: &geo.Box{South: -22, West: 179, North: -20, East: -179}}, "Drehu Photo"},
			{listing.Browse{Box: &geo.Box{South: -22, West: -179, North: -20, East: 179}}, ""},
			{listing.Browse{Territory: "pf"}, ""},
		} {
			if c.ask.Territory == "" {
				c.ask.Territory = "nc"
			}
			if c.ask.Limit == 0 {
				c.ask.Limit = 100
			}
			ids, err := listing.Reader{}.Browse(context.Background(), d.Read(), c.ask)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, id := range ids {
				got = append(got, name[id])
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("%+v finds %q, want %q", c.ask, got, c.want)
			}
		}
	})
}
