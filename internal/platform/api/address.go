package api

import (
	"net/url"
	"strings"
)

// Address is the path and query of an example. Its parameters stand in the order of the description, and what an address
// may hold stays readable in it.
func (op *Operation) Address(e Example) string {
	var pairs []string
	for _, p := range op.Params {
		if p.Path {
			continue
		}
		for _, value := range e.Values[p.Name] {
			pairs = append(pairs, p.Name+"="+readable(url.QueryEscape(value)))
		}
	}
	address := op.pathOf(e.Values)
	if len(pairs) > 0 {
		address += "?" + strings.Join(pairs, "&")
	}
	return address
}

// readable takes back the escapes that a query can do without (RFC 3986, 3.4).
func readable(escaped string) string {
	return strings.NewReplacer("%2C", ",", "%3A", ":", "%2F", "/", "%40", "@").Replace(escaped)
}

func escapeSegment(text string) string { return url.PathEscape(text) }
