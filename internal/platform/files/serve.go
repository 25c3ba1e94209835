package files

import (
	"mime"
	"net/http"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/web"
)

// Handler answers with the file whose identifier is the path's value "id". A private one is shown to whom may says, nil for nobody;
// to all others it is as if it were not there.
func Handler(d *db.DB, may func(r *http.Request, f File) (bool, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		if !IsID(id) {
			return errs.New(errs.NotFound, "files.not_found", nil)
		}
		f, err := Store{}.Get(r.Context(), d.Read(), id)
		if err != nil {
			return err
		}
		if f.Public {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			return f.serve(w, r)
		}
		shown := false
		if may != nil {
			if shown, err = may(r, f); err != nil {
				return err
			}
		}
		if !shown {
			return errs.New(errs.NotFound, "files.not_found", nil)
		}
		web.CacheNever(w)
		return f.serve(w, r)
	}
}

// Save answers with a file that the caller has checked the person may read, for them to save: it is neither shown nor kept by
// any cache.
func Save(w http.ResponseWriter, r *http.Request, f File) error {
	web.CacheNever(w)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	return f.serve(w, r)
}

// serve writes a file so that it can do nothing but be looked at, wherever a browser is made to open it.
func (f File) serve(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	return web.Write(w, r, http.StatusOK, f.Media, f.Data)
}
