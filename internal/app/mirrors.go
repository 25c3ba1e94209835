package app

import (
	"context"
	"reflect"
	"strings"
	"sync/atomic"
	"time"

	"grappe/internal/directory"
	"grappe/internal/mirror"
	remote "grappe/internal/platform/fetch"
	"grappe/internal/platform/locale"
)

// userAgent is how we name ourselves to the instances that we copy.
const userAgent = "Grappe-mirror/1"

// newClient is what reads other instances.
func (o Options) newClient() *remote.Client {
	return remote.New(remote.Options{UserAgent: userAgent, Private: o.PrivateNetworks})
}

// Probe finds the territory of another instance at an address, before there is anything here: see mirror.Probe.
func Probe(ctx context.Context, o Options, address, code string) (mirror.Source, error) {
	return mirror.Probe(ctx, o.newClient(), address, code)
}

// openMirrors makes the room of mirrors.
func (a *App) openMirrors() {
	a.Mirrors = mirror.New(mirror.Rooms{
		DB: a.DB, Client: a.options.newClient(), Territory: a.Territories.Get, Competences: a.Taxonomies.Competences,
		Sectors: a.Taxonomies.Sectors, Every: a.options.MirrorEvery, Now: a.now, Log: a.log,
	})
	a.copies = &copies{list: a.Mirrors.List, now: a.now}
}

// followMirrors keeps the mirrors current until ctx ends; what it gives is closed when it has stopped.
func (a *App) followMirrors(ctx context.Context) <-chan struct{} {
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if a.options.MirrorEvery > 0 {
			_ = a.Mirrors.Follow(ctx) // only ends with ctx
		}
	}()
	return stopped
}

// copies remembers which territories are mirrors, so that no page waits for the base.
type copies struct {
	list    func(context.Context) ([]mirror.Mirror, error)
	now     func() time.Time
	held    atomic.Pointer[heldCopies]
	reading atomic.Bool
}

// heldCopies is what was known at one moment.
type heldCopies struct {
	readAt time.Time
	byCode map[string]mirror.Mirror
	number uint64 // another one each time that something is known that was not
}

// rememberCopies is how long what is known of the mirrors holds.
const rememberCopies = 10 * time.Second

// of gives the mirror that a territory is. One request at a time asks the base again; the others, and all while it does not
// answer, go by what was known.
func (c *copies) of(ctx context.Context, code string) (mirror.Mirror, bool) {
	m, ok := c.current(ctx, c.now()).byCode[code]
	return m, ok
}

// state numbers what is known of the mirrors, and tells whether a territory is one that readers are told is not current.
func (c *copies) state(ctx context.Context, code string, now time.Time) (number uint64, stale bool) {
	held := c.current(ctx, now)
	return held.number, held.byCode[code].Stale(now)
}

func (c *copies) current(ctx context.Context, now time.Time) *heldCopies {
	held := c.held.Load()
	fresh := held != nil && now.Sub(held.readAt) < rememberCopies && !now.Before(held.readAt)
	if !fresh && (held == nil || c.reading.CompareAndSwap(false, true)) {
		held = c.read(ctx, held, now)
		c.reading.Store(false)
	}
	return held
}

func (c *copies) read(ctx context.Context, before *heldCopies, now time.Time) *heldCopies {
	next := &heldCopies{readAt: now}
	if before != nil {
		next.number = before.number
	}
	list, err := c.list(ctx)
	if err != nil {
		if before == nil {
			return next // the next request asks again
		}
		next.byCode = before.byCode
	} else {
		next.byCode = make(map[string]mirror.Mirror, len(list))
		for _, m := range list {
			next.byCode[m.Territory] = m
		}
		if before == nil || !reflect.DeepEqual(before.byCode, next.byCode) {
			next.number++
		}
	}
	c.held.Store(next)
	return next
}

// mirrorNotice tells readers of a copied territory whose it is and how current.
func mirrorNotice(p *locale.Printer, m mirror.Mirror, now time.Time) string {
	switch {
	case !m.Complete && m.LastOKAt.IsZero():
		return p.T("app.mirror_begun", "host", m.Host())
	case m.Stale(now):
		return p.T("app.mirror_stale", "host", m.Host(), "since", p.DateTime(m.FailingSince), "date", p.DateTime(m.LastOKAt))
	}
	return p.T("app.mirror", "host", m.Host(), "date", p.DateTime(m.LastOKAt))
}

// mirrorCredit names the instance that a card was copied from, for its page.
func (a *App) mirrorCredit(ctx context.Context, source, lang string) (directory.Credit, error) {
	_, code, _ := strings.Cut(source, "/")
	m, ok := a.copies.of(ctx, code)
	if !ok || m.Name() != source {
		return directory.Credit{Title: strings.TrimPrefix(source, mirror.NamePrefix)}, nil // kept when its mirror was removed
	}
	c := directory.Credit{Title: m.Host(), Attribution: m.Attribution, Licence: m.Licence, URL: m.At("/annuaire")}
	t, err := a.Territories.Get(ctx, code)
	if err != nil {
		return directory.Credit{}, err
	}
	c.Title = t.Name(lang) + " – " + m.Host()
	if c.Attribution == "" {
		c.Attribution = c.Title
	}
	return c, nil
}

// original is the page of the source that a card was copied from, empty for a card of our own.
func (a *App) original(ctx context.Context, code, listingID string) (string, error) {
	if _, ok := a.copies.of(ctx, code); !ok {
		return "", nil
	}
	return a.Mirrors.Original(ctx, listingID)
}
