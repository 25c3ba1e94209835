package cards

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// historyPage is what became of a card, the latest first.
type historyPage struct {
	base
	Name   string
	Steps  []stepLine
	None   ui.Empty
	More   string // address of older steps
	Newest string // address of the first page, from an older one
	Origin string // how the card began, at the end
}

// stepLine is one thing that was done to the card.
type stepLine struct {
	When   ui.Moment
	Title  string
	Who    string
	Fields string         // names of those that changed
	States string         // "Publiée → Masquée"
	Why    string         // the card was hidden, as far as the team said so
	Other  ui.Link        // the card that it was merged with or parted from
	Diffs  ui.Differences // none where nothing that the card says changed
	Return string         // address where what it said before can be put back
	Closed string         // why it cannot
}

// reading is where a history is read: at the desk or in the space.
type reading struct {
	own  bool
	card string // path of the card's page there
	path string // of the history
}

// readingOf is where a history is read.
func readingOf(r *http.Request, id string) reading {
	if strings.HasPrefix(r.Pattern, "GET "+OwnHistoryPath("{id}")) || strings.HasPrefix(r.Pattern, "POST "+OwnHistoryPath("{id}")) {
		return reading{own: true, card: OwnPath(id), path: OwnHistoryPath(id)}
	}
	return reading{card: CardPath(id), path: HistoryPath(id)}
}

// admits returns the error of who may not read there, or write.
func (o reading) admits(r *http.Request, role account.Role) error {
	if o.own {
		return nil // whose card it is decides
	}
	return by(r).Require(role)
}

// trail leads to the history of a card.
func (o reading) trail(f ui.Frame, l listing.Listing) []ui.Link {
	if !o.own {
		return trail(f, l)
	}
	return []ui.Link{{Label: f.P.T("cards.my_space"), URL: f.Path("/espace")}, {Label: nameOf(f.P, l), URL: f.Path(o.card)}}
}

func (p *Pages) history(w http.ResponseWriter, r *http.Request) error {
	f, id := ui.Of(r), r.PathValue("id")
	at := readingOf(r, id)
	if err := at.admits(r, account.Reader); err != nil {
		return err
	}
	before := r.URL.Query().Get(beforeField)
	h, err := p.service.History(r.Context(), by(r), id, before, f.Lang)
	if err != nil {
		return err
	}
	page := historyPage{
		base: begin(r, at.path, f.P.T("cards.history"), at.trail(f, h.Listing)...), Name: nameOf(f.P, h.Listing),
		None: ui.Empty{Icon: "history", Title: f.P.T("cards.history_none"), Text: f.P.T("cards.history_none_text", "date", f.P.Date(h.Listing.CreatedAt))},
	}
	if before != "" {
		page.Newest = f.Path(at.path)
	}
	page.ends(f, h, at)
	cluster, err := p.cluster(r, at)
	if err != nil {
		return err
	}
	names := p.names(r)
	for _, step := range h.Steps {
		line := p.lineOf(f, step, cluster)
		if step.Act == listing.Concealed && h.Hidden != "" { // the latest: those before it were told otherwise
			line.Why, h.Hidden = f.P.T("curation.letter.reason", "reason", h.Hidden), ""
		}
		if step.Revision.StateBefore != step.StateAfter {
			line.States = f.P.T("cards.state_moved", "before", f.P.T(step.Revision.StateBefore.Key()), "after", f.P.T(step.StateAfter.Key()))
		}
		if name, ok := h.Others[step.Other]; ok {
			if line.Title = f.P.T("cards.merged_with"); step.Act == listing.Parted {
				line.Title = f.P.T("cards.parted_from")
			}
			line.Other = ui.Link{Label: name}
			if !at.own {
				line.Other.URL = f.Path(CardPath(step.Other))
			}
		}
		if len(step.Fields) > 0 {
			line.Diffs = ui.Differences{Items: curation.Items(withoutIDs(curation.Differences(step.Before, step.After, step.Fields, names)))}
			foreign := !slices.ContainsFunc(step.Fields, func(field string) bool {
				return !slices.Contains(h.Owned, field) || slices.Contains(step.Regained, field)
			})
			switch {
			case !h.Writes || h.Listing.State == listing.Merged:
			case foreign:
				line.Closed = f.P.T("cards.return_closed", "n", len(step.Fields))
			default:
				line.Return = f.Path(at.path + "/" + step.ID)
			}
		}
		page.Steps = append(page.Steps, line)
	}
	return p.views.Render(w, r, http.StatusOK, "historique", page)
}

// ends says what comes after the steps that are shown.
func (page *historyPage) ends(f ui.Frame, h History, at reading) {
	if h.More != "" {
		page.More = f.Path(at.path) + "?" + url.Values{beforeField: {h.More}}.Encode()
	}
	if h.Origin {
		page.Origin = f.P.T("cards.origin", "date", f.P.Date(h.Listing.CreatedAt))
	}
}

// withoutIDs takes the anchors off: one field stands in many steps of a page.
func withoutIDs(differences []curation.Difference) []curation.Difference {
	for i := range differences {
		differences[i].ID = ""
	}
	return differences
}

// cluster is the name of the cluster whose team owners read of.
func (p *Pages) cluster(r *http.Request, at reading) (string, error) {
	if !at.own || p.service.Cluster == nil {
		return "", nil
	}
	return p.service.Cluster(r.Context(), by(r).Territory, ui.Of(r).Lang)
}

