package opendata

import (
	"encoding/json"
	"net/http"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// dataPackage is a Frictionless Data Package, version 1: https://specs.frictionlessdata.io/data-package/.
type dataPackage struct {
	Profile      string        `json:"profile"`
	Name         string        `json:"name"`
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Description  string        `json:"description"`
	Homepage     string        `json:"homepage"`
	Created      string        `json:"created,omitempty"` // of the data as they stand: they are described anew each time
	Updated      string        `json:"updated,omitempty"` // the same, under the name that people look for
	Keywords     []string      `json:"keywords"`
	Licenses     []licence     `json:"licenses,omitempty"` // none where nobody said
	Sources      []source      `json:"sources,omitempty"`
	Contributors []contributor `json:"contributors"`
	Resources    []resource    `json:"resources"`
}

type licence struct {
	Name  string `json:"name,omitempty"`
	Path  string `json:"path,omitempty"`
	Title string `json:"title,omitempty"`
}

type source struct {
	Title   string `json:"title"`
	Path    string `json:"path,omitempty"`
	Licence string `json:"licence,omitempty"`
}

type contributor struct {
	Title string `json:"title"`
	Path  string `json:"path,omitempty"`
	Email string `json:"email,omitempty"`
	Role  string `json:"role"`
}

// resource is a Data Resource: https://specs.frictionlessdata.io/data-resource/.
type resource struct {
	Profile     string   `json:"profile"`
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Path        string   `json:"path"`
	Format      string   `json:"format"`
	MediaType   string   `json:"mediatype"`
	Encoding    string   `json:"encoding,omitempty"`
	Rows        int      `json:"rows"`
	Dialect     *dialect `json:"dialect,omitempty"`
	Schema      *schema  `json:"schema,omitempty"`
}

// dialect is a CSV Dialect: https://specs.frictionlessdata.io/csv-dialect/.
type dialect struct {
	Version          float64 `json:"csvddfVersion"`
	Delimiter        string  `json:"delimiter"`
	LineTerminator   string  `json:"lineTerminator"`
	QuoteChar        string  `json:"quoteChar"`
	DoubleQuote      bool    `json:"doubleQuote"`
	SkipInitialSpace bool    `json:"skipInitialSpace"`
	Header           bool    `json:"header"`
}

// schema is a Table Schema: https://specs.frictionlessdata.io/table-schema/.
type schema struct {
	Fields        []field  `json:"fields"`
	MissingValues []string `json:"missingValues"`
	PrimaryKey    string   `json:"primaryKey"`
}

type field struct {
	Name        string       `json:"name"` // as the header of the file has it
	Type        string       `json:"type"`
	Format      string       `json:"format,omitempty"`
	Description string       `json:"description"`
	Constraints *constraints `json:"constraints,omitempty"`
}

func (p *Pages) dataPackage(w http.ResponseWriter, r *http.Request) error {
	frame, t := ui.Of(r), territory.Of(r.Context())
	return p.describe(w, r, "application/json", "/donnees/datapackage.json", frame, t, func(d dataset) any { return d.dataPackage() })
}

// describe answers with what is said of the cards that an address asks for, as JSON.
func (p *Pages) describe(
	w http.ResponseWriter, r *http.Request, mediaType, path string, f ui.Frame, t *territory.Territory, say func(dataset) any,
) error {
	chosen, err := p.chooseAll(r.Context(), t, r.URL.Query())
	if err != nil {
		return err
	}
	d, err := p.dataset(r.Context(), f, t, chosen)
	if err != nil {
		return err
	}
	if p.unchanged(w, r, chosen, d.etagParts(f.URL(path))...) {
		return nil
	}
	body, err := json.MarshalIndent(say(d), "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", mediaType)
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(body, '\n')) // the only failure is a client that left
	}
	return nil
}

func (d dataset) dataPackage() dataPackage {
	pack := dataPackage{
		Profile: "data-package", Name: "annuaire-" + d.territory.Code, ID: d.at("/donnees"), Title: d.title(), Description: d.description(),
		Homepage: d.at("/donnees"), Created: d.updated(), Updated: d.updated(), Keywords: d.keywords(),
		Contributors: []contributor{{Title: d.cluster(), Path: d.URL("/"), Email: d.territory.Contact, Role: "publisher"}},
	}
	if !d.licence.IsZero() {
		pack.Licenses = []licence{{Name: d.licence.ID, Path: d.licence.URL, Title: d.licence.Name}}
	}
	for _, s := range d.sources {
		pack.Sources = append(pack.Sources, source{Title: credited(s), Path: webOnly(s.URL), Licence: s.Licence})
	}
	for _, f := range formats() {
		pack.Resources = append(pack.Resources, d.resource(f))
	}
	return pack
}

// credited names a source and whom its licence asks to name.
func credited(s directory.Credit) string {
	switch {
	case s.Title == "" || s.Title == s.Attribution:
		return s.Attribution
	case s.Attribution == "":
		return s.Title
	}
	return s.Title + " (" + s.Attribution + ")"
}

func webOnly(address string) string {
	if listing.IsWeb(address) {
		return address
	}
	return ""
}

func (d dataset) resource(f format) resource {
	r := resource{
		Profile: "data-resource", Name: "annuaire-" + string(f.name), Title: d.P.T("opendata.format." + string(f.name)),
		Description: d.P.T("opendata.for." + string(f.name)), Path: d.at(f.path()), Format: string(f.name), MediaType: f.mediaType,
		Encoding: "utf-8", Rows: d.rows,
	}
	switch f.name {
	case tabular.CSV:
		r.Profile, r.Schema = "tabular-data-resource", d.schema()
		r.Dialect = &dialect{Version: 1.2, Delimiter: ",", LineTerminator: "\r\n", QuoteChar: `"`, DoubleQuote: true, Header: true}
	case tabular.XLSX:
		r.Encoding, r.Schema = "", d.schema()
	}
	return r
}

// schema describes the columns of the flat formats. The names are those of the headers, in the reader's language.
func (d dataset) schema() *schema {
	s := &schema{MissingValues: []string{""}}
	for _, c := range columns() {
		f := field{Name: d.P.T("opendata.column." + c.key), Type: c.kind, Format: c.format, Description: d.P.T("opendata.about." + c.key)}
		if c.list {
			f.Description += " " + d.P.T("opendata.several")
		}
		if c.constraints.some() {
			f.Constraints = &c.constraints
		}
		s.Fields = append(s.Fields, f)
	}
	s.PrimaryKey = s.Fields[0].Name
	return s
}

func (c constraints) some() bool {
	return c.Required || c.Unique || len(c.Enum) > 0 || c.Minimum != nil || c.Maximum != nil || c.Pattern != ""
}

func (d dataset) keywords() []string {
	return []string{d.P.T("opendata.keyword.directory"), d.P.T("opendata.keyword.digital"), d.P.T("opendata.keyword.companies"), d.territory.Name(d.Lang)}
}
