package archtest

import (
	"strings"
	"testing"
)

// floor is how far to the right a room stands. Imports only point left.
type floor int

const (
	platform floor = iota
	territory
	company
	listing
	feature
	app
	cmd
)

// rooms names the floor of each room. Rooms of one ground floor are nouns that the next floors build on:
// what a competence is (taxonomy) stands beside what a place is (territory).
var rooms = map[string]floor{
	"internal/platform":  platform,
	"internal/schema":    platform,
	"presets":            platform,
	"web":                platform,
	"internal/territory": territory,
	"internal/taxonomy":  territory,
	"internal/company":   company,
	"internal/account":   company,
	"internal/booking":   company,
	"internal/listing":   listing,
	"internal/office":    listing,

	"internal/atlas":     feature,
	"internal/claim":     feature,
	"internal/directory": feature,
	"internal/freshness": feature,
	"internal/importer":  feature,
	"internal/demo":      feature,
	"internal/site":      feature,
	"internal/mirror":    feature,
	"internal/signin":    feature,
	"internal/space":     feature,
	"internal/desk":      feature,
	"internal/mailroom":  feature,
	"internal/curation":  feature,
	"internal/watch":     feature,

	"internal/app":         app,
	"internal/browsertest": cmd,
	"internal/archtest":    cmd,
	"cmd":                  cmd,
	"web/build":            cmd,
}

// room is the room that a folder belongs to: the longest name in rooms that it begins with.
func room(dir string) (string, bool) {
	for d := dir; d != "" && d != "."; {
		if _, ok := rooms[d]; ok {
			return d, true
		}
		i := strings.LastIndexByte(d, '/')
		if i < 0 {
			break
		}
		d = d[:i]
	}
	return "", false
}

// Rule: platform ← territory, taxonomy ← company ← listing ← features ← app ← cmd, and a feature never imports a feature.
// Reason: a room can be understood, tested and replaced knowing only what stands to its left. A feature that needs
// another declares a small interface in its own words, and app hands the other in.
func TestImportsPointLeft(t *testing.T) {
	for _, f := range sources(t).files {
		from, ok := room(f.dir)
		if !ok {
			t.Errorf("%s: the folder stands on no floor: add its room to rooms in imports_test.go", f.name)
			continue
		}
		for _, imported := range f.paths {
			dir, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			to, ok := room(dir)
			switch {
			case !ok:
				t.Errorf("%s imports %s, which stands on no floor", f.name, imported)
			case from == to:
			case rooms[to] > rooms[from]:
				t.Errorf("%s imports %s, which stands to its right", f.name, imported)
			case rooms[to] == rooms[from] && rooms[from] != platform && rooms[from] != cmd:
				t.Errorf("%s imports %s, which stands beside it", f.name, imported)
			}
		}
	}
}

// Rule: an inner package of a feature imports its room, never the other way round, nor another inner package of it.
// Reason: what the feature does stays in one place, and each way to show it can be read, and thrown away, alone.
func TestInnerPackagesStandApart(t *testing.T) {
	for _, f := range sources(t).files {
		from, ok := room(f.dir)
		if !ok || rooms[from] != feature {
			continue
		}
		for _, imported := range f.paths {
			dir, ours := strings.CutPrefix(imported, module+"/")
			if to, ok := room(dir); !ours || !ok || to != from || dir == f.dir || dir == from {
				continue
			}
			if !f.test {
				t.Errorf("%s imports %s, an inner package of its own room", f.name, imported)
			}
		}
	}
}

// Rule: an inner package of a platform room is imported from within that room only, unless it is for tests.
// Reason: what stands behind a room's door (the segments of the index, the grid of its map) has exported names so that its own
// neighbours read it at full speed; it can change as long as nobody else knows them.
func TestPlatformRoomsHaveOneDoor(t *testing.T) {
	for _, f := range sources(t).files {
		for _, imported := range f.paths {
			dir, ours := strings.CutPrefix(imported, module+"/")
			parts := strings.Split(dir, "/")
			if !ours || len(parts) < 4 || !strings.HasPrefix(dir, "internal/platform/") || strings.HasSuffix(dir, "test") {
				continue
			}
			if door := strings.Join(parts[:3], "/"); f.dir != door && !strings.HasPrefix(f.dir, door+"/") {
				t.Errorf("%s imports %s, an inner package of %s", f.name, imported, door)
			}
		}
	}
}

