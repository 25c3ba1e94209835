package apitest

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed spectral.yaml
var rules []byte

// Document fails the test unless the OpenAPI document is valid for kin-openapi and for spectral with all of its rules.
// Without node, or without the packages of web/, spectral is left out and the test says so; in CI that is a failure.
func Document(t testing.TB, document []byte) {
	t.Helper()
	if _, err := load(t, document); err != nil {
		t.Errorf("kin-openapi: %v", err)
	}
	said, err := spectral(t, document)
	switch {
	case err != nil && os.Getenv("CI") == "true":
		t.Errorf("spectral did not judge the document: %v", err)
	case err != nil:
		t.Logf("spectral did not judge the document: %v", err)
	case said != "":
		t.Errorf("spectral:\n%s", said)
	}
}

func load(t testing.TB, document []byte) (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	if !doc.IsOpenAPI31OrLater() {
		return nil, fmt.Errorf("the document is of OpenAPI %s", doc.OpenAPI)
	}
	return doc, doc.Validate(t.Context(), openapi3.EnableExamplesValidation())
}

// spectral gives its findings, "" for none; the error is that it could not be asked.
func spectral(t testing.TB, document []byte) (string, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return "", err
	}
	program, err := program()
	if err != nil {
		return "", err
	}
	folder := t.TempDir()
	file, ruleset := filepath.Join(folder, "openapi.json"), filepath.Join(folder, "spectral.yaml")
	for name, content := range map[string][]byte{file: document, ruleset: rules} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			return "", err
		}
	}
	out, err := exec.CommandContext(t.Context(), node, program, "lint", "-F", "hint", "--quiet", "-r", ruleset, file).CombinedOutput()
	if err == nil {
		return "", nil
	}
	return strings.ReplaceAll(string(out), folder+"/", ""), nil
}

// program is the script of spectral in the packages of web/, above the folder that the test runs in.
func program() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			script := filepath.Join(dir, "web", "node_modules", ".bin", "spectral")
			_, err = os.Stat(script)
			return script, err
		}
	}
	return "", fmt.Errorf("no go.mod above the test")
}
