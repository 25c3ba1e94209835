package importer

import (
	"slices"

	"grappe/internal/company"
	"grappe/internal/listing"
)

// stays names the fields of which a row says something else than the card, and that keep what a person wrote: the owner, or the
// team.
func (b *batch) stays(r listing.Record, d Draft) []string {
	source := b.source(d)
	kept := staying(listing.Fields(), d.ListingFields(), r.Listing.Content, d.Content, r.Listing.Provenance, source)
	for _, name := range staying(company.Fields(), d.CompanyFields(), r.Company, d.Company, r.Company.Provenance, source) {
		if name != "usual_name" && name != "establishments" { // the card's name and address say so
			kept = append(kept, name)
		}
	}
	return kept
}

func staying[T any](
	fields []company.Field[T], names []string, current, incoming T, from company.Provenance, source company.Source,
) []string {
	names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !from[name].Person() })
	if len(names) == 0 {
		return nil
	}
	_, refused := company.MergeFields(fields, names, &current, &incoming, from.Clone(), source)
	return slices.DeleteFunc(refused, func(name string) bool {
		at := slices.IndexFunc(fields, func(f company.Field[T]) bool { return f.Name == name })
		return fields[at].Empty(&incoming)
	})
}
