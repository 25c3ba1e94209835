package cards

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// mergePage asks with which card one is reunited, and shows what becomes of both.
type mergePage struct {
	base
	Name   string
	Action string
	Words  ui.Field
	Asked  bool
	Twins  []twinLine
	None   ui.Empty
	Pair   *pairView
}

// twinLine is a card that may be the other one.
type twinLine struct {
	Name, URL, Place, Why string
	State                 ui.Badge
	See                   string
}

// pairView are two cards side by side.
type pairView struct {
	Sides    []sideView
	Why      []ui.Tag // what speaks for one organisation, or against it
	Warnings []ui.Notice
	Taken    ui.Differences // what the one that stays takes over
	Lost     ui.Differences // what is no longer shown of the other
	Same     string         // names of fields in which nothing changes
	Hidden   []ui.Pair
	Send     ui.Button
	Other    ui.Button
}

// sideView is one of the two.
type sideView struct {
	Name, URL, Place, Filled, Confirmed, Account string
	Stays                                        bool
	State                                        ui.Badge
	Keep                                         string // address of the page on which this one stays
}

func (p *Pages) merging(w http.ResponseWriter, r *http.Request) error {
	return p.showMerge(w, r, cmp.Or(typed(r).Get(otherField), r.URL.Query().Get(otherField)), cmp.Or(typed(r).Get(keepField), r.URL.Query().Get(keepField)), nil)
}

func (p *Pages) showMerge(w http.ResponseWriter, r *http.Request, other, keep string, fault error) error {
	f, id := ui.Of(r), r.PathValue("id")
	words := r.URL.Query().Get(wordsAsk)
	var page mergePage
	if other == "" || other == id {
		record, twins, err := p.service.Alike(r.Context(), by(r), id, words)
		if err != nil {
			return err
		}
		page = p.mergeBase(r, record.Listing)
		page.Asked = words != ""
		page.Words = ui.Field{ID: "fusion-q", Name: wordsAsk, Type: "search", Label: f.P.T("cards.merge_words"), Value: words, Autocomplete: "off", Max: 100}
		for _, t := range twins {
			page.Twins = append(page.Twins, p.twinLine(r, id, t))
		}
		page.None = ui.Empty{Icon: "search-x", Title: f.P.T("cards.merge_none"), Text: f.P.T("cards.merge_none_text")}
	} else {
		into, from, err := p.chosen(r, id, other, keep)
		if err != nil {
			return err
		}
		pair, err := p.service.Pair(r.Context(), by(r), into, from)
		if err != nil {
			return err
		}
		this := pair.Into.Listing
		if this.ID != id {
			this = pair.From.Listing
		}
		page = p.mergeBase(r, this)
		page.Pair = p.pairView(r, id, pair)
		fault = cmp.Or(fault, pair.Obstacle)
	}
	status, ok := page.refused(fault)
	if !ok {
		return fault
	}
	return p.views.Render(w, r, status, "fusion", page)
}

func (p *Pages) mergeBase(r *http.Request, l listing.Listing) mergePage {
	f := ui.Of(r)
	return mergePage{base: begin(r, MergePath(l.ID), f.P.T("cards.merge"), trail(f, l)...), Name: nameOf(f.P, l), Action: f.Path(MergePath(l.ID))}
}

// chosen says which of two cards stays: the one that was chosen, else the one that more speaks for.
func (p *Pages) chosen(r *http.Request, id, other, keep string) (into, from string, err error) {
	if keep == "" {
		if keep, err = p.service.Better(r.Context(), by(r), id, other); err != nil {
			return "", "", err
		}
	}
	if keep == other {
		return other, id, nil
	}
	return id, other, nil
}

func (p *Pages) twinLine(r *http.Request, id string, t Twin) twinLine {
	f, l := ui.Of(r), t.Listing
	line := twinLine{
		Name: nameOf(f.P, l), Place: cmp.Or(zoneName(p.names(r).Zone, l.Zone), l.City), State: stateBadge(f.P, l), See: f.Path(CardPath(l.ID)),
		URL: f.Path(MergePath(id)) + "?" + url.Values{otherField: {l.ID}}.Encode(), Why: p.reasons(f, t.Reasons),
	}
	return line
}

