package embed

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// What an oEmbed answer says where the consumer does not ask for less.
const (
	usualWidth = 720
	mostSide   = 10_000 // of what a consumer may ask
	cacheAge   = 3600   // seconds
)

// rich is an answer of the type "rich", see https://oembed.com/ (2.3.4.4).
type rich struct {
	XMLName      xml.Name `json:"-" xml:"oembed"`
	Type         string   `json:"type" xml:"type"`
	Version      string   `json:"version" xml:"version"`
	Title        string   `json:"title" xml:"title"`
	ProviderName string   `json:"provider_name" xml:"provider_name"`
	ProviderURL  string   `json:"provider_url" xml:"provider_url"`
	CacheAge     int      `json:"cache_age" xml:"cache_age"`
	HTML         string   `json:"html" xml:"html"`
	Width        int      `json:"width" xml:"width"`
	Height       int      `json:"height" xml:"height"`
}

// oembed answers what to show in place of an address of ours. What goes wrong is told to a program.
func (p *Pages) oembed(w http.ResponseWriter, r *http.Request) error {
	v := r.URL.Query()
	format := strings.ToLower(v.Get("format"))
	if format != "" && format != "json" && format != "xml" {
		return p.notImplemented(w, r)
	}
	answer, located, err := p.embedding(r, v)
	if err != nil {
		program := r.Clone(r.Context())
		program.Header.Set("Accept", "application/json")
		web.RenderError(w, program, err)
		return nil
	}
	if located {
		web.CacheNever(w)
	} else {
		w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(cacheAge))
	}
	if format == "xml" {
		body, err := xml.Marshal(answer)
		if err != nil {
			return err
		}
		return web.Write(w, r, http.StatusOK, "text/xml; charset=utf-8", append([]byte(xml.Header), body...))
	}
	return web.JSON(w, r, http.StatusOK, answer)
}

// notImplemented is the 501 that the specification asks for an unknown format (2.3.1), a status that no error of ours has.
func (p *Pages) notImplemented(w http.ResponseWriter, r *http.Request) error {
	failure := web.Failure{
		Status: http.StatusNotImplemented, Key: "embed.bad_format", RequestID: web.RequestID(r.Context()),
		Fields: []errs.Field{{Name: "format", Key: "embed.bad_format"}},
	}
	body, err := json.Marshal(web.ProblemOf(failure, ui.Of(r).P))
	if err != nil {
		return err
	}
	web.CacheNever(w)
	return web.Write(w, r, failure.Status, "application/problem+json", append(body, '\n'))
}

// embedding is the answer for the address of a search or of a card, and whether it tells a position.
func (p *Pages) embedding(r *http.Request, v url.Values) (answer rich, located bool, err error) {
	f, t := ui.Of(r), territory.Of(r.Context())
	width, err := side(v, "maxwidth", usualWidth)
	if err != nil {
		return rich{}, false, err
	}
	maxHeight, err := side(v, "maxheight", mostSide)
	if err != nil {
		return rich{}, false, err
	}
	s, f, err := shownAt(f, t, r.Host, v.Get("url"))
	if err != nil {
		return rich{}, false, err
	}
	words, err := p.directory.Words(f, t.Code)
	if err != nil {
		return rich{}, false, err
	}
	title := ""
	if s.Card != "" {
		record, err := p.directory.Card(r.Context(), t.Code, s.Card)
		if err != nil {
			return rich{}, false, named("url", err)
		}
		s.Card, title = record.Listing.Slug, record.Listing.Name
	} else {
		if _, err := p.check(t.Code, s.Query); err != nil {
			return rich{}, false, named("url", err)
		}
		s.Query = words.InSlugs(s.Query).WithPage(1)
		title = headingOf(f.P, t.Name(f.Lang), words.Asked(s.Query))
	}
	height := min(s.height(), maxHeight)
	return rich{
		Type: "rich", Version: "1.0", Title: title, ProviderName: f.Brand.Cluster, ProviderURL: f.URL("/"), CacheAge: cacheAge,
		HTML: frameHTML(f.URL(s.address()), title, strconv.Itoa(width), height), Width: width, Height: height,
	}, s.Query.Near != nil, nil
}

// side reads a limit in CSS pixels; one that is not there is the usual one, which a limit never widens.
func side(v url.Values, name string, usual int) (int, error) {
	text := v.Get(name)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostSide {
		return 0, wrong(name, "embed.bad_side", errs.Args{"name": name, "least": 1, "most": mostSide})
	}
	return min(n, usual), nil
}

// shownAt reads an address of this territory: a search or a card, and the language it is in. It returns errs.Usage where
// there is none, and errs.NotFound for an address of others, or of a page that no site may frame.
func shownAt(f ui.Frame, t *territory.Territory, host, address string) (settings, ui.Frame, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if address == "" || err != nil || u.Host == "" {
		return settings{}, f, wrong("url", "embed.bad_url", nil)
	}
	elsewhere := named("url", errs.New(errs.NotFound, "embed.not_ours", nil))
	path, ok := within(f, t, host, u)
	if !ok {
		return settings{}, f, elsewhere
	}
	f.LangPrefix = ""
	for _, lang := range t.Languages[1:] {
		if rest, ok := strings.CutPrefix(path, "/"+lang+"/"); ok {
			f.LangPrefix, path = "/"+lang, "/"+rest
		}
	}
	if slug, ok := strings.CutPrefix(path, "/annuaire/"); ok && slug != "" && !strings.Contains(slug, "/") {
		return settings{Card: slug, Size: usual, Field: true}, f, nil
	}
	if path != "/annuaire" {
		return settings{}, f, elsewhere
	}
	s, err := parse(u.Query())
	s.More, s.Card = "", ""
	return s, f, err
}

// within gives the path of an address within the territory, where it is one of its own hosts or of this one.
func within(f ui.Frame, t *territory.Territory, host string, u *url.URL) (string, bool) {
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", false
	}
	own, err := url.Parse(f.Origin)
	if err != nil {
		return "", false
	}
	path := strings.TrimSuffix(u.Path, "/")
	for _, claimed := range t.Hosts {
		if strings.EqualFold(u.Hostname(), claimed) {
			return path, true
		}
	}
	if !strings.EqualFold(u.Host, own.Host) && !strings.EqualFold(u.Host, host) {
		return "", false
	}
	rest, ok := strings.CutPrefix(path, f.Base)
	return rest, ok && (rest == "" || rest[0] == '/')
}

// named says which parameter an error is about.
func named(field string, err error) error {
	e := errs.As(err)
	if e == nil {
		return err
	}
	about := *e
	about.Fields = []errs.Field{{Name: field, Key: e.Key, Args: e.Args}}
	return &about
}
