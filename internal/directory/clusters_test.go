package directory_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// query reads the parameters of an address.
func query(t testing.TB, address string) directory.Query {
	t.Helper()
	v, err := url.ParseQuery(address)
	if err != nil {
		t.Fatal(err)
	}
	q, err := directory.ParseQuery(v)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// spread are n cards all over New Caledonia, one in ten without a place, in two trades.
func spread(n int) []listing.Record {
	r := rand.New(rand.NewPCG(7, 7))
	cards := make([]listing.Record, n)
	for i := range cards {
		cards[i] = card(fmt.Sprintf("Atelier %03d", i), []string{"web-development", "training"}[i%2])
		if i%10 != 0 {
			cards[i].Listing.Point = &geo.Point{Lat: -22.5 + 3*r.Float64(), Lon: 164 + 3.5*r.Float64()}
		}
	}
	return cards
}

func mapOf(t testing.TB, h *house, address string, zoom int) directory.MapAnswer {
	t.Helper()
	ctx, counter := db.CountStatements(t.Context())
	answer, err := h.directory.Clusters(ctx, "nc", query(t, address), zoom)
	if err != nil {
		t.Fatal(err)
	}
	if counter.N() != 0 {
		t.Errorf("%s: the map takes %d statements", address, counter.N())
	}
	return answer
}

func TestTheMapShowsWhatIsFound(t *testing.T) {
	h := open(t, dbtest.SQLite(t), append(spread(120), samples()...)...)
	for _, address := range []string{
		"", "q=atelier", "competence=training", "bbox=164,-22,166,-20", "q=atelier&bbox=160,-25,-170,-10&competence=training",
		"bbox=-180,-90,180,90", "zone=noumea&surplace=1", "q=zzzz", "tag=wordpress", "pres=-22.27,166.44&rayon=50", "bbox=10,10,11,11",
	} {
		found, err := h.directory.Search(t.Context(), "nc", query(t, address), directory.Options{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, zoom := range []int{0, 5, 8, 12, 22} {
			answer := mapOf(t, h, address, zoom)
			everyCardIsShown(t, h, address, answer)
			sum := 0
			for _, c := range answer.Clusters {
				sum += c.Count
				lone := c.ID != "" && c.Slug != "" && c.Name != "" && c.Category != "" && c.Box == nil
				if lone != (c.Count == 1) || c.Count > 1 && (c.Box == nil || c.ID+c.Slug+c.Name != "") {
					t.Errorf("%s at %d: %+v", address, zoom, c)
				}
				if b := c.Box; b != nil && !(geo.Box{West: b[0], South: b[1], East: b[2], North: b[3]}).Contains(geo.Point{Lat: c.Lat, Lon: c.Lon}) {
					t.Errorf("%s at %d: the middle lies outside: %+v %v", address, zoom, c, *b)
				}
			}
			if sum != answer.Total || answer.Total+answer.Unplaced != found.Total {
				t.Errorf("%s at %d: counts make %d of %d, %d without a place, %d are found", address, zoom, sum, answer.Total, answer.Unplaced, found.Total)
			}
		}
	}
}

// everyCardIsShown fails unless each card found with a place is one of the lone ones, or stands in the box of a cluster.
func everyCardIsShown(t *testing.T, h *house, address string, answer directory.MapAnswer) {
	t.Helper()
	ids, err := h.directory.IDs(t.Context(), "nc", query(t, address))
	if err != nil {
		t.Fatal(err)
	}
	err = h.directory.Records(t.Context(), "nc", ids, func(r listing.Record) error {
		l := r.Listing
		if l.Point != nil && !slices.ContainsFunc(answer.Clusters, func(c directory.MapCluster) bool {
			if b := c.Box; b != nil {
				const kept = 1e-7 // degrees: what the index keeps of a point
				return geo.Box{West: b[0] - kept, South: b[1] - kept, East: b[2] + kept, North: b[3] + kept}.Contains(*l.Point)
			}
			return c.ID == l.ID && c.Name == l.Name && geo.Distance(*l.Point, geo.Point{Lat: c.Lat, Lon: c.Lon}) < 0.0002
		}) {
			t.Errorf("%q at zoom %d does not show %s at %+v", address, answer.Zoom, l.Slug, *l.Point)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAMapAnswerInJSON(t *testing.T) {
	near := card("Le Voisin")
	near.Listing.Point = &geo.Point{Lat: -22.2711, Lon: 166.4416}
	h := open(t, dbtest.SQLite(t), append(samples(), near)...)
	text, err := json.Marshal(mapOf(t, h, "", 12))
	want := `{"total":2,"unplaced":5,"zoom":12,"clusters":[{"lat":-22.2711,"lon":166.4416,"count":2,` +
		`"bbox":[166.4416,-22.2711,166.4416,-22.2711],"spot":true}]}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	l := h.bySlug(t, "lagon-web")
	text, err = json.Marshal(mapOf(t, h, "q=lagon", 12))
	want = `{"total":1,"unplaced":0,"zoom":12,"clusters":[{"lat":-22.2711,"lon":166.4416,"count":1,"id":"` + l.ID +
		`","slug":"lagon-web","name":"Lagon Web","category":"company"}]}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	text, err = json.Marshal(mapOf(t, h, "q=zzzz", 12))
	if want = `{"total":0,"unplaced":0,"zoom":12,"clusters":[]}`; err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
}

// However long the names, and however close the zoom, the answer stays light.
func TestTheMapStaysLight(t *testing.T) {
	cards := spread(200)
	for i := range cards {
		cards[i].Listing.Name = strings.Repeat("<&>\u2028", 45) + fmt.Sprint(i)
	}
	h := open(t, dbtest.SQLite(t), cards...)
	for _, zoom := range []int{0, 6, 7, 8, 9, 10, 12, 22} {
		answer := mapOf(t, h, "", zoom)
		text, err := json.Marshal(answer)
		if err != nil || len(text) >= 30_000 {
			t.Errorf("zoom %d: %d bytes, %v", zoom, len(text), err)
		}
		if answer.Zoom > zoom || answer.Total != 180 || zoom == 6 && answer.Zoom != 6 {
			t.Errorf("zoom %d: %d cards at zoom %d", zoom, answer.Total, answer.Zoom)
		}
	}
	if _, err := h.directory.Clusters(t.Context(), "pf", directory.Query{}, 5); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a territory that was never read: %v", err)
	}
}

func TestCounts(t *testing.T) {
	h := sample(t)
	counts, err := h.directory.Counts(t.Context(), "nc", "")
	if err != nil {
		t.Fatal(err)
	}
	if counts.Total != 6 || counts.Unseated != 1 || counts.Zones["98818"] != 2 || counts.Zones["sud"] != 3 || counts.Zones["98814"] != 1 ||
		counts.Zones["iles"] != 1 || counts.Competences["training"] != 1 || len(counts.Competences) != 5 {
		t.Errorf("%+v", counts)
	}
	for _, name := range []string{"training", "formation"} {
		counts, err = h.directory.Counts(t.Context(), "nc", name)
		if err != nil || counts.Total != 1 || counts.Unseated != 0 || counts.Zones["98817"] != 1 || counts.Zones["98818"] != 0 || len(counts.Competences) != 5 {
			t.Errorf("%s: %+v, %v", name, counts, err)
		}
	}
	_, err = h.directory.Counts(t.Context(), "nc", "alchimie")
	if e := errs.As(err); e == nil || e.Kind != errs.Usage || len(e.Fields) != 1 || e.Fields[0].Name != "competence" {
		t.Errorf("a competence that does not exist: %v", err)
	}
	if _, err := h.directory.Counts(t.Context(), "pf", ""); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a territory that was never read: %v", err)
	}
}
