package opendata

import (
	"slices"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// column is one column of the flat formats, with what the description of the file says of it.
type column struct {
	key         string // its name in texts, "opendata.column.<key>", and in the file's description
	kind        string // of Frictionless Table Schema: "string", "integer", "number", "boolean", "datetime"
	format      string // of kind, "" for the default: "uri"
	list        bool   // several values, one a line
	constraints constraints
	value       func(p listing.Public, row rowOf) any
}

// constraints are those of Frictionless Table Schema.
type constraints struct {
	Required bool     `json:"required,omitempty"`
	Unique   bool     `json:"unique,omitempty"`
	Enum     []string `json:"enum,omitempty"`
	Minimum  *float64 `json:"minimum,omitempty"`
	Maximum  *float64 `json:"maximum,omitempty"`
	Pattern  string   `json:"pattern,omitempty"`
}

// rowOf is what a row says besides its card.
type rowOf struct {
	territory  *territory.Territory
	printer    *locale.Printer
	taxonomies *directory.Taxonomies // nil names no term
}

// columns are those of CSV and XLSX, in their order: all of listing.Public, and beside codes their names for people.
func columns() []column {
	return []column{
		{key: "id", kind: "string", constraints: constraints{Required: true, Unique: true}, value: func(p listing.Public, _ rowOf) any { return p.ID }},
		{key: "slug", kind: "string", constraints: constraints{Required: true, Unique: true, Pattern: "[a-z0-9]+(-[a-z0-9]+)*"}, value: func(p listing.Public, _ rowOf) any { return p.Slug }},
		{key: "url", kind: "string", format: "uri", value: func(p listing.Public, _ rowOf) any { return p.URL }},
		{key: "name", kind: "string", constraints: constraints{Required: true}, value: func(p listing.Public, _ rowOf) any { return p.Name }},
		{key: "category", kind: "string", constraints: constraints{Required: true, Enum: categories()}, value: func(p listing.Public, _ rowOf) any { return string(p.Category) }},
		{key: "category_name", kind: "string", value: func(p listing.Public, row rowOf) any { return row.printer.T(p.Category.Key()) }},
		{key: "headline", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.Headline }},
		{key: "description", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.Description }},
		list("competences", func(p listing.Public) []string { return p.Competences }),
		{key: "competences_names", kind: "string", list: true, value: func(p listing.Public, row rowOf) any { return row.competences(p.Competences) }},
		list("sectors", func(p listing.Public) []string { return p.Sectors }),
		{key: "sectors_names", kind: "string", list: true, value: func(p listing.Public, row rowOf) any { return row.sectors(p.Sectors) }},
		list("tags", func(p listing.Public) []string { return p.Tags }),
		list("serves_zones", func(p listing.Public) []string { return p.ServiceArea.Zones }),
		{key: "serves_names", kind: "string", list: true, value: servesNames},
		{key: "serves_everywhere", kind: "boolean", value: func(p listing.Public, _ rowOf) any { return p.ServiceArea.Everywhere }},
		{key: "serves_remote", kind: "boolean", value: func(p listing.Public, _ rowOf) any { return p.ServiceArea.Remote }},
		list("phones", func(p listing.Public) []string { return p.Phones }),
		list("emails", func(p listing.Public) []string { return p.Emails }),
		list("websites", func(p listing.Public) []string { return p.Websites }),
		list("social", accounts),
		{key: "opening_hours", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.OpeningHours }},
		list("accessibility", func(p listing.Public) []string { return p.Accessibility }),
		list("languages", func(p listing.Public) []string { return p.Languages }),
		{key: "logo", kind: "string", format: "uri", value: func(p listing.Public, _ rowOf) any { return p.Logo }},
		{key: "address", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.Address }},
		{key: "postcode", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.Postcode }},
		{key: "city", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.City }},
		{key: "zone", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.Zone }},
		{key: "zone_name", kind: "string", value: zoneName},
		{key: "lat", kind: "number", constraints: within(-90, 90), value: func(p listing.Public, _ rowOf) any { return number(p.Lat) }},
		{key: "lon", kind: "number", constraints: within(-180, 180), value: func(p listing.Public, _ rowOf) any { return number(p.Lon) }},
		{key: "legal_name", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.LegalName }},
		list("identifiers", numbers),
		{key: "founded_year", kind: "integer", value: func(p listing.Public, _ rowOf) any { return year(p.FoundedYear) }},
		{key: "size_class", kind: "string", value: func(p listing.Public, _ rowOf) any { return p.SizeClass }},
		{key: "size_name", kind: "string", value: sizeName},
		list("sources", func(p listing.Public) []string { return p.Sources }),
		{key: "confirmed_at", kind: "datetime", value: func(p listing.Public, _ rowOf) any { return moment(p.ConfirmedAt) }},
		{key: "created_at", kind: "datetime", constraints: constraints{Required: true}, value: func(p listing.Public, _ rowOf) any { return moment(p.CreatedAt) }},
		{key: "updated_at", kind: "datetime", constraints: constraints{Required: true}, value: func(p listing.Public, _ rowOf) any { return moment(p.UpdatedAt) }},
	}
}

