package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/web"
)

func TestReadForm(t *testing.T) {
	for _, tt := range []struct {
		body   string
		most   int64
		status int
	}{
		{"a=1&b=%C3%A9", 100, http.StatusOK},
		{"a=%zz", 100, http.StatusBadRequest},
		{"a=1&b=2", 4, http.StatusRequestEntityTooLarge},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body = http.MaxBytesReader(w, r.Body, tt.most)
		status := http.StatusOK
		if err := web.ReadForm(r); err != nil {
			status = web.FailureOf(r.Context(), err).Status
		}
		if status != tt.status || status == http.StatusOK && r.PostForm.Get("b") != "é" {
			t.Errorf("%q: %d, %v", tt.body, status, r.PostForm)
		}
	}
}

func TestNoStoreAndSecret(t *testing.T) {
	for _, tt := range []struct {
		wrap     func(web.Handler) web.Handler
		referrer string
	}{{web.NoStore, ""}, {web.Secret, "same-origin"}} {
		for _, err := range []error{nil, errs.New(errs.Gone, "", nil)} {
			w := httptest.NewRecorder()
			h := tt.wrap(func(w http.ResponseWriter, _ *http.Request) error {
				if err == nil {
					w.WriteHeader(http.StatusNoContent)
				}
				return err
			})
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
			if got := w.Header(); got.Get("Cache-Control") != "no-store" || got.Get("Referrer-Policy") != tt.referrer {
				t.Errorf("%d: %v", w.Code, got)
			}
		}
	}
}

func TestNetwork(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.7": "192.0.2.7/32", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
	} {
		if got := web.Network(netip.MustParseAddr(addr)).String(); got != want {
			t.Errorf("%s: %s", addr, got)
		}
	}
	if got := web.Network(netip.Addr{}); got != (netip.Prefix{}) {
		t.Errorf("unknown: %s", got)
	}
}
