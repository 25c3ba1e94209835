package desk

import (
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// todayPage is the desk's first page.
type todayPage struct {
	ui.Frame
	Lines   []office.Waiting
	Unknown bool // a feature could not say what waits
	Health  healthLine
}

// healthLine says in one line how the service is doing.
type healthLine struct {
	Badge ui.Badge
	Text  string
	URL   string
}

func (p *Pages) today(w http.ResponseWriter, r *http.Request) error {
	page := todayPage{Frame: ui.Private(r, ui.Of(r).P.T("desk.today"), TodayPath)}
	var err error
	if page.Lines, page.Unknown, err = p.service.Today(r.Context(), by(r), page.Lang); err != nil {
		return err
	}
	h, err := p.service.Health(r.Context(), by(r))
	if err != nil {
		return err
	}
	own, err := p.ownLines(r, h)
	if err != nil {
		return err
	}
	page.Lines = urgentFirst(append(own, page.Lines...))
	for i := range page.Lines {
		page.Lines[i].Path = page.Path(page.Lines[i].Path)
	}
	page.Health = lineOf(page.P, h.Troubles())
	page.Health.URL = page.Path(HealthPath)
	return p.views.Render(w, r, http.StatusOK, "aujourdhui", page)
}

// unanswered is how long an invitation waits before somebody is asked to look after it.
const unanswered = 7 * 24 * time.Hour

// ownLines are the things of the desk itself that wait for who may act on them.
func (p *Pages) ownLines(r *http.Request, h Health) ([]office.Waiting, error) {
	actor, t := by(r), ui.Of(r).P
	if !actor.Is(account.Administrator) {
		return nil, nil
	}
	var lines []office.Waiting
	if n := len(h.Dead); n > 0 {
		lines = append(lines, office.Waiting{
			Title: t.T("desk.todo_letters", "n", n), Detail: t.T("desk.todo_letters_text"), Action: t.T("desk.todo_letters_do"),
			Path: HealthPath + "#echecs", Icon: "triangle-alert", Urgent: true,
		})
	}
	if n := h.Mail.Refused24h; n > 0 {
		lines = append(lines, office.Waiting{
			Title: t.T("desk.todo_refused", "n", n), Detail: t.T("desk.todo_refused_text"), Action: t.T("desk.todo_refused_do"), Path: HealthPath + "#adresses", Icon: "mail-x",
		})
	}
	open, err := p.service.Accounts.Invitations(r.Context(), actor, "")
	if err != nil {
		return nil, err
	}
	late := 0
	for _, i := range open {
		if h.At.Sub(i.CreatedAt) > unanswered {
			late++
		}
	}
	if late > 0 {
		lines = append(lines, office.Waiting{
			Title: t.T("desk.todo_invited", "n", late), Detail: t.T("desk.todo_invited_text"), Action: t.T("desk.todo_invited_do"), Path: TeamPath + "#invitations", Icon: "send",
		})
	}
	return lines, nil
}

// lineOf says the worst of the troubles, and how many others there are.
func lineOf(p *locale.Printer, troubles []Trouble) healthLine {
	if len(troubles) == 0 {
		return healthLine{Badge: ui.Badge{Label: p.T("desk.health_ok"), Tone: ui.OK}, Text: p.T("desk.health_ok_text")}
	}
	line := healthLine{Badge: badgeOf(p, troubles[0].Tone), Text: troubles[0].Say(p)}
	if n := len(troubles) - 1; n > 0 {
		line.Text += " " + p.T("desk.health_others", "n", n)
	}
	return line
}

// badgeOf is the state of a part in a word.
func badgeOf(p *locale.Printer, tone ui.Tone) ui.Badge {
	switch tone {
	case ui.OK:
		return ui.Badge{Label: p.T("desk.health_ok"), Tone: ui.OK}
	case ui.Bad:
		return ui.Badge{Label: p.T("desk.health_bad"), Tone: ui.Bad}
	}
	return ui.Badge{Label: p.T("desk.health_warn"), Tone: ui.Warn}
}

// Say is the trouble in words.
func (t Trouble) Say(p *locale.Printer) string {
	if t.Key == unknownKey {
		return p.T(unknownKey, "part", p.T("desk.part."+t.Part))
	}
	return p.Text(t.Key, t.Args)
}
