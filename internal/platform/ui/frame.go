package ui

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"grappe/internal/platform/locale"
)

// Frame is what surrounds the content of a page. The middleware of app prepares one per request; a page struct embeds it
// and its handler sets Title, Description, Canonical and what else it knows.
type Frame struct {
	Lang string          // "fr": the language of the page
	Dir  string          // "ltr" or "rtl"; "ltr" when empty
	P    *locale.Printer // speaks Lang in the territory's time zone and currency

	Base       string   // the territory's prefix: "" on its own host, else "/nc"
	LangPrefix string   // "" for the territory's default language, else "/en"
	Languages  []string // of the territory, the default first
	Origin     string   // scheme and host for absolute addresses: "https://annuaire.example"
	AtRoot     bool     // absolute addresses have no Base: Origin is the territory's own host, by which this request did not come

	Brand  Brand
	Menu   []Link
	Tools  []Link // at the end of the header: "Mon espace"
	Footer []Link
	Office *Office // the back office that the page belongs to; nil for a page of none
	Notice string  // a banner on top of every page, such as the warning that all is fictional; none when empty

	Title       string // of the page, without the cluster's name
	Description string
	Canonical   string // absolute
	Alternates  []Alternate
	Typed       []TypedAlternate // the page in other forms: a feed, a description for who embeds it
	Robots      string           // "noindex"; nothing when empty
	JSONLD      template.HTML    // made by JSONLD
	Skips       []Link           // past what stands before the page's own parts, after the one to its content: "#resultats"
	Wide        bool             // the page uses the whole window: what stands side by side needs it

	Other OtherAccount // how to sign in with another account where the page is not open to this one

	SearchAction string // where the header's search leads; no search in the header when empty
	Query        string // what the header's search field holds
	RequestID    string // shown on error pages

	Assets *Assets
}

// Brand is the cluster as the header names it.
type Brand struct {
	Name    string // "Nouvelle-Calédonie"
	Cluster string // "Grappe numérique calédonienne"
	Code    string // "nc": chooses the accent (see AccentCSS)
}

// Link is an entry of a menu or a list. URL is complete: use Frame.Path to make it.
type Link struct {
	Label   string
	URL     string
	Icon    string // name of an icon of lucide, or empty
	Current bool
	Count   int // shown beside the label when not 0: what asks for an action
}

// Alternate is the same page in another language, or in this one.
type Alternate struct {
	Lang string // "en"
	URL  string // absolute
	Path string // on the host of this request, for links; empty where only URL is known
}

// TypedAlternate is what a page says in another form, for programs.
type TypedAlternate struct {
	Type  string // "application/atom+xml"
	Title string
	URL   string // absolute
}

// Link is where a link on the page leads: it stays on the host by which the reader came.
func (a Alternate) Link() string {
	if a.Path != "" {
		return a.Path
	}
	return a.URL
}

// Name is the language in its own words.
func (a Alternate) Name() string {
	switch a.Lang {
	case locale.French:
		return "Français"
	case locale.English:
		return "English"
	}
	return a.Lang
}

// UIFrame is the frame of any struct that embeds one.
func (f Frame) UIFrame() Frame { return f }

// Direction is Dir, "ltr" when it is empty.
func (f Frame) Direction() string {
	if f.Dir == "" {
		return "ltr"
	}
	return f.Dir
}

// FullTitle is the title for the window: the page's, then the cluster's name.
func (f Frame) FullTitle() string {
	switch {
	case f.Title == "" || f.Title == f.Brand.Cluster:
		return f.Brand.Cluster
	case f.Brand.Cluster == "":
		return f.Title
	}
	return f.Title + " – " + f.Brand.Cluster
}

// Path puts the territory's and the language's prefix before the path of a page: "/annuaire" gives "/nc/en/annuaire". The
// home page "/" gives the prefix alone, "/" where there is none. A fragment, a query alone or an address with a scheme
// stays as it is; the result of any other text is a path of this host.
func (f Frame) Path(p string) string {
	if strings.HasPrefix(p, "#") || strings.HasPrefix(p, "?") {
		return p
	}
	if !strings.HasPrefix(p, "/") { // as nearly all do
		if u, err := url.Parse(p); err == nil && u.Scheme != "" {
			return p
		}
	}
	// A backslash or a second slash at the start would name another host.
	p = strings.TrimLeft(p, "/\\")
	prefix := f.Base + f.LangPrefix
	if p == "" || p[0] == '?' || p[0] == '#' {
		if prefix == "" {
			prefix = "/"
		}
		return prefix + p
	}
	return prefix + "/" + p
}

// URL is the absolute address of the page, for whoever reads it elsewhere.
func (f Frame) URL(p string) string {
	if f.AtRoot {
		f.Base = ""
	}
	return f.Origin + f.Path(p)
}

// Place says which page this is: its canonical address, and the same page in the territory's other languages.
func (f *Frame) Place(path string) {
	f.Canonical, f.Alternates = f.URL(path), nil
	for i, lang := range f.Languages {
		other := *f
		other.LangPrefix = ""
		if i > 0 {
			other.LangPrefix = "/" + lang
		}
		f.Alternates = append(f.Alternates, Alternate{Lang: lang, URL: other.URL(path), Path: other.Path(path)})
	}
}

// Others are the alternates in other languages than the page's.
func (f Frame) Others() []Alternate {
	var others []Alternate
	for _, a := range f.Alternates {
		if a.Lang != f.Lang {
			others = append(others, a)
		}
	}
	return others
}

// DefaultURL is the address for readers of a language that has no page of its own (hreflang x-default): the first alternate's.
func (f Frame) DefaultURL() string {
	if len(f.Alternates) == 0 {
		return ""
	}
	return f.Alternates[0].URL
}

type frameKey struct{}

// With hands the frame to the handlers behind.
func With(ctx context.Context, f Frame) context.Context { return context.WithValue(ctx, frameKey{}, f) }

// Of is the frame that With put before the request; one without printer where there is none.
func Of(r *http.Request) Frame {
	f, _ := r.Context().Value(frameKey{}).(Frame)
	return f
}
