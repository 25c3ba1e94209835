package desk

import (
	"net/http"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/ui"
)

// healthPage shows how the service is doing.
type healthPage struct {
	ui.Frame
	Done     *ui.Notice
	Errors   ui.FormErrors
	Troubles []troubleLine
	OK       ui.Notice
	Letters  []letter
	Jobs     []ui.Tile
	Kinds    ui.Table
	Times    ui.Table // what is done at set times
	Clock    string   // whose night it is
	Mail     []ui.Tile
	Failing  *ui.Notice // why mails cannot be sent
	Refused  []refusal
	Parts    []part
	Acts     bool // an administrator acts
}

type troubleLine struct {
	Badge ui.Badge
	Text  string
	URL   string
}

// letter is a dead letter.
type letter struct {
	ID, Name, About string
	Since           ui.Moment
	Tries           int
	Reason          string
	Own             bool // of the territory: it may be given up
	RetryURL        string
	DiscardURL      string
}

// refusal is a mail whose address refuses.
type refusal struct {
	Mail, Name, Reason, URL string
	Since                   ui.Moment
}

// part is a part of the service that is told in a few lines.
type part struct {
	ID, Title string
	Badge     ui.Badge
	Summary   ui.Summary
}

func (p *Pages) health(w http.ResponseWriter, r *http.Request) error {
	return p.showHealth(w, r, nil)
}

// showHealth shows the page, with why something that was asked for was not done.
func (p *Pages) showHealth(w http.ResponseWriter, r *http.Request, fault error) error {
	h, err := p.service.Health(r.Context(), by(r))
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("desk.health"), HealthPath)
	v := healthView{h: h, p: f.P, f: f, full: by(r).Is(account.Administrator), own: by(r).Territory}
	page := healthPage{
		Frame: f, Done: ui.DoneNotice(r, "desk.done."), Troubles: v.troubles(), Letters: v.letters(), Jobs: v.jobs(), Kinds: v.kinds(), Times: v.times(), Clock: v.clock(),
		Mail: v.mail(), Failing: v.failing(), Refused: v.refused(), Parts: []part{v.index(), v.backup(), v.storage()}, Acts: v.full,
		OK: ui.Notice{Tone: ui.OK, Title: f.P.T("desk.health_ok"), Text: f.P.T("desk.health_ok_text")},
	}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = ui.Refused(f.P, fault)
	}
	return p.views.Render(w, r, status, "sante", page)
}

// healthView writes what is known of the service's health for its reader.
type healthView struct {
	h    Health
	p    *locale.Printer
	f    ui.Frame
	full bool   // addresses may be read in full
	own  string // territory
}

func (v healthView) at(t time.Time) ui.Moment { return ui.NewMoment(v.p, t, v.h.At) }

// unknown is what stands for a number that nobody could ask for.
func (v healthView) number(part string, n int) string {
	if v.h.Unknown[part] {
		return "–"
	}
	return v.p.Number(n)
}

func (v healthView) troubles() []troubleLine {
	var lines []troubleLine
	anchors := map[string]string{partJobs: "#taches", partMail: "#courrier", partIndex: "#" + partIndex, partBackup: "#" + partBackup, partStorage: "#" + partStorage}
	for _, t := range v.h.Troubles() {
		line := troubleLine{Badge: badgeOf(v.p, t.Tone), Text: t.Say(v.p), URL: anchors[t.Part]}
		if t.Key == "desk.trouble_dead" {
			line.URL = "#echecs"
		}
		lines = append(lines, line)
	}
	return lines
}

// JobKey is the key of the name of a kind of job, or of a schedule.
func JobKey(kind string) string { return wordsOf("job", kind) }

func wordsOf(group, kind string) string {
	return "desk." + group + "." + strings.ReplaceAll(strings.TrimPrefix(kind, queue.SchedulePrefix), ".", "_")
}

// named is a kind of job or mail, or a schedule, in words; the kind itself where nobody wrote any.
func named(p *locale.Printer, group, kind string) string {
	if key := wordsOf(group, kind); p.Has(key) {
		return p.T(key)
	}
	return kind
}

// reasonOf says why something failed: the sentence of a key, or words for the reasons that the queue gives itself.
func reasonOf(p *locale.Printer, reason string) string {
	switch {
	case strings.HasPrefix(reason, "panic"):
		return p.T("desk.reason.panic")
	case p.Has("desk.reason." + strings.ReplaceAll(reason, " ", "_")):
		return p.T("desk.reason." + strings.ReplaceAll(reason, " ", "_"))
	case reason != "" && p.Has(reason):
		return p.Text(reason, nil)
	}
	return p.T("desk.reason.other")
}

func (v healthView) letters() []letter {
	given := map[string]mail.Mail{}
	for _, m := range v.h.Given {
		given[m.ID] = m
	}
	list := make([]letter, 0, len(v.h.Dead))
	for _, d := range v.h.Dead {
		l := letter{
			ID: d.ID, Name: named(v.p, "job", d.Kind), Since: v.at(d.Died), Tries: d.Attempts, Reason: reasonOf(v.p, d.Error), Own: d.Territory == v.own,
			RetryURL: v.f.Path(HealthPath + "/taches/" + d.ID + "/reprise"), DiscardURL: v.f.Path(HealthPath + "/taches/" + d.ID + "/abandon"),
		}
		if m, ok := given[d.Key]; ok {
			l.About = v.p.T("desk.letter_to", "mail", v.address(m.To.Mail), "kind", named(v.p, "mail", m.Kind))
		}
		if d.Territory == "" {
			l.About = v.p.T("desk.letter_instance")
		}
		list = append(list, l)
	}
	return list
}

