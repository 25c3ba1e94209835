package ui

import (
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// AssetPrefix is where Assets.Handler expects to stand, on every host and outside any territory.
const AssetPrefix = "/assets/"

// accentsName is the stylesheet of the territories' accents, made at start.
const accentsName = "accents.css"

// Assets are the built styles, scripts and icons. They do not change after LoadAssets and are safe for concurrent use.
type Assets struct {
	urls  map[string]string        // "app.css" → "/assets/app.0a1b2c3d4e.css"
	files map[string]assetFile     // by hashed name
	icons map[string]template.HTML // by name
}

type assetFile struct {
	body, gzip  []byte
	contentType string
}

// LoadAssets reads what `go run ./web/build` left in web/dist (manifest.json, icons.json and the files they name) and adds
// accents.css for the territories. An accent that is no hexadecimal colour is refused.
func LoadAssets(dist fs.FS, accents ...Accent) (*Assets, error) {
	a := &Assets{urls: map[string]string{}, files: map[string]assetFile{}, icons: map[string]template.HTML{}}
	var manifest, icons map[string]string
	for name, into := range map[string]*map[string]string{"manifest.json": &manifest, "icons.json": &icons} {
		raw, err := fs.ReadFile(dist, name)
		if err != nil {
			return nil, fmt.Errorf("ui: assets are not built, run make: %w", err)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return nil, fmt.Errorf("ui: %s: %w", name, err)
		}
	}
	for name, hashed := range manifest {
		body, err := fs.ReadFile(dist, hashed)
		if err != nil {
			return nil, fmt.Errorf("ui: %s of the manifest: %w", name, err)
		}
		packed, err := fs.ReadFile(dist, hashed+".gz")
		if err != nil {
			packed = nil // served as it is
		}
		a.add(name, hashed, body, packed)
	}
	for name, drawing := range icons {
		a.icons[name] = iconOf(drawing)
	}
	css, err := accentsCSS(accents)
	if err != nil {
		return nil, err
	}
	a.add(accentsName, "accents."+shortHash(css)+".css", css, nil)
	return a, nil
}

func (a *Assets) add(name, hashed string, body, packed []byte) {
	a.files[hashed] = assetFile{body: body, gzip: packed, contentType: assetType(hashed)}
	a.urls[name] = AssetPrefix + hashed
}

// URL is the address of an asset by its plain name; a name that is not there is an error, so that a template cannot ask
// for what was not built.
func (a *Assets) URL(name string) (string, error) {
	if a == nil {
		return AssetPrefix + name, nil // tests without built assets
	}
	if u, ok := a.urls[name]; ok {
		return u, nil
	}
	return "", fmt.Errorf("ui: no asset %q: web/build did not make it", name)
}

// File is the content of an asset by its plain name, for what other sites know by an address that never changes.
func (a *Assets) File(name string) (body []byte, ok bool) {
	if a == nil {
		return nil, false
	}
	hashed, ok := strings.CutPrefix(a.urls[name], AssetPrefix)
	return a.files[hashed].body, ok
}

// Icon is the drawing, hidden from assistive technology: always put its word beside it.
func (a *Assets) Icon(name string) (template.HTML, error) {
	if a == nil {
		return iconOf(""), nil
	}
	icon, ok := a.icons[name]
	if !ok {
		return "", fmt.Errorf("ui: no icon %q: run go run ./web/build, which collects the icons that sources name", name)
	}
	return icon, nil
}

// iconOf puts the frame around what lucide drew.
func iconOf(drawing string) template.HTML {
	return `<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">` + template.HTML(drawing) + `</svg>` //nolint:gosec // built by us
}

// Handler serves the assets under AssetPrefix: a year of cache, as their names change with their content, and the
// gzip sibling to who accepts it.
func (a *Assets) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, AssetPrefix)
		file, ok := a.files[name]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", file.contentType)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("ETag", strconv.Quote(name))
		body := file.body
		if file.gzip != nil {
			h.Set("Vary", "Accept-Encoding")
			if acceptsGzip(r.Header.Get("Accept-Encoding")) {
				h.Set("Content-Encoding", "gzip")
				body = file.gzip
			}
		}
		if r.Header.Get("If-None-Match") == strconv.Quote(name) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodGet {
			_, _ = w.Write(body) // the reader left: nothing to do
		}
	})
}

func assetType(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".webmanifest":
		return "application/json"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	}
	return "application/octet-stream"
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3) for gzip or *, unless refused by q=0.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "*" {
			continue
		}
		q, ok := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(params, " ", "")), "q=")
		weight, err := strconv.ParseFloat(q, 64)
		return !ok || err == nil && weight > 0
	}
	return false
}
