package edit

import (
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
)

// written is the last that somebody wrote of a field.
type written struct {
	listing.Revision
	Name string // of the person, "" for nobody
	Own  bool   // it was the reader
}

// mostRevisions bounds how far back authors looks.
const mostRevisions = 100

// authors tells who wrote some fields of a card last, by the field, as far as its history goes back. It is for who may know: the team, and
// the people of the card's company. Who decided for the company without being of it, as the team does of a proposal, wrote nothing.
func (p *Pages) authors(ctx context.Context, by account.Actor, sheet *Sheet, fields []string) (map[string]written, error) {
	revisions, err := p.listings.Revisions(ctx, p.DB.Read(), sheet.Record.Listing.ID, "", mostRevisions)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range revisions {
		if r.Person != "" && !slices.Contains(ids, r.Person) {
			ids = append(ids, r.Person)
		}
	}
	names, err := p.Accounts.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	colleagues, err := p.Accounts.Acting(ctx, p.DB.Read(), sheet.Record.Listing.CompanyID)
	if err != nil {
		return nil, err
	}
	out := map[string]written{}
	for _, r := range revisions { // the latest first
		for _, field := range r.Fields {
			if _, told := out[field]; !told && slices.Contains(fields, field) {
				w := written{Revision: r, Own: r.Person != "" && r.Person == by.Person}
				if r.Source.Kind == company.FromStaff || slices.ContainsFunc(colleagues, func(c account.Colleague) bool { return c.ID == r.Person }) {
					w.Name = names[r.Person]
				}
				out[field] = w
			}
		}
	}
	return out, nil
}

// by says who wrote a field last and when, "" where nobody knows. The team stands for its people.
func (y way) by(v voice, w written) string {
	switch {
	case w.Own:
		return v.P.T("edit.meeting_by_you", "ago", v.P.Ago(w.At, y.p.Now()))
	case w.Source.Kind == company.FromStaff:
		return v.P.T("edit.meeting_by_team", "ago", v.P.Ago(w.At, y.p.Now()))
	case w.Name != "":
		return v.P.T("edit.meeting_by", "name", w.Name, "ago", v.P.Ago(w.At, y.p.Now()))
	}
	return ""
}
