package territory

import (
	"context"
	"os"
	"strings"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// tiles is a server at an address, with all else in order.
func tiles(address string) Tiles { return Tiles{URL: address, Attribution: "© IGN"} }

func TestCheckTiles(t *testing.T) {
	for _, good := range []Tiles{
		{},
		tiles("https://tuiles.exemple.nc/{z}/{x}/{y}.png"),
		tiles("https://Tuiles.exemple.nc/wmts?layer=plan&TILEMATRIX={z}&TILECOL={x}&TILEROW={y}"),
		tiles("https://xn--tule-loa.exemple.nc/{z}/{x}/{y}@2x.webp?key=a-b_c"),
		{URL: "https://a.b/{z}{x}{y}", Attribution: "a", MaxZoom: 22},
	} {
		if err := CheckTiles(good); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	for _, bad := range []string{
		"http://tuiles.exemple.nc/{z}/{x}/{y}.png", "//tuiles.exemple.nc/{z}/{x}/{y}.png", "tuiles.exemple.nc/{z}/{x}/{y}.png",
		"ftp://tuiles.exemple.nc/{z}/{x}/{y}", "javascript:alert({z}{x}{y})", "data:image/png,{z}{x}{y}",
		"https://tuiles.exemple.nc/{z}/{x}.png", "https://tuiles.exemple.nc/{z}/{x}/{y}/{y}.png", "https://{s}.exemple.nc/{z}/{x}/{y}.png",
		"https://tuiles.exemple.nc/{z}/{x}/{y}{r}.png", "https://{x}.exemple.nc/{z}/{y}.png", "https://tuiles.exemple.nc?{z}/{x}/{y}",
		"https://user@tuiles.exemple.nc/{z}/{x}/{y}.png", "https://user:secret@tuiles.exemple.nc/{z}/{x}/{y}.png", "https:///{z}/{x}/{y}",
		"https://tuiles.exemple.nc:8443/{z}/{x}/{y}.png", "https://tuiles.exemple.nc:/{z}/{x}/{y}.png", "https://tuiles.exemple.nc/{z}/{x}/{y}#a",
		"https://tuiles.exemple.nc/{z}/{x}/{y}.png; script-src *", "https://tuiles.exemple.nc;/{z}/{x}/{y}.png", "https://tuiles.exemple.nc,b.c/{z}/{x}/{y}",
		"https://tuiles.exemple.nc\\@evil.example/{z}/{x}/{y}", "https://tuil%65s.exemple.nc/{z}/{x}/{y}", "https://tuiles.exemple.nc/{z}/{x}/{y}\n",
		"https://tuilé.exemple.nc/{z}/{x}/{y}", "https://tuiles.exemple.nc./{z}/{x}/{y}", "https://tuiles_.exemple.nc/{z}/{x}/{y}",
		"https://127.0.0.1/{z}/{x}/{y}", "https://192.168.1.4/{z}/{x}/{y}", "https://8.8.8.8/{z}/{x}/{y}", "https://[::1]/{z}/{x}/{y}",
		"https://127.1/{z}/{x}/{y}", "https://0x7f.1/{z}/{x}/{y}", "https://a.0x7f000001/{z}/{x}/{y}", "https://2130706433/{z}/{x}/{y}",
		"https://localhost/{z}/{x}/{y}", "https://tuiles.localhost/{z}/{x}/{y}", "https://nas.local/{z}/{x}/{y}", "https://box.home.arpa/{z}/{x}/{y}",
		"https://tiles.internal/{z}/{x}/{y}", "https://serveur/{z}/{x}/{y}", "https://a.b/{z}/{x}/{y}?" + strings.Repeat("a", 300),
	} {
		err := CheckTiles(tiles(bad))
		if e := errs.As(err); e == nil || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != "tiles.url" {
			t.Errorf("%q: %v", bad, err)
		}
		if origin := (&Territory{Tiles: tiles(bad)}).TileOrigin(); strings.ContainsAny(origin, "; ,@:\n") && !strings.HasPrefix(origin, "https://") {
			t.Errorf("%q has the origin %q", bad, origin)
		}
	}
	const good = "https://tuiles.exemple.nc/{z}/{x}/{y}.png"
	for field, bad := range map[string][]Tiles{
		"tiles.url":         {{Attribution: "© IGN"}, {MaxZoom: 3, Attribution: "x"}},
		"tiles.attribution": {{URL: good}, {URL: good, Attribution: " "}, tilesBy("<b>IGN</b>"), tilesBy("a\nb"), tilesBy(strings.Repeat("é", 201)), tilesBy("\xff")},
		"tiles.max_zoom":    {{URL: good, Attribution: "x", MaxZoom: 23}, {URL: good, Attribution: "x", MaxZoom: -1}},
	} {
		for _, tt := range bad {
			if e := errs.As(CheckTiles(tt)); e == nil || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("%+v: %v, want a fault of %s", tt, e, field)
			}
		}
	}
}

func tilesBy(attribution string) Tiles {
	return Tiles{URL: "https://tuiles.exemple.nc/{z}/{x}/{y}.png", Attribution: attribution}
}

func TestTileOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"": "",
		"https://Tuiles.exemple.nc/{z}/{x}/{y}.png": "https://tuiles.exemple.nc",
		"http://tuiles.exemple.nc/{z}/{x}/{y}.png":  "",
	} {
		tt := &Territory{Tiles: Tiles{URL: address}}
		if got := tt.TileOrigin(); got != want {
			t.Errorf("%q: %q", address, got)
		}
	}
	if (Tiles{}).Zooms() != 19 || (Tiles{MaxZoom: 17}).Zooms() != 17 {
		t.Error("Zooms is wrong")
	}
}

