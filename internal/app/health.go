package app

import (
	"cmp"
	"context"
	"slices"
	"syscall"

	"grappe/internal/company"
	"grappe/internal/desk"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// deskCompanies finds companies for the team.
type deskCompanies struct{ app *App }

var _ desk.Companies = deskCompanies{}

// FindCompanies implements desk.Companies: as the directory finds cards, wrong letters forgiven, then those that have none.
func (c deskCompanies) FindCompanies(ctx context.Context, territory, name string, limit int) ([]desk.Company, error) {
	var ids []string
	found, err := c.app.Directory.Search(ctx, territory, directory.Query{Text: name, Page: 1}, directory.Options{})
	if err != nil && !errs.Is(err, errs.Unavailable) {
		return nil, err
	}
	for _, hit := range found.Hits {
		ids = append(ids, hit.CompanyID)
	}
	named, err := company.Store{}.Named(ctx, c.app.DB.Read(), territory, name, limit)
	if err != nil {
		return nil, err
	}
	for _, n := range named {
		if !slices.Contains(ids, n.ID) {
			ids = append(ids, n.ID)
		}
	}
	return c.shown(ctx, territory, ids[:min(len(ids), limit)])
}

// shown reads companies with their cards, in the order of the identifiers.
func (c deskCompanies) shown(ctx context.Context, territory string, ids []string) ([]desk.Company, error) {
	companies, err := company.Store{}.ByIDs(ctx, c.app.DB.Read(), ids)
	if err != nil {
		return nil, err
	}
	cards, err := c.app.Listings.OfCompanies(ctx, c.app.DB.Read(), ids)
	if err != nil {
		return nil, err
	}
	t, err := c.app.Territories.Get(ctx, territory)
	if err != nil {
		return nil, err
	}
	out := make([]desk.Company, 0, len(ids))
	for _, id := range ids {
		stored, ok := companies[id]
		if !ok || stored.Territory != territory {
			continue
		}
		d := desk.Company{ID: id, Name: stored.Name()}
		if len(stored.Identifiers) > 0 {
			d.Number = stored.Identifiers[0].Value
		}
		if card, ok := cards[id]; ok {
			zone, _ := t.Zone(card.Zone)
			d.Name, d.Place, d.Mails = cmp.Or(d.Name, card.Name), cmp.Or(zone.Name, card.City), card.Emails
			if card.State == listing.Published {
				d.Card = "/annuaire/" + card.Slug
			}
		}
		out = append(out, d)
	}
	return out, nil
}

// Company implements desk.Companies.
func (c deskCompanies) Company(ctx context.Context, territory, id string) (desk.Company, error) {
	found, err := c.shown(ctx, territory, []string{id})
	if err == nil && len(found) == 0 {
		err = errs.New(errs.NotFound, "company.not_found", nil)
	}
	if err != nil {
		return desk.Company{}, err
	}
	one := &found[0]
	if one.Natural, err = c.app.natural(ctx, id); err != nil || !one.Natural {
		return *one, err
	}
	_, one.Consented, err = c.app.Accounts.Consent(ctx, c.app.DB.Read(), id)
	return *one, err
}

// CompanyNames implements desk.Companies.
func (c deskCompanies) CompanyNames(ctx context.Context, territory string, ids []string) (map[string]string, error) {
	found, err := company.Store{}.ByIDs(ctx, c.app.DB.Read(), ids)
	names := map[string]string{}
	for id, stored := range found {
		if stored.Territory == territory {
			names[id] = stored.Name()
		}
	}
	return names, err
}

// indexState is how the search is doing.
type indexState struct{ app *App }

// IndexState implements desk.Index.
func (i indexState) IndexState(ctx context.Context, territory string) (desk.IndexState, error) {
	counts, err := i.app.Directory.Counts(ctx, territory, "")
	if errs.Is(err, errs.Unavailable) {
		return desk.IndexState{}, nil
	}
	if err != nil {
		return desk.IndexState{}, err
	}
	state := desk.IndexState{Ready: true, Cards: counts.Total}
	position := i.app.position.Load()
	if position == 0 {
		return state, nil // nobody follows the log: not in Serve
	}
	ahead, err := i.app.DB.Changes(ctx, position, changesAtOnce)
	if state.Behind = len(ahead); state.Behind > 0 {
		state.Late = max(0, i.app.now().Sub(ahead[0].At))
	}
	return state, err
}

// backups tell when the base was last saved.
type backups struct{ app *App }

// LastBackup implements desk.Backups.
func (b backups) LastBackup(ctx context.Context) (desk.Backup, error) {
	at, size, _, err := b.app.LastBackup(ctx)
	return desk.Backup{At: at, Size: size}, err
}

// storage measures the base and its disk.
type storage struct{ app *App }

// Storage implements desk.Storage.
func (s storage) Storage(ctx context.Context) (desk.Space, error) {
	size, err := s.app.DB.Size(ctx)
	space := desk.Space{Base: size}
	if s.app.options.Database != "" {
		return space, err // it is on another machine's disk, as far as we know
	}
	var disk syscall.Statfs_t
	if statErr := syscall.Statfs(s.app.options.Data, &disk); statErr == nil && disk.Bsize > 0 {
		block := uint64(disk.Bsize) //nolint:gosec // above 0
		space.Free, space.Disk = int64(disk.Bavail*block), int64(disk.Blocks*block)
	}
	return space, err
}
