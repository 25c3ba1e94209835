package edit

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/ui/uitest"
)

// multi is a form with a file, and other inputs by name and value.
func multi(t *testing.T, path, name string, data []byte, version int64, inputs ...string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField(inputVersion, fmt.Sprint(version))
	for i := 0; i < len(inputs); i += 2 {
		_ = w.WriteField(inputs[i], inputs[i+1])
	}
	if data != nil {
		part, err := w.CreateFormFile("logo", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(data)
	}
	_ = w.Close()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// The file that was chosen is taken by every button of the page, and one that cannot be taken keeps it from doing anything else.
func TestUploadByAnyButton(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.trust(curation.Trusted)
	path := h.at("/logo")
	page := h.page(h.louise, path, http.StatusOK)
	uitest.Count(t, page, `form[enctype="multipart/form-data"]#fiche input[type="file"]`, 1)
	uitest.Count(t, page, `#fiche .edit-actions button[name="faire"]`, 3)
	uitest.Count(t, page, `.edit-actions a, .edit-actions form`, 0)
	confirmed := h.now().ConfirmedAt
	if got := h.sends(h.louise, "fr", multi(t, path, "logo.png", []byte("<svg>"), h.l.Version, inputDo, doPublish)); got.status != http.StatusUnprocessableEntity || h.now().Version != h.l.Version || !h.now().ConfirmedAt.Equal(confirmed) {
		t.Fatalf("a bad file: %d, version %d", got.status, h.now().Version)
	}
	for _, tt := range []struct{ name, value, to string }{
		{inputDo, doNext, h.at("/publier")}, {inputDo, doPreview, h.at("/apercu?etape=logo")}, {inputGo, "contact/phones", h.at("/contact#phones")}, {inputDo, doPublish, h.at("/fin?fait=publiee")},
	} {
		if got := h.sends(h.louise, "fr", multi(t, path, "logo.png", picturePNG(t), h.l.Version, tt.name, tt.value)); got.to != tt.to {
			t.Errorf("%s: %d to %s", tt.value, got.status, got.to)
		}
		if tt.value != doPublish && len(h.drafts(h.louise)) != 1 {
			t.Errorf("%s: the file was not kept", tt.value)
		}
		if tt.value != doPublish {
			h.must(h.s.Discard(t.Context(), h.louise, h.l.ID))
		}
	}
	if h.now().Logo == "" {
		t.Error("published without its logo")
	}
	if got := h.sends(h.louise, "fr", multi(t, path, "", nil, h.now().Version, inputDo, doNext)); got.to != h.at("/publier") {
		t.Errorf("without a file: %d to %s", got.status, got.to)
	}
}

func TestUpload(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.opens(h.louise, Owner, Essential).types("headline", "Une accroche").saves()
	path := h.at("/logo")
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"nothing":        {nil, "edit.logo_none"},
		"an empty file":  {[]byte{}, "edit.logo_none"},
		"an SVG":         {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), picture.KeyVector},
		"a page":         {[]byte("<!doctype html><script>"), picture.KeyUnknown},
		"half of one":    {picturePNG(t)[:50], picture.KeyBroken},
		"nearly nothing": {pictureOf(t, 20, 8), "edit.logo_small"},
		"6 MB":           {bytes.Repeat([]byte{0x89}, 6<<20), "edit.logo_too_large"},
	} {
		got := h.sends(h.louise, "fr", multi(t, path, "logo.png", tt.data, h.l.Version))
		words := uitest.Texts(t, got.body, "#logo-error")
		want := uitest.Frame(t, "fr", rooms()...).P.T(tt.says, "megabytes", 5, "width", 20, "height", 8, "least", 64)
		if got.status != http.StatusUnprocessableEntity || len(words) != 1 || !strings.HasSuffix(words[0], want) {
			t.Errorf("%s: %d %v, want %q", name, got.status, words, want)
		}
		if got := uitest.Texts(t, got.body, ".errors-title"); len(got) != 1 || strings.Contains(got[0], "avant de publier") {
			t.Errorf("%s: headed %q", name, got)
		}
	}
	if got := h.sends(h.louise, "fr", multi(t, path, `"><script>.png`, picturePNG(t), h.l.Version)); got.to != path+"?fait=logo" {
		t.Fatalf("%d to %s", got.status, got.to)
	}
	page := h.page(h.louise, path, http.StatusOK)
	uitest.Count(t, page, `.edit-logo-now img[src^="/fichiers/"]`, 1)
	uitest.Count(t, page, `[value="remettre"]`, 0) // there was none
	if got := h.posts(h.louise, path+"/retrait", url.Values{inputVersion: {fmt.Sprint(h.l.Version)}, inputDo: {doRestore}}); got.to != path {
		t.Errorf("%d to %s", got.status, got.to)
	}
	if d := h.drafts(h.louise); len(d) != 1 || len(d[0].Typed) != 1 {
		t.Errorf("%+v", d)
	}
	if got := h.posts(h.louise, path, url.Values{}); got.status != http.StatusBadRequest {
		t.Errorf("a form without a file's encoding: %d", got.status)
	}
}