// list is a column of several values. A cell holds one a line: no other sign parts values that people write.
func list(key string, values func(listing.Public) []string) column {
	return column{key: key, kind: "string", list: true, value: func(p listing.Public, _ rowOf) any {
		all := values(p)
		if !slices.ContainsFunc(all, func(v string) bool { return strings.ContainsAny(v, "\r\n") }) {
			return all
		}
		lines := make([]string, len(all))
		for i, v := range all {
			lines[i] = strings.Join(strings.FieldsFunc(v, func(r rune) bool { return r == '\r' || r == '\n' }), " ")
		}
		return lines
	}}
}

func within(low, high float64) constraints { return constraints{Minimum: &low, Maximum: &high} }

func categories() []string {
	var codes []string
	for _, c := range listing.Categories() {
		codes = append(codes, string(c))
	}
	return codes
}

// accounts are "network:address".
func accounts(p listing.Public) []string {
	out := make([]string, len(p.Social))
	for i, s := range p.Social {
		out[i] = s.Network + ":" + s.URL
	}
	return out
}

// numbers are "scheme:number".
func numbers(p listing.Public) []string {
	out := make([]string, len(p.Identifiers))
	for i, id := range p.Identifiers {
		out[i] = id.Scheme + ":" + id.Value
	}
	return out
}

func zoneName(p listing.Public, row rowOf) any {
	zone, _ := row.territory.Zone(p.Zone)
	return zone.NameIn(row.printer.Lang())
}

func servesNames(p listing.Public, row rowOf) any {
	names := make([]string, len(p.ServiceArea.Zones))
	for i, code := range p.ServiceArea.Zones {
		names[i] = code
		if zone, ok := row.territory.Zone(code); ok {
			names[i] = zone.NameIn(row.printer.Lang())
		}
	}
	return names
}

func sizeName(p listing.Public, row rowOf) any {
	if !company.ValidSizeClass(p.SizeClass) {
		return nil
	}
	return row.printer.T(company.SizeClassKey(p.SizeClass))
}

func (row rowOf) competences(codes []string) []string {
	if row.taxonomies == nil {
		return nil
	}
	return row.named(row.taxonomies.Competences, codes)
}

func (row rowOf) sectors(codes []string) []string {
	if row.taxonomies == nil {
		return nil
	}
	return row.named(row.taxonomies.Sectors, codes)
}

// named are the names of terms, in the order of the codes; a code that the taxonomy does not have any more stands for itself.
func (row rowOf) named(t *taxonomy.Taxonomy, codes []string) []string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = code
		if term, ok := t.Term(code); ok {
			names[i] = term.Name(row.printer.Lang())
		}
	}
	return names
}

func number(n *float64) any {
	if n == nil {
		return nil
	}
	return *n
}

func year(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// moment is a time in UTC, to the second.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}

// headers are the columns with their titles in a reader's language.
func headers(p *locale.Printer) []tabular.Column {
	var out []tabular.Column
	for _, c := range columns() {
		out = append(out, tabular.Column{Key: c.key, Title: p.T("opendata.column." + c.key)})
	}
	return out
}
