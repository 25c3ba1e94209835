package desk

import (
	"net/http"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// part makes a part with the state that the troubles say.
func (v healthView) part(name string, rows ...ui.SummaryRow) part {
	p := part{ID: name, Title: v.p.T("desk.part." + name), Badge: badgeOf(v.p, ui.OK), Summary: ui.Summary{Rows: rows}}
	for _, t := range v.h.Troubles() {
		if t.Part == name {
			p.Badge = badgeOf(v.p, t.Tone)
			break
		}
	}
	if v.h.Unknown[name] {
		p.Summary.Rows = []ui.SummaryRow{{Name: v.p.T("desk.state"), Value: v.p.T("desk.unknown")}}
	}
	return p
}

func (v healthView) index() part {
	state, behind := v.p.T("desk.index_ready"), v.p.T("desk.index_behind_none")
	if !v.h.Index.Ready {
		state = v.p.T("desk.index_preparing")
	}
	if v.h.Index.Behind > 0 {
		behind = v.p.T("desk.index_behind", "n", v.h.Index.Behind, "time", waited(v.p, v.h.Index.Late))
	}
	return v.part(partIndex,
		ui.SummaryRow{Name: v.p.T("desk.state"), Value: state},
		ui.SummaryRow{Name: v.p.T("desk.index_cards"), Value: v.p.Number(v.h.Index.Cards)},
		ui.SummaryRow{Name: v.p.T("desk.index_late"), Value: behind})
}

func (v healthView) backup() part {
	b := v.h.Backup
	if b.At.IsZero() {
		return v.part(partBackup, ui.SummaryRow{Name: v.p.T("desk.backup_last"), Value: v.p.T("desk.backup_none")})
	}
	return v.part(partBackup,
		ui.SummaryRow{Name: v.p.T("desk.backup_last"), Value: v.p.T("desk.when_ago", "when", v.at(b.At).Full, "ago", v.at(b.At).Ago)},
		ui.SummaryRow{Name: v.p.T("desk.size"), Value: v.p.Bytes(b.Size)})
}

func (v healthView) storage() part {
	s := v.h.Space
	free := v.p.T("desk.unknown")
	if s.Disk > 0 {
		free = v.p.T("desk.space_of", "free", v.p.Bytes(s.Free), "disk", v.p.Bytes(s.Disk), "percent", v.p.Percent(float64(s.Free)/float64(s.Disk)))
	}
	return v.part(partStorage,
		ui.SummaryRow{Name: v.p.T("desk.space_base"), Value: v.p.Bytes(s.Base)},
		ui.SummaryRow{Name: v.p.T("desk.space_free"), Value: free})
}

func (p *Pages) retry(w http.ResponseWriter, r *http.Request) error {
	return p.acted(w, r, p.service.RetryJob(r.Context(), by(r), r.PathValue("id")), "reprise")
}

func (p *Pages) discard(w http.ResponseWriter, r *http.Request) error {
	return p.acted(w, r, p.service.DiscardJob(r.Context(), by(r), r.PathValue("id")), "abandon")
}

func (p *Pages) resend(w http.ResponseWriter, r *http.Request) error {
	return p.acted(w, r, p.service.Resend(r.Context(), by(r), r.PathValue("id")), "courrier")
}

// acted leads back to the page, or shows it with why nothing was done.
func (p *Pages) acted(w http.ResponseWriter, r *http.Request, err error, what string) error {
	switch {
	case err == nil:
		return ui.SeeDone(w, r, HealthPath, what)
	case errs.Is(err, errs.Conflict):
		return p.showHealth(w, r, err)
	}
	return err
}
