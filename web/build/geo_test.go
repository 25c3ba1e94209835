package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// The functions that carry positions over the date line, as they run in the page: their test is in JavaScript, and Node
// runs both.
func TestGeo(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("the tests of the map need Node: %v", err)
	}
	script := filepath.Join(t.TempDir(), "geo.mjs")
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join("testdata", "geo.test.ts")}, Bundle: true, Platform: api.PlatformNode, Format: api.FormatESModule,
		Outfile: script, Write: true,
	})
	if len(result.Errors) > 0 {
		t.Fatal(result.Errors)
	}
	if out, err := exec.CommandContext(t.Context(), node, "--test", script).CombinedOutput(); err != nil { //nolint:gosec // our own test
		t.Fatalf("%v\n%s", err, out)
	}
}
