package edit

import (
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/ui"
)

// returned is after how long without a change a draft is one that somebody comes back to.
const returned = 30 * time.Minute

// notes say what there is to know about a card before one edits it. Where first is false, only what changes what the buttons do.
func (y way) notes(v voice, sheet *Sheet, first bool) []note {
	var out []note
	if !sheet.Draft.SavedAt.IsZero() && sheet.Draft.Base < sheet.Record.Listing.Version && differs(sheet) {
		out = append(out, note{
			Notice: ui.Notice{Tone: ui.Warn, Title: v.P.T("edit.note_moved"), Text: v.P.T("edit.note_moved_text")},
			Link:   ui.Link{Label: v.P.T("edit.note_moved_link"), URL: v.Path(y.path(sheet.Record.Listing.ID) + "/difference")},
		})
	}
	if !first {
		return out
	}
	out = append(out, y.public(v, sheet)...)
	if since := sheet.Draft.SavedAt; !since.IsZero() && y.p.Now().Sub(since) > returned {
		out = append(out, note{
			Notice: ui.Notice{Tone: ui.Info, Title: v.P.T("edit.note_draft", "when", v.P.DateTime(since)), Text: v.P.T("edit.note_draft_text", "n", len(sheet.Changed), "day", v.P.Date(since.Add(Kept)))},
			Link:   ui.Link{Label: v.P.T("edit.note_draft_link"), URL: v.Path(y.at(sheet.Record.Listing.ID, Review))},
			Other:  ui.Link{Label: v.P.T("edit.discard"), URL: v.Path(y.path(sheet.Record.Listing.ID) + "/abandon")},
		})
	}
	if y.door == Owner && sheet.Pending != nil {
		out = append(out, y.pending(v, sheet))
	}
	for _, c := range sheet.Offers {
		out = append(out, note{
			Notice: ui.Notice{Tone: ui.Info, Title: v.P.T("edit.note_offer"), Text: v.P.T("edit.note_offer_text", "fields", v.listed(asksAbout(c)))},
			Link:   ui.Link{Label: v.P.T("edit.note_offer_link"), URL: v.Path(OfferPath(sheet.Record.Listing.ID, c.ID))},
		})
	}
	if len(sheet.Locked) > 0 {
		out = append(out, note{Notice: ui.Notice{Tone: ui.Info, Text: v.P.T("edit.note_locked", "n", len(sheet.Locked))}})
	}
	return out
}

// pending says what the company has submitted, and that it waits.
func (y way) pending(v voice, sheet *Sheet) note {
	n := len(sheet.Pending.Fields)
	title, text := v.P.T("edit.note_pending", "day", v.P.Date(sheet.Pending.CreatedAt), "n", n), v.P.T("edit.note_pending_text", "n", n)
	if name := v.sender(sheet); name != "" {
		title, text = v.P.T("edit.note_pending_of", "name", name, "day", v.P.Date(sheet.Pending.CreatedAt), "n", n), v.P.T("edit.note_pending_of_text", "n", n)
	}
	return note{
		Notice: ui.Notice{Tone: ui.Info, Title: title, Text: text},
		Other:  ui.Link{Label: v.P.T("edit.take_back", "n", n), URL: v.Path(y.path(sheet.Record.Listing.ID) + "/attente/retrait")},
	}
}

// sender is who submitted what waits, "" for the reader.
func (v voice) sender(sheet *Sheet) string {
	if sheet.Sender == unnamed {
		return v.P.T("edit.colleague")
	}
	return sheet.Sender
}

// public says why a card is not public, where it is not.
func (y way) public(v voice, sheet *Sheet) []note {
	l := sheet.Record.Listing
	n := note{Notice: ui.Notice{Tone: ui.Warn}}
	switch {
	case l.State == listing.Published:
		return nil
	case l.Withheld:
		n.Title, n.Text = v.P.T("edit.note_consent"), v.P.T("edit.note_consent_text")
		if y.door == Owner {
			n.Link = ui.Link{Label: v.P.T("edit.note_consent_link"), URL: v.Path("/espace/entreprises/" + l.CompanyID + "/consentement")}
		}
	case l.State == listing.Lapsed:
		n.Title, n.Text = v.P.T("edit.note_lapsed"), v.P.T("edit.note_lapsed_text")
	case l.State == listing.Hidden:
		n.Title, n.Text = v.P.T("edit.note_hidden"), v.P.T("edit.note_hidden_text")
		n.Link = v.contact()
	default:
		n.Title, n.Text = v.P.T("edit.note_unpublished"), v.P.T("edit.note_unpublished_text")
		n.Link = v.contact()
	}
	return []note{n}
}

// contact is the address of the team, where it has one.
func (v voice) contact() ui.Link {
	if v.territory.Contact == "" {
		return ui.Link{}
	}
	return ui.Link{Label: v.P.T("edit.write_team"), URL: "mailto:" + v.territory.Contact}
}