func (p *Pages) reasons(f ui.Frame, reasons []listing.Reason) string {
	words := make([]string, len(reasons))
	for i, r := range reasons {
		words[i] = f.P.T(r.Key())
	}
	return f.P.List(words)
}

func (p *Pages) pairView(r *http.Request, id string, pair Pair) *pairView {
	f := ui.Of(r)
	t := f.P.T
	into, from := pair.Into.Listing, pair.From.Listing
	other := into.ID
	if other == id {
		other = from.ID
	}
	v := &pairView{
		Hidden: []ui.Pair{
			{Name: otherField, Value: other},
			{Name: keepField, Value: into.ID},
			{Name: versionField, Value: strconv.FormatInt(into.Version, 10)},
			{Name: otherVersion, Value: strconv.FormatInt(from.Version, 10)},
		},
		Send:  ui.Button{Label: t("cards.merge_send", "name", nameOf(f.P, into)), Kind: ui.Main, Icon: "merge", Disabled: pair.Obstacle != nil},
		Other: ui.Button{Label: t("cards.merge_other"), Kind: ui.Quiet, URL: f.Path(MergePath(id))},
	}
	for _, one := range []string{id, other} { // in one order, whichever stays
		record := pair.Into
		if record.Listing.ID != one {
			record = pair.From
		}
		l := record.Listing
		side := p.sideView(r, l, l.ID == into.ID, pair.Owned[l.ID])
		side.Keep = f.Path(MergePath(id)) + "?" + url.Values{otherField: {other}, keepField: {l.ID}}.Encode()
		v.Sides = append(v.Sides, side)
	}
	for _, reason := range pair.Verdict.Reasons {
		v.Why = append(v.Why, ui.Tag{Label: t(reason.Key())})
	}
	v.Warnings = warningsOf(f, pair)
	names := p.names(r)
	taken := curation.Differences(from.Content, pair.Joined.Listing.Content, pair.Taken, names)
	v.Taken = ui.Differences{New: true, Items: curation.Items(taken)}
	v.Lost = ui.Differences{Before: t("cards.leaves"), After: t("cards.stays"), Items: curation.Items(curation.Differences(from.Content, into.Content, pair.Lost, names))}
	v.Same = fieldNames(f, pair.Same)
	return v
}

func fieldNames(f ui.Frame, fields []string) string {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = f.P.T(listing.FieldKey(field))
	}
	return f.P.List(names)
}

func (p *Pages) sideView(r *http.Request, l listing.Listing, stays, owned bool) sideView {
	f := ui.Of(r)
	v := sideView{
		Name: nameOf(f.P, l), URL: f.Path(CardPath(l.ID)), Place: cmp.Or(zoneName(p.names(r).Zone, l.Zone), l.City), Stays: stays, State: stateBadge(f.P, l),
		Filled: f.P.Percent(float64(l.Completeness) / 100), Confirmed: ago(f.P, ui.NewMoment(f.P, l.ConfirmedAt, p.service.Now())), Account: f.P.T("cards.account_no"),
	}
	if owned {
		v.Account = f.P.T("cards.account_yes")
	}
	return v
}

// warningsOf say what somebody may overlook.
func warningsOf(f ui.Frame, pair Pair) []ui.Notice {
	var out []ui.Notice
	warn := func(key string, args ...any) { out = append(out, ui.Notice{Tone: ui.Warn, Text: f.P.T(key, args...)}) }
	into, from := pair.Into.Listing, pair.From.Listing
	if into.State != listing.Published && from.State == listing.Published {
		warn("cards.warn_hidden", "name", nameOf(f.P, into))
	}
	switch {
	case !pair.Owned[from.ID] || from.CompanyID == into.CompanyID:
	case pair.Owned[into.ID]:
		warn("cards.warn_owned_both", "name", nameOf(f.P, from))
	default:
		warn("cards.warn_owned", "name", nameOf(f.P, from))
	}
	if slices.Contains(pair.Verdict.Reasons, listing.OtherIdentifier) {
		warn("cards.warn_numbers")
	}
	if pair.Joined.Listing.KinNatural && !pair.Into.Company.NaturalPerson && !into.KinNatural {
		warn("cards.warn_natural")
	}
	return out
}

