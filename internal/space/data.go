package space

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// dataPage is all that is held about a person, to be read and printed.
type dataPage struct {
	base
	At       string
	Mail     string
	File     string // address of the same for a machine
	Erase    string
	Contents []ui.Link
	Sections []dataSection
}

// dataSection is what is held for one purpose.
type dataSection struct {
	ID, Name, Purpose string
	Until             string // how long it is kept, "" where the room that holds it says that in its purpose
	Records           [][]dataValue
}

// dataValue is one field of a record; empty ones are left out.
type dataValue struct{ Name, Value string }

func (p *Pages) data(w http.ResponseWriter, r *http.Request) error {
	export, err := p.Accounts.Export(r.Context(), account.Of(r.Context()))
	if err != nil {
		return err
	}
	page := dataPage{base: p.begin(r, "/espace/donnees", ui.Of(r).P.T("space.data")), Mail: account.Of(r.Context()).Mail}
	page.At, page.File, page.Erase = page.P.DateTime(export.At), page.Path("/espace/donnees.json"), page.Path("/espace/effacement")
	for i, s := range export.Sections {
		section := dataSection{ID: "partie-" + page.P.Number(i+1), Name: page.P.T(s.Name), Purpose: page.P.T(s.Purpose), Until: until(page.Frame, s)}
		for _, row := range s.Rows {
			section.Records = append(section.Records, p.values(r, page.Frame, row))
		}
		page.Sections = append(page.Sections, section)
		page.Contents = append(page.Contents, ui.Link{Label: section.Name, URL: "#" + section.ID})
	}
	return p.views.Render(w, r, http.StatusOK, "donnees", page)
}

// until says how long what is in a section is kept.
func until(f ui.Frame, s account.DataSection) string {
	name := s.Name[strings.LastIndexByte(s.Name, '.')+1:]
	key := "space.until." + name
	if !strings.HasPrefix(s.Name, "account.") || !f.P.Has(key) {
		return ""
	}
	days, months := account.KeepSessionsDays, account.KeepInvitationsMonths
	switch name {
	case "devices":
		months = account.KeepDevicesMonths
	case "consents":
		months = account.KeepConsentsMonths
	}
	return f.P.T(key, "days", days, "months", months)
}

// values puts a record into words.
func (p *Pages) values(r *http.Request, f ui.Frame, row account.DataRow) []dataValue {
	var list []dataValue
	for _, field := range row {
		text := ""
		switch v := field.Value.(type) {
		case time.Time:
			if !v.IsZero() {
				text = f.P.DateTime(v)
			}
		case bool:
			text = f.P.T("space.no")
			if v {
				text = f.P.T("space.yes")
			}
		case []string:
			text = f.P.List(v)
		case string:
			text = p.worded(r, f, field.Name, v)
		default:
			text = f.P.Value(v)
		}
		if field.Words != "" && f.P.Has(field.Words) {
			text = f.P.T(field.Words)
		}
		if text != "" {
			list = append(list, dataValue{capital(f.P.T(field.Name)), text})
		}
	}
	return list
}

// worded puts a name of the code that a field holds into words; "" for what the field beside it says in words. The file for
// machines has all as it is.
func (p *Pages) worded(r *http.Request, f ui.Frame, name, value string) string {
	if value == "" {
		return ""
	}
	switch strings.TrimPrefix(name, "account.data.field.") {
	case "action":
		if p.Action != nil {
			return cmp.Or(p.Action(f.P, value), value)
		}
	case "lang":
		return ui.Alternate{Lang: value}.Name()
	case "territory":
		return p.place(r, value, f.Lang)
	case "state":
		if key := "mail.state." + value; f.P.Has(key) {
			return f.P.T(key)
		}
	case "mailkind":
		return ""
	}
	return value
}

// dataFile is the same for a machine.
func (p *Pages) dataFile(w http.ResponseWriter, r *http.Request) error {
	export, err := p.Accounts.Export(r.Context(), account.Of(r.Context()))
	if err != nil {
		return err
	}
	body, err := export.JSON()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="grappe-`+export.At.Format(time.DateOnly)+`.json"`)
	return web.Write(w, r, http.StatusOK, "application/json; charset=utf-8", body)
}
