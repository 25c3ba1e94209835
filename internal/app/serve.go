package app

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"grappe/internal/platform/db"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Serve answers requests until ctx ends: it reads the listings into the indexes while it already answers that it is
// getting ready, follows the change log, and stops gracefully. proxies are the trusted ones in front. The errors are those
// of web.Serve.
func (a *App) Serve(ctx context.Context, o web.ServeOptions, proxies []string) error {
	trusted, err := web.ParseProxies(proxies)
	if err != nil {
		return err
	}
	g := &registry{}
	if err := g.reload(ctx, a.Territories); err != nil {
		return err
	}
	h, err := newHouse(a, g)
	if err != nil {
		return err
	}
	metrics := web.NewMetrics()
	stack := web.Stack(web.Options{
		Errors: web.Errors{Page: h.errorPage, Printer: h.printer}, Logger: o.Logger, Metrics: metrics, Proxies: trusted, Now: a.now,
	}, h)
	following, stop := context.WithCancel(ctx)
	defer stop()
	ready := make(chan struct{})
	o.Health = web.NewHealth(
		web.Check{Name: "database", Run: a.DB.Ping},
		web.Check{Name: "index", Run: func(context.Context) error { return whenClosed(ready) }},
	)
	o.Metrics = metrics
	done := make(chan error, 1)
	go func() { done <- a.follow(following, g, ready) }()
	err = web.Serve(ctx, o, stack)
	stop()
	if followed := <-done; followed != nil && !errors.Is(followed, context.Canceled) {
		return errors.Join(err, followed)
	}
	return err
}

var errNotReady = errors.New("the listings are being read")

func whenClosed(ready <-chan struct{}) error {
	select {
	case <-ready:
		return nil
	default:
		return errNotReady
	}
}

// follow reads the listings, then keeps the indexes and the registry current until ctx ends.
func (a *App) follow(ctx context.Context, g *registry, ready chan<- struct{}) error {
	after, err := a.Directory.Load(ctx)
	if err != nil {
		return err
	}
	close(ready)
	for range a.DB.Watch(ctx) {
		if after, err = a.catchUp(ctx, g, after); err != nil && ctx.Err() == nil {
			a.log.WarnContext(ctx, "the change log cannot be followed, will try again", "error", err)
		}
	}
	return ctx.Err()
}

// changesAtOnce is how many changes are applied together.
const changesAtOnce = 2000

// catchUp applies what the change log holds beyond a position, and gives the new one.
func (a *App) catchUp(ctx context.Context, g *registry, after int64) (int64, error) {
	for {
		changes, err := a.DB.Changes(ctx, after, changesAtOnce)
		if err != nil || len(changes) == 0 {
			return after, err
		}
		if slices.ContainsFunc(changes, func(c db.Change) bool { return c.Kind == territory.ChangeKind }) {
			if err := g.reload(ctx, a.Territories); err != nil {
				return after, err
			}
		}
		if err := a.Directory.Apply(ctx, changes); err != nil {
			return after, err
		}
		after = changes[len(changes)-1].Seq
	}
}

// printer speaks the language of a request that no frame was made for.
func (h *house) printer(r *http.Request) *locale.Printer {
	if p, ok := h.registry.find(r.Host, r.URL.Path); ok {
		return h.app.texts.Printer(p.lang, p.territory.Location(), p.territory.Currency)
	}
	return h.app.texts.Printer(web.Language(r, locale.Languages()...), nil, "")
}
