package directory

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/search"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Found is the answer to a Query.
type Found struct {
	search.Result
	Hits    []FoundListing
	Unknown []Choice        // choices that name nothing the territory knows; they were left out
	Where   *territory.Zone // the zone that the typed place was understood as
}

// FoundListing is one listing of the answer, with why it is there.
type FoundListing struct {
	listing.Listing
	Hit   search.Hit
	plain string // the description, without its signs
}

// Choice is one value of one facet, as it stands in an address.
type Choice struct {
	Facet string
	Value string
}

// Options are what a caller may ask beyond the query of an address.
type Options struct {
	Limit      int // hits; PageSize when 0
	FacetLimit int // values per facet; all when 0, no facet when negative
	Explain    bool
	// After goes on behind a hit of an earlier answer to the same query, in place of its page; the day of that answer is kept.
	After *search.Position
}

// MaxLimit is the most hits that one call may ask for.
const MaxLimit = 1000

// Search answers a query in the directory of a territory, from the index, and reads the listings of the page in one
// statement. It returns errs.Unavailable while the index is being built, and errs.Usage for a limit out of range.
func (s *Service) Search(ctx context.Context, code string, q Query, o Options) (Found, error) {
	c, err := s.open(code)
	if err != nil {
		return Found{}, err
	}
	if o.Limit == 0 {
		o.Limit = PageSize
	}
	if o.Limit < 0 || o.Limit > MaxLimit {
		return Found{}, invalid("limit", "directory.bad_limit", errs.Args{"max": MaxLimit})
	}
	var found Found
	iq := c.indexQuery(&q, &found)
	iq.Offset, iq.Limit, iq.FacetLimit, iq.Explain = (q.Page-1)*o.Limit, o.Limit, o.FacetLimit, o.Explain
	iq.Day = c.day(s.now())
	if o.After != nil {
		iq.Offset, iq.After, iq.Day = 0, o.After, cmp.Or(o.After.Day, iq.Day)
	}
	iq.Current = s.current(c, iq.Day)
	found.Result, err = c.index.Search(ctx, iq)
	if err != nil {
		return Found{}, err
	}
	found.Hits, err = s.read(ctx, found.Result.Hits)
	return found, err
}

// indexQuery is what the query asks of the index.
func (c *catalogue) indexQuery(q *Query, found *Found) search.Query {
	return search.Query{
		Text: q.Text, Filters: c.filters(q, found), Box: q.Box, Near: q.Near, RadiusKm: q.RadiusKm, Sort: q.indexSort(),
	}
}

// filters are the codes behind the choices. A place as typed becomes a choice of zone; what is unknown is told.
func (c *catalogue) filters(q *Query, found *Found) map[string][]string {
	filters := map[string][]string{}
	for _, facet := range Facets() {
		for _, value := range q.Choices[facet] {
			if code, ok := c.code(facet, value); ok {
				filters[q.facet(facet)] = append(filters[q.facet(facet)], code)
			} else {
				found.Unknown = append(found.Unknown, Choice{facet, value})
			}
		}
	}
	if q.Where != "" {
		if z, _, ok := c.territory.Match(q.Where, ""); ok {
			found.Where = &z
			filters[q.facet(FacetZone)] = append(filters[q.facet(FacetZone)], z.Code)
		} else {
			found.Unknown = append(found.Unknown, Choice{FacetZone, q.Where})
		}
	}
	return filters
}

// facet is the one of the index that answers for a facet of the page.
func (q *Query) facet(facet string) string {
	if facet == FacetZone && q.Seated {
		return facetSeat
	}
	return facet
}

// code is the code behind a choice of an address: a slug, or the code itself.
func (c *catalogue) code(facet, value string) (string, bool) {
	switch facet {
	case FacetZone:
		if z, ok := c.territory.Tree().BySlug(value); ok {
			return z.Code, true
		}
		_, ok := c.zones[value]
		return value, ok
	case FacetCompetence:
		return codeOf(c.taxonomies.Competences, value)
	case FacetSector:
		return codeOf(c.taxonomies.Sectors, value)
	case FacetCategory:
		for _, category := range categories() {
			if value == categorySlug(category) || value == string(category) {
				return string(category), true
			}
		}
		return value, false
	default:
		key := listing.TagKey(value)
		return key, c.preparing || c.notes.hasTag(key)
	}
}

