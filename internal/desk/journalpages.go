package desk

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// The names of the fields that ask the audit trail.
const (
	personName = "personne"
	actionAsk  = "action"
	fromName   = "du"
	toName     = "au"
	afterName  = "apres"
)

// journalPage shows who did what.
type journalPage struct {
	ui.Frame
	Errors  ui.FormErrors
	Action  string
	Fields  []ui.Field
	Clear   string
	Entries []entry
	None    ui.Empty
	Pager   ui.Pager
	Export  string
}

// entry is one act as a sentence.
type entry struct {
	When     ui.Moment
	Sentence string
	Object   string // where what it was done to is shown, "" for nowhere
	Request  string
}

func (p *Pages) journal(w http.ResponseWriter, r *http.Request) error {
	f := ui.Private(r, ui.Of(r).P.T("desk.journal"), JournalPath)
	query := r.URL.Query()
	a, fault := askedOf(f.P, query)
	page := journalPage{Frame: f, Action: f.Path(JournalPath), None: ui.Empty{Icon: "search-x", Title: f.P.T("desk.journal_none"), Text: f.P.T("desk.journal_none_text")}}
	var j Journal
	if fault == nil {
		j, fault = p.service.Journal(r.Context(), by(r), a)
	} else if err := by(r).Require(account.Administrator); err != nil {
		return err
	}
	status := http.StatusOK
	if fault != nil {
		ok := false
		if page.Errors, status, ok = ui.Refused(f.P, fault); !ok {
			return fault
		}
	}
	for _, e := range j.Entries {
		page.Entries = append(page.Entries, p.entryOf(f, e, j.Names))
	}
	page.Fields = journalFields(f.P, page.Errors, query, j.Person)
	if filtered(query) != "" {
		page.Clear = f.Path(JournalPath)
	}
	page.Export = f.Path(ExportPath) + filtered(query)
	page.Pager = cursorPager(f, query, j.Next)
	return p.views.Render(w, r, status, "journal", page)
}

