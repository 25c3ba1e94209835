package territory

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

func TestService(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := NewService(d, os.DirFS("../../presets"))
		if all, err := s.List(ctx); err != nil || len(all) != 0 {
			t.Fatalf("an empty instance lists %v, %v", all, err)
		}
		if _, err := s.Get(ctx, "nc"); !errs.Is(err, errs.NotFound) || errs.As(err).Key != "territory.not_added" {
			t.Errorf("Get before Add: %v", err)
		}
		if _, _, err := s.Ensure(ctx, "atlantis"); !errs.Is(err, errs.NotFound) || errs.As(err).Key != "territory.unknown" {
			t.Errorf("Ensure of an unknown code: %v", err)
		}
		nc, added, err := s.Ensure(ctx, "nc")
		if err != nil || !added || nc.Name("fr") != "Nouvelle-Calédonie" {
			t.Fatalf("Ensure: %v %v", added, err)
		}
		if _, added, err := s.Ensure(ctx, "nc"); err != nil || added {
			t.Errorf("Ensure again: %v %v", added, err)
		}
		if again, err := s.Get(ctx, "nc"); err != nil || again != nc {
			t.Errorf("Get reads the preset anew: %v", err)
		}
		testOwnTerritory(t, ctx, s)
		testHosts(t, ctx, s)
		changes, err := d.Changes(ctx, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(changes) == 0 || slices.ContainsFunc(changes, func(c db.Change) bool { return c.Kind != "territory" || c.ID != c.Territory }) {
			t.Errorf("changes = %+v", changes)
		}
	})
}

