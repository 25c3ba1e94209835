package fetch

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/errs"
)

func TestHTTP(t *testing.T) {
	where := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/fits":
			io.WriteString(w, r.UserAgent()+strings.Repeat("x", 96))
		case "/long":
			io.WriteString(w, strings.Repeat("x", 101))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			io.WriteString(z, strings.Repeat("x", 100_000))
			z.Close()
		case "/elsewhere":
			http.Redirect(w, r, "/fits", http.StatusTemporaryRedirect)
		case "/silent":
			<-r.Context().Done()
		}
	})
	c := near(Options{UserAgent: "test"}).HTTP(100)
	get := func(path string) (int, string, error) {
		r, err := c.Get(where + path)
		if err != nil {
			return 0, "", err
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		return r.StatusCode, string(body), err
	}
	if status, body, err := get("/fits"); status != http.StatusOK || len(body) != 100 || !strings.HasPrefix(body, "test") || err != nil {
		t.Errorf("%d %q %v", status, body, err)
	}
	for _, path := range []string{"/long", "/bomb"} {
		_, _, err := get(path)
		if e := Told(err, "x"); e.Key != "fetch.too_large" || e.Kind != errs.TooLarge {
			t.Errorf("%s: %v", path, err)
		}
	}
	if status, _, err := get("/elsewhere"); status != http.StatusTemporaryRedirect || err != nil {
		t.Errorf("a redirect: %d %v", status, err)
	}
	impatient := near(Options{Whole: 20 * time.Millisecond}).HTTP(100)
	if _, err := impatient.Get(where + "/silent"); Told(err, "x").Key != "fetch.slow" { //nolint:bodyclose // there is none
		t.Errorf("silence: %v", err)
	}
	strict := New(Options{}).HTTP(100)
	for address, key := range map[string]string{where: "fetch.private", "http://2130706433/": "fetch.unfit", "file:///etc/passwd": "fetch.unfit"} {
		if _, err := strict.Get(address); Told(err, "x").Key != key { //nolint:bodyclose // there is none
			t.Errorf("%s: %v, not %s", address, err, key)
		}
	}
}