// filtered is the query of what is asked for, without the place in its pages: "" or "?…".
func filtered(query url.Values) string {
	kept := url.Values{}
	for _, name := range []string{personName, actionAsk, fromName, toName} {
		if v := query.Get(name); v != "" {
			kept.Set(name, v)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return "?" + kept.Encode()
}

// cursorPager leads to older entries, and from those back to the last ones.
func cursorPager(f ui.Frame, query url.Values, next string) ui.Pager {
	pager := ui.Pager{Label: f.P.T("desk.journal_pages"), Page: 1, Pages: 2}
	asked := filtered(query)
	if query.Get(afterName) != "" {
		pager.Prev = f.Path(JournalPath) + asked
	}
	if next != "" {
		glue := "?"
		if asked != "" {
			glue = "&"
		}
		pager.Next = f.Path(JournalPath) + asked + glue + url.Values{afterName: {next}}.Encode()
	}
	if pager.Prev == "" && pager.Next == "" {
		pager.Pages = 1
	}
	return pager
}

// askedOf reads what is asked for; the days are those of the territory. It returns errs.Invalid with the faulty fields.
func askedOf(p *locale.Printer, query url.Values) (Asked, error) {
	a := Asked{Person: strings.TrimSpace(query.Get(personName)), Action: query.Get(actionAsk), After: query.Get(afterName)}
	var faults []errs.Field
	day := func(name string, add int) (t time.Time) {
		if v := strings.TrimSpace(query.Get(name)); v != "" {
			at, err := time.ParseInLocation(time.DateOnly, v, p.Zone())
			if err != nil {
				faults = append(faults, errs.Field{Name: name, Key: "desk.day_unreadable"})
				return t
			}
			return at.AddDate(0, 0, add)
		}
		return t
	}
	a.From, a.To = day(fromName, 0), day(toName, 1)
	if len(faults) == 0 && !a.From.IsZero() && !a.To.IsZero() && !a.From.Before(a.To) {
		faults = append(faults, errs.Field{Name: toName, Key: "desk.days_reversed"})
	}
	if len(faults) > 0 {
		return a, &errs.E{Kind: errs.Invalid, Fields: faults}
	}
	return a, nil
}

func journalFields(p *locale.Printer, faults ui.FormErrors, query url.Values, person account.Person) []ui.Field {
	who := query.Get(personName)
	if person.Mail != "" {
		who = person.Mail
	}
	options := []ui.Option{{Label: p.T("desk.action_all")}}
	for _, a := range actions() {
		options = append(options, ui.Option{Value: a, Label: actionName(p, a), Selected: a == query.Get(actionAsk)})
	}
	if a := query.Get(actionAsk); a != "" && !slices.Contains(actions(), a) {
		options = append(options, ui.Option{Value: a, Label: a, Selected: true})
	}
	return []ui.Field{
		{Name: personName, Label: p.T("desk.journal_person"), Value: who, Max: 254, Autocomplete: "off", Error: faults.For(personName)},
		{Name: actionAsk, Label: p.T("desk.action_label"), Options: options},
		{Name: fromName, Label: p.T("desk.from"), Type: "date", Value: query.Get(fromName), Error: faults.For(fromName)},
		{Name: toName, Label: p.T("desk.to"), Type: "date", Value: query.Get(toName), Error: faults.For(toName)},
	}
}

func (p *Pages) entryOf(f ui.Frame, e audit.Entry, n Names) entry {
	v := entry{When: ui.NewMoment(f.P, e.At, p.service.Now()), Sentence: sentence(f.P, e, n), Request: e.Request}
	if id := personOf(e); n.People[id] != "" {
		v.Object = f.Path(PeoplePath + "/" + url.PathEscape(id))
	} else if e.Kind == kindCard {
		v.Object = f.Path(cardsPath + "/" + url.PathEscape(e.Object))
	} else if id := companyOf(e); n.Companies[id] != "" {
		v.Object = f.Path(CompaniesPath + "/" + url.PathEscape(id))
	}
	return v
}

// exportTime is how long an export may take.
const exportTime = 5 * time.Minute

// export writes the trail as a table for a spreadsheet. Nothing is sent before the service has allowed it.
func (p *Pages) export(w http.ResponseWriter, r *http.Request) error {
	f := ui.Of(r)
	a, err := askedOf(f.P, r.URL.Query())
	if err != nil {
		return err
	}
	a.After = ""
	return p.service.Export(r.Context(), by(r), a, func() (func([]audit.Entry, Names) error, error) {
		if err := web.Extend(w, r, exportTime); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return nil, err
		}
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+f.P.T("desk.journal_file")+".csv\"")
		out, err := tabular.NewSheetWriter(f.Lang, w, columns(f.P))
		if err != nil {
			return nil, err
		}
		return func(entries []audit.Entry, n Names) error {
			for _, e := range entries {
				if err := out.Write(cells(f.P, e, n)); err != nil {
					return err
				}
			}
			return out.Flush()
		}, nil
	})
}

func columns(p *locale.Printer) []tabular.Column {
	var list []tabular.Column
	for _, name := range []string{"at", "actor", "sentence", "action", "kind", "object", "on_behalf", "actor_id", "detail", "request"} {
		list = append(list, tabular.Column{Key: name, Title: p.T("desk.column." + name)})
	}
	return list
}

// cells are the columns of an entry; the time is that of the territory.
func cells(p *locale.Printer, e audit.Entry, n Names) []any {
	var detail []string
	for name, value := range e.Detail {
		detail = append(detail, name+"="+value)
	}
	slices.Sort(detail)
	return []any{
		e.At.In(p.Zone()).Format(time.RFC3339), actorOf(p, e), sentence(p, e, n), e.Action, e.Kind, e.Object, e.OnBehalf, e.Actor,
		strings.Join(detail, " "), e.Request,
	}
}
