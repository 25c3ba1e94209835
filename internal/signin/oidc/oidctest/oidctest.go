// Package oidctest starts a real provider of OpenID Connect for tests: panva's oidc-provider, in Node, from web/node_modules. It
// must not know what signs in by it, and no package but a test imports it.
package oidctest

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// EnvNone set to 1 skips the tests that need Node, where it cannot be installed.
const EnvNone = "GRAPPE_TEST_NO_NODE"

//go:embed provider.mjs
var script string

// Provider is a provider that answers until the test ends. Whoever is sent there reads a page with the field "login" and two
// buttons named "answer", "yes" and "no". Who says to be marie@exemple.nc has that address, verified; one that begins by "neuf-" is
// not verified; "muet" has none.
type Provider struct {
	Issuer       string
	ClientID     string
	ClientSecret string
}

// Config says how a provider is; the zero value is the usual one.
type Config struct {
	Redirects   []string // addresses to which it sends browsers back
	MailInToken bool     // the mail address stands in the ID token, and not in userinfo alone
	Post        bool     // it takes the client's secret in the body of the request, and not in its head
}

// Start starts a provider that sends browsers back to these addresses.
func Start(t testing.TB, redirects ...string) *Provider {
	t.Helper()
	return StartWith(t, Config{Redirects: redirects})
}

// slow is how long Node may take to start on a busy machine, or to end.
const slow = 30 * time.Second

// StartWith is Start with more to say.
func StartWith(t testing.TB, c Config) *Provider {
	t.Helper()
	if os.Getenv(EnvNone) == "1" {
		t.Skip("skipped: " + EnvNone + "=1")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("the tests of signing in by a service need Node: apt-get install nodejs (or set %s=1 to go without): %v", EnvNone, err)
	}
	p := &Provider{ClientID: "grappe", ClientSecret: "a secret of +tests/%only"}
	told, err := json.Marshal(map[string]any{
		"id": p.ClientID, "secret": p.ClientSecret, "redirects": c.Redirects, "mailInToken": c.MailInToken, "post": c.Post,
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "--input-type=module", "--eval", script)
	cmd.Dir = modules(t) // from which the script's imports are found
	cmd.Env = append(os.Environ(), "GRAPPE_OIDCTEST="+string(told), "NODE_ENV=test")
	noise := &noise{}
	cmd.Stderr = noise
	in, inErr := cmd.StdinPipe()
	out, outErr := cmd.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting the provider: %v", err)
	}
	stop := time.AfterFunc(slow, func() { _ = cmd.Process.Kill() }) // a provider that has ended already is as good
	t.Cleanup(func() {
		stop.Reset(slow)
		defer stop.Stop()
		in.Close()
		if err := cmd.Wait(); err != nil && t.Context().Err() == nil {
			t.Logf("the provider: %v\n%s", err, noise)
		}
		if t.Failed() {
			t.Logf("the provider wrote:\n%s", noise)
		}
	})
	p.Issuer = address(t, out, noise)
	stop.Stop()
	return p
}

// address reads the line by which the provider says that it answers.
func address(t testing.TB, out io.Reader, noise *noise) string {
	t.Helper()
	lines := bufio.NewReader(out)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		t.Fatalf("the provider did not start: %v\n%s", err, noise)
	}
	var said struct {
		Issuer string `json:"issuer"`
	}
	if err := json.Unmarshal(line, &said); err != nil || said.Issuer == "" {
		t.Fatalf("the provider said %q: %v", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }() // it ends with the process
	return said.Issuer
}

// modules is the folder of the npm packages' lock file, above which the test runs.
func modules(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("the test does not run within the repository")
		}
		dir = up
	}
	dir = filepath.Join(dir, "web")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "oidc-provider")); err != nil {
		t.Fatalf("the npm packages are not installed: run make build first (%v)", err)
	}
	return dir
}

// noise is what the provider writes for developers.
type noise struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (n *noise) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.Write(p)
}

func (n *noise) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.text.String()
}