func TestLicence(t *testing.T) {
	var nobody Territory
	if l := nobody.DataLicence(); l.ID != "etalab-2.0" || l.Name != "Licence Ouverte 2.0" || !strings.HasPrefix(l.URL, "https://www.etalab.gouv.fr/") {
		t.Errorf("by default: %+v", l)
	}
	odbl := &Territory{Licence: Licence{ID: "odbl-1.0"}}
	if l := odbl.DataLicence(); l.ID != "ODbL-1.0" || l.Name != "Open Database License 1.0" || l.URL == "" {
		t.Errorf("by its identifier: %+v", l)
	}
	for _, l := range Licences() {
		if err := CheckLicence(l); err != nil {
			t.Errorf("%+v: %v", l, err)
		}
	}
	own := Licence{ID: "NLOD-2.0", Name: "Norsk lisens", URL: "https://data.norge.no/nlod/no/2.0"}
	for _, good := range []Licence{{}, own, {ID: "CC0-1.0", Name: "Domaine public"}} {
		if err := CheckLicence(good); err != nil {
			t.Errorf("%+v: %v", good, err)
		}
	}
	for field, bad := range map[string][]Licence{
		"licence.id":   {{Name: "x"}, {ID: "a b", Name: "x", URL: own.URL}, {ID: "NLOD-2.0"}, {ID: "NLOD-2.0", Name: "x"}, {ID: strings.Repeat("a", 65)}},
		"licence.name": {{ID: "ODbL-1.0", Name: "a\nb"}, {ID: "ODbL-1.0", Name: strings.Repeat("a", 201)}, {ID: "ODbL-1.0", Name: "<i>"}},
		"licence.url": {
			{ID: "ODbL-1.0", URL: "http://example.org/"},
			{ID: "ODbL-1.0", URL: "javascript:1"},
			{ID: "ODbL-1.0", URL: "https://u@example.org/"},
			{ID: "ODbL-1.0", URL: "https://10.0.0.1/"},
			{ID: "ODbL-1.0", URL: "https://example.org/\" x"},
		},
	} {
		for _, l := range bad {
			if e := errs.As(CheckLicence(l)); e == nil || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("%+v: %v, want a fault of %s", l, e, field)
			}
		}
	}
}

// What the YAML says of tiles and licence is checked with the rest of it.
func TestParseTilesAndLicence(t *testing.T) {
	source, err := os.ReadFile("../../presets/territories/wf.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(source), "\n")
	kept := lines[:0]
	for _, line := range lines {
		if !strings.HasPrefix(line, "licence:") {
			kept = append(kept, line)
		}
	}
	plain := strings.Join(kept, "\n")
	tt, err := Parse([]byte("tiles: {url: \"https://tuiles.exemple.wf/{z}/{x}/{y}.png\", attribution: © IGN, max_zoom: 16}\nlicence: {id: ODbL-1.0}\n" + plain))
	if err != nil {
		t.Fatal(err)
	}
	if tt.TileOrigin() != "https://tuiles.exemple.wf" || tt.Tiles.Attribution != "© IGN" || tt.Tiles.Zooms() != 16 || tt.DataLicence().Name != "Open Database License 1.0" {
		t.Errorf("%+v %+v", tt.Tiles, tt.Licence)
	}
	_, err = Parse([]byte("tiles: {url: \"http://tuiles.exemple.wf/\", max_zoom: 99}\nlicence: {id: secret}\n" + plain))
	var names []string
	if e := errs.As(err); e != nil {
		for _, f := range e.Fields {
			names = append(names, f.Name)
		}
	}
	if strings.Join(names, " ") != "tiles.url tiles.attribution tiles.max_zoom licence.id" {
		t.Errorf("the faults are those of %v", names)
	}
}

func TestServiceTilesAndLicence(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, other := NewService(d, os.DirFS("../../presets")), NewService(d, os.DirFS("../../presets"))
		if _, err := s.Add(ctx, "nc"); err != nil {
			t.Fatal(err)
		}
		expect := func(origin, licence string) {
			t.Helper()
			nc, err := other.Get(ctx, "nc")
			if err != nil {
				t.Fatal(err)
			}
			if nc.TileOrigin() != origin || nc.DataLicence().ID != licence {
				t.Errorf("%q %+v, want %q and %s", nc.TileOrigin(), nc.DataLicence(), origin, licence)
			}
		}
		expect("", "etalab-2.0")
		if err := s.SetTiles(ctx, "nc", tiles("https://tuiles.exemple.nc/{z}/{x}/{y}.png")); err != nil {
			t.Fatal(err)
		}
		expect("https://tuiles.exemple.nc", "etalab-2.0")
		if err := s.SetLicence(ctx, "nc", Licence{ID: "cc-by-4.0"}); err != nil {
			t.Fatal(err)
		}
		expect("https://tuiles.exemple.nc", "CC-BY-4.0")
		if err := s.SetTiles(ctx, "nc", tiles("https://127.0.0.1/{z}/{x}/{y}.png")); !errs.Is(err, errs.Invalid) {
			t.Errorf("a private server: %v", err)
		}
		if err := s.SetLicence(ctx, "nc", Licence{ID: "?"}); !errs.Is(err, errs.Invalid) {
			t.Errorf("no licence: %v", err)
		}
		if err := s.SetTiles(ctx, "pf", Tiles{}); !errs.Is(err, errs.NotFound) {
			t.Errorf("a territory that is not here: %v", err)
		}
		expect("https://tuiles.exemple.nc", "CC-BY-4.0")
		if err := s.SetTiles(ctx, "nc", Tiles{}); err != nil {
			t.Fatal(err)
		}
		if err := s.SetLicence(ctx, "nc", Licence{}); err != nil {
			t.Fatal(err)
		}
		expect("", "etalab-2.0")
	})
}
