package moderate

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// onPage is how many cases a page of the queue shows.
const onPage = 50

// listPage is the queue.
type listPage struct {
	ui.Frame
	Done    done
	Errors  ui.FormErrors
	Lead    string
	Unknown bool // a docket could not say what waits
	Kinds   ui.Tabs
	Rows    rows
	Apart   rows // the doubtful ones
	Fold    string
	Open    bool // what is apart is in sight
	None    ui.Empty
	Action  string
	Kind    string
	Acts    bool // the actor decides
	Bulk    bool // and some case can be decided from here
	Ready   ui.Field
	Text    ui.Field
	Pager   ui.Pager
	Refuses bool // the part that refuses is open
}

// rows are cases in a table.
type rows struct {
	Caption string
	Acts    bool // the actor decides
	Rows    []row
}

// row is a case as the queue shows it.
type row struct {
	HTMLID string
	Value  string
	Picked bool
	Title  string
	Detail string
	URL    string
	Kind   string
	Who    string
	Since  ui.Moment
	Badges []ui.Badge
	Can    bool // something can be done from the list
	Here   bool // one stands on it
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) error {
	return p.showList(w, r, p.chosen(w, r), web.Resumed(r), nil)
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request, kind string, form url.Values, fault error) error {
	actor := by(r)
	f := ui.Private(r, ui.Of(r).P.T("moderate.title"), Path)
	page := listPage{Frame: f, Done: p.doneOf(r, f, kind), Action: f.Path(Path), Kind: kind, Acts: actor.Is(account.ProjectManager)}
	status := http.StatusOK
	if fault != nil {
		var ok bool
		if page.Errors, status, ok = refused(f.P, fault); !ok {
			return fault
		}
	}
	tallies, failed := p.service.tallies(r.Context(), actor)
	shown := total(tallies)
	page.Kinds = p.tabs(f, tallies, kind)
	if kind != "" {
		shown = tallies[kind]
	}
	all, unread := p.service.queue(r.Context(), actor, f.P, kind)
	number, pages := pageOf(r, len(all))
	page.Unknown = failed != nil || unread != nil
	if page.Lead = p.lead(f.P, shown); kind != "" && page.Lead != "" {
		page.Lead = f.P.T("moderate.lead_kind", "kind", f.P.T("moderate.kinds."+kind), "lead", page.Lead)
	}
	page.Fold = f.P.T("moderate.doubtful", "n", shown.Doubtful)
	page.Rows, page.Apart = rows{Caption: f.Title, Acts: page.Acts}, rows{Caption: page.Fold, Acts: page.Acts}
	now := p.service.Now()
	for _, c := range all[(number-1)*onPage : min(number*onPage, len(all))] {
		v := p.rowOf(f, c, kind, now)
		v.Picked = slices.ContainsFunc(form[caseName], func(value string) bool { return value == v.Value })
		page.Bulk = page.Bulk || v.Can
		v.Here = v.HTMLID == r.URL.Query().Get(hereName)
		if c.Doubtful {
			page.Apart.Rows, page.Open = append(page.Apart.Rows, v), page.Open || v.Picked || v.Here
		} else {
			page.Rows.Rows = append(page.Rows.Rows, v)
		}
	}
	page.Pager = pager(f, kind, number, pages)
	if shown.N == 0 && len(page.Rows.Rows) == 0 {
		page.None = nothing(f, kind != "" && total(tallies).N > 0)
	}
	page.Ready, page.Text = reasonFields(f.P, commonReasons(), form, page.Errors)
	page.Refuses = page.Errors.For(textName) != "" || form.Get(actName) == Refuse
	return p.views.Render(w, r, status, "file", page)
}

