package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/platform/locale"
	"grappe/internal/platform/web"
)

// Document is the OpenAPI 3.1 document as JSON, in the language of the printer.
func (a *API) Document(p *locale.Printer, about About) ([]byte, error) {
	w := writer{a, p}
	var tags []object
	for _, tag := range a.tags() {
		tags = append(tags, object{{"name", tag}}.with("description", w.t(a.d.Keys.Tag, tag, ".description")))
	}
	body, err := json.Marshal(object{
		{"openapi", "3.1.0"},
		{"info", object{{"title", about.Title}}.with("description", about.Description).with("version", a.d.Version).
			with("contact", link(about.Contact)).with("license", link(about.Licence))},
		{"servers", []object{{{"url", about.Server}}}},
		{"tags", tags},
		{"paths", w.paths()},
		{"components", w.components()},
	})
	return append(body, '\n'), err
}

func link(l Link) object { return object{}.with("name", l.Name).with("url", l.URL) }

// tags are those of the operations, in their order.
func (a *API) tags() []string {
	var tags []string
	for _, op := range a.d.Operations {
		if !slices.Contains(tags, op.Tag) {
			tags = append(tags, op.Tag)
		}
	}
	return tags
}

// writer writes the parts of a document in one language.
type writer struct {
	a *API
	p *locale.Printer
}

// t is the text at a composed key.
func (w writer) t(parts ...string) string { return w.p.T(strings.Join(parts, "")) }

func (w writer) paths() object {
	var paths object
	for i := range w.a.d.Operations {
		op := &w.a.d.Operations[i]
		paths = append(paths, member{op.Path, object{{"get", w.operation(op)}}})
	}
	return paths
}

func (w writer) operation(op *Operation) object {
	key := w.a.d.Keys.Operation + op.ID
	o := object{
		{"operationId", op.ID}, {"summary", w.t(key, ".summary")}, {"description", w.t(key, ".description")}, {"tags", []string{op.Tag}},
	}
	if len(op.Params) > 0 {
		var params []object
		for _, p := range op.Params {
			params = append(params, w.parameter(op, p))
		}
		o = append(o, member{"parameters", params})
	}
	return append(o, member{"responses", w.responses(op)})
}

func (w writer) responses(op *Operation) object {
	var content object
	for _, form := range op.forms() {
		answer := object{{"schema", w.schema(w.a.book.answer(form.Answer))}}
		if !reflect.ValueOf(form.Answer).IsZero() {
			answer = append(answer, member{"example", form.Answer})
		}
		content = append(content, member{form.MediaType, answer})
	}
	var headers object
	if !op.Stream {
		headers = object{{"ETag", ref("headers", "ETag")}}
	}
	if op.Modified {
		headers = append(headers, member{"Last-Modified", ref("headers", "Last-Modified")})
	}
	headers = append(headers, member{"RateLimit-Policy", ref("headers", "RateLimit-Policy")}, member{"RateLimit", ref("headers", "RateLimit")})
	responses := object{
		{"200", object{
			{"description", w.p.T("api.status.200")}, {"headers", headers}, {"content", content},
		}},
	}
	if !op.Stream {
		responses = append(responses, member{"304", ref("responses", "304")})
	}
	if op.Moved {
		responses = append(responses, member{"308", ref("responses", "308")})
	}
	for _, status := range op.statuses() {
		responses = append(responses, member{strconv.Itoa(status), ref("responses", strconv.Itoa(status))})
	}
	return responses
}

// forms are those in which the operation answers, the usual one first.
func (op *Operation) forms() []Form {
	usual := Form{op.MediaType, op.Answer}
	if usual.MediaType == "" {
		usual.MediaType = "application/json"
	}
	return append([]Form{usual}, op.Others...)
}

// statuses are the errors of an operation, those that any may answer included.
func (op *Operation) statuses() []int {
	all := append([]int{http.StatusTooManyRequests, http.StatusServiceUnavailable}, op.Errors...)
	all = append(all, http.StatusBadRequest) // a parameter that nobody knows is refused even where there is none
	slices.Sort(all)
	return slices.Compact(all)
}

// describedErrors are the statuses that there are texts for.
func describedErrors() []int {
	return []int{
		http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusTooManyRequests, http.StatusServiceUnavailable,
	}
}

func (w writer) components() object {
	responses := object{{"304", object{{"description", w.p.T("api.status.304")}}}}
	if slices.ContainsFunc(w.a.d.Operations, func(op Operation) bool { return op.Moved }) {
		responses = append(responses, member{"308", object{
			{"description", w.p.T("api.status.308")}, {"headers", object{{"Location", ref("headers", "Location")}}},
		}})
	}
	used := map[int]bool{}
	for i := range w.a.d.Operations {
		for _, status := range w.a.d.Operations[i].statuses() {
			used[status] = true
		}
	}
	for _, status := range describedErrors() {
		if used[status] {
			responses = append(responses, member{strconv.Itoa(status), w.problemResponse(status)})
		}
	}
	return object{{"schemas", w.schemas()}, {"responses", responses}, {"headers", w.headers()}}
}

func (w writer) problemResponse(status int) object {
	headers := object{{"RateLimit-Policy", ref("headers", "RateLimit-Policy")}, {"RateLimit", ref("headers", "RateLimit")}}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		headers = append(headers, member{"Retry-After", ref("headers", "Retry-After")})
	}
	return object{
		{"description", w.t("api.status.", strconv.Itoa(status))},
		{"headers", headers},
		{"content", object{{"application/problem+json", object{{"schema", ref("schemas", reflect.TypeFor[web.Problem]().Name())}}}}},
	}
}

func (w writer) headers() object {
	header := func(key, kind string, example any) object {
		return object{{"description", w.t("api.header.", key)}, {"schema", object{{"type", kind}}}, {"example", example}}
	}
	used := object{{"ETag", header("etag", "string", `W/"b3v0s8eTqkR1yQ2m"`)}}
	if slices.ContainsFunc(w.a.d.Operations, func(op Operation) bool { return op.Modified }) {
		used = append(used, member{"Last-Modified", header("last_modified", "string", "Tue, 03 Feb 2026 09:00:00 GMT")})
	}
	if slices.ContainsFunc(w.a.d.Operations, func(op Operation) bool { return op.Moved }) {
		used = append(used, member{"Location", header("location", "string", "/api/v1/things/new-name")})
	}
	return append(
		used,
		member{"RateLimit-Policy", header("ratelimit_policy", "string", `"requests";q=200;w=10`)},
		member{"RateLimit", header("ratelimit", "string", `"requests";r=187;t=1`)},
		member{"Retry-After", header("retry_after", "integer", 3)},
	)
}
