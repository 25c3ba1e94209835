package directory

import (
	"net/url"
	"slices"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
)

// Strict reads the parameters of an address as ParseQuery does, for an answer that cannot tell what was left out of the
// question: a program's, a file, a printed list. A choice that names nothing is refused by errs.Usage, with a fault for each,
// which say writes: the parameter that it stands in, and what stands there. A tag that nobody uses is no fault, since tags
// come and go; nothing reports that no card can be found, because all tags that are asked for are such. Strict returns
// errs.Unavailable while the index is being built.
func (s *Service) Strict(code string, v url.Values, say func(param, value string) errs.Field) (q Query, nothing bool, err error) {
	if q, err = ParseQuery(v); err != nil {
		return q, false, err
	}
	unknown, err := s.Unknown(code, q)
	if err != nil {
		return q, false, err
	}
	var faults []errs.Field
	tags := 0
	for _, c := range unknown {
		if c.Facet == FacetTag {
			tags++
			continue
		}
		faults = append(faults, say(q.paramOf(c), short(c.Value)))
	}
	if len(faults) > 0 {
		return q, false, &errs.E{Kind: errs.Usage, Key: faults[0].Key, Args: faults[0].Args, Fields: faults}
	}
	return q, tags > 0 && tags == len(q.Choices[FacetTag]), nil
}

// paramOf is the parameter that a choice stands in: a place may have been typed.
func (q Query) paramOf(c Choice) string {
	if c.Facet == FacetZone && c.Value == q.Where && !slices.Contains(q.Choices[c.Facet], c.Value) {
		return "ou"
	}
	return param(c.Facet)
}

// Parameters are the names that the address of a page of results may hold, those that filter nothing among them.
func Parameters() []string {
	names := singles()
	for _, facet := range Facets() {
		names = append(names, param(facet))
	}
	return names
}

// PublicOf is what anybody may know of a card, with the address of its page in the frame.
func PublicOf(f ui.Frame, r listing.Record) listing.Public {
	return listing.PublicOf(r, f.URL("/annuaire/"+r.Listing.Slug))
}
