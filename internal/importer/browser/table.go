package browser

import (
	"errors"
	"net/http"
	"time"

	"grappe/internal/importer"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// outcomes takes what became of one row after the other.
type outcomes = func(importer.Outcome) error

// tableTime is how long a table of all rows may take.
const tableTime = 5 * time.Minute

// table writes what became of all rows for a spreadsheet.
func (p *Pages) table(w http.ResponseWriter, r *http.Request, name string, rows func(each outcomes) error) error {
	f := ui.Of(r)
	if err := web.Extend(w, r, tableTime); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+f.P.T(name)+`.csv"`)
	var columns []tabular.Column
	for _, c := range []string{"row", "id", "outcome", "card", "into", "fields", "kept", "why", "told"} {
		columns = append(columns, tabular.Column{Key: c, Title: f.P.T("imports.column." + c)})
	}
	out, err := tabular.NewSheetWriter(f.Lang, w, columns)
	if err != nil {
		return err
	}
	if r.Method == http.MethodHead {
		return nil
	}
	if err := rows(func(o importer.Outcome) error { return out.Write(cells(f.P, o)) }); err != nil {
		return err
	}
	return out.Close()
}

func cells(p *locale.Printer, o importer.Outcome) []any {
	var told []string
	for _, w := range o.Warnings {
		told = append(told, w.Text(p))
	}
	outcome := ""
	if o.Outcome != "" {
		outcome = p.T("imports.outcome." + o.Outcome)
	}
	var row any
	if o.Row > 0 {
		row = o.Row
	}
	return []any{row, o.ID, outcome, o.Slug, o.Into, fieldNames(p, o.Fields), fieldNames(p, o.Kept), o.Reason(p), told}
}

// sendYAML gives a mapping as a file.
func sendYAML(w http.ResponseWriter, r *http.Request, key, text string) error {
	w.Header().Set("Content-Disposition", `attachment; filename="`+key+`.yaml"`)
	return web.Write(w, r, http.StatusOK, "application/yaml; charset=utf-8", []byte(text))
}