// codeOf is the code of a term by its slug, or by the code itself.
func codeOf(t *taxonomy.Taxonomy, value string) (string, bool) {
	if term, ok := t.BySlug(value); ok {
		return term.Code, true
	}
	term, ok := t.Term(value)
	return term.Code, ok
}

// categorySlug is a category as it stands in addresses, "" for what is none.
func categorySlug(category listing.Category) string {
	switch category {
	case listing.Company:
		return "entreprise"
	case listing.ThirdPlace:
		return "tiers-lieu"
	case listing.Incubator:
		return "incubateur"
	case listing.School:
		return "ecole"
	case listing.Investor:
		return "investisseur"
	case listing.Community:
		return "communaute"
	case listing.PublicBody:
		return "organisme-public"
	}
	return ""
}

// categories are those that have an address, in alphabetical order.
func categories() []listing.Category {
	return []listing.Category{
		listing.Community, listing.Company, listing.Incubator, listing.Investor, listing.PublicBody, listing.School, listing.ThirdPlace,
	}
}

// inSlugs is the query with its known choices as slugs, whatever they were written as.
func (c *catalogue) inSlugs(q Query) Query {
	page := q.Page
	q = q.copyChoices()
	q.Page = page
	for facet, choices := range q.Choices {
		for i, value := range choices {
			if code, ok := c.code(facet, value); ok {
				choices[i] = c.slug(facet, code)
			}
		}
		slices.Sort(choices)
		q.Choices[facet] = slices.Compact(choices)
	}
	return q
}

// slug is how a code stands in an address; its inverse is code.
func (c *catalogue) slug(facet, code string) string {
	switch facet {
	case FacetZone:
		return c.zones[code].Slug
	case FacetCategory:
		return categorySlug(listing.Category(code))
	case FacetCompetence:
		if term, ok := c.taxonomies.Competences.Term(code); ok {
			return term.Slug
		}
	case FacetSector:
		if term, ok := c.taxonomies.Sectors.Term(code); ok {
			return term.Slug
		}
	}
	return code
}

// day is the date at the territory's place: the seed of the rotation.
func (c *catalogue) day(now time.Time) string {
	return now.In(c.territory.Location()).Format(time.DateOnly)
}

// current is the first day of the confirmations that hold on a day; those of cards that were confirmed before are forgotten.
func (s *Service) current(c *catalogue, day string) string {
	noon, err := time.ParseInLocation(time.DateOnly+" 15", day+" 12", c.territory.Location())
	if err != nil {
		return ""
	}
	return s.Ages(c.territory).CurrentFrom(noon).Format(time.DateOnly)
}

func (q Query) indexSort() search.Sort {
	switch q.Sort {
	case ByName:
		return search.Name
	case ByFreshness:
		return search.Newest
	case ByDistance:
		return search.Distance
	default:
		return search.Relevance
	}
}

// read fetches the listings of the hits, in their order; one that was hidden or deleted a moment ago is left out, and so is one
// that cannot be read.
func (s *Service) read(ctx context.Context, hits []search.Hit) ([]FoundListing, error) {
	ids := make([]string, len(hits))
	for i, h := range hits {
		ids[i] = h.ID
	}
	cards, err := s.held.get(ctx, s.db.Read(), ids, s.readable)
	if err != nil {
		return nil, err
	}
	found := make([]FoundListing, 0, len(hits))
	for _, h := range hits {
		if c, ok := cards[h.ID]; ok && c.State == listing.Published {
			found = append(found, FoundListing{c.Listing, h, c.plain})
		}
	}
	return found, nil
}

// readable reads the cards of the ids in one statement, and in one more for each that cannot be read.
func (s *Service) readable(ctx context.Context, ids []string) ([]listing.Listing, error) {
	for {
		listings, err := s.listings.ByIDs(ctx, s.db.Read(), ids)
		faulty, ok := errors.AsType[*listing.Faulty](err)
		if !ok {
			return listings, err
		}
		s.log.ErrorContext(ctx, "a card cannot be read and is left out of a page", "card", faulty.ID, "error", faulty.Err)
		ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == faulty.ID })
	}
}

// Suggest completes what is typed with names, competences and tags that the directory has.
func (s *Service) Suggest(code, prefix string, limit int) ([]search.Suggestion, error) {
	c, err := s.open(code)
	if err != nil {
		return nil, err
	}
	prefix, _ = cut(clean(prefix), 60)
	if prefix == "" {
		return nil, nil
	}
	return c.index.Suggest(prefix, limit), nil
}
