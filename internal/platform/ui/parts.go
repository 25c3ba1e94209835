package ui

import (
	"html/template"
	"strings"
	"unicode"
)

// Tone is the state that a badge or a notice tells by its colour, besides its words.
type Tone string

// The tones.
const (
	Neutral Tone = ""
	OK      Tone = "ok"
	Warn    Tone = "warn"
	Bad     Tone = "danger"
	Info    Tone = "info"
)

// Badge is a state in a word: "vérifiée", "en attente".
type Badge struct {
	Label string
	Tone  Tone
	Icon  string // instead of the dot
}

// Tag is a keyword, a link when URL is set.
type Tag struct {
	Label string
	URL   string
}

// Chip is a choice that can be taken back: URL is the page without it.
type Chip struct {
	Label string
	URL   string
}

// Chips are the choices made, with a link that takes all of them back when Clear is set.
type Chips struct {
	Label string // what they are, for those who do not see them: "Filtres choisis"
	Items []Chip
	Clear string
}

// Notice is a message within a page. Alert makes assistive technology say it at once: for what just happened.
type Notice struct {
	Tone  Tone
	Title string
	Text  string
	Body  template.HTML // more, trusted
	Alert bool
}

// Summary lists names and values, as before sending a form. An empty value shows the words for "not given".
type Summary struct {
	Rows []SummaryRow
}

// SummaryRow is one name and value. Change leads to where it is edited.
type SummaryRow struct {
	Name   string
	Value  string
	URL    string        // makes the value a link
	Body   template.HTML // instead of the value, trusted
	Change string
}

// Table is a table that becomes cards when narrow. The first cell of a row names the row.
type Table struct {
	Caption string
	Columns []Column
	Rows    []Row
	Dense   bool
	Empty   string // sentence when there is no row
}

// Column is the head of a column. Sort is the address that sorts by it, Sorted "ascending" or "descending" when it does.
type Column struct {
	Label  string
	Number bool
	Sort   string
	Sorted string
}

// Column is the i-th column, nothing for a cell beyond the last one.
func (t Table) Column(i int) *Column {
	if i < 0 || i >= len(t.Columns) {
		return nil
	}
	return &t.Columns[i]
}

// Row is the cells of a row, one per column.
type Row []Cell

// Cell is a text, a link or a badge.
type Cell struct {
	Text  string
	URL   string
	When  string // the time that the text says, for machines
	Badge *Badge
	Body  template.HTML // instead of the text, trusted
}

// Details is a disclosure. Views that need templates within write {{template "details-start" d}} … {{template "details-end"}}.
type Details struct {
	Label string
	Body  template.HTML
	Open  bool
}

// Dialog is a modal question: {{template "dialog-start" d}} … {{template "dialog-end"}}. A Button with Dialog opens it.
type Dialog struct {
	ID    string
	Title string
}

// Empty says why there is nothing, and what to do.
type Empty struct {
	Icon    string
	Title   string
	Text    string
	Actions []Button
	Level   int // of the heading; 2 when 0
}

// HeadingLevel is 2 or 3.
func (e Empty) HeadingLevel() int {
	if e.Level == 0 {
		return 2
	}
	return e.Level
}

// Tile is one figure with what it counts and where it comes from; URL opens the proof.
type Tile struct {
	Value  string
	Label  string
	Source string
	URL    string
}

// Avatar stands for a company or a person: their image, else their initials. It is decoration: the name stands beside it.
type Avatar struct {
	Name  string
	Image string
	Large bool
}

// Initials are the first letters of the first two words of at least two letters that are no small words, in capitals.
func (a Avatar) Initials() string {
	var letters []rune
	for word := range strings.FieldsFuncSeq(a.Name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len([]rune(word)) < 2 || isSmallWord(word) {
			continue
		}
		letters = append(letters, unicode.ToUpper([]rune(word)[0]))
		if len(letters) == 2 {
			break
		}
	}
	if len(letters) == 0 {
		for _, r := range a.Name {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return string(unicode.ToUpper(r))
			}
		}
	}
	return string(letters)
}

func isSmallWord(word string) bool {
	switch strings.ToLower(word) {
	case "de", "du", "des", "la", "le", "les", "et", "en", "au", "aux", "un", "une", "of", "the", "and":
		return true
	}
	return false
}

// Skeleton keeps the place of what is being loaded.
type Skeleton struct {
	Label string // "Chargement des résultats"
	Lines int
}

// Range is one number per line, for the template.
func (s Skeleton) Range() []struct{} { return make([]struct{}, max(1, s.Lines)) }

// Progress is how far something is. Text says it in words ("12 sur 40"). Max 0 means that nobody knows.
type Progress struct {
	ID    string
	Label string
	Text  string
	Value int
	Max   int
}

// CopyLink is a button that copies an address; it shows only where scripts can.
type CopyLink struct {
	URL   string
	Label string // "Copier le lien" when empty
}