// Rule: only platform/db imports a database driver or goose, and only web/build imports the bundler.
// Reason: what differs between SQLite and PostgreSQL lives in one place; the binary does not carry its build.
func TestDriversStayInTheirRoom(t *testing.T) {
	homes := map[string]string{
		"github.com/jackc/pgx":       "internal/platform/db",
		"modernc.org/sqlite":         "internal/platform/db",
		"github.com/pressly/goose":   "internal/platform/db",
		"github.com/evanw/esbuild":   "web/build",
		"github.com/blevesearch":     "internal/platform/search",
		"github.com/RoaringBitmap":   "internal/platform/search",
		"github.com/xuri/excelize":   "internal/platform/tabular",
		"codeberg.org/go-pdf":        "internal/platform/typeset",
		"github.com/alecthomas/kong": "cmd/grappe",
		"github.com/coreos/go-oidc":  "internal/signin/oidc",
		"golang.org/x/oauth2":        "internal/signin/oidc",
	}
	for _, f := range sources(t).files {
		if f.test {
			continue
		}
		for _, imported := range f.paths {
			for prefix, home := range homes {
				if strings.HasPrefix(imported, prefix) && f.dir != home && !strings.HasPrefix(f.dir, home+"/") {
					t.Errorf("%s imports %s, which only %s may", f.name, imported, home)
				}
			}
		}
	}
}

// Rule: what is for tests is imported by tests only.
// Reason: the binary must not carry a PostgreSQL starter, a browser driver or a property tester.
func TestTestPackagesStayInTests(t *testing.T) {
	forTests := []string{
		module + "/internal/platform/db/dbtest", module + "/internal/browsertest", "net/http/httptest",
		"github.com/chromedp/", "github.com/andybalholm/cascadia", "pgregory.net/rapid", "github.com/rogpeppe/go-internal/testscript",
		"github.com/getkin/kin-openapi/", module + "/internal/platform/api/apitest",
		module + "/internal/signin/oidc/oidctest",
	}
	for _, f := range sources(t).files {
		if f.test || strings.HasPrefix(f.dir, "internal/platform/db/dbtest") || strings.HasPrefix(f.dir, "internal/browsertest") ||
			strings.HasSuffix(f.dir, "test") {
			continue
		}
		for _, imported := range f.paths {
			for _, prefix := range forTests {
				if imported == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(imported, prefix) {
					t.Errorf("%s imports %s, which is for tests", f.name, imported)
				}
			}
		}
	}
}

// Rule: each module that the code imports is in go.mod and in Dependencies, and the other way round.
// Reason: a dependency is a decision, with a reason that outlives whoever took it; one that nobody uses any more goes.
func TestDependenciesAreDecided(t *testing.T) {
	s := sources(t)
	required := requirements(string(s.texts["go.mod"]))
	used := map[string]string{}
	for _, f := range s.files {
		for _, imported := range f.paths {
			if m := moduleOf(imported, required); m != "" {
				used[m] = f.name
			}
		}
	}
	listed := map[string]bool{}
	for _, d := range Dependencies() {
		listed[d.Module] = true
		if len(d.Reason) < 10 {
			t.Errorf("deps.go: %s has no reason", d.Module)
		}
		if used[d.Module] == "" {
			t.Errorf("deps.go lists %s, which no file imports: take it out, and out of go.mod", d.Module)
		}
	}
	for m, file := range used {
		if !listed[m] {
			t.Errorf("%s imports %s, which deps.go does not list: add it with the reason", file, m)
		}
	}
	for m, indirect := range required {
		if !indirect && used[m] == "" {
			t.Errorf("go.mod requires %s, which no file imports", m)
		}
		if indirect && used[m] != "" {
			t.Errorf("go.mod calls %s indirect, but %s imports it", m, used[m])
		}
	}
}

// requirements reads the modules of go.mod, and whether each is marked as indirect.
func requirements(text string) map[string]bool {
	all := map[string]bool{}
	block := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case line == "require (":
			block = true
			continue
		case line == ")":
			block = false
			continue
		}
		if rest, ok := strings.CutPrefix(line, "require "); ok {
			line = rest
		} else if !block {
			continue
		}
		if fields := strings.Fields(line); len(fields) >= 2 {
			all[fields[0]] = strings.Contains(line, "// indirect")
		}
	}
	return all
}

// moduleOf is the required module that a package belongs to, empty for the standard library and for ours.
func moduleOf(imported string, required map[string]bool) string {
	for p := imported; ; {
		if _, ok := required[p]; ok {
			return p
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			return ""
		}
		p = p[:i]
	}
}
