package web

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// Problem is the body of application/problem+json (RFC 9457). Code and errors are our extensions: the key of the sentence,
// and the faulty fields.
type Problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance,omitempty"`
	Code     string         `json:"code"`
	Errors   []ProblemField `json:"errors,omitempty"`
}

// ProblemField is what is wrong with one field of a form or parameter of a request.
type ProblemField struct {
	Name   string `json:"name"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// ProblemOf is the body for a failure, with its sentences in the printer's language.
func ProblemOf(f Failure, p *locale.Printer) Problem {
	body := Problem{
		Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status,
		Detail: sentence(p, f.Status, f.Key, f.Args), Instance: f.RequestID, Code: f.Key,
	}
	for _, field := range f.Fields {
		detail := sentence(p, f.Status, field.Key, field.Args)
		body.Errors = append(body.Errors, ProblemField{field.Name, field.Key, detail})
	}
	return body
}

// sentence is the text at key, or the generic one of the status where the printer's catalogues do not have it.
func sentence(p *locale.Printer, status int, key string, args errs.Args) string {
	if p.Has(key) {
		return p.Text(key, args)
	}
	for kind := errs.Internal; kind <= errs.Unavailable; kind++ {
		if generic := genericKey(kind); kind.Status() == status && p.Has(generic) {
			return p.Text(generic, nil)
		}
	}
	return http.StatusText(status)
}

func (e *Errors) problem(w http.ResponseWriter, r *http.Request, f Failure) {
	body, err := json.Marshal(ProblemOf(f, e.printer(r)))
	if err != nil {
		body = []byte(`{"type":"about:blank"}`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(f.Status)
	_, _ = w.Write(append(body, '\n')) // a client that left is no failure
}

// barePage is what remains when there is no page: the sentence and the identifier, without any asset.
func (e *Errors) barePage(w http.ResponseWriter, r *http.Request, f Failure) {
	p := e.printer(r)
	said := html.EscapeString(sentence(p, f.Status, f.Key, f.Args))
	reference := ""
	if f.RequestID != "" && p.Has("web.reference") {
		reference = "<p>" + html.EscapeString(p.T("web.reference", "id", f.RequestID)) + "</p>\n"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, fmt.Sprintf("<!doctype html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n"+
		"<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n<main>\n<h1>%s</h1>\n%s</main>\n</html>\n",
		p.Lang(), said, said, reference))
}

func (e *Errors) printer(r *http.Request) *locale.Printer {
	if e.Printer != nil {
		if p := e.Printer(r); p != nil {
			return p
		}
	}
	cats := e.texts
	if cats == nil {
		cats = ownTexts()
	}
	return cats.Printer(Language(r, locale.Languages()...), nil, "")
}

// ownTexts is the catalogue of this room alone. A test proves that it loads; without it the status would still speak.
func ownTexts() *locale.Catalogues {
	cats, err := locale.Load(Texts)
	if err != nil {
		return &locale.Catalogues{}
	}
	return cats
}

// Language is the one of the offered languages that the client's Accept-Language likes best, the first by default.
func Language(r *http.Request, offered ...string) string {
	tags := make([]language.Tag, len(offered))
	for i, lang := range offered {
		tags[i] = language.Make(lang)
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return offered[0]
	}
	_, index, confidence := language.NewMatcher(tags).Match(wanted...)
	if confidence == language.No {
		return offered[0]
	}
	return offered[index]
}

// prefersJSON reports whether the error is for a program: a path of the API, an Accept that ranks JSON above HTML, or one that
// does not name HTML where the path is of no page. A program that saves a file would take a page for it.
func prefersJSON(r *http.Request) bool {
	if isAPI(r.URL.Path) {
		return true
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	json := max(quality(accept, "application/json"), quality(accept, "application/problem+json"))
	html, rank := weight(accept, "text/html")
	if rank < rankKind && (requestOf(r.Context()).open || path.Ext(r.URL.Path) != "") {
		return true
	}
	return json > html
}

// isAPI reports whether a path is one that programs read, whatever stands before it (a territory, a language): /api and
// below it a version or openapi.json. The page that documents the API is for people.
func isAPI(path string) bool {
	before, after, found := strings.Cut(path, "/api/")
	if !found {
		return path == "/api"
	}
	segment, _, _ := strings.Cut(after, "/")
	version, isVersion := strings.CutPrefix(segment, "v")
	return before == "" && segment != "docs" || segment == "openapi.json" || isVersion && version != "" && strings.Trim(version, "0123456789") == ""
}

// How precisely an Accept header names a media type: not at all, by */*, by its kind, by its name.
const (
	rankAny = iota + 1
	rankKind
	rankName
)

// quality is the weight that an Accept header gives to a media type.
func quality(accept, mediaType string) float64 {
	q, _ := weight(accept, mediaType)
	return q
}

// weight is the weight that an Accept header gives to a media type (RFC 9110, 12.5.1), and how precisely it names the type: the
// most precise range counts.
func weight(accept, mediaType string) (best float64, precision int) {
	kind, _, _ := strings.Cut(mediaType, "/")
	for _, item := range strings.Split(accept, ",") {
		name, params, err := mime.ParseMediaType(strings.TrimSpace(item))
		if err != nil {
			continue
		}
		rank := 0
		switch name {
		case mediaType:
			rank = rankName
		case kind + "/*":
			rank = rankKind
		case "*/*":
			rank = rankAny
		}
		q := 1.0
		if given, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(given, 64); err != nil {
				continue
			}
		}
		if rank > precision {
			best, precision = q, rank
		}
	}
	return best, precision
}

// JSON answers with a value as JSON.
func JSON(w http.ResponseWriter, r *http.Request, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("web: %w", err)
	}
	return Write(w, r, status, "application/json", append(body, '\n'))
}
