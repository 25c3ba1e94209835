package watch

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/fetch"
)

// How polite a round is.
const (
	mostSites  = 300             // a night
	mostOfHost = 10              // a night
	hostsAside = 4               // asked at once, one request each
	hostPause  = 5 * time.Second // between two requests to one host
	controls   = 3               // sites that were well last time, asked to know whether it is our network
)

// accept is what a browser asks for.
const accept = "text/html,application/xhtml+xml,*/*;q=0.8"

// Round looks at the sites that are due, and raises and clears flags. A daily schedule calls it. The sites are put off to the next day
// before the first is asked, so that a round that was killed, or runs twice, asks none of them twice in one night.
func (s *Service) Round(ctx context.Context) error {
	if s.Sites == nil {
		return nil
	}
	var due []Site
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		tx.Serialize(lock, "")
		if due, err = s.store.due(ctx, tx, s.Now(), mostSites, mostOfHost); err != nil {
			return err
		}
		ids := make([]string, len(due))
		for i, site := range due {
			ids[i] = site.ID
		}
		return s.store.put(ctx, tx, ids, s.Now().Add(day))
	})
	if err != nil || len(due) == 0 {
		return err
	}
	sites, looks := s.look(ctx, due)
	if err := ctx.Err(); err != nil {
		return err
	}
	severed, err := s.severed(ctx, sites, looks)
	if err != nil {
		return err
	}
	if severed {
		s.Log.WarnContext(ctx, "sites of cards cannot be judged: our own network seems to be down", "asked", len(looks))
	}
	var after []Site
	for i, site := range sites {
		if !severed || looks[i].Reached() {
			after = append(after, site.After(looks[i]))
		}
	}
	return s.note(ctx, after)
}

// severed reports whether it is our own network that is down. Where nobody was reached, sites that were well lately are asked as well:
// a few dead ones alone in their night are not our network.
func (s *Service) severed(ctx context.Context, sites []Site, looks []Look) (bool, error) {
	if !Severed(sites, looks) {
		return false, nil
	}
	if slices.ContainsFunc(looks, Look.Reached) {
		return true, nil
	}
	well, err := s.store.well(ctx, s.DB.Read(), controls+len(sites))
	if err != nil {
		return true, err
	}
	asked := 0
	for _, site := range well {
		if asked == controls || slices.ContainsFunc(sites, func(o Site) bool { return o.Host == site.Host }) {
			continue
		}
		asked++
		a, err := s.Sites.Glance(ctx, site.URL, accept)
		if l, ok := judge(a, err, s.Now()); ok && l.Reached() {
			return Severed(append(slices.Clone(sites), site), append(slices.Clone(looks), l)), nil
		}
	}
	return true, ctx.Err()
}

// look asks sites, several hosts side by side, and gives those of which something was learnt. A host that asks to be left alone is, with
// all of its sites.
func (s *Service) look(ctx context.Context, due []Site) ([]Site, []Look) {
	hosts, order := map[string][]Site{}, []string{}
	for _, site := range due {
		if len(hosts[site.Host]) == 0 {
			order = append(order, site.Host)
		}
		hosts[site.Host] = append(hosts[site.Host], site)
	}
	var (
		mu    sync.Mutex
		sites []Site
		looks []Look
		group sync.WaitGroup
	)
	queue := make(chan string)
	for range min(hostsAside, len(order)) {
		group.Go(func() {
			for host := range queue {
				asked, found := s.lookAt(ctx, hosts[host])
				mu.Lock()
				sites, looks = append(sites, asked...), append(looks, found...)
				mu.Unlock()
			}
		})
	}
	for _, host := range order {
		queue <- host
	}
	close(queue)
	group.Wait()
	return sites, looks
}

// lookAt asks the sites of one host, one after the other.
func (s *Service) lookAt(ctx context.Context, of []Site) (sites []Site, looks []Look) {
	for i, site := range of {
		if i > 0 && s.Wait(ctx, hostPause) != nil || ctx.Err() != nil {
			return sites, looks
		}
		a, err := s.Sites.Glance(ctx, site.URL, accept)
		l, ok := judge(a, err, s.Now())
		if !ok {
			return sites, looks
		}
		sites, looks = append(sites, site), append(looks, l)
		if l.Busy {
			for _, rest := range of[i+1:] {
				sites, looks = append(sites, rest), append(looks, l)
			}
			return sites, looks
		}
	}
	return sites, looks
}

// note stores what became of the sites and settles the flags of their territories.
func (s *Service) note(ctx context.Context, after []Site) error {
	own, err := s.own(ctx)
	if err != nil {
		return err
	}
	for _, t := range own {
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			tx.Serialize(lock, t.Code)
			for _, site := range after {
				if site.Territory != t.Code {
					continue
				}
				if err := s.store.update(ctx, tx, site); err != nil {
					return err
				}
			}
			return s.flagSites(ctx, tx, t)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// UserAgent is how we name ourselves to the sites of cards; public is where the instance stands, "" where nobody said it.
func UserAgent(public string) string {
	if public == "" {
		return "Grappe-watch/1"
	}
	return "Grappe-watch/1 (+" + public + ")"
}

// NewAsker is a client for the sites of cards, with more patience for redirects than for anything else.
func NewAsker(o fetch.Options) Asker {
	o.Redirects, o.Whole, o.Connect, o.Header = 8, 30*time.Second, 10*time.Second, 20*time.Second
	return fetch.New(o)
}

// Jitter is a part of an hour that is always the same for an instance: so that not all instances begin at the same moment.
func Jitter(public string) time.Duration {
	return spread(strconv.Quote(public), time.Hour).Truncate(time.Minute)
}
