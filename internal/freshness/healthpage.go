package freshness

import (
	"net/http"
	"net/url"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// healthPage is how well the directory is kept.
type healthPage struct {
	ui.Frame
	Notices    []ui.Notice
	Point      string
	Detail     string
	Tiles      []ui.Tile
	Ages       ui.Chart
	Course     *ui.Course
	CourseNone string
	Parts      []partsView
	ExportDays string
	Rules      string // how the territory keeps its cards, in a sentence
	Settings   string // where an administrator changes that, "" for who may not
	Registers  string // where a project manager has registers read, "" for who may not
	Empty      *ui.Empty
}

// The names under which the team's list of cards takes what it is to show, and the answers that lead to what is counted here.
const (
	listPath       = office.Desk + "/fiches"
	askState       = "etat"
	askZone        = "zone" // a code
	askCompetence  = "competence"
	askAge         = "age"
	askComplete    = "remplissage"
	askFlagged     = "signalees"
	askOwnerless   = "sans-compte"
	answerYes      = "oui"
	answerNo       = "non"
	ageUnconfirmed = "non-confirmee"
	incomplete     = "incomplete"
)

// cardsAt is the address of the team's list of public cards of which something holds.
func cardsAt(f ui.Frame, pairs ...string) string {
	v := url.Values{askState: {string(listing.Published)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return f.Path(listPath) + "?" + v.Encode()
}

func (p *Pages) health(w http.ResponseWriter, r *http.Request) error {
	t, by := territory.Of(r.Context()), account.Of(r.Context())
	h, err := p.service.Health(r.Context(), by, t)
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("freshness.health"), HealthPath)
	v := healthView{Health: h, Frame: f, territory: t, competences: p.service.Competences}
	page := healthPage{
		Frame: f, Point: v.point(), Detail: v.detail(), Tiles: v.tiles(), Ages: v.ages(),
		Parts: []partsView{v.shown(exportZones, "freshness.by_zone", askZone), v.shown(exportCompetences, "freshness.by_competence", askCompetence)},
		Rules: v.rules(), Notices: v.notices(by), ExportDays: exportAt(f, exportDays), CourseNone: f.P.T("freshness.course_none"),
	}
	if len(h.Days) > 1 {
		page.Course = v.course()
	}
	if by.Is(account.Administrator) {
		page.Settings = f.Path(SettingsPath)
	}
	if by.Is(account.ProjectManager) {
		page.Registers = f.Path(RegisterPath)
	}
	if h.All.Cards == 0 {
		page.Empty = &ui.Empty{Icon: "inbox", Title: f.P.T("freshness.none"), Text: f.P.T("freshness.none_text")}
	}
	if r.URL.Query().Get(ui.DoneParam) != "" {
		page.Notices = append([]ui.Notice{{Tone: ui.OK, Title: f.P.T("freshness.policy_done"), Alert: true}}, page.Notices...)
	}
	return p.views.Render(w, r, http.StatusOK, "annuaire", page)
}

// notices say why nobody is asked.
func (v healthView) notices(by account.Actor) []ui.Notice {
	var all []ui.Notice
	switch {
	case !v.Policy.Runs() && by.Is(account.Administrator):
		all = append(all, ui.Notice{Tone: ui.Info, Title: v.P.T("freshness.off"), Text: v.P.T("freshness.off_text")})
	case !v.Policy.Runs():
		all = append(all, ui.Notice{Tone: ui.Info, Title: v.P.T("freshness.off"), Text: v.P.T("freshness.off_reader")})
	case !v.Ready:
		all = append(all, ui.Notice{Tone: ui.Warn, Title: v.P.T("freshness.no_mail"), Text: v.P.T("freshness.no_mail_text")})
	}
	return all
}

// rules are the policy in a sentence.
func (v healthView) rules() string {
	p := v.Policy
	months := make([]string, len(p.Reminders))
	for i, m := range p.Reminders {
		months[i] = v.P.Number(m)
	}
	return v.P.T("freshness.rules", "reminders", v.P.List(months), "unconfirmed", p.Unconfirmed, "lapse", p.Lapse)
}

// course is how the directory was kept, a point a week.
func (v healthView) course() *ui.Course {
	days := v.weekly()
	c := &ui.Course{Label: v.P.T("freshness.day"), Point: v.coursePoint(days)}
	fresh := ui.Series{Label: v.P.T("freshness.fresh")}
	old := ui.Series{Label: v.P.T("freshness.unconfirmed"), Quiet: true}
	alone := ui.Series{Label: v.P.T("freshness.orphaned"), Quiet: true}
	first, last := v.dayAt(days[0]), v.dayAt(days[len(days)-1])
	for _, d := range days {
		at := v.dayAt(d)
		c.Times = append(c.Times, v.P.ShortDate(at))
		c.At = append(c.At, at.Sub(first).Hours()/max(1, last.Sub(first).Hours()))
		for series, n := range map[*ui.Series]int{&fresh: d.Fresh, &old: d.Unconfirmed, &alone: d.Orphaned} {
			series.Values, series.Texts = append(series.Values, float64(n)), append(series.Texts, v.P.Number(n))
		}
	}
	c.Series = []ui.Series{fresh, old, alone}
	return c
}

// coursePoint says which way it goes: by the share of fresh cards.
func (v healthView) coursePoint(days []Day) string {
	first, last := days[0], days[len(days)-1]
	key := "freshness.course_same"
	switch before, now := share(first.Fresh, first.Cards), share(last.Fresh, last.Cards); {
	case now >= before+0.01:
		key = "freshness.course_up"
	case now <= before-0.01:
		key = "freshness.course_down"
	}
	return v.P.T(key, "before", v.P.Percent(share(first.Fresh, first.Cards)), "now", v.P.Percent(share(last.Fresh, last.Cards)), "since", v.P.ShortDate(v.dayAt(first)))
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// dayAt is noon of a day there.
func (v healthView) dayAt(d Day) time.Time {
	t, err := time.ParseInLocation(time.DateOnly+" 15", d.Day+" 12", v.territory.Location())
	if err != nil {
		return time.Time{}
	}
	return t
}

// weekly keeps a day of seven, and the last.
func (v healthView) weekly() []Day {
	days := v.Days
	counted := make([]Day, 0, len(days))
	for _, d := range days {
		if d.Cards > 0 {
			counted = append(counted, d)
		}
	}
	if len(counted) == 0 {
		return days[:1]
	}
	var kept []Day
	for i, d := range counted {
		if i == len(counted)-1 || len(kept) == 0 || v.dayAt(d).Sub(v.dayAt(kept[len(kept)-1])) > 6*24*time.Hour {
			kept = append(kept, d)
		}
	}
	return kept
}
