package app

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"grappe/internal/platform/locale"
	"grappe/internal/platform/pagecache"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// Serve answers requests until ctx ends: it reads the listings into the indexes while it already answers that it is
// getting ready, follows the change log, and stops gracefully. o.OnReady is told the address once the pages answer; until
// then the log has it. proxies are the trusted ones in front. The errors are those of web.Serve.
func (a *App) Serve(ctx context.Context, o web.ServeOptions, proxies []string) error {
	trusted, err := web.ParseProxies(proxies)
	if err != nil {
		return err
	}
	g := &registry{}
	if err := g.reload(ctx, a.Territories, a.log); err != nil {
		return err
	}
	h, err := newHouse(a, g)
	if err != nil {
		return err
	}
	metrics := web.NewMetrics()
	stack := web.Stack(h.stack(web.Options{Logger: o.Logger, Metrics: metrics, Proxies: trusted, Rate: a.options.Rate, Heavy: a.heavy()}), h)
	metrics.Gauge("live_connections", "Connections that wait for news.", func() float64 { return float64(a.live.Connections()) })
	following, stop := context.WithCancel(ctx)
	defer stop()
	ready := make(chan struct{})
	said := a.sayWhenReady(following, ready, &o)
	o.Health = web.NewHealth(
		web.Check{Name: "database", Run: web.Remembered(rememberPing, a.now, a.DB.Ping)},
		web.Check{Name: "index", Run: func(context.Context) error { return whenClosed(ready) }},
	)
	o.Metrics = metrics
	done := make(chan error, 1)
	go func() { done <- a.follow(following, g, ready) }()
	mirrored := a.followMirrors(following)
	worked := make(chan struct{})
	go func() { defer close(worked); a.work(following) }()
	living := make(chan struct{})
	go func() { defer close(living); a.live.Run(following) }() // ends with ctx, so that no connection holds up the stop
	err = web.Serve(ctx, o, stack)
	stop()
	<-living
	<-said
	<-mirrored
	<-worked
	if followed := <-done; followed != nil && !errors.Is(followed, context.Canceled) {
		return errors.Join(err, followed)
	}
	return err
}

// work does the jobs of the queue until ctx ends.
func (a *App) work(ctx context.Context) {
	if err := a.Queue.Run(ctx); err != nil && ctx.Err() == nil {
		a.log.ErrorContext(ctx, "the queue has stopped", "error", err)
	}
}

// heavy is what each client may ask for of what costs much: as usual, unless clients have no limits.
func (a *App) heavy() web.Rate { return web.Rate{PerSecond: min(a.options.Rate.PerSecond, 0)} }

// stack completes the options of the Stack around the house.
func (h *house) stack(o web.Options) web.Options {
	o.Errors, o.Now = web.Errors{Page: h.errorPage, Printer: h.printer}, h.app.now
	if most := h.app.options.PageCache; most > 0 {
		o.Pages, o.Version = pagecache.New(most), h.version
	}
	return o
}

// rememberPing is how long an answer of the database to /readyz holds: whoever asks more often asks us, not the database.
const rememberPing = time.Second

// sayWhenReady puts off o.OnReady until ready is closed. What it gives is closed when nothing more will be said.
func (a *App) sayWhenReady(ctx context.Context, ready <-chan struct{}, o *web.ServeOptions) <-chan struct{} {
	said, urls, tell := make(chan struct{}), make(chan string, 1), o.OnReady
	o.OnReady = func(url string) {
		a.log.InfoContext(ctx, "listening", "url", url)
		a.listens.Store(strings.TrimSuffix(url, "/"))
		urls <- url
	}
	go func() {
		defer close(said)
		var url string
		select {
		case url = <-urls:
		case <-ctx.Done():
			return
		}
		a.askInDemo(ctx)
		select {
		case <-ready:
		case <-ctx.Done():
			return
		}
		if tell != nil {
			tell(url)
		}
	}()
	return said
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

// printer speaks the language of a request: that of its frame, or of the address where none was made yet.
func (h *house) printer(r *http.Request) *locale.Printer {
	if p := ui.Of(r).P; p != nil {
		return p
	}
	if p, ok := h.registry.find(r.Host, r.URL.Path); ok {
		return h.app.texts.Printer(p.lang, p.territory.Location(), p.territory.Currency)
	}
	return h.app.texts.Printer(web.Language(r, locale.Languages()...), nil, "")
}