// nothing says that no case waits, or that none does of the kind that is shown.
func nothing(f ui.Frame, others bool) ui.Empty {
	if !others {
		return ui.Empty{Icon: "circle-check", Title: f.P.T("moderate.none"), Text: f.P.T("moderate.none_text")}
	}
	all := ui.Button{Label: f.P.T("moderate.see_all"), URL: f.Path(within(Path, allKinds))}
	return ui.Empty{Icon: "circle-check", Title: f.P.T("moderate.none_kind"), Text: f.P.T("moderate.none_kind_text"), Actions: []ui.Button{all}}
}

// pageOf is the page that is asked for, and how many there are.
func pageOf(r *http.Request, n int) (number, pages int) {
	pages = max(1, (n+onPage-1)/onPage)
	number, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || number < 1 {
		number = 1
	}
	return min(number, pages), pages
}

func pager(f ui.Frame, kind string, number, pages int) ui.Pager {
	if kind == "" {
		kind = allKinds
	}
	return ui.NewPager(number, pages, func(n int) string { return f.Path(within(Path, kind, "page", strconv.Itoa(n))) })
}

func (p *Pages) lead(t *locale.Printer, shown Tally) string {
	var said []string
	if shown.N > 0 {
		said = append(said, t.T("moderate.lead", "n", shown.N, "ago", t.Ago(shown.Oldest, p.service.Now())))
	}
	if shown.Doubtful > 0 {
		said = append(said, t.T("moderate.lead_doubtful", "n", shown.Doubtful))
	}
	return strings.Join(said, " ")
}

// tabs are the kinds with how many wait of each.
func (p *Pages) tabs(f ui.Frame, tallies map[string]Tally, kind string) ui.Tabs {
	tabs := ui.Tabs{Label: f.P.T("moderate.kinds")}
	tabs.Items = append(tabs.Items, ui.Link{Label: f.P.T("moderate.all"), URL: f.Path(within(Path, allKinds)), Current: kind == "", Count: total(tallies).N})
	for _, d := range p.service.Dockets {
		if t := tallies[d.Kind()]; t.N+t.Doubtful > 0 || d.Kind() == kind {
			tabs.Items = append(tabs.Items, ui.Link{Label: f.P.T("moderate.kinds." + d.Kind()), URL: f.Path(within(Path, d.Kind())), Current: d.Kind() == kind, Count: t.N})
		}
	}
	return tabs
}

// rowID is the anchor of a case in the list.
func rowID(kind, id string) string { return "cas-" + kind + "-" + url.PathEscape(id) }

func (p *Pages) rowOf(f ui.Frame, c waiting, kind string, now time.Time) row {
	v := row{
		HTMLID: rowID(c.Kind, c.ID), Value: c.value(), Title: c.Title, Detail: c.Detail, Who: c.Who, Since: ui.NewMoment(f.P, c.At, now), Badges: c.Badges,
		URL: f.Path(within(CasePath(c.Kind, url.PathEscape(c.ID)), kind)), Kind: f.P.T("moderate.kind." + c.Kind), Can: len(c.Bulk) > 0,
	}
	if c.Urgent {
		v.Badges = append([]ui.Badge{{Label: f.P.T("moderate.urgent"), Tone: ui.Bad}}, v.Badges...)
	}
	return v
}

// reasonFields ask why something is refused: by a ready-made reason, by words, or both.
func reasonFields(t *locale.Printer, codes []string, form url.Values, errors ui.FormErrors) (ready, text ui.Field) {
	ready = ui.Field{Name: readyName, Label: t.T("moderate.ready"), Options: []ui.Option{{Label: t.T("moderate.ready_none")}}}
	if len(codes) == 0 {
		ready.Options = nil
	}
	for _, code := range codes {
		ready.Options = append(ready.Options, ui.Option{Value: code, Label: t.T(reasonKey(code)), Selected: form.Get(readyName) == code})
	}
	text = ui.Field{
		Name: textName, Label: t.T("moderate.reason_text"), Rows: 3, Max: 2000, Value: form.Get(textName), Error: errors.For(textName), Hint: t.T("moderate.reason_one"),
	}
	if len(codes) > 0 {
		text.Hint = t.T("moderate.reason_needed") + " " + t.T("moderate.reason_hint")
	}
	return ready, text
}

