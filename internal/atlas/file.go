package atlas

import (
	"bytes"
	"fmt"
	"math"
	"net/http"

	"grappe/internal/platform/tabular"
	"grappe/internal/platform/web"
)

// TablePath is the address of the table of the page as a CSV file; it takes the same parameters.
const TablePath = "/repartition.csv"

// What a table as a file, and a page of more than mostZones places, take of a client's budget for heavy answers.
const (
	tableCost = 1
	longCost  = 1
)

// table answers with the numbers of the page as a file: every zone of the level, those without a card too, in the order of the page.
func (p *Pages) table(w http.ResponseWriter, r *http.Request) error {
	v, err := p.look(r)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	out, err := tabular.NewWriter(tabular.CSV, &body, []tabular.Column{
		{Title: v.P.T("atlas.csv_code")},
		{Title: capitalised(v.territory.LevelName(v.level, v.Lang))},
		{Title: v.P.T("atlas.csv_level")},
		{Title: v.P.T("atlas.column_cards")},
		{Title: v.P.T("atlas.csv_share")},
		{Title: v.P.T("atlas.csv_population")},
		{Title: v.P.T("atlas.column_density")},
	})
	if err != nil {
		return err
	}
	for _, z := range v.sorted() {
		n := v.counts.Zones[z.Code]
		row := []any{z.Code, z.NameIn(v.Lang), v.territory.LevelName(z.Level, v.Lang), n, nil, nil, nil}
		if v.seated() > 0 {
			row[4] = hundredths(100 * float64(n) / float64(v.seated()))
		}
		if z.Population > 0 {
			row[5], row[6] = z.Population, hundredths(v.density(z))
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", "repartition-"+v.territory.Code+".csv"))
	return web.Write(w, r, http.StatusOK, "text/csv; charset=utf-8", body.Bytes())
}

func hundredths(x float64) float64 { return math.Round(x*100) / 100 }
