package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/api"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/web"
)

func get(h http.Handler, method, target string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// read gets a path that must answer.
func read(t testing.TB, h http.Handler, path string) []byte {
	t.Helper()
	w := get(h, "GET", base+path)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.Bytes()
}

func readQuery(t testing.TB, query string) (api.Values, error) {
	t.Helper()
	op := things()
	return op.Read(&http.Request{URL: &url.URL{RawQuery: query}})
}

func TestRead(t *testing.T) {
	v, err := readQuery(t, "q=v%C3%A9lo+bleu;vert&kind=new&kind=old&kind=new&bbox=170,-25,-170,-10&near=-22.27,166.44&radius=12.5&cheap=true&fields=id,price,id&limit=7&cursor=&&")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ got, want any }{
		{v.Text("q"), "vélo bleu;vert"},
		{v.Texts("kind"), []string{"new", "old"}},
		{*v.Box("bbox"), geo.Box{West: 170, South: -25, East: -170, North: -10}},
		{*v.Point("near"), geo.Point{Lat: -22.27, Lon: 166.44}},
		{v.Number("radius"), 12.5},
		{v.Flag("cheap"), true},
		{v.Texts("fields"), []string{"id", "price"}},
		{v.Int("limit"), 7},
		{v.Text("cursor"), ""},
		{v.Has("cursor"), false},
		{v.Text("order"), "name"},
		{v.Has("order"), false},
		{v.Text("absent"), ""},
		{v.Given().Encode(), "bbox=170%2C-25%2C-170%2C-10&cheap=1&fields=id%2Cprice%2Cid&kind=new&kind=old&kind=new&limit=7&near=-22.27%2C166.44&q=v%C3%A9lo+bleu%3Bvert&radius=12.5"},
	} {
		if fmt.Sprint(tt.got) != fmt.Sprint(tt.want) {
			t.Errorf("read %v, want %v", tt.got, tt.want)
		}
	}
	v.Given()["q"][0] = "changed"
	if v.Given().Get("q") != "vélo bleu;vert" {
		t.Error("who changes what was given changes it for others")
	}
	if v, err = readQuery(t, "cheap=0"); err != nil || v.Flag("cheap") || v.Int("limit") != 20 || v.Box("bbox") != nil || v.Point("near") != nil || len(v.Given()) > 0 {
		t.Errorf("nothing asked for: %v, %+v", err, v)
	}
}

