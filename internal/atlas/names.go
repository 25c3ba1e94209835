package atlas

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"slices"

	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// PlaceName is the name of a place as a map writes it.
type PlaceName struct {
	Name string  `json:"name"`
	Slug string  `json:"slug"`
	Lat  float64 `json:"lat"`
	Lon  float64 `json:"lon"` // around the middle of the territory: may be beyond 180
	// Rank says which names give way to which: 0 for the zones that hold others, then 1 for the most populous of the rest, up
	// to 4.
	Rank  int    `json:"rank"`
	Level string `json:"level"`
}

// mostNames is how many names a map is given.
const mostNames = 400

// ranks are how many of the most populous places have rank 1, and rank 1 or 2, and so on; the rest have one more.
var ranks = []int{4, 12, 40}

// names gives the names of the zones that have a place, by rank and population, in a language.
func (s *sheet) names(lang string) []PlaceName {
	zones := s.territory.Tree().All()
	slices.SortStableFunc(zones, func(a, b territory.Zone) int { return cmp.Compare(b.Population, a.Population) })
	names := []PlaceName{}
	leaves := 0
	for _, z := range zones {
		at := s.spot(z)
		if at.IsZero() {
			continue
		}
		rank := 0
		if s.territory.Tree().IsLeaf(z.Code) {
			rank = 1
			for _, n := range ranks {
				if leaves >= n {
					rank++
				}
			}
			leaves++
		}
		names = append(names, PlaceName{
			Name: z.NameIn(lang), Slug: z.Slug, Lat: round(at.Lat), Lon: round(beside(at.Lon, s.middle)), Rank: rank, Level: z.Level,
		})
	}
	slices.SortStableFunc(names, func(a, b PlaceName) int { return cmp.Compare(a.Rank, b.Rank) })
	return names[:min(len(names), mostNames)]
}

func round(degrees float64) float64 { return math.Round(degrees*1e4) / 1e4 }

func (p *Pages) names(w http.ResponseWriter, r *http.Request) error {
	s, err := p.atlas.sheet(r.Context(), territory.Of(r.Context()).Code)
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{"places": s.names(ui.Of(r).Lang)})
	if err != nil {
		return err
	}
	remember(w)
	return web.Write(w, r, http.StatusOK, jsonType, body)
}
