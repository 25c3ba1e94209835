package suggest

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"grappe/internal/platform/errs"
)

// What a form may hold, in bytes as it is sent, and how far a longer one is read to give back what a person typed into it.
const (
	mostBytes = 100_000
	mostKept  = 1_000_000
)

// posted is the form of a request. It returns errs.TooLarge for one of more than mostBytes, with what could be read of it.
func posted(r *http.Request) (url.Values, error) {
	if r.PostForm != nil {
		return r.PostForm, nil
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, mostKept))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); err != nil && !tooLarge {
		return nil, err
	}
	form := parse(string(data))
	if len(data) > mostBytes {
		fault := errs.Field{Name: heaviest(form), Key: "suggest.too_large_field"}
		return form, &errs.E{Kind: errs.TooLarge, Key: "suggest.too_large", Fields: []errs.Field{fault}}
	}
	return form, nil
}

// heaviest is the field of a form that says most.
func heaviest(form url.Values) string {
	name, most := messageField, 0
	for _, field := range slices.Sorted(maps.Keys(form)) {
		if n := len(form.Get(field)); n > most {
			name, most = field, n
		}
	}
	return name
}

// parse reads the pairs of a form. One that was cut off is read as far as it goes; one that is no pair is left out.
func parse(text string) url.Values {
	form := url.Values{}
	for pair := range strings.SplitSeq(text, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if at := strings.LastIndexByte(value, '%'); at >= 0 && at > len(value)-3 {
			value = value[:at]
		}
		name, errName := url.QueryUnescape(name)
		value, errValue := url.QueryUnescape(value)
		if errName == nil && errValue == nil && name != "" {
			form.Add(name, strings.ToValidUTF8(value, ""))
		}
	}
	return form
}
