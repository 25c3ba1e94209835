package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
)

// JSONLD is the data block for search engines that holds v as JSON. Every <, > and & of the values is written as \u003c, \u003e
// and \u0026, and invalid UTF-8 is replaced, so that no value can close the element or open another. It is data, not a script
// that runs, and stands under a policy without inline scripts. Several values make several blocks.
func JSONLD(values ...any) (template.HTML, error) {
	var out bytes.Buffer
	for _, v := range values {
		raw, err := json.Marshal(v) // escapes <, >, &, U+2028 and U+2029
		if err != nil {
			return "", fmt.Errorf("ui: JSON-LD: %w", err)
		}
		out.WriteString(`<script type="application/ld+json">`)
		out.Write(raw)
		out.WriteString("</script>\n")
	}
	return template.HTML(out.String()), nil //nolint:gosec // escaped by encoding/json, see above
}