func TestRefusals(t *testing.T) {
	for query, want := range map[string]string{
		"colour=blue":                         "colour: api.unknown_parameter",
		"Q=x":                                 "Q: api.unknown_parameter",
		"q[]=x":                               "q[]: api.unknown_parameter",
		"=x":                                  ": api.unknown_parameter",
		"q=a&q=b":                             "q: api.repeated",
		"limit=1&limit=1":                     "limit: api.repeated",
		"q=%zz":                               "q: api.bad_escape",
		"%zz=1":                               "%zz: api.bad_escape",
		"q=a%00b":                             "q: api.bad_text",
		"q=%ff":                               "q: api.bad_text",
		"q=" + strings.Repeat("%C3%A9", 31):   "q: api.too_long",
		"kind=blue":                           "kind: api.bad_choice",
		"kind=new&kind=blue":                  "kind: api.bad_choice",
		"kind=new&kind=old&kind=new&kind=old": "",
		"fields=id,,price":                    "fields: api.bad_choice",
		"fields=id,secret":                    "fields: api.bad_choice",
		"order=size":                          "order: api.bad_choice",
		"limit=0":                             "limit: api.bad_integer",
		"limit=501":                           "limit: api.bad_integer",
		"limit=1.0":                           "limit: api.bad_integer",
		"limit=99999999999999999999":          "limit: api.bad_integer",
		"limit=%20":                           "limit: api.empty",
		"bbox=":                               "bbox: api.empty",
		"near=":                               "near: api.empty",
		"fields=":                             "fields: api.empty",
		"order=":                              "order: api.empty",
		"cheap=&cheap=1":                      "cheap: api.empty",
		"q=&q=":                               "",
		"bbox=170,-20,160,-20":                "bbox: api.box_inverted",
		"bbox=170,-20,170,-10":                "bbox: api.box_inverted",
		"radius=0.49":                         "radius: api.bad_number",
		"radius=NaN":                          "radius: api.bad_number",
		"radius=0x1p4":                        "radius: api.bad_number",
		"radius=1e999":                        "radius: api.bad_number",
		"radius=1e3":                          "",
		"cheap=yes":                           "cheap: api.bad_flag",
		"bbox=1,2,3":                          "bbox: api.bad_box",
		"bbox=1,2,3,NaN":                      "bbox: api.bad_box",
		"bbox=166,-20,167,-23":                "bbox: api.box_inverted",
		"bbox=166,-23,180.1,-20":              "bbox: api.box_outside",
		"bbox=166,-91,167,-20":                "bbox: api.box_outside",
		"near=166.44":                         "near: api.bad_point",
		"near=166.44,-22.27":                  "near: api.point_outside",
		"zoom=3&limit=0&q=a&q=b":              "zoom: api.unknown_parameter, q: api.repeated, limit: api.bad_integer",
	} {
		_, err := readQuery(t, query)
		var said []string
		if e := errs.As(err); e != nil {
			for _, f := range e.Fields {
				said = append(said, f.Name+": "+f.Key)
			}
			if e.Kind != errs.Usage || e.Key != e.Fields[0].Key {
				t.Errorf("%s: %v", query, e)
			}
		}
		if got := strings.Join(said, ", "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	_, err := readQuery(t, strings.Repeat("x", 200)+"=1&"+strings.Repeat("a%0A=1&", 3)+"b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1")
	if fields := errs.As(err).Fields; len(fields) != 10 || slices.ContainsFunc(fields, func(f errs.Field) bool { return len(f.Name) > 70 || strings.Contains(f.Name, "\n") }) {
		t.Errorf("faults: %v", fields)
	}
}

// What a client is told, in its language, with the bounds.
func TestProblems(t *testing.T) {
	for lang, want := range map[string]string{
		"fr": "Le paramètre «\u202flimit\u202f» est un nombre entier de 1 à 500.",
		"en": "The parameter “limit” is a whole number from 1 to 500.",
	} {
		_, h := serve(t, lang)
		w := get(h, "GET", base+"/api/v1/things?limit=0&colour=blue&fields=nom")
		var p web.Problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 400 || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%d %s: %v", w.Code, w.Body, err)
		}
		if len(p.Errors) != 3 || p.Errors[0].Name != "colour" || p.Errors[2].Detail != want || p.Detail != p.Errors[0].Detail {
			t.Errorf("%s: %+v", lang, p)
		}
		if !strings.Contains(p.Errors[0].Detail, "q, kind, bbox") || !strings.Contains(p.Errors[1].Detail, "id, kind") {
			t.Errorf("%s: what is allowed is not said: %+v", lang, p.Errors)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("RateLimit") == "" {
			t.Errorf("%s: another site cannot read it: %v", lang, w.Header())
		}
	}
}

func TestMethods(t *testing.T) {
	_, h := serve(t, "fr")
	for _, tt := range []struct {
		method, target string
		status         int
		has            string
	}{
		{"GET", "/api/v1/things", 200, `"total":20`},
		{"HEAD", "/api/v1/things", 200, ""},
		{"OPTIONS", "/api/v1/things", 204, ""},
		{"POST", "/api/v1/things", 405, `"status":405`},
		{"GET", "/api/v1/things/none", 404, `"status":404`},
		{"GET", "/api/v1/things/old", 410, `"name":"id"`},
		{"GET", "/api/v1/things/a%00", 400, `"name":"id"`},
		{"GET", "/api/v1/things/" + strings.Repeat("a", 21), 400, `"name":"id"`},
		{"GET", "/api/v1/things/a?q=1", 400, `Cette adresse`},
		{"GET", "/api/v1/nothing", 404, `"status":404`},
		{"GET", "/api", 302, ""},
		{"OPTIONS", "/api/openapi.json", 204, ""},
	} {
		w := get(h, tt.method, base+tt.target)
		if w.Code != tt.status || !strings.Contains(strings.ToLower(w.Body.String()), strings.ToLower(tt.has)) || tt.has == "" && tt.status != 302 && w.Body.Len() > 0 {
			t.Errorf("%s %s: %d %s", tt.method, tt.target, w.Code, w.Body)
		}
		if to := w.Header().Get("Location"); tt.status == 302 && to != "/nc/api/docs" {
			t.Errorf("%s leads to %s", tt.target, to)
		}
	}
	if w := get(h, "GET", base+"/api/v1/things", "If-Modified-Since", "Tue, 03 Feb 2026 09:00:00 GMT"); w.Code != 304 {
		t.Errorf("If-Modified-Since: %d", w.Code)
	}
	w := get(h, "GET", base+"/api/v1/things/a")
	if left := w.Header().Get("RateLimit"); !strings.Contains(left, `"heavy";r=999995;`) {
		t.Errorf("an operation that costs leaves %s", left)
	}
}