// lineOf is a step in words; cluster is the name of the cluster for who reads of a team that is not theirs, else "".
func (p *Pages) lineOf(f ui.Frame, step Step, cluster string) stepLine {
	line := stepLine{When: ui.NewMoment(f.P, step.At, p.service.Now()), Title: f.P.T(step.Act.Key())}
	if step.Who.Sort != "" {
		line.Who = whoWords(f.P, step.Who, cluster)
	}
	if step.Beside.Sort != "" {
		key := "cards.who_accepted"
		if step.Proposed {
			key = "cards.who_proposed"
		}
		line.Who = f.P.T(key, "who", line.Who, "other", whoWords(f.P, step.Beside, cluster))
	}
	names := make([]string, len(step.Fields))
	for i, field := range step.Fields {
		names[i] = f.P.T(listing.FieldKey(field))
	}
	line.Fields = strings.Join(names, ", ")
	return line
}

// whoWords says who did something, cluster as for lineOf.
func whoWords(p *locale.Printer, w Who, cluster string) string {
	if cluster != "" && (w.Sort == Team || w.Sort == Member) {
		return p.T("cards.who.team_of", "cluster", cluster)
	}
	return p.T("cards.who."+string(w.Sort), "name", w.Name)
}

// returnPage shows what would become of a card that goes back, and asks which fields do.
type returnPage struct {
	base
	Name    string
	Step    stepLine
	Action  string
	Version string
	Diffs   ui.Differences
	None    ui.Empty
	Wait    bool
	Closed  string // why nothing can be put back, "" where something can
	Send    ui.Button
	Back    ui.Button
}

func (p *Pages) returning(w http.ResponseWriter, r *http.Request) error {
	return p.showReturn(w, r, typed(r)[fieldField], resumes(r), nil)
}

// showReturn shows the page with some fields chosen, or those that the step changed where nobody has chosen yet.
func (p *Pages) showReturn(w http.ResponseWriter, r *http.Request, chosen []string, sent bool, fault error) error {
	f, id, revision := ui.Of(r), r.PathValue("id"), r.PathValue("revision")
	at := readingOf(r, id)
	if err := at.admits(r, account.ProjectManager); err != nil {
		return err
	}
	back, err := p.service.Return(r.Context(), by(r), id, revision)
	if err != nil {
		return err
	}
	if !sent {
		chosen = back.Chosen
	}
	trail := append(at.trail(f, back.Listing), ui.Link{Label: f.P.T("cards.history"), URL: f.Path(at.path)})
	page := returnPage{
		base: begin(r, at.path+"/"+revision, f.P.T("cards.return"), trail...), Name: nameOf(f.P, back.Listing), Action: f.Path(at.path + "/" + revision),
		Version: strconv.FormatInt(back.Listing.Version, 10), Step: p.lineOf(f, Step{Revision: back.Step}, ""), Wait: back.WillWait,
		Send: ui.Button{Label: f.P.T("cards.return_send"), Kind: ui.Main, Icon: "undo-2"}, Back: ui.Button{Label: f.P.T("cards.return_leave"), Kind: ui.Quiet, URL: f.Path(at.path)},
		None: ui.Empty{Icon: "check", Title: f.P.T("cards.return_none"), Text: f.P.T("cards.return_none_text"), Actions: []ui.Button{{Label: f.P.T("cards.return_leave"), URL: f.Path(at.path)}}},
	}
	status, ok := page.refused(fault)
	if !ok {
		return fault
	}
	page.Closed = closed(f, back)
	page.Diffs = ui.Differences{Level: 2, Before: f.P.T("cards.now"), After: f.P.T("cards.then")}
	for _, d := range curation.Differences(back.Listing.Content, back.Then, back.Fields, p.names(r)) {
		d.ID = d.Field // where what is said of a faulty field leads
		d.Check = &ui.Check{
			ID: fieldField + "-" + d.Field, Name: fieldField, Value: d.Field, Label: d.Label, Checked: slices.Contains(chosen, d.Field) && !slices.Contains(back.Owned, d.Field),
			Disabled: !back.Writes || slices.Contains(back.Owned, d.Field),
		}
		if slices.Contains(back.Owned, d.Field) {
			d.Note = f.P.T("cards.return_owned")
		}
		if said := page.Errors.For(d.Field); said != "" {
			d.Note = said
		}
		if page.Closed != "" {
			d.Check = nil
		}
		page.Diffs.Items = append(page.Diffs.Items, d.Difference)
	}
	return p.views.Render(w, r, status, "retour", page)
}

// closed says why the reader can put nothing back, "" where they can.
func closed(f ui.Frame, back Return) string {
	switch {
	case !back.Writes:
		return f.P.T("cards.return_closed_reader")
	case len(back.Fields) > 0 && len(back.Owned) == len(back.Fields):
		return f.P.T("cards.return_closed", "n", len(back.Owned))
	}
	return ""
}

func (p *Pages) putBack(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	if err := readingOf(r, id).admits(r, account.ProjectManager); err != nil {
		return err
	}
	out, err := p.service.PutBack(r.Context(), by(r), id, number(r.PostForm.Get(versionField)), r.PathValue("revision"), r.PostForm[fieldField])
	if err != nil && !comesBack(err) {
		return err
	}
	if err != nil {
		return p.showReturn(w, r, r.PostForm[fieldField], true, err)
	}
	done := "retabli"
	switch {
	case !out.Published:
		done = "attente"
	case len(out.Changed) == 0:
		done = "rien"
	}
	return ui.SeeDone(w, r, readingOf(r, id).path, done)
}
