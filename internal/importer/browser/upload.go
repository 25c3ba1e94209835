package browser

import (
	"bytes"
	"encoding/json"
	"time"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
)

// State is where a file stands on its way.
type State string

// The states.
const (
	Receiving  State = "receiving"
	Reading    State = "reading"
	Unreadable State = "unreadable"
	Ready      State = "ready"  // its mapping is composed
	Trying     State = "trying" // a trial waits or runs
	Tried      State = "tried"  // the last trial holds
	Importing  State = "importing"
	Imported   State = "imported"
)

// Upload is a file on its way into a territory.
type Upload struct {
	ID, Territory, Person, File string
	Size, Parts                 int64
	State                       State
	Sample                      Sample
	Mapping                     string // YAML, "" until one was chosen
	Origin                      Origin
	Trial                       *Trial // the last one, nil for none
	Run                         string // that the file became
	Fault                       *Fault // what went wrong last, nil for nothing
	Done, Total                 int64  // of what goes on; Total 0 while it waits for its turn
	Version                     int64
	CreatedAt, ChangedAt        time.Time
}

// Origin says where a mapping came from.
type Origin struct {
	Kind string `json:"kind"` // "guess", "preset", "own", "columns"
	Key  string `json:"key,omitempty"`
}

// The kinds of origins.
const (
	fromGuess  = "guess"
	fromPreset = "preset"
	fromOwn    = "own"
	// The columns are those of a source of the territory's. Whether the file comes from it is still to be said.
	fromColumns = "columns"
)

// name is how the origin is named in a form.
func (o Origin) name() string { return o.Kind + ":" + o.Key }

// Fault is an error that a page tells later.
type Fault struct {
	Key  string    `json:"key"`
	Args errs.Args `json:"args,omitempty"`
}

// faultOf keeps an error's sentence, nil for an error that has none.
func faultOf(err error) *Fault {
	e := errs.As(err)
	if e == nil || e.Key == "" {
		return nil
	}
	return &Fault{Key: e.Key, Args: e.Args}
}

// Sample is what the first reading of a file found.
type Sample struct {
	Format    string          `json:"format"`
	Encoding  string          `json:"encoding,omitempty"`
	Delimiter string          `json:"delimiter,omitempty"`
	Sheets    []string        `json:"sheets,omitempty"`
	Sheet     string          `json:"sheet,omitempty"`
	Rows      int             `json:"rows"`
	Columns   []Column        `json:"columns"`
	Hidden    int             `json:"hidden,omitempty"` // columns beyond the most that are shown
	First     []sampleRow     `json:"first,omitempty"`
	Warnings  []sampleWarning `json:"warnings,omitempty"`
	Unique    map[string]bool `json:"unique,omitempty"` // columns that tell rows apart
}

// Column is a column of the file, or for JSON the way to a value.
type Column struct {
	Path     string   `json:"path"`
	Filled   int      `json:"filled"`             // rows that say something there
	Examples []string `json:"examples,omitempty"` // the first different values
	Values   []string `json:"values,omitempty"`   // all different values, where there are few
	Guess    string   `json:"guess,omitempty"`    // the field that it looks like
	Sure     bool     `json:"sure,omitempty"`     // by its name

	many bool // its different values are too many to be remembered
}

type sampleWarning struct {
	Line int       `json:"line,omitempty"`
	Key  string    `json:"key"`
	Args errs.Args `json:"args,omitempty"`
}

// sampleRow is a row as the base keeps it.
type sampleRow tabular.Row

type storedField struct {
	Path  string `json:"p"`
	Value any    `json:"v"`
}

type storedRow struct {
	Line   int           `json:"line"`
	Fields []storedField `json:"fields"`
}

// MarshalJSON writes the line and the fields, in their order.
func (r sampleRow) MarshalJSON() ([]byte, error) {
	s := storedRow{Line: r.Line}
	for _, f := range r.Fields {
		s.Fields = append(s.Fields, storedField(f))
	}
	return json.Marshal(s)
}

// UnmarshalJSON reads them, numbers as they were written.
func (r *sampleRow) UnmarshalJSON(text []byte) error {
	var s storedRow
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&s); err != nil {
		return err
	}
	*r = sampleRow{Line: s.Line}
	for _, f := range s.Fields {
		r.Fields = append(r.Fields, tabular.Field(f))
	}
	return nil
}

// rows are the first rows as the mapper takes them.
func (s Sample) rows() []tabular.Row {
	out := make([]tabular.Row, len(s.First))
	for i, r := range s.First {
		out[i] = tabular.Row(r)
	}
	return out
}

// Trial is what a trial told.
type Trial struct {
	Mapping     string           `json:"mapping"` // fingerprint of the YAML that it was made with
	Person      string           `json:"person"`
	At          time.Time        `json:"at"`
	Counts      importer.Counts  `json:"counts"`
	Doubtful    int              `json:"doubtful"`
	Warned      int              `json:"warned"`
	Unchecked   bool             `json:"unchecked,omitempty"` // there are points and no outlines to check them by
	Summary     importer.Summary `json:"summary"`
	Differences []Change         `json:"differences,omitempty"`
}

// Change is what a row would do to a card.
type Change struct {
	Outcome importer.Outcome `json:"outcome"`
	Fields  []string         `json:"fields"`
	Before  *cardState       `json:"before,omitempty"`
	After   cardState        `json:"after"`
}

// cardState is what a card and its company say.
type cardState struct {
	Content listing.Content `json:"content"`
	Company companyState    `json:"company"`
}
