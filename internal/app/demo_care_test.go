package app

import (
	"context"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/curation/suggest"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/watch"
)

// The demonstration's team has something of everything to look at, once.
func TestDemoIsLively(t *testing.T) {
	a := stocked(t, Options{Listens: "http://127.0.0.1:8082"})
	ctx := t.Context()
	for range 2 {
		if err := a.FillCare(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var linked int
	row := a.DB.Read().QueryRowContext(ctx, `SELECT count(*) FROM mails WHERE kind LIKE 'curation.%' AND body_text LIKE '%http://127.0.0.1:8082/%'`)
	if err := row.Scan(&linked); err != nil || linked != 3 {
		t.Errorf("%d letters lead to their page, %v", linked, err)
	}
	team := account.Actor{Person: "team", Territory: demoTerritory, Roles: []account.Role{account.ProjectManager}}
	counts, err := a.Curation.Tally(ctx, team)
	of := func(k curation.Kind) int { return counts[k].N + counts[k].Doubtful }
	if err != nil || of(curation.Suggestion) != 4 || of(curation.New) != 2 || of(curation.Edit) != 2 {
		t.Errorf("%v wait, %v", counts, err)
	}
	waiting, err := a.Curation.Waiting(ctx, team, curation.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if n, _, err := a.Claims.Tally(ctx, team); err != nil || n != 3 {
		t.Errorf("%d claims, %v", n, err)
	}
	claims, err := a.Claims.Waiting(ctx, team, 10)
	if err != nil || len(claims) != 3 {
		t.Fatal(len(claims), err)
	}
	rivals := 0
	for _, one := range claims {
		_, others, err := a.Claims.Shown(ctx, team, one.ID)
		if rivals += len(others); err != nil || one.Document == "" {
			t.Errorf("%+v, %v", one, err)
		}
	}
	if rivals != 2 {
		t.Errorf("%d are rivals", rivals)
	}
	suspicious, ids := 0, []string{}
	for _, c := range waiting {
		ids = append(ids, c.ID)
		if c.Suspicious() {
			suspicious++
		}
	}
	voices, err := a.Curation.Voices(ctx, team, ids)
	if err != nil || len(voices) != 1 || suspicious != 1 {
		t.Errorf("%v say the same, %d look like spam, %v", voices, suspicious, err)
	}
	for state, want := range map[curation.State]int{curation.Unconfirmed: 1, curation.Accepted: 1, curation.Refused: 1, curation.Joined: 2} {
		var n int
		if err := a.DB.Read().QueryRowContext(ctx, `SELECT count(*) FROM curation_changes WHERE state = $1`, string(state)).Scan(&n); err != nil || n != want {
			t.Errorf("%d are %s, %v", n, state, err)
		}
	}
	flags, err := a.Listings.Flagged(ctx, a.DB.Read(), demoTerritory, 10)
	if err != nil || len(flags) != len(listing.FlagKinds()) {
		t.Errorf("%d flags, %v", len(flags), err)
	}
	for _, f := range flags {
		if d, ok := watch.ReadStruckDetail(f.Detail, time.UTC); f.Kind == listing.StruckOff && (!ok || !d.Ended.Before(d.Said)) {
			t.Errorf("the end of a company is told as %q", f.Detail)
		}
	}
	doubtful, err := a.Importer.Duplicates(ctx, demoTerritory, 10)
	if err != nil || len(doubtful) != 1 {
		t.Errorf("%d doubtful pairs, %v", len(doubtful), err)
	}
	runs, err := a.Importer.Runs(ctx, demoTerritory, 5)
	if err != nil || len(runs) != 1 || runs[0].Warned == 0 {
		t.Errorf("%+v, %v", runs, err)
	}
	if n, err := a.Listings.Count(ctx, a.DB.Read(), demoTerritory, listing.Lapsed); err != nil || n != 1 {
		t.Errorf("%d lapsed, %v", n, err)
	}
	ages := map[listing.Age]int{}
	err = a.Listings.Each(ctx, a.DB.Read(), demoTerritory, func(l listing.Listing) error {
		ages[(listing.Ages{}).Of(l.ConfirmedAt, a.now())]++
		return nil
	})
	if err != nil || ages[listing.Fresh] == 0 || ages[listing.Ageing] == 0 || ages[listing.Stale] == 0 || ages[listing.Unconfirmed] == 0 {
		t.Errorf("the cards are of the ages %v, %v", ages, err)
	}
}

// What is told from within a transaction needs the instance's secret, also where nobody has needed it before: nothing waits for itself.
func TestFirstLetterOfAnInstance(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		a := start(t, Options{Database: fresh(), Fictional: true, PublicURL: "https://grappe.example"})
		if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var first string
		for range 2 {
			var c curation.Change
			err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
				c, err = a.Curation.Propose(ctx, tx, curation.Change{
					Kind: curation.New, State: curation.Waiting, Territory: demoTerritory, Fields: []string{"name", "category"}, Mail: "passant@example.nc", Lang: "fr",
					After: listing.Content{Name: "École", Category: listing.School},
				})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			path := ""
			err = a.DB.Write(ctx, func(tx *db.Tx) (err error) {
				path, err = a.Curation.Follow(ctx, tx, "change")
				return err
			})
			if err != nil || path == "" || first != "" && path != first {
				t.Fatalf("%q, before %q: %v", path, first, err)
			}
			first = path
			by := account.Operator(demoTerritory)
			if _, err := a.Curation.Decide(ctx, by, c.ID, curation.Decision{Reason: "Non."}); err != nil {
				t.Fatal(err)
			}
		}
		key, err := a.secrets.key(ctx, suggest.KeyPurpose)
		if err != nil || suggest.FollowPath(key, "change") != first {
			t.Errorf("another key outside: %v", err)
		}
	})
}
