package directory

import "time"

// Addresses calls f with the slug of each published card of a territory and when the card last changed, in the order of the
// slugs. It returns errs.Unavailable while the index is being built.
func (s *Service) Addresses(code string, f func(slug string, updated time.Time)) error {
	c, err := s.open(code)
	if err != nil {
		return err
	}
	for _, n := range c.notes.addresses() {
		f(n.slug, n.updated)
	}
	return nil
}

// Competences are the slugs of the competences that cards choose from, in their order.
func (s *Service) Competences() []string {
	slugs := make([]string, 0, len(s.taxonomies.Competences.Terms))
	for _, term := range s.taxonomies.Competences.Terms {
		slugs = append(slugs, term.Slug)
	}
	return slugs
}