func (p *Pages) merge(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	id, other, keep := r.PathValue("id"), r.PostForm.Get(otherField), r.PostForm.Get(keepField)
	into, from := id, other
	if keep == other {
		into, from = other, id
	}
	seen := Seen{Into: number(r.PostForm.Get(versionField)), From: number(r.PostForm.Get(otherVersion))}
	if err := p.service.Merge(r.Context(), by(r), into, from, seen); err != nil {
		if errs.Is(err, errs.Conflict) {
			return p.showMerge(w, r, other, keep, err)
		}
		return err
	}
	return ui.SeeDone(w, r, CardPath(into), "fusion")
}

// splitPage asks which card is parted from the one that stands for it, and shows what goes back.
type splitPage struct {
	base
	Name   string
	Action string
	Ways   []partingView
	None   ui.Empty
}

// partingView is one card that can be parted.
type partingView struct {
	ID, Name, URL string
	State         string // where it would stand again
	Diffs         ui.Differences
	Open          bool
	Send          ui.Button
}

func (p *Pages) splitting(w http.ResponseWriter, r *http.Request) error {
	return p.showSplit(w, r, cmp.Or(typed(r).Get(partField), r.URL.Query().Get(partField)), nil)
}

func (p *Pages) showSplit(w http.ResponseWriter, r *http.Request, asked string, fault error) error {
	f, id := ui.Of(r), r.PathValue("id")
	l, partings, err := p.service.Partings(r.Context(), by(r), id)
	if err != nil {
		return err
	}
	if l.ID != id { // it was merged itself: the card that stands for it is where they are parted
		http.Redirect(w, r, f.Path(SplitPath(l.ID))+"?"+url.Values{partField: {id}}.Encode(), http.StatusSeeOther)
		return nil
	}
	page := splitPage{
		base: begin(r, SplitPath(id), f.P.T("cards.split"), trail(f, l)...), Name: nameOf(f.P, l), Action: f.Path(SplitPath(id)),
		None: ui.Empty{Icon: "split", Title: f.P.T("cards.split_none"), Text: f.P.T("cards.split_none_text")},
	}
	status, ok := page.refused(fault)
	if !ok {
		return fault
	}
	names := p.names(r)
	for i, parting := range partings {
		v := partingView{
			ID: parting.From.ID, Name: nameOf(f.P, parting.From), URL: f.Path(HistoryPath(parting.From.ID)), State: f.P.T(parting.Own.State.Key()),
			Open:  asked == parting.From.ID || asked == "" && i == 0,
			Diffs: ui.Differences{Before: f.P.T("cards.now"), After: f.P.T("cards.split_after"), Items: curation.Items(withoutIDs(curation.Differences(parting.Into.Content, parting.Back.Content, parting.Given, names)))},
		}
		v.Send = ui.Button{Label: f.P.T("cards.split_send", "name", v.Name), Kind: ui.Main, Icon: "split", Name: partField, Value: v.ID}
		page.Ways = append(page.Ways, v)
	}
	return p.views.Render(w, r, status, "separation", page)
}

func (p *Pages) split(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	id, from := r.PathValue("id"), r.PostForm.Get(partField)
	if err := p.service.Split(r.Context(), by(r), id, from); err != nil {
		if errs.Is(err, errs.Conflict) {
			return p.showSplit(w, r, from, err)
		}
		return err
	}
	return ui.SeeDone(w, r, CardPath(id), "separation")
}
