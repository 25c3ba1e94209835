package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"grappe/internal/directory"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
)

type searchCmd struct {
	Territory   string   `required:"" short:"t" env:"GRAPPE_TERRITORY" placeholder:"CODE" help:"help_in_territory"`
	Words       []string `arg:"" optional:"" help:"help_query"`
	Zones       []string `name:"zone" help:"help_zone"`
	Competences []string `name:"competence" help:"help_competence"`
	Categories  []string `name:"category" help:"help_category"`
	Sectors     []string `name:"sector" help:"help_sector"`
	Tags        []string `name:"tag" help:"help_tag"`
	Bbox        string   `placeholder:"W,S,E,N" help:"help_bbox"`
	Near        string   `placeholder:"LAT,LON" help:"help_near"`
	Radius      string   `placeholder:"KM" help:"help_radius"`
	Sort        string   `placeholder:"ORDER" help:"help_sort"`
	Page        int      `default:"1" help:"help_page"`
	Limit       int      `default:"20" help:"help_limit"`
	JSON        bool     `name:"json" help:"help_json"`
	Explain     bool     `help:"help_explain"`
}

// values are the flags as the address of a results page has them, so that both are read by the same rules.
func (c *searchCmd) values() url.Values {
	v := url.Values{"zone": c.Zones, "competence": c.Competences, "categorie": c.Categories, "secteur": c.Sectors, "tag": c.Tags}
	for name, value := range map[string]string{
		"q": strings.Join(c.Words, " "), "bbox": c.Bbox, "pres": c.Near, "rayon": c.Radius, "tri": c.Sort, "page": strconv.Itoa(c.Page),
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (c *searchCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	if err := c.validatePoint(); err != nil {
		return err
	}
	query, err := directory.ParseQuery(c.values())
	if err != nil {
		return err
	}
	if c.Limit < 1 || c.Limit > directory.MaxLimit {
		return errs.New(errs.Usage, "directory.bad_limit", errs.Args{"max": directory.MaxLimit})
	}
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	stop := out.busy("cli.busy_search")
	_, err = a.Directory.Load(ctx, t.Code)
	stop()
	if err != nil {
		return err
	}
	found, err := a.Directory.Search(ctx, t.Code, query, directory.Options{Limit: c.Limit, Explain: c.Explain})
	if err != nil {
		return err
	}
	for _, unknown := range found.Unknown {
		out.say("cli.search_unknown", "facet", unknown.Facet, "value", unknown.Value)
	}
	if c.JSON {
		return out.json(answerOf(found, query))
	}
	if isCut(found, query) {
		out.say("cli.search_cut")
	}
	c.print(out, found)
	return nil
}

// validatePoint refuses what means something around a point only, where none is given: a page passes over it, but a call that
// quietly did something else would mislead.
func (c *searchCmd) validatePoint() error {
	switch {
	case c.Near != "":
	case c.Radius != "":
		return errs.New(errs.Usage, "cli.search_no_point", errs.Args{"name": "--radius"})
	case c.Sort == string(directory.ByDistance):
		return errs.New(errs.Usage, "cli.search_no_point", errs.Args{"name": "--sort " + c.Sort})
	}
	return nil
}

func (c *searchCmd) print(out *output, found directory.Found) {
	fmt.Fprintln(out.stdout, out.T("directory.count", "n", found.Total))
	if found.Total == 0 {
		fmt.Fprintln(out.stdout, out.T("directory.empty_text"))
		return
	}
	if len(found.Dropped) > 0 {
		fmt.Fprintln(out.stdout, out.T("cli.search_dropped", "words", strings.Join(found.Dropped, ", ")))
	}
	if found.DidYouMean != "" {
		fmt.Fprintln(out.stdout, out.T("cli.search_meant", "words", found.DidYouMean))
	}
	for _, hit := range found.Hits {
		fmt.Fprintf(out.stdout, "%6d  %s  (%s)\n", hit.Hit.Score, hit.Name, hit.Slug)
		if hit.Headline != "" {
			fmt.Fprintf(out.stdout, "        %s\n", hit.Headline)
		}
		if hit.Hit.Explain != nil {
			explain(out, hit.Hit.Explain)
		}
	}
}

// explain says which word matched what, how, and the parts of the score.
func explain(out *output, e *search.Explanation) {
	said := func(key, word string) string {
		if key = fmt.Sprintf(key, word); out.Has(key) {
			return out.T(key)
		}
		return word
	}
	for _, w := range e.Words {
		field, how := said("cli.explain_field_%s", w.Field), said("cli.explain_how_%s", w.How.String())
		fmt.Fprintln(out.stdout, "        "+out.T("cli.explain_word", "word", w.Word, "matched", w.Matched, "field", field, "how", how, "points", w.Points))
	}
	fmt.Fprintln(out.stdout, "        "+out.T("cli.explain_rest", "nearness", e.Nearness, "quality", e.Quality, "freshness", e.Freshness, "seat", e.Seat))
}

// answer is what --json prints.
type answer struct {
	Total      int                     `json:"total"`
	Hits       []hitLine               `json:"hits"`
	Facets     map[string][]facetCount `json:"facets"`
	Cut        bool                    `json:"cut"` // the query was too long: only its beginning was looked for
	Dropped    []string                `json:"dropped,omitempty"`
	DidYouMean string                  `json:"did_you_mean,omitempty"`
	Unknown    []string                `json:"unknown,omitempty"`
}

type hitLine struct {
	Slug       string         `json:"slug"`
	Name       string         `json:"name"`
	Score      int            `json:"score"`
	Category   string         `json:"category"`
	Headline   string         `json:"headline,omitempty"`
	Zone       string         `json:"zone,omitempty"`
	DistanceKm *float64       `json:"distance_km,omitempty"`
	ServedOnly bool           `json:"served_only,omitempty"`
	Explain    *explainedLine `json:"explain,omitempty"`
}

type explainedLine struct {
	Words     []explainedWord `json:"words"`
	Nearness  int             `json:"nearness"`
	Quality   int             `json:"quality"`
	Freshness int             `json:"freshness"`
	Seat      int             `json:"seat"`
}

type explainedWord struct {
	Word    string `json:"word"`
	Matched string `json:"matched"`
	Field   string `json:"field"`
	How     string `json:"how"`
	Points  int    `json:"points"`
}

type facetCount struct {
	Code   string `json:"code"`
	Count  int    `json:"count"`
	Chosen bool   `json:"chosen,omitempty"`
}

// isCut reports whether only the beginning of what was asked was looked for.
func isCut(found directory.Found, query directory.Query) bool { return query.TextCut || found.Cut }

func answerOf(found directory.Found, query directory.Query) answer {
	a := answer{
		Total: found.Total, Hits: make([]hitLine, 0, len(found.Hits)), Facets: map[string][]facetCount{},
		Cut: isCut(found, query), Dropped: found.Dropped, DidYouMean: found.DidYouMean,
	}
	for _, h := range found.Hits {
		a.Hits = append(a.Hits, hitLine{
			Slug: h.Slug, Name: h.Name, Score: h.Hit.Score, Category: string(h.Category), Headline: h.Headline, Zone: h.Zone,
			DistanceKm: h.Hit.DistanceKm, ServedOnly: h.Hit.ServedOnly, Explain: explainedOf(h.Hit.Explain),
		})
	}
	for facet, counts := range found.Facets {
		lines := make([]facetCount, 0, len(counts))
		for _, c := range counts {
			lines = append(lines, facetCount{c.Code, c.N, c.Chosen})
		}
		a.Facets[facet] = lines
	}
	for _, u := range found.Unknown {
		a.Unknown = append(a.Unknown, u.Facet+"="+u.Value)
	}
	return a
}

func explainedOf(e *search.Explanation) *explainedLine {
	if e == nil {
		return nil
	}
	line := &explainedLine{Words: make([]explainedWord, 0, len(e.Words)), Nearness: e.Nearness, Quality: e.Quality, Freshness: e.Freshness, Seat: e.Seat}
	for _, w := range e.Words {
		line.Words = append(line.Words, explainedWord{w.Word, w.Matched, w.Field, w.How.String(), w.Points})
	}
	return line
}
