package importer

import (
	"cmp"
	"slices"
)

// Summary groups what was told about the rows of a run, so that nobody has to read all of them.
type Summary struct {
	Groups []Group   `json:"groups,omitempty"` // of warnings and rejections, by their code, in the order of their first
	Keeps  int       `json:"keeps,omitempty"`  // rows that say otherwise than what a person wrote, which stays
	Kept   []KeptRow `json:"kept,omitempty"`   // the first of them
}

// Group is what was told alike, with the first few of its sentences.
type Group struct {
	Code     string    `json:"code"`
	Rejected bool      `json:"rejected,omitempty"` // the rows became no card
	Count    int       `json:"count"`
	Examples []Example `json:"examples"`
}

// Example is a sentence about a row; row 0 is the file.
type Example struct {
	Row int `json:"row,omitempty"`
	Remark
}

// KeptRow is a row of which people's words stay.
type KeptRow struct {
	Row     int      `json:"row"`
	Listing string   `json:"listing"`
	Slug    string   `json:"slug"`
	Fields  []string `json:"fields"`
}

// Bounds of a summary.
const (
	groupExamples = 5
	summaryKept   = 20
)

// add takes the outcome of one more row in. at is where each group stands.
func (s *Summary) add(o Outcome, at map[string]int) {
	for _, w := range o.Warnings {
		s.tally(at, o.Row, w, false)
	}
	if o.Why != nil {
		s.tally(at, o.Row, *o.Why, true)
	}
	if len(o.Kept) == 0 {
		return
	}
	if s.Keeps++; len(s.Kept) < summaryKept {
		s.Kept = append(s.Kept, KeptRow{Row: o.Row, Listing: o.KeptOn, Slug: cmp.Or(o.Into, o.Slug), Fields: o.Kept})
	}
}

func (s *Summary) tally(at map[string]int, row int, r Remark, rejected bool) {
	i, known := at[r.Code]
	if !known {
		i = len(s.Groups)
		at[r.Code] = i
		s.Groups = append(s.Groups, Group{Code: r.Code, Rejected: rejected})
	}
	g := &s.Groups[i]
	g.Count++
	if len(g.Examples) < groupExamples && !slices.ContainsFunc(g.Examples, func(e Example) bool { return e.Row == row }) {
		g.Examples = append(g.Examples, Example{Row: row, Remark: r})
	}
}