// testOwnTerritory adds a territory that is no preset, and changes it.
func testOwnTerritory(t *testing.T, ctx context.Context, s *Service) {
	t.Helper()
	source, err := os.ReadFile("../../presets/territories/wf.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := strings.Replace(string(source), "code: wf\n", "code: uvea\n", 1)
	own = strings.Replace(own, "hosts: []", "hosts: [Uvea.Example.WF]", 1)
	for _, tagline := range []string{"Trouvez", "Cherchez"} {
		tt, err := s.AddYAML(ctx, []byte(strings.Replace(own, "fr: Trouvez", "fr: "+tagline, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(tt.Tagline["fr"], tagline) || !slices.Equal(tt.Hosts, []string{"uvea.example.wf"}) {
			t.Errorf("the territory is %q %v", tt.Tagline["fr"], tt.Hosts)
		}
	}
	if got, err := s.Source(ctx, "uvea"); err != nil || !strings.Contains(string(got), "fr: Cherchez") {
		t.Errorf("the source of an own territory: %v", err)
	}
	if got, err := s.Source(ctx, "wf"); err != nil || string(got) != string(source) {
		t.Errorf("the source of a preset that was not added: %v", err)
	}
	if _, err := s.Source(ctx, "atlantis"); !errs.Is(err, errs.NotFound) {
		t.Errorf("the source of nothing: %v", err)
	}
	if _, err := s.AddYAML(ctx, []byte("code: x")); !errs.Is(err, errs.Invalid) {
		t.Errorf("a territory without anything: %v", err)
	}
	if _, err := s.AddYAML(ctx, []byte(strings.Replace(own, "code: uvea\n", "code: other\n", 1))); !errs.Is(err, errs.Conflict) {
		t.Errorf("a host twice: %v", err)
	}
	all, err := s.List(ctx)
	if err != nil || len(all) != 2 || all[0].Code != "nc" || all[1].Code != "uvea" {
		t.Errorf("List = %v, %v", all, err)
	}
}

// A territory that cannot be read is left out and told; the others stand.
func TestServiceLeavesFaultyTerritoriesOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s := NewService(d, os.DirFS("../../presets"))
		for _, code := range []string{"nc", "pf", "wf"} {
			if _, err := s.Add(ctx, code); err != nil {
				t.Fatal(err)
			}
		}
		err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE territories SET source = 'code: [', version = 9 WHERE code = 'pf'`)
			if err == nil {
				_, err = tx.ExecContext(ctx, `INSERT INTO territories (code, source, created_at, updated_at, version) VALUES ('atlantis', '', 0, 0, 1)`)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		list, faulty, err := s.Survey(ctx)
		if err != nil || len(list) != 2 || list[0].Code != "nc" || list[1].Code != "wf" {
			t.Errorf("Survey = %v, %v", list, err)
		}
		if len(faulty) != 2 || faulty[0].Code != "atlantis" || faulty[1].Code != "pf" || errs.As(faulty[0].Err) == nil || errs.As(faulty[1].Err) == nil {
			t.Errorf("faulty = %+v", faulty)
		}
		if list, err := s.List(ctx); err != nil || len(list) != 2 {
			t.Errorf("List = %v, %v", list, err)
		}
		if _, err := s.Get(ctx, "pf"); !errs.Is(err, errs.Invalid) {
			t.Errorf("Get of the faulty one: %v", err)
		}
		if _, err := s.Add(ctx, "pf"); err != nil {
			t.Errorf("it cannot be mended: %v", err)
		}
		if _, faulty, err := s.Survey(ctx); err != nil || len(faulty) != 1 {
			t.Errorf("after mending: %+v, %v", faulty, err)
		}
	})
}

func testHosts(t *testing.T, ctx context.Context, s *Service) {
	t.Helper()
	if err := s.SetHosts(ctx, "nc", []string{"Annuaire.OPEN.nc", "annuaire.open.nc", "open.nc:443"}); err != nil {
		t.Fatal(err)
	}
	nc, err := s.Get(ctx, "nc")
	if err != nil || !slices.Equal(nc.Hosts, []string{"annuaire.open.nc", "open.nc"}) {
		t.Errorf("hosts = %v, %v", nc.Hosts, err)
	}
	for host, want := range map[string]string{"open.nc:8080": "nc", "UVEA.example.wf": "uvea", "example.org": "", "!": ""} {
		got, ok, err := s.ByHost(ctx, host)
		if err != nil || ok != (want != "") || ok && got.Code != want {
			t.Errorf("ByHost(%q) = %v %v", host, ok, err)
		}
	}
	for name, c := range map[string]struct {
		code, host string
		kind       errs.Kind
	}{
		"taken":   {"uvea", "open.nc", errs.Conflict},
		"no host": {"nc", "http://open.nc/", errs.Invalid},
		"absent":  {"pf", "open.pf", errs.NotFound},
	} {
		if err := s.SetHosts(ctx, c.code, []string{c.host}); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.SetHosts(ctx, "nc", nil); err != nil {
		t.Error(err)
	}
	if err := s.SetHosts(ctx, "uvea", []string{"open.nc"}); err != nil {
		t.Errorf("a host that was given up: %v", err)
	}
}

func TestServiceGeometry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, other := NewService(d, os.DirFS("../../presets")), NewService(d, os.DirFS("../../presets"))
		nc, _, err := s.Ensure(ctx, "nc")
		if err != nil {
			t.Fatal(err)
		}
		noumea, _ := nc.Zone("98818")
		where := func(s *Service) How {
			t.Helper()
			got, ok, err := s.Place(ctx, "nc", noumea.Centre)
			if err != nil || !ok || got.Zone.Code != "98818" {
				t.Fatalf("Place = %+v %v %v", got, ok, err)
			}
			return got.How
		}
		if where(s) != Approx || where(other) != Approx {
			t.Error("without outlines a place should be approximate")
		}
		if _, err := s.LoadGeometry(ctx, "nc", strings.NewReader(collection(feature(`{"nom":"Atlantide"}`, square(geo.Point{Lat: 1, Lon: 1}, 1)))), OutlineCredit{}); errs.As(err) == nil ||
			errs.As(err).Key != "territory.no_match" {
			t.Errorf("a file of elsewhere: %v", err)
		}
		report, err := s.LoadGeometry(ctx, "nc", strings.NewReader(squares(nc, func(_ int, z Zone) string { return `{"code":"` + z.Code + `"}` })), OutlineCredit{})
		if err != nil || len(report.Matched) != 33 {
			t.Fatalf("LoadGeometry: %+v %v", report, err)
		}
		if where(s) != Inside || where(other) != Inside {
			t.Error("outlines that were loaded place nothing, or not in another process")
		}
		if o, err := other.Outlines(ctx, "nc"); err != nil || o.Len() != 33 {
			t.Errorf("%d outlines, %v", o.Len(), err)
		}
		if err := s.SaveGeometry(ctx, "nc", nil, OutlineCredit{}); err != nil {
			t.Fatal(err)
		}
		if where(other) != Approx {
			t.Error("outlines that were removed still place")
		}
		if err := s.SaveGeometry(ctx, "pf", nil, OutlineCredit{}); !errs.Is(err, errs.NotFound) {
			t.Errorf("outlines of a territory that was not added: %v", err)
		}
	})
}
