package rest

import (
	"mime"
	"strconv"
	"strings"
)

// The forms of one card.
const (
	formJSON   = "json"
	formLinked = "jsonld"
)

// mediaLinked is the media type of linked data, https://www.w3.org/TR/json-ld11/.
const mediaLinked = "application/ld+json"

// prefersLinked reports whether an Accept header names linked data and ranks it above plain JSON (RFC 9110, 12.5.1).
func prefersLinked(accept []string) bool {
	plain, linked := 0.0, 0.0
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		name, params, err := mime.ParseMediaType(strings.TrimSpace(item))
		if err != nil {
			continue
		}
		weight := 1.0
		if given, ok := params["q"]; ok {
			if weight, err = strconv.ParseFloat(given, 64); err != nil {
				continue
			}
		}
		switch name {
		case mediaLinked:
			linked = weight
		case "application/json":
			plain = weight
		}
	}
	return linked > plain
}
