package importer

import (
	"cmp"
	"strings"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// The outcomes of a row.
const (
	RowCreated   = "created"
	RowUpdated   = "updated"
	RowUnchanged = "unchanged"
	RowMerged    = "merged"
	RowRejected  = "rejected"
)

// Outcome is what became of one row, as stored. One without an outcome only carries warnings about the file.
type Outcome struct {
	Row      int      `json:"row"`
	ID       string   `json:"id,omitempty"` // in the source
	Outcome  string   `json:"outcome,omitempty"`
	Slug     string   `json:"slug,omitempty"`
	Into     string   `json:"into,omitempty"`    // the slug of the card that stands for a merged row
	Fields   []string `json:"fields,omitempty"`  // that an update changed
	Reasons  []string `json:"reasons,omitempty"` // for taking two records for one
	Kept     []string `json:"kept,omitempty"`    // fields of which the row says otherwise, and people's words stay
	KeptOn   string   `json:"kept_on,omitempty"` // id of the card that says so
	Doubtful []Doubt  `json:"doubtful,omitempty"`
	Why      *Remark  `json:"why,omitempty"` // of a rejection
	Warnings []Remark `json:"warnings,omitempty"`
	listing  string   // ids, to find the slugs when they are given
	into     string
}

// Doubt is a card that may be the same as the row's.
type Doubt struct {
	Slug    string   `json:"slug"`
	Name    string   `json:"name,omitempty"`
	Reasons []string `json:"reasons"`
	listing string
}

// Remark is a sentence about a row, as stored.
type Remark struct {
	Code  string    `json:"code"`
	Field string    `json:"field,omitempty"`
	Key   string    `json:"key"`
	Args  errs.Args `json:"args,omitempty"`
}

func remarks(warnings []Warning) []Remark {
	out := make([]Remark, len(warnings))
	for i, w := range warnings {
		out[i] = Remark{Code: w.Code, Field: w.Field, Key: w.Key, Args: w.Args}
	}
	return out
}

// Reason says why a row became what it became, "" where there is nothing to say.
func (o Outcome) Reason(p *locale.Printer) string {
	switch {
	case o.Why != nil:
		return o.Why.Text(p)
	case o.Outcome == RowMerged:
		return p.T("importer.run.reason.merged", "reasons", reasonList(p, o.Reasons))
	case len(o.Doubtful) > 0:
		return p.T("importer.run.reason.doubtful", "name", cmp.Or(o.Doubtful[0].Name, o.Doubtful[0].Slug), "reasons", reasonList(p, o.Doubtful[0].Reasons))
	case o.Outcome == RowUpdated && len(o.Fields) > 0:
		names := make([]string, len(o.Fields))
		for i, f := range o.Fields {
			names[i] = FieldName(p, f)
		}
		return p.T("importer.run.reason.updated", "fields", names)
	}
	return ""
}

func reasonList(p *locale.Printer, reasons []string) []string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = p.T(listing.Reason(r).Key())
	}
	return out
}

// FieldName is the field as people call it, or as the mapping does.
func FieldName(p *locale.Printer, field string) string {
	family, member, _ := strings.Cut(field, ".")
	keys := []string{listing.FieldKey(field), "importer.run.field." + field}
	switch family {
	case "social":
		keys = append(keys, listing.NetworkKey(member))
	case "identifiers":
		keys = append(keys, company.SchemeKey(member))
	case "activities":
		keys = append(keys, "importer.run.field."+family)
	}
	for _, key := range keys {
		if p.Has(key) {
			return p.T(key)
		}
	}
	return field
}

// Text writes the remark for a person.
func (r Remark) Text(p *locale.Printer) string {
	values := make(errs.Args, len(r.Args))
	for name, v := range r.Args {
		values[name] = fromJSON(v)
	}
	if r.Field != "" {
		values["field"] = FieldName(p, r.Field)
	}
	return p.Text(r.Key, values)
}

// fromJSON gives a list of texts its type back; numbers are printed alike.
func fromJSON(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	out := make([]string, 0, len(list))
	for _, e := range list {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
