package web_test

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"grappe/internal/platform/web"
)

func TestReadParts(t *testing.T) {
	part := func(name, text string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + text + "\r\n"
	}
	whole := part("a", "one") + part("b", "two, of which no more than one byte is read") + part("c", "three") + "--x--\r\n"
	own := errors.New("of each")
	for name, tt := range map[string]struct {
		kind, body string
		most       int64
		read       string
		is         func(error) bool
	}{
		"whole":                {"multipart/form-data; boundary=x", whole, 1000, "a b c", func(err error) bool { return err == nil }},
		"broken off in a part": {"multipart/form-data; boundary=x", part("a", "one") + "--x\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\ntw", 1000, "a b", func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
		"too large": {"multipart/form-data; boundary=x", whole, 140, "a b", func(err error) bool {
			_, ok := errors.AsType[*http.MaxBytesError](err)
			return ok
		}},
		"refused":        {"multipart/form-data; boundary=x", part("refused", "") + whole, 1000, "refused", func(err error) bool { return errors.Is(err, own) }},
		"another form":   {"application/x-www-form-urlencoded", "a=1", 1000, "", func(err error) bool { return errors.Is(err, http.ErrNotMultipart) }},
		"no boundary":    {"multipart/form-data", whole, 1000, "", func(err error) bool { return errors.Is(err, http.ErrMissingBoundary) }},
		"nothing at all": {"multipart/form-data; boundary=x", "", 1000, "", func(err error) bool { return err != nil }},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(tt.body))
		r.Header.Set("Content-Type", tt.kind)
		var read []string
		err := web.ReadParts(httptest.NewRecorder(), r, tt.most, 0, func(p *multipart.Part) error {
			read = append(read, p.FormName())
			if p.FormName() == "refused" {
				return own
			}
			_, err := p.Read(make([]byte, 1))
			return err
		})
		if got := strings.Join(read, " "); !tt.is(err) || got != tt.read {
			t.Errorf("%s: read %q, %v", name, got, err)
		}
	}
}
