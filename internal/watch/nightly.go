package watch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/fetch"
	"grappe/internal/territory"
)

// Reconcile brings what is watched up to the cards as they are: their sites, and which of their published addresses refuse mail. A
// daily schedule calls it. One territory that cannot be done does not keep the others from it.
func (s *Service) Reconcile(ctx context.Context) error {
	own, err := s.own(ctx)
	if err != nil {
		return err
	}
	refusing, err := s.Refusing(ctx, s.DB.Read())
	if err != nil {
		return err
	}
	var failed error
	for _, t := range own {
		failed = errors.Join(failed, s.reconcile(ctx, t, refusing))
	}
	return errors.Join(failed, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.forgetReadings(ctx, tx, s.Now().Add(-KeptFor)); err != nil {
			return err
		}
		return s.store.sweep(ctx, tx)
	}))
}

// seen is what the published cards of a territory show.
type seen struct {
	sites  []Site
	bounce map[string]finding // by the card
}

func (s *Service) reconcile(ctx context.Context, t *territory.Territory, refusing map[string]bool) error {
	now := s.Now()
	found := seen{bounce: map[string]finding{}}
	err := s.listings.Each(ctx, s.DB.Read(), t.Code, func(l listing.Listing) error {
		if l.State == listing.Published {
			found.add(l, refusing, s.Sites != nil, now)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.settle(ctx, tx, t.Code, listing.MailBounced, found.bounce, always); err != nil {
			return err
		}
		held, err := s.store.sites(ctx, tx, t.Code)
		if err != nil {
			return err
		}
		added, gone := difference(held, found.sites)
		if err := s.store.remove(ctx, tx, gone); err != nil {
			return err
		}
		if err := s.store.add(ctx, tx, added); err != nil {
			return err
		}
		return s.flagSites(ctx, tx, t)
	})
}

// add takes in what a published card shows.
func (f *seen) add(l listing.Listing, refusing map[string]bool, sites bool, now time.Time) {
	var refused []string
	for _, address := range l.Emails {
		if address = strings.ToLower(strings.TrimSpace(address)); refusing[address] && !slices.Contains(refused, address) {
			refused = append(refused, address)
		}
	}
	if len(refused) > 0 {
		all := strings.Join(refused, ", ")
		f.bounce[l.ID] = finding{subject: all, detail: all}
	}
	if !sites {
		return
	}
	for _, address := range l.Websites {
		u, err := fetch.Parse(address)
		if err != nil || network(u.Hostname()) {
			continue
		}
		f.sites = append(f.sites, Site{
			ID: db.NewID(), Territory: l.Territory, Listing: l.ID, URL: address, Host: u.Hostname(), NextAt: now.Add(spread(l.ID+address, month)),
		})
	}
}

// network reports a host of a social network, which answers programs otherwise than people.
func network(host string) bool {
	for _, domain := range []string{
		"facebook.com", "fb.com", "fb.me", "instagram.com", "linkedin.com", "x.com", "twitter.com", "tiktok.com", "youtube.com", "youtu.be",
		"pinterest.com", "viadeo.com", "google.com", "google.fr",
	} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// difference tells which of the sites that cards show are not held yet, and which that are held no card shows any more.
func difference(held, shown []Site) (added []Site, gone []string) {
	type key struct{ card, url string }
	had, has := map[key]bool{}, map[key]bool{}
	for _, s := range held {
		had[key{s.Listing, s.URL}] = true
	}
	for _, s := range shown {
		k := key{s.Listing, s.URL}
		if !had[k] && !has[k] {
			added = append(added, s)
		}
		has[k] = true
	}
	for _, s := range held {
		if !has[key{s.Listing, s.URL}] {
			gone = append(gone, s.ID)
		}
	}
	return added, gone
}

// flagSites raises the flags of cards whose sites are dead, and clears those of all others.
func (s *Service) flagSites(ctx context.Context, tx *db.Tx, t *territory.Territory) error {
	failing, err := s.store.failing(ctx, tx, t.Code)
	if err != nil {
		return err
	}
	p, dead := s.Printer(t), map[string]finding{}
	for _, site := range failing {
		if !site.Dead() {
			continue
		}
		f := dead[site.Listing]
		words := p.T("watch.fault."+string(site.Fault), "url", site.URL, "status", site.Status)
		f.subject, f.detail = strings.TrimSpace(f.subject+" "+site.URL), strings.TrimPrefix(f.detail+", "+words, ", ")
		dead[site.Listing] = f
	}
	_, err = s.settle(ctx, tx, t.Code, listing.DeadSite, dead, always)
	return err
}
