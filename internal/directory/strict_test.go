package directory_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/directory"
	"grappe/internal/platform/errs"
)

// What cannot say what it left out refuses what means nothing, by the name of the parameter that it stands in.
func TestStrict(t *testing.T) {
	h := sample(t)
	say := func(param, value string) errs.Field {
		return errs.Field{Name: param, Key: "test.unknown", Args: errs.Args{"value": value}}
	}
	for address, want := range map[string]string{
		"":                                    "",
		"zone=noumea&ou=Lifou&tri=nom":        "",
		"zone=zorglub":                        "zone=zorglub",
		"ou=zorglub":                          "ou=zorglub",
		"ou=zorglub&zone=zorglub":             "zone=zorglub zone=zorglub",
		"categorie=x&secteur=y&competence=z":  "competence=z categorie=x secteur=y",
		"tag=wordpress&competence=training":   "",
		"tag=nobody":                          "nothing",
		"tag=nobody&tag=wordpress":            "",
		"tag=nobody&zone=zorglub":             "zone=zorglub",
		"zone=" + strings.Repeat("long ", 30): "zone=" + strings.TrimSpace(strings.Repeat("long ", 12)),
	} {
		v, err := url.ParseQuery(address)
		if err != nil {
			t.Fatal(err)
		}
		_, nothing, err := h.directory.Strict("nc", v, say)
		var got []string
		if nothing {
			got = append(got, "nothing")
		}
		if e := errs.As(err); e != nil {
			if e.Kind != errs.Usage || e.Key != e.Fields[0].Key {
				t.Errorf("%s: %v", address, err)
			}
			for _, f := range e.Fields {
				got = append(got, f.Name+"="+f.Args["value"].(string))
			}
		}
		if said := strings.Join(got, " "); said != want {
			t.Errorf("%s: %q, want %q", address, said, want)
		}
	}
	if _, _, err := h.directory.Strict("nc", url.Values{"bbox": {"x"}}, say); errs.As(err) == nil || errs.As(err).Fields[0].Name != "bbox" {
		t.Errorf("what cannot be read: %v", err)
	}
	if _, _, err := h.directory.Strict("pf", nil, say); !errs.Is(err, errs.Unavailable) {
		t.Errorf("a territory that was never read: %v", err)
	}
	names := directory.Parameters()
	for _, name := range []string{"q", "ou", "categorie", "secteur", "tag", "bbox", "carte", "page"} {
		if !slices.Contains(names, name) {
			t.Errorf("%q is not among %q", name, names)
		}
	}
}
