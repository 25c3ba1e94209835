package directory

import (
	"context"
	"encoding/json"
	"math"

	"grappe/internal/listing"
	"grappe/internal/platform/search"
)

// maxMapBytes is what a map's answer may weigh as JSON.
const maxMapBytes = 30_000

// mostClusters is how many clusters a map's answer holds at most, whatever their weight.
const mostClusters = 300

// MapAnswer is where the cards that a query finds stand, gathered where they would lie on top of each other.
type MapAnswer struct {
	Total    int          `json:"total"`    // cards with a place: the sum of all counts
	Unplaced int          `json:"unplaced"` // cards found without one, where the query has no box
	Zoom     int          `json:"zoom"`     // at which they were gathered: the one asked for, or a lower one
	Clusters []MapCluster `json:"clusters"`
}

// MapCluster is one or more cards. A lone one says who it is.
type MapCluster struct {
	Lat      float64          `json:"lat"` // the mean place of its cards
	Lon      float64          `json:"lon"`
	Count    int              `json:"count"`
	Box      *[4]float64      `json:"bbox,omitempty"` // west, south, east, north of several; west > east across the date line
	Spot     bool             `json:"spot,omitempty"` // several on the very same spot: no zoom parts them
	ID       string           `json:"id,omitempty"`
	Slug     string           `json:"slug,omitempty"`
	Name     string           `json:"name,omitempty"`
	Category listing.Category `json:"category,omitempty"`
}

// Clusters gathers the cards that a query finds, on the grid of a zoom from 0 to 22, in less than 30,000 bytes of JSON: a
// lower zoom's grid is taken where that is too fine. It returns errs.Unavailable while the index is being built.
func (s *Service) Clusters(ctx context.Context, code string, q Query, zoom int) (MapAnswer, error) {
	c, err := s.open(code)
	if err != nil {
		return MapAnswer{}, err
	}
	var found Found
	clusters, err := c.index.Clusters(ctx, c.indexQuery(&q, &found), zoom, mostClusters)
	if err != nil {
		return MapAnswer{}, err
	}
	for {
		answer := c.mapAnswer(clusters)
		body, err := json.Marshal(answer)
		if err != nil || len(body) < maxMapBytes || clusters.Zoom == 0 {
			return answer, err
		}
		clusters = clusters.Coarser()
	}
}

// mapAnswer says who the lone ones are, and rounds: the place of one to a decimetre, a mean to a metre, boxes outwards. One
// that left the directory since the index was asked is not counted.
func (c *catalogue) mapAnswer(found search.Clusters) MapAnswer {
	answer := MapAnswer{
		Total: found.Total, Unplaced: found.Unplaced, Zoom: found.Zoom, Clusters: make([]MapCluster, 0, len(found.List)),
	}
	for _, f := range found.List {
		m := MapCluster{Count: f.Count, Spot: f.Spot}
		if f.Count == 1 {
			n, ok := c.notes.of(f.ID)
			if !ok {
				answer.Total--
				continue
			}
			m.Lat, m.Lon = decimals(math.Round, f.Centre.Lat, 6), decimals(math.Round, f.Centre.Lon, 6)
			m.ID, m.Slug, m.Name, m.Category = f.ID, n.slug, n.name, n.category
		} else {
			m.Lat, m.Lon = decimals(math.Round, f.Centre.Lat, 5), decimals(math.Round, f.Centre.Lon, 5)
			m.Box = &[4]float64{
				decimals(math.Floor, f.Box.West, 5), decimals(math.Floor, f.Box.South, 5),
				decimals(math.Ceil, f.Box.East, 5), decimals(math.Ceil, f.Box.North, 5),
			}
		}
		answer.Clusters = append(answer.Clusters, m)
	}
	return answer
}

func decimals(round func(float64) float64, x float64, n int) float64 {
	p := math.Pow10(n)
	return round(x*p) / p
}
