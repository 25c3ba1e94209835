package directory

import (
	"math"
	"net/url"
	"strconv"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
)

// PaneMap is the Pane that shows the map where a narrow window has room for one of both.
const PaneMap = "carte"

// MaxZoom is the closest view of the map, as close as any tiles go; 0 is the whole world.
const MaxZoom = search.MaxZoom

// MapView is what the map shows: its middle, in degrees, and how close, in half steps.
type MapView struct {
	Lat, Lon float64
	Zoom     float64
}

// String is the view as it stands in an address: "-22.27,166.44,11".
func (m MapView) String() string {
	plain := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	return plain(roughly(m.Lat)) + "," + plain(roughly(m.Lon)) + "," + plain(m.Zoom)
}

// roughly is a coordinate to a ten-thousandth of a degree, about ten metres; nothing is left of the sign of zero.
func roughly(x float64) float64 { return math.Round(x*1e4)/1e4 + 0 }

// readView reads what filters nothing.
func readView(q *Query, v url.Values) error {
	q.Card, _ = cut(clean(v.Get("fiche")), 200)
	switch s := v.Get("vue"); s {
	case "", "liste":
	case PaneMap:
		q.Pane = s
	default:
		return invalid("vue", "directory.bad_pane", errs.Args{"value": short(s)})
	}
	s := v.Get("carte")
	if s == "" {
		return nil
	}
	n, ok := numbers(s, 3)
	if !ok || math.Abs(n[0]) > 90 || math.Abs(n[1]) > 180 || 2*n[2] != math.Trunc(2*n[2]) || n[2] < 0 || n[2] > MaxZoom {
		return invalid("carte", "directory.bad_view", errs.Args{"value": short(s), "max": MaxZoom})
	}
	q.View = &MapView{Lat: roughly(n[0]), Lon: roughly(n[1]), Zoom: n[2]}
	return nil
}

// Filters is q without what filters nothing: the page, the order, and what the reader looks at.
func (q Query) Filters() Query {
	q.View, q.Card, q.Pane, q.Sort, q.Page = nil, "", "", ByRelevance, 1
	return q
}

// words are q's words and what the reader looks at, without anything that narrows them.
func (q Query) words() Query {
	return Query{Text: q.Text, Sort: ByRelevance, Page: 1, View: q.View, Card: q.Card, Pane: q.Pane}
}
