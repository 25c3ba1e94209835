package ui

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Pages are the parsed views of one room over the shared layout and components. They are safe for concurrent use.
type Pages struct {
	base    *template.Template            // layout, components and parts; never executed, only cloned
	views   map[string]*template.Template // what each view defines, by its name; never executed, only copied onto a clone of base
	mu      sync.RWMutex
	bound   map[binding]*template.Template
	buffers sync.Pool // of *bytes.Buffer, for whole pages
}

// binding is what the functions of a template are bound to, besides its view: with these the same, t, number and
// asset give the same.
type binding struct {
	view, lang, zone string
	assets           *Assets
}

// framed is any struct that embeds Frame.
type framed interface{ UIFrame() Frame }

// Parse reads the views of a room, dir/*.html, over the shared layout and components. Each file is a page by its name
// without extension and defines "main" (and "head", if it adds to <head>); a file whose name begins with _ holds parts that
// all pages of the room may use.
func Parse(views fs.FS, dir string) (*Pages, error) {
	base, err := template.New("ui").Funcs(funcs(nil, nil)).ParseFS(shared, "shell/*.html", "components/*.html")
	if err != nil {
		return nil, fmt.Errorf("ui: shared templates: %w", err)
	}
	names, err := fs.Glob(views, path.Join(dir, "*.html"))
	if err != nil {
		return nil, fmt.Errorf("ui: views of %s: %w", dir, err)
	}
	var pages, parts []string
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			parts = append(parts, name)
		} else {
			pages = append(pages, name)
		}
	}
	if len(pages) == 0 {
		return nil, fmt.Errorf("ui: no view in %s", dir)
	}
	if len(parts) > 0 {
		if base, err = base.ParseFS(views, parts...); err != nil {
			return nil, fmt.Errorf("ui: parts of %s: %w", dir, err)
		}
	}
	p := &Pages{base: base, views: map[string]*template.Template{}, bound: map[binding]*template.Template{}}
	for _, name := range pages {
		view, err := template.New(name).Funcs(funcs(nil, nil)).ParseFS(views, name)
		if err != nil {
			return nil, fmt.Errorf("ui: %s: %w", name, err)
		}
		if view.Lookup("main") == nil {
			return nil, fmt.Errorf(`ui: %s does not define "main"`, name)
		}
		p.views[strings.TrimSuffix(path.Base(name), ".html")] = view
	}
	return p, nil
}

// Names are the views, for tests that go through all of them.
func (p *Pages) Names() []string {
	names := make([]string, 0, len(p.views))
	for name := range p.views {
		names = append(names, name)
	}
	return names
}

// Render answers with the view, whole or not at all: an error of the template leaves w untouched. Data is the page's struct, or a
// pointer to it, which embeds Frame. Headers that the caller set, such as ETag and Cache-Control, stay.
func (p *Pages) Render(w http.ResponseWriter, r *http.Request, status int, name string, data any) error {
	return p.answer(w, r, status, "layout", name, data)
}

// Fragment answers with one template of the view, without the layout, for islands that replace a part of a page.
func (p *Pages) Fragment(w http.ResponseWriter, r *http.Request, status int, name, part string, data any) error {
	return p.answer(w, r, status, part, name, data)
}

// Part is one template of the view, without the layout, for a page of another room that shows it within its own.
func (p *Pages) Part(name, part string, data any) (template.HTML, error) {
	var out bytes.Buffer
	if err := p.execute(&out, part, name, data); err != nil {
		return "", err
	}
	return template.HTML(out.String()), nil //nolint:gosec // a template of ours escaped it
}

func (p *Pages) answer(w http.ResponseWriter, r *http.Request, status int, part, name string, data any) error {
	out, ok := p.buffers.Get().(*bytes.Buffer)
	if !ok {
		out = bytes.NewBuffer(make([]byte, 0, usualSize))
	}
	defer p.giveBack(out)
	if err := p.execute(out, part, name, data); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", data.(framed).UIFrame().Lang) // execute checked it
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(out.Bytes()) // the reader left: nothing to tell anybody
	}
	return nil
}

// usualSize is room for nearly any page.
const usualSize = 96 << 10

// mostBuffered is how large a page may be for its buffer to be used again.
const mostBuffered = 512 << 10

func (p *Pages) giveBack(out *bytes.Buffer) {
	if out.Cap() <= mostBuffered {
		out.Reset()
		p.buffers.Put(out)
	}
}

func (p *Pages) execute(out *bytes.Buffer, part, name string, data any) error {
	page, ok := data.(framed)
	if !ok {
		return fmt.Errorf("ui: the data of view %q is a %T, which embeds no ui.Frame", name, data)
	}
	frame := page.UIFrame()
	if frame.P == nil {
		return fmt.Errorf("ui: the frame of view %q has no printer: no middleware prepared it", name)
	}
	tmpl, err := p.bind(name, frame)
	if err != nil {
		return err
	}
	if err := tmpl.ExecuteTemplate(out, part, data); err != nil {
		return fmt.Errorf("ui: view %q: %w", name, err)
	}
	return nil
}

// bind gives the view with its functions bound to the language of the frame; each is put together once.
func (p *Pages) bind(name string, f Frame) (*template.Template, error) {
	key := binding{name, f.P.Lang(), f.P.Zone().String(), f.Assets}
	p.mu.RLock()
	tmpl, ok := p.bound[key]
	p.mu.RUnlock()
	if ok {
		return tmpl, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if tmpl, ok = p.bound[key]; ok {
		return tmpl, nil
	}
	view, ok := p.views[name]
	if !ok {
		return nil, fmt.Errorf("ui: no view %q", name)
	}
	tmpl, err := p.base.Clone()
	if err != nil {
		return nil, fmt.Errorf("ui: view %q: %w", name, err)
	}
	for _, t := range view.Templates() {
		if t.Tree == nil {
			continue
		}
		if _, err := tmpl.AddParseTree(t.Name(), t.Tree.Copy()); err != nil { // escaping changes it
			return nil, fmt.Errorf("ui: view %q: %w", name, err)
		}
	}
	p.bound[key] = folded(tmpl.Funcs(funcs(f.P, f.Assets)), f.P, f.Assets)
	return tmpl, nil
}
