package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/errs"
)

// mostFaults is how many faults of one request are told.
const mostFaults = 10

// Fault is the error of a request for what is wrong with one parameter: the sentence at key is that of the whole as well.
func Fault(kind errs.Kind, name, key string, args errs.Args) error {
	return &errs.E{Kind: kind, Key: key, Args: args, Fields: []errs.Field{{Name: name, Key: key, Args: args}}}
}

// Read checks the parameters of a request to the operation, whose mux has noted the values of its path. It returns
// errs.Usage with one field for each fault, at most ten.
func (op *Operation) Read(r *http.Request) (Values, error) {
	given, faults := readQuery(r.URL.RawQuery)
	for name := range given {
		if !slices.ContainsFunc(op.Params, func(p Param) bool { return !p.Path && p.Name == name }) {
			faults = append(faults, op.unknown(name))
			delete(given, name)
		}
	}
	slices.SortFunc(faults, func(a, b errs.Field) int { return strings.Compare(a.Name, b.Name) })
	v := Values{given: given, read: map[string]any{}}
	for _, p := range op.Params {
		sent := given[p.Name]
		if p.Path {
			sent = []string{r.PathValue(p.Name)}
		}
		faults = append(faults, v.take(p, sent)...)
	}
	if len(faults) > 0 {
		faults = faults[:min(len(faults), mostFaults)]
		return Values{}, &errs.E{Kind: errs.Usage, Key: faults[0].Key, Args: faults[0].Args, Fields: faults}
	}
	return v, nil
}

// take reads one parameter. A pointer to what is read is kept only where nothing is wrong with it.
func (v Values) take(p Param, sent []string) []errs.Field {
	all := len(sent)
	sent = slices.DeleteFunc(slices.Clone(sent), func(s string) bool { return strings.TrimSpace(s) == "" })
	if !p.Path {
		delete(v.given, p.Name)
	}
	switch {
	case len(sent) < all && p.Kind != Text:
		return []errs.Field{fault(p.Name, "api.empty", nil)}
	case len(sent) == 0 && p.Required:
		return []errs.Field{fault(p.Name, "api.required", nil)}
	case len(sent) == 0 && p.Default == "":
		return nil
	case len(sent) > 1 && !p.Many:
		return []errs.Field{fault(p.Name, "api.repeated", nil)}
	}
	texts := sent
	if len(sent) == 0 {
		texts = []string{p.Default}
	}
	read, wrong := p.read(texts)
	if wrong != nil {
		return []errs.Field{*wrong}
	}
	v.read[p.Name] = read
	if on, isFlag := read.(bool); isFlag {
		if sent = nil; on {
			sent = []string{"1"}
		}
	}
	if len(sent) > 0 && !p.Path {
		v.given[p.Name] = sent
	}
	return nil
}

func (op *Operation) unknown(name string) errs.Field {
	var allowed []string
	for _, p := range op.Params {
		if !p.Path {
			allowed = append(allowed, p.Name)
		}
	}
	if allowed == nil {
		return fault(name, "api.no_parameters", nil)
	}
	return fault(name, "api.unknown_parameter", errs.Args{"allowed": allowed})
}

// readQuery reads the pairs of a query. Unlike url.ParseQuery it says which of them cannot be read, and takes a semicolon
// for what it is.
func readQuery(raw string) (given url.Values, faults []errs.Field) {
	given = url.Values{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		key, err := url.QueryUnescape(name)
		if err != nil {
			key = name
		}
		if err == nil {
			value, err = url.QueryUnescape(value)
		}
		if err != nil {
			faults = append(faults, fault(key, "api.bad_escape", nil))
			continue
		}
		given[key] = append(given[key], value)
	}
	return given, faults
}

// fault is what is wrong with the parameter of a name, which a client may have invented.
func fault(name, key string, args errs.Args) errs.Field {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "\uFFFD"))
	if utf8.RuneCountInString(name) > 60 {
		name = string([]rune(name)[:60]) + "…"
	}
	all := errs.Args{"name": name}
	for k, v := range args {
		all[k] = v
	}
	return errs.Field{Name: name, Key: key, Args: all}
}