// address is a mail address as the reader may see it.
func (v healthView) address(mail string) string {
	if v.full {
		return mail
	}
	return account.HiddenMail(mail)
}

func (v healthView) jobs() []ui.Tile {
	oldest := v.p.T("desk.jobs_none_late")
	if !v.h.Jobs.Oldest.IsZero() {
		oldest = v.p.T("desk.jobs_oldest", "time", waited(v.p, v.h.At.Sub(v.h.Jobs.Oldest)))
	}
	return []ui.Tile{
		{Value: v.number(partJobs, v.h.Jobs.Waiting), Label: v.p.T("desk.jobs_waiting"), Source: oldest},
		{Value: v.number(partJobs, v.h.Jobs.Running), Label: v.p.T("desk.jobs_running")},
		{Value: v.number(partJobs, len(v.h.Dead)), Label: v.p.T("desk.jobs_dead")},
	}
}

// waited is a span of time in words: "4 minutes", "3 heures", "2 jours".
func waited(p *locale.Printer, d time.Duration) string {
	switch {
	case d < time.Hour:
		return p.T("desk.minutes", "n", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return p.T("desk.hours", "n", int(d/time.Hour))
	}
	return p.T("desk.days", "n", int(d/(24*time.Hour)))
}

func (v healthView) kinds() ui.Table {
	t := ui.Table{Caption: v.p.T("desk.kinds"), Dense: true, Columns: []ui.Column{
		{Label: v.p.T("desk.kind")}, {Label: v.p.T("desk.jobs_waiting"), Number: true}, {Label: v.p.T("desk.jobs_running"), Number: true}, {Label: v.p.T("desk.jobs_dead"), Number: true},
	}}
	for _, k := range v.h.Jobs.ByKind {
		if k.Waiting+k.Running+k.Dead > 0 {
			t.Rows = append(t.Rows, ui.Row{
				{Text: named(v.p, "job", k.Kind)}, {Text: v.p.Number(k.Waiting)}, {Text: v.p.Number(k.Running)}, {Text: v.p.Number(k.Dead)},
			})
		}
	}
	return t
}

func (v healthView) times() ui.Table {
	t := ui.Table{Caption: v.p.T("desk.times"), Dense: true, Empty: v.p.T("desk.times_none"), Columns: []ui.Column{
		{Label: v.p.T("desk.time_name")}, {Label: v.p.T("desk.time_last")}, {Label: v.p.T("desk.time_next")}, {Label: v.p.T("desk.time_state")},
	}}
	for _, s := range v.h.Jobs.Schedules {
		t.Rows = append(t.Rows, ui.Row{
			{Text: named(v.p, "job", s.Name)}, {Text: v.orNever(s.OK)}, {Text: v.orNever(s.Next)}, v.stateOf(s),
		})
	}
	return t
}

// clock says after which clocks the nightly work goes, which may not be those of this territory. Empty where nobody could be asked.
func (v healthView) clock() string {
	if v.h.Unknown[partJobs] || v.h.Jobs.Zone == nil {
		return ""
	}
	return v.p.T("desk.times_zone", "zone", v.h.At.In(v.h.Jobs.Zone).Format("UTC-07:00"))
}

func (v healthView) orNever(t time.Time) string {
	if t.IsZero() {
		return v.p.T("desk.never")
	}
	return v.at(t).Short
}

func (v healthView) stateOf(s queue.ScheduleState) ui.Cell {
	if s.Failures == 0 {
		return ui.Cell{Badge: &ui.Badge{Label: v.p.T("desk.health_ok"), Tone: ui.OK}}
	}
	return ui.Cell{Badge: &ui.Badge{Label: v.p.T("desk.time_failed", "n", s.Failures, "reason", reasonOf(v.p, s.Error)), Tone: ui.Warn}}
}

func (v healthView) mail() []ui.Tile {
	m := v.h.Mail
	return []ui.Tile{
		{Value: v.number(partMail, m.Waiting), Label: v.p.T("desk.mail_waiting")},
		{Value: v.number(partMail, m.Sent24h), Label: v.p.T("desk.mail_sent")},
		{Value: v.number(partMail, m.Failing), Label: v.p.T("desk.mail_failing")},
		{Value: v.number(partMail, m.Dead), Label: v.p.T("desk.mail_dead")},
	}
}

// failing says why mails that wait are not sent.
func (v healthView) failing() *ui.Notice {
	if v.h.Mail.Reason == "" || !v.p.Has(v.h.Mail.Reason) {
		return nil
	}
	return &ui.Notice{Tone: ui.Warn, Title: v.p.T("desk.mail_why"), Text: v.p.T(v.h.Mail.Reason)}
}

func (v healthView) refused() []refusal {
	list := make([]refusal, 0, len(v.h.Refused))
	for _, m := range v.h.Refused {
		list = append(list, refusal{
			Mail: v.address(m.To.Mail), Name: named(v.p, "mail", m.Kind), Reason: reasonOf(v.p, m.Reason), Since: v.at(m.EndedAt),
			URL: v.f.Path(HealthPath + "/courriers/" + m.ID + "/renvoi"),
		})
	}
	return list
}
