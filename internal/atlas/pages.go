package atlas

import (
	"net/url"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Pages are the pages and files of the atlas.
type Pages struct {
	atlas *Atlas
	views *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(a *Atlas) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{atlas: a, views: views}, nil
}

// Path is the address of the page that says where the companies are, within a territory.
const Path = "/repartition"

// Routes answers for the paths of the atlas within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET "+Path, web.Kept(p.spread))
	router.Handle("GET "+TablePath, web.Cost(p.table, tableCost))
	router.Handle("GET /carte/contours.json", p.contours)
	router.Handle("GET /carte/lieux.json", p.names)
}

// The parameters of the page.
const (
	paramCompetence = "competence" // slug
	paramLevel      = "par"        // code of a level of the territory's tree
	paramSort       = "tri"        // one of sorts
)

// The orders of the table.
const (
	byCount   = "fiches"
	byName    = "nom"
	byDensity = "densite"
)

// asked is what the address of the page says.
type asked struct{ competence, level, sort string }

// ask reads the query of a request. It returns errs.Usage, naming the parameter, for a level that the territory does not have
// and for an order that does not exist.
func ask(q url.Values, t *territory.Territory) (asked, error) {
	a := asked{competence: q.Get(paramCompetence), level: q.Get(paramLevel), sort: q.Get(paramSort)}
	if a.level != "" {
		known := false
		for _, l := range t.Levels {
			known = known || l.Code == a.level
		}
		if !known {
			return a, wrong(paramLevel, "atlas.bad_level", a.level)
		}
	}
	switch a.sort {
	case "":
		a.sort = byCount
	case byCount, byName, byDensity:
	default:
		return a, wrong(paramSort, "atlas.bad_sort", a.sort)
	}
	return a, nil
}

func wrong(name, key, value string) error {
	if runes := []rune(value); len(runes) > 60 {
		value = string(runes[:60]) + "…"
	}
	e := errs.New(errs.Usage, key, errs.Args{"value": value})
	e.Fields = []errs.Field{{Name: name, Key: key, Args: e.Args}}
	return e
}

// query is the address's query with something changed; what is not asked for is left out.
func (a asked) query(change func(*asked)) string {
	change(&a)
	return a.on(Path)
}

// on is what is asked for, at a path.
func (a asked) on(path string) string {
	q := url.Values{}
	if a.competence != "" {
		q.Set(paramCompetence, a.competence)
	}
	if a.level != "" {
		q.Set(paramLevel, a.level)
	}
	if a.sort != byCount {
		q.Set(paramSort, a.sort)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
