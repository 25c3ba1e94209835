package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"grappe/internal/platform/errs"
)

// manifestName lists the built files: {"app.css": "app.3f2a.css"}, logical name → name with the hash of its content.
const manifestName = "manifest.json"

// Manifest reads the names of the built assets; it is empty where nothing was built.
func Manifest(assets fs.FS) (map[string]string, error) {
	names := map[string]string{}
	raw, err := fs.ReadFile(assets, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return names, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &names)
	}
	if err != nil {
		return nil, fmt.Errorf("web: %s: %w", manifestName, err)
	}
	return names, nil
}

// Assets serves static files by their path, the prefix having been stripped. Files that the manifest names by their hash
// are kept by browsers for ever, others asked for again. A sibling with .zst or .gz is sent to those that take it.
func Assets(assets fs.FS) http.Handler {
	names, broken := Manifest(assets)
	hashed := make(map[string]bool, len(names))
	for _, name := range names {
		hashed[name] = true
	}
	return Handler(func(w http.ResponseWriter, r *http.Request) error {
		if broken != nil {
			return broken
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			return &statusError{http.StatusMethodNotAllowed, errs.New(errs.Usage, "web.method_not_allowed", nil)}
		}
		name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
		if hashed[name] {
			CacheForever(w)
		} else {
			w.Header().Set("Cache-Control", "public, no-cache")
		}
		return sendAsset(w, r, assets, name)
	})
}

// precompressed are the encodings of siblings, the smaller first.
func precompressed() [2][2]string { return [...][2]string{{"zstd", ".zst"}, {"gzip", ".gz"}} }

func sendAsset(w http.ResponseWriter, r *http.Request, assets fs.FS, name string) error {
	plain, err := fs.Stat(assets, name)
	if err != nil || plain.IsDir() {
		return errs.Wrap(err, errs.NotFound, "web.not_found", nil)
	}
	contentType := mime.TypeByExtension(path.Ext(name))
	if contentType == "" {
		contentType = "application/octet-stream"
	}
	w.Header().Set("Content-Type", contentType)
	accepted := r.Header.Get("Accept-Encoding")
	for _, coding := range precompressed() {
		sibling := name + coding[1]
		if info, err := fs.Stat(assets, sibling); err != nil || info.IsDir() {
			continue
		}
		w.Header().Set("Vary", "Accept-Encoding")
		if acceptsCoding(accepted, coding[0]) {
			w.Header().Set("Content-Encoding", coding[0])
			return sendFile(w, r, assets, sibling)
		}
	}
	return sendFile(w, r, assets, name)
}

func sendFile(w http.ResponseWriter, r *http.Request, assets fs.FS, name string) error {
	f, err := assets.Open(name)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return Write(w, r, http.StatusOK, w.Header().Get("Content-Type"), body)
}

// acceptsCoding reports whether Accept-Encoding names the coding with a weight above 0.
func acceptsCoding(accepted, coding string) bool {
	for _, item := range strings.Split(accepted, ",") {
		name, params, _ := strings.Cut(strings.ReplaceAll(item, " ", ""), ";")
		if strings.EqualFold(name, coding) {
			return strings.Trim(strings.TrimPrefix(params, "q="), "0.") != "" || params == ""
		}
	}
	return false
}
