package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"grappe/internal/platform/db/dbtest"
	"grappe/internal/schema"
)

// The scripts call grappe as a user does: this test binary answers under that name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"grappe": main})
}

// TestScripts runs the scripts of testdata/sqlite, whose files say what a command must do and say.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/sqlite", Cmds: scriptCommands(), Condition: scriptCondition, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error { return setUp(env) },
	})
}

// TestScriptsOnPostgreSQL runs the scripts that need both engines; $POSTGRES is an empty base, $POSTGRES_TOO another.
func TestScriptsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	one, two := dbtest.PostgresURL(t, schema.FS), dbtest.PostgresURL(t, schema.FS)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/postgres", Cmds: scriptCommands(), Condition: scriptCondition, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("POSTGRES", one)
			env.Setenv("POSTGRES_TOO", two)
			return setUp(env)
		},
	})
}

// setUp gives each script the files of testdata/files under $FILES.
func setUp(env *testscript.Env) error {
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	env.Setenv("FILES", here+"/testdata/files")
	env.Values[processesKey{}] = map[string]*process{}
	env.Values[officeKey{}] = map[string]*postOffice{}
	return nil
}

// scriptCommands are what the scripts can do besides running grappe.
func scriptCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"wrong":     func(ts *testscript.TestScript, neg bool, args []string) { mustFail(ts, neg, 2, args) },
		"fails":     func(ts *testscript.TestScript, neg bool, args []string) { mustFail(ts, neg, 1, args) },
		"start":     scriptStart,
		"signal":    scriptSignal,
		"await":     scriptAwait,
		"get":       scriptGet,
		"json":      scriptJSON,
		"sum":       scriptSum,
		"sparse":    scriptSparse,
		"damage":    scriptDamage,
		"newer":     scriptNewer,
		"spoil":     scriptSpoil,
		"smalldisk": scriptSmallDisk,
		"fill":      scriptFill,
		"setfrom":   scriptSetFrom,
		"smtp":      scriptSMTP,
		"post":      scriptPost,
		"returned":  scriptReturned,
		"issuer":    scriptIssuer,
		"giveup":    scriptGiveUp,
	}
}

// scriptCondition knows [mount]: this process may mount a file system of its own.
func scriptCondition(name string) (bool, error) {
	if name != "mount" {
		return false, errors.New("unknown condition " + name)
	}
	dir, err := os.MkdirTemp("", "grappe-mount-*")
	if err != nil {
		return false, err
	}
	defer os.Remove(dir)
	if err := mountSmall(dir); err != nil {
		return false, nil
	}
	return true, unmount(dir)
}

// mustFail runs a call that must fail with the exit code: nothing on stdout, and on stderr sentences for a person, not the
// text of a Go error.
func mustFail(ts *testscript.TestScript, neg bool, code int, args []string) {
	if neg {
		ts.Fatalf("this command cannot be negated")
	}
	err := ts.Exec("grappe", args...)
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		ts.Fatalf("grappe %s: %v, not exit code %d", strings.Join(args, " "), err, code)
	}
	if exit.ExitCode() != code {
		ts.Fatalf("grappe %s: exit code %d, not %d", strings.Join(args, " "), exit.ExitCode(), code)
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("a failing call writes on stdout: %s", out)
	}
	said := strings.TrimSpace(ts.ReadFile("stderr"))
	tiles := strings.NewReplacer("{z}", "", "{x}", "", "{y}", "") // part of what the person wrote
	switch {
	case said == "":
		ts.Fatalf("a failing call says nothing")
	case strings.Contains(said, "panic:") || strings.Contains(said, "%!") || strings.Contains(said, "cli.") || strings.Contains(tiles.Replace(said), "{"):
		ts.Fatalf("a failing call does not speak to a person: %s", said)
	}
}

// TestJoinNegative checks that a point of the south or the west can be typed after --near and --bbox.
func TestJoinNegative(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"search --near -22.27,166.44 x", "search --near=-22.27,166.44 x"},
		{"search --bbox -61,14,-60,15", "search --bbox=-61,14,-60,15"},
		{"search --near --json", "search --near --json"},
		{"search --near -.5,1", "search --near=-.5,1"},
		{"search --near", "search --near"},
		{"search -- --near -1", "search -- --near -1"},
		{"search --limit -1", "search --limit -1"},
	} {
		if got := strings.Join(joinNegative(strings.Fields(c.in)), " "); got != c.want {
			t.Errorf("%q becomes %q, not %q", c.in, got, c.want)
		}
	}
}

// TestInterrupted checks that a command stopped by a signal says so, with the exit code that shells give it.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr strings.Builder
	code := run(ctx, []string{"--lang", "fr", "--data", t.TempDir(), "territory", "add", "nc"}, &stdout, &stderr)
	if code != 130 || stdout.String() != "" || stderr.String() != "Interrompu.\n" {
		t.Errorf("code %d, stdout %q, stderr %q", code, stdout.String(), stderr.String())
	}
}
