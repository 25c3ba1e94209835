// Package importer brings the cards of a file into a territory: a mapping says which column is which field, each row
// becomes a draft with everything that is odd about it told, and a run writes the drafts, can be told twice and
// undone. It must not know pages, the search index, nor how a file of rows is spelled.
package importer

import (
	"embed"
	"maps"
	"slices"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// Texts holds the sentences behind the keys of this package.
//
//go:embed texts
var Texts embed.FS

// Draft is what one row says, ready to be written. A new card takes Content and Company whole; a card that exists
// takes only what Fields names, so that a source that says nothing of a field does not empty it.
type Draft struct {
	ExternalID string          // what the source calls the record, unique in it
	Row        int             // tabular.Row.Line
	Repeats    int             // the row that had the same ExternalID first, 0 for none
	Content    listing.Content // the card
	Company    company.Company // without ID and territory; one establishment when the row has a place
	Updated    time.Time       // when the source says that the record was last changed; zero where it does not
	Confirmed  time.Time       // when somebody vouched for it, as the source says; zero where it does not
	Distinct   bool            // the source tells its records apart by itself: this one is no other of them
	Fields     map[string]bool // JSON names of the fields of Content and Company that the source speaks of
	Warnings   []Warning
}

// ListingFields are the names of the card's fields that the source speaks of, as listing.Merge takes them.
func (d Draft) ListingFields() []string { return d.fieldsOf(listing.FieldNames()) }

// CompanyFields are the names of the company's fields that the source speaks of, as company.Merge takes them.
func (d Draft) CompanyFields() []string {
	var known []string
	for _, f := range company.Fields() {
		known = append(known, f.Name)
	}
	return d.fieldsOf(known)
}

func (d Draft) fieldsOf(known []string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(d.Fields)), func(name string) bool {
		return !d.Fields[name] || !slices.Contains(known, name)
	})
}

// Warning is something odd that a person should look at; the row is imported all the same. Row 0 is the file.
type Warning struct {
	Row   int
	Code  string // "phone-none": stable, for programs
	Field string // the target field, empty when it is about the row
	Key   string // of the sentence, which takes Args
	Args  errs.Args
}

// Rejection is a row that cannot become a card, and why.
type Rejection struct {
	Row        int
	ExternalID string
	Code       string
	Key        string
	Args       errs.Args
}

// code is the last part of a key: "importer.warn.phone-none" gives "phone-none".
func code(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

func newWarning(row int, key, field string, args errs.Args) Warning {
	if args == nil {
		args = errs.Args{}
	}
	args["field"] = field
	return Warning{Row: row, Code: code(key), Field: field, Key: key, Args: args}
}

// Places finds the zone whose outline holds a point. The importer works without one where no outline is loaded.
type Places interface {
	ZoneAt(p geo.Point) (code string, ok bool)
}

// Taxonomy finds the codes of the competences that a tag or a short text names, none when it names none.
type Taxonomy interface {
	Match(text string) []string
}