// commonReasons are those that fit cases of any kind.
func commonReasons() []string { return []string{"unproven", "already", "rules", "unclear"} }

// decideMany does one act to all that is picked.
func (p *Pages) decideMany(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	actor, kind, d := by(r), p.kindOf(r.PostForm), decisionOf(r.PostForm)
	if d.Act != Refuse { // the reason stands beside what refuses
		d.Ready, d.Text = "", ""
	}
	cases, err := p.picked(r, actor, kind, d)
	if err != nil {
		return p.showList(w, r, kind, r.PostForm, err)
	}
	b, err := p.service.decideAll(r.Context(), actor, d, cases)
	if err != nil {
		return err
	}
	if len(cases) > 1 {
		return ui.SeeOther(w, r, within(batchesPath+"/"+b.ID, kind))
	}
	one := b.Results[0]
	if one.Key != "" {
		return p.showList(w, r, kind, url.Values{}, errs.New(errs.Conflict, one.Key, one.Args))
	}
	what := d.Act
	if one.Undo {
		what += "."
	}
	to := []string{ui.DoneParam, what, caseName, one.Kind + "/" + one.ID}
	if next := r.PostForm.Get(afterName); next != "" {
		to = append(to, hereName, next)
	}
	return ui.SeeOther(w, r, within(Path, orAll(kind), to...))
}

func orAll(kind string) string {
	if kind == "" {
		return allKinds
	}
	return kind
}

// kindOf is the kind of cases that a form says are being worked through.
func (p *Pages) kindOf(form url.Values) string {
	if _, err := p.service.docket(form.Get(kindName)); err != nil {
		return ""
	}
	return form.Get(kindName)
}

// picked reads which cases were picked, with their titles. It returns errs.Invalid where there is nothing to do, or too much,
// and errs.NotFound for a kind of cases that there is not.
func (p *Pages) picked(r *http.Request, actor account.Actor, kind string, d Decision) ([]picked, error) {
	var cases []picked
	for _, value := range r.PostForm[caseName] {
		c, ok := parse(value)
		if !ok {
			continue
		}
		if _, err := p.service.docket(c.Kind); err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	blame := func(field, key string, args errs.Args) error {
		return &errs.E{Kind: errs.Invalid, Key: key, Args: args, Fields: []errs.Field{{Name: field, Key: key, Args: args}}}
	}
	switch {
	case d.Act != Accept && d.Act != Refuse && d.Act != Discard:
		return nil, errs.New(errs.Invalid, "moderate.no_act", nil)
	case len(cases) == 0:
		return nil, errs.New(errs.Invalid, "moderate.none_picked", nil)
	case len(cases) > MostAtOnce:
		return nil, errs.New(errs.Invalid, "moderate.too_many", errs.Args{"most": MostAtOnce})
	case d.Act == Refuse && d.Ready == "" && d.Text == "":
		return nil, blame(textName, "moderate.reason_missing", nil)
	}
	all, _ := p.service.queue(r.Context(), actor, ui.Of(r).P, kind)
	for i, c := range cases {
		at := slices.IndexFunc(all, func(w waiting) bool { return w.Kind == c.Kind && w.ID == c.ID })
		if cases[i].Title = ui.Of(r).P.T("moderate.kind." + c.Kind); at >= 0 {
			cases[i].Title, cases[i].Doubtful = all[at].Title, all[at].Doubtful
			continue
		}
		cases[i].Doubtful = true // it waits no more: its docket says what has become of it
		if docket, err := p.service.docket(c.Kind); err == nil {
			if sheet, err := docket.Show(r.Context(), actor, c.ID, ui.Of(r)); err == nil {
				cases[i].Title = sheet.Title
			}
		}
	}
	return cases, nil
}
