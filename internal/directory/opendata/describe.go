package opendata

import (
	"context"
	"time"

	"grappe/internal/directory"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// dataset is what there is to say of the cards of a search as data, for people and for programs.
type dataset struct {
	ui.Frame
	territory *territory.Territory
	selection selection
	rows      int
	licence   territory.Licence
	sources   []directory.Credit
}

// dataset describes what an address asks for.
func (p *Pages) dataset(ctx context.Context, f ui.Frame, t *territory.Territory, chosen selection) (dataset, error) {
	d := dataset{Frame: f, territory: t, selection: chosen, licence: p.rooms.licenceOf(ctx, t)}
	ids, err := chosen.ids, error(nil)
	if chosen.whole {
		if ids, err = p.rooms.Cards.IDs(ctx, t.Code, chosen.query); err != nil {
			return d, err
		}
	}
	if d.rows = len(ids); p.rooms.Sources != nil {
		d.sources, err = p.rooms.Sources(ctx, t.Code, f.Lang)
	}
	return d, err
}

func (d dataset) title() string {
	return d.P.T("opendata.dataset", "place", d.territory.Name(d.Lang))
}

func (d dataset) description() string {
	return d.P.T("opendata.dataset_description", "cluster", d.cluster(), "place", d.territory.Name(d.Lang))
}

func (d dataset) cluster() string { return d.territory.In(d.territory.Cluster, d.Lang) }

// at is the absolute address of something about the same cards.
func (d dataset) at(path string) string { return d.URL(pathWith(path, d.selection.query)) }

// updated is when the cards last changed, empty while nobody knows.
func (d dataset) updated() string {
	if d.selection.at.IsZero() {
		return ""
	}
	return d.selection.at.UTC().Format(time.RFC3339)
}

// etagParts are what a description depends on besides the cards.
func (d dataset) etagParts(address string) []string {
	parts := []string{address, d.licence.ID, d.licence.Name, d.licence.URL, d.territory.Contact, d.title(), d.cluster()}
	for _, s := range d.sources {
		parts = append(parts, s.Title, s.Attribution, s.Licence, s.URL)
	}
	return parts
}
