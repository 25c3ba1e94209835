package edit

import (
	"context"
	"net/http"
	"slices"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui"
)

// refused is what the team did not take of the last edit of a card by its company, nil for nothing: of fields that the company has not
// written again since, nor waits for, and for as long as a draft is kept.
func (s *Service) refused(ctx context.Context, by account.Actor, sheet *Sheet) (*curation.Change, error) {
	l := sheet.Record.Listing
	if by.RequireFor(l.CompanyID, account.CompanyEditor) != nil {
		return nil, nil
	}
	c, ok, err := s.Curation.RefusedOn(ctx, by, l)
	if err != nil || !ok || s.Now().Sub(c.DecidedAt) > Kept {
		return nil, err
	}
	all := fields()
	c.Fields = slices.DeleteFunc(c.Untaken(), func(field string) bool {
		written := l.Provenance[field].At.After(c.DecidedAt)
		waits := sheet.Pending != nil && slices.Contains(sheet.Pending.Fields, field)
		return written || waits || all[field].Same(&l.Content, &c.After) || all[field].Same(&sheet.Content, &c.After)
	})
	if len(c.Fields) == 0 {
		return nil, nil
	}
	return &c, nil
}

// TakeUp puts what the team did not take of the company's last edit into the draft; what was typed there of other fields stays.
func (s *Service) TakeUp(ctx context.Context, by account.Actor, id string) error {
	sheet, err := s.Open(ctx, by, Owner, id)
	if err != nil {
		return err
	}
	c, err := s.refused(ctx, by, &sheet)
	if err != nil || c == nil {
		return err
	}
	_, err = s.change(ctx, by, Owner, id, sheet.Record.Listing.Version, func(_ *db.Tx, sheet *Sheet) error {
		for _, q := range questions() {
			if slices.Contains(c.Fields, q.field) {
				sheet.Draft.Typed[q.field] = q.shown(sheet.scope, &c.After)
			}
		}
		return nil
	})
	return err
}

// refusedNote says what the team has not published of what the company sent, and why.
func (y way) refusedNote(r *http.Request, v voice, sheet *Sheet) ([]note, error) {
	if y.door != Owner {
		return nil, nil
	}
	c, err := y.p.refused(r.Context(), by(r), sheet)
	if err != nil || c == nil {
		return nil, err
	}
	n := note{
		Notice: ui.Notice{Tone: ui.Warn, Title: v.P.T("edit.note_refused", "day", v.P.Date(c.DecidedAt))},
		Send:   sending{Action: v.Path(y.path(sheet.Record.Listing.ID) + "/reprise"), Button: ui.Button{Label: v.P.T("edit.take_up"), Icon: "undo-2"}},
	}
	if c.Reason != "" {
		n.Text = v.P.T("edit.note_refused_why", "reason", c.Reason)
	}
	for _, field := range c.Fields {
		n.Quotes = append(n.Quotes, v.names.Quote(c.After, field))
	}
	return []note{n}, nil
}

func (y way) takeUp(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := y.p.TakeUp(r.Context(), by(r), id); err != nil {
		return y.refuse(w, r, err)
	}
	return ui.SeeDone(w, r, y.at(id, Review), "reprise")
}
