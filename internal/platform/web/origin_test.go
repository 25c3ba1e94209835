package web

import (
	"crypto/tls"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOrigin(t *testing.T) {
	for host, valid := range map[string]bool{
		"annuaire.example.nc": true, "ANNUAIRE.example": true, "localhost:8080": true, "127.0.0.1:80": true, "[::1]": true, "[2001:db8::1]:8443": true,
		"a_b-c.example.": true, "": false, ".": false, "a..b": false, "a b": false, `x"><script>`: false, "a/b": false, "a@b.example": false,
		"a:": false, "a:http": false, "a:99999": false, "a:80:80": false, "::1": false, "[::1": false, "[::1]x": false, "[fe80::1%25eth0]": false,
		"[10.0.0.1]": false, strings.Repeat("a", 64) + ".example": false, strings.Repeat("a.", 130) + "nc": false, "é.example": false, "a:-1": false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		for _, scheme := range []string{"http", "https"} {
			if scheme == "https" {
				r.TLS = &tls.ConnectionState{}
			}
			want := ""
			if valid {
				want = scheme + "://" + host
			}
			if got := Origin(r); got != want {
				t.Errorf("host %q: origin %q, want %q", host, got, want)
			}
		}
	}
}

func TestParseOrigin(t *testing.T) {
	for given, want := range map[string]string{
		"https://annuaire.example": "https://annuaire.example", "https://annuaire.example/": "https://annuaire.example",
		"http://localhost:8080": "http://localhost:8080", "https://[2001:db8::1]:8443": "https://[2001:db8::1]:8443",
		"annuaire.example": "", "//annuaire.example": "", "ftp://annuaire.example": "", "https://": "", "https://a/b": "", "https://a?b": "",
		"https://a#b": "", "https://u:p@a": "", "https://a b": "", "": "", "javascript:alert(1)": "", "https://a//": "",
	} {
		got, err := ParseOrigin(given)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v, want %q", given, got, err, want)
		}
	}
}

func TestToTLS(t *testing.T) {
	for host, want := range map[string]string{
		"example.nc": "https://example.nc/a?b=c", "example.nc:80": "https://example.nc/a?b=c", "[::1]:80": "https://[::1]/a?b=c", "[::1]": "https://[::1]/a?b=c",
		"10.0.0.1:8080": "https://10.0.0.1/a?b=c",
	} {
		r, w := httptest.NewRequest("GET", "/a?b=c", nil), httptest.NewRecorder()
		r.Host = host
		toTLS(w, r)
		if got := w.Header().Get("Location"); w.Code != 308 || got != want {
			t.Errorf("%s: %d to %q, want %q", host, w.Code, got, want)
		}
	}
}
