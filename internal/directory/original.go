package directory

import "context"

// original is the page elsewhere that a copied card comes from, to which its credit then leads.
func (p *Pages) original(ctx context.Context, v *card) (string, error) {
	if p.service.original == nil {
		return "", nil
	}
	address, err := p.service.original(ctx, v.territory.Code, v.Listing.ID)
	if address != "" {
		v.credit.URL = address
	}
	return address, err
}
