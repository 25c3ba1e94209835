package files_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/web"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, files.Texts))
}

func logo() files.File {
	return files.File{
		Territory: "nc", Owner: "listing/1", Name: "logo.png", Media: "image/png", Public: true, Width: 24, Height: 16, Data: []byte("\x89PNG\r\n\x1a\n\x00\xff"),
	}
}

func put(t *testing.T, d *db.DB, f files.File) (id string) {
	t.Helper()
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		id, err = files.Store{}.Put(t.Context(), tx, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestPutAndGet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		id := put(t, d, logo())
		if again := put(t, d, logo()); again != id || !files.IsID(id) || !strings.HasSuffix(id, ".png") {
			t.Errorf("%q, and again %q", id, again)
		}
		f, err := files.Store{}.Get(t.Context(), d.Read(), id)
		if err != nil || !bytes.Equal(f.Data, logo().Data) || f.Size != 10 || f.Width != 24 || f.Height != 16 || f.Owner != "listing/1" || !f.Public || f.CreatedAt.IsZero() {
			t.Errorf("%+v %v", f, err)
		}
		others := map[string]bool{id: true}
		for _, change := range []func(*files.File){
			func(f *files.File) { f.Owner = "listing/2" }, func(f *files.File) { f.Territory = "pf" }, func(f *files.File) { f.Public = false },
			func(f *files.File) { f.Data = []byte("other") },
		} {
			f := logo()
			change(&f)
			others[put(t, d, f)] = true
		}
		if len(others) != 5 {
			t.Errorf("%d files, not 5: what one owner deletes, another loses", len(others))
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return files.Store{}.Delete(t.Context(), tx, id, "none") }); err != nil {
			t.Fatal(err)
		}
		if _, err := (files.Store{}).Get(t.Context(), d.Read(), id); !errs.Is(err, errs.NotFound) {
			t.Errorf("deleted: %v", err)
		}
	})
}

func TestPutRefuses(t *testing.T) {
	d := dbtest.SQLite(t)
	for name, change := range map[string]func(*files.File){
		"an SVG": func(f *files.File) { f.Media = "image/svg+xml" }, "a page": func(f *files.File) { f.Media = "text/html" },
		"nothing": func(f *files.File) { f.Data = nil }, "of nobody": func(f *files.File) { f.Owner = "" },
	} {
		f := logo()
		change(&f)
		if err := d.Write(t.Context(), func(tx *db.Tx) error { _, err := files.Store{}.Put(t.Context(), tx, f); return err }); err == nil {
			t.Errorf("%s is kept", name)
		}
	}
}

func TestPaths(t *testing.T) {
	id := strings.Repeat("0a", 16) + ".png"
	if p := files.Path(id); p != "/fichiers/"+id || !files.IsPath(p) || files.IDOf(p) != id {
		t.Error(p)
	}
	for _, text := range []string{
		"", "/", "/fichiers/", id, "https://example.org/fichiers/" + id, "/fichiers/" + id + "/", "/fichiers/../" + id, "//example.org/fichiers/" + id,
		"/fichiers/" + strings.Repeat("0A", 16) + ".png", "/fichiers/" + strings.Repeat("0a", 16) + ".svg", "/fichiers/" + strings.Repeat("0a", 15) + ".png",
		"/fichiers/" + id + "?x", "/fichiers/" + id + " ",
	} {
		if files.IsPath(text) || files.IDOf(text) != "" {
			t.Errorf("%q passes for the path of a file", text)
		}
	}
}

func TestPurge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		kept, idle := logo(), logo()
		idle.Owner = "listing/2"
		keptID, idleID := put(t, d, kept), put(t, d, idle)
		used := map[string]bool{keptID: true}
		start := time.Date(2026, 2, 2, 3, 0, 0, 0, time.UTC)
		purge := func(days int, want int) {
			t.Helper()
			err := d.Write(t.Context(), func(tx *db.Tx) error {
				n, err := files.Purge(t.Context(), tx, start.AddDate(0, 0, days), used)
				if n != want {
					t.Errorf("day %d: %d deleted, want %d", days, n, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		purge(0, 0)
		purge(29, 0)
		used[idleID] = true // somebody takes it again
		purge(30, 0)
		used[idleID] = false
		purge(31, 0)
		put(t, d, idle) // or hands it in again
		purge(32, 0)
		purge(61, 0)
		purge(62, 1)
		if _, err := (files.Store{}).Get(t.Context(), d.Read(), keptID); err != nil {
			t.Errorf("the one that is used: %v", err)
		}
		if _, err := (files.Store{}).Get(t.Context(), d.Read(), idleID); !errs.Is(err, errs.NotFound) {
			t.Errorf("the one that is not: %v", err)
		}
	})
}

func ask(d *db.DB, id string, header http.Header) *httptest.ResponseRecorder {
	router := web.NewRouter()
	router.Handle("GET "+files.Path("{id}"), files.Handler(d, func(r *http.Request, f files.File) (bool, error) {
		return r.Header.Get("X-Reads") == f.Owner, nil
	}))
	r := httptest.NewRequest(http.MethodGet, files.Path(id), nil)
	if header != nil {
		r.Header = header
	}
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	return w
}

func TestHandler(t *testing.T) {
	d := dbtest.SQLite(t)
	private := logo()
	private.Public = false
	id, hidden := put(t, d, logo()), put(t, d, private)
	w := ask(d, id, nil)
	h := w.Header()
	if w.Code != http.StatusOK || h.Get("Content-Type") != "image/png" || !bytes.Equal(w.Body.Bytes(), logo().Data) ||
		h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'; sandbox") ||
		h.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%d %v", w.Code, h)
	}
	if w := ask(d, id, http.Header{"If-None-Match": {h.Get("Etag")}}); w.Code != http.StatusNotModified {
		t.Errorf("who has it already is answered %d", w.Code)
	}
	for name, id := range map[string]string{"a private one": hidden, "none": strings.Repeat("0a", 16) + ".png", "no identifier": "passwd"} {
		if w := ask(d, id, nil); w.Code != http.StatusNotFound || bytes.Contains(w.Body.Bytes(), private.Data) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	w = ask(d, hidden, http.Header{"X-Reads": {"listing/1"}})
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("a private one, of who may: %d %v", w.Code, w.Header())
	}
}

func TestPublish(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		private, document := logo(), logo()
		private.Public, document.Public, document.Owner = false, false, "claim/1"
		id, other := put(t, d, private), put(t, d, document)
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return files.Store{}.Publish(t.Context(), tx, "listing/", id, other) }); err != nil {
			t.Fatal(err)
		}
		put(t, d, private) // handed in again, it is as public as it was
		for id, want := range map[string]bool{id: true, other: false} {
			if f, err := (files.Store{}).Get(t.Context(), d.Read(), id); err != nil || f.Public != want {
				t.Errorf("of %s: public %v, %v", f.Owner, f.Public, err)
			}
		}
	})
}

func TestSave(t *testing.T) {
	w := httptest.NewRecorder()
	f := logo()
	f.Name = "Kbis « été ».pdf\r\nX-Evil: 1"
	if err := files.Save(w, httptest.NewRequest(http.MethodGet, "/", nil), f); err != nil {
		t.Fatal(err)
	}
	h := w.Header()
	if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename*=utf-8''Kbis%20") || strings.ContainsAny(h.Get("Content-Disposition"), "\r\n") ||
		h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v", h)
	}
}
