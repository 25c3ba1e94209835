package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"time"

	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// serving are the flags of the commands that serve pages.
type serving struct {
	Addr           string        `default:"127.0.0.1:8080" env:"GRAPPE_ADDR" help:"help_addr"`
	AdminAddr      string        `env:"GRAPPE_ADMIN_ADDR" placeholder:"127.0.0.1:9090" help:"help_admin_addr"`
	TLSHosts       []string      `name:"tls-host" env:"GRAPPE_TLS_HOSTS" placeholder:"HOST" help:"help_tls_host"`
	TLSCert        string        `type:"path" env:"GRAPPE_TLS_CERT" placeholder:"FILE" help:"help_tls_cert"`
	TLSKey         string        `type:"path" env:"GRAPPE_TLS_KEY" placeholder:"FILE" help:"help_tls_key"`
	TLSRedirect    string        `name:"tls-redirect-addr" env:"GRAPPE_TLS_REDIRECT_ADDR" placeholder:"0.0.0.0:80" help:"help_tls_redirect"`
	TLSEmail       string        `name:"tls-email" env:"GRAPPE_TLS_EMAIL" placeholder:"EMAIL" help:"help_tls_email"`
	PublicURL      string        `name:"public-url" env:"GRAPPE_PUBLIC_URL" placeholder:"https://…" help:"help_public_url"`
	TrustedProxies []string      `name:"trusted-proxy" env:"GRAPPE_TRUSTED_PROXIES" placeholder:"CIDR" help:"help_trusted_proxy"`
	LogFormat      string        `enum:"text,json" default:"text" env:"GRAPPE_LOG_FORMAT" help:"help_log_format"`
	LogLevel       slog.Level    `default:"info" env:"GRAPPE_LOG_LEVEL" help:"help_log_level"`
	Grace          time.Duration `default:"20s" env:"GRAPPE_GRACE" help:"help_grace"`
	Rate           float64       `default:"20" env:"GRAPPE_RATE" help:"help_rate"`
	RateBurst      int           `default:"200" env:"GRAPPE_RATE_BURST" help:"help_rate_burst"`
	Live           int           `default:"10000" env:"GRAPPE_LIVE" help:"help_live"`
	PageCache      int           `default:"64" env:"GRAPPE_PAGE_CACHE" placeholder:"MB" help:"help_page_cache"`
}

func (s *serving) logger(out *output) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.LogLevel}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(out.stderr, options))
	}
	return slog.New(slog.NewTextHandler(out.stderr, options))
}

// apply hands the flags to the instance that they are for.
func (s *serving) apply(o *app.Options) {
	o.PublicURL, o.Rate = s.PublicURL, web.Rate{PerSecond: s.Rate, Burst: s.RateBurst}
	if s.Rate == 0 {
		o.Rate.PerSecond = -1
	}
	o.PageCache, o.LiveConnections = int64(s.PageCache)<<20, s.Live
}

// listens is where it will answer, as this machine's browser asks for it; "" where the system chooses the port.
func (s *serving) listens() string {
	if _, port, err := net.SplitHostPort(s.Addr); err != nil || port == "0" {
		return ""
	}
	return web.AddressOf(s.Addr, len(s.TLSHosts) > 0 || s.TLSCert != "")
}

type serveCmd struct {
	serving
	MirrorEvery time.Duration `name:"mirror-every" default:"5m" env:"GRAPPE_MIRROR_EVERY" help:"help_mirror_every"`
	WatchSites  bool          `name:"watch-sites" default:"true" negatable:"" env:"GRAPPE_WATCH_SITES" help:"help_watch_sites"`
}

// mostPageCache, in megabytes, is far beyond what any instance has pages for: whoever asks for more meant bytes.
const mostPageCache = 65536

// shortestMirrorEvery spares the instances that are copied.
const shortestMirrorEvery = 10 * time.Second

// Validate refuses what serving does, and mirrors that would be followed too closely; kong calls it.
func (c *serveCmd) Validate() error {
	if c.MirrorEvery != 0 && c.MirrorEvery < shortestMirrorEvery {
		return errs.New(errs.Usage, "cli.bad_mirror_every", nil)
	}
	return c.serving.Validate()
}

func (c *serveCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	log := c.logger(out)
	options := cmds.options(log)
	c.apply(&options)
	options.MirrorEvery, options.WatchSites = c.MirrorEvery, c.WatchSites
	var err error
	if options.Mail.Transport, err = cmds.transport(); err != nil {
		return err
	}
	a, err := app.Open(ctx, options)
	if err != nil {
		return err
	}
	defer a.Close()
	territories, err := a.Territories.List(ctx)
	if err != nil {
		return err
	}
	if len(territories) == 0 {
		out.say("cli.serve_empty")
	}
	if err := sayMail(ctx, out, a, territories); err != nil {
		return err
	}
	if err := a.NotePublicURL(ctx); err != nil {
		log.WarnContext(ctx, "the public address cannot be kept for the command line", "error", err)
	}
	return c.serve(ctx, out, a, log, filepath.Join(cmds.Data, "certificates"))
}

// serve answers requests until ctx ends, and says the address on stdout when it is ready.
func (s *serving) serve(ctx context.Context, out *output, a *app.App, log *slog.Logger, certificates string) error {
	ready := func(url string) { fmt.Fprintln(out.stdout, out.T("cli.ready", "url", url)) }
	return a.Serve(ctx, web.ServeOptions{
		Addr: s.Addr, AdminAddr: s.AdminAddr,
		TLS: web.TLS{
			Hosts: s.TLSHosts, CacheDir: certificates, Email: s.TLSEmail, CertFile: s.TLSCert, KeyFile: s.TLSKey, RedirectAddr: s.TLSRedirect,
		},
		ShutdownTimeout: s.Grace, OnReady: ready, Logger: log,
	}, s.TrustedProxies)
}

// options says where the commands find their data.
func (c *commands) options(log *slog.Logger) app.Options {
	networks, _ := fetch.ParseNetworks(c.PrivateNetworks) // Validate has refused what is none
	return app.Options{Data: c.Data, Database: c.Database, Texts: c.texts, Logger: log, PrivateNetworks: networks, Mail: c.mailOptions()}
}

// Validate refuses a network that is none, and settings of mail that do not go together; kong calls it.
func (c *commands) Validate() error {
	if _, wrong := fetch.ParseNetworks(c.PrivateNetworks); wrong != "" || slices.Contains(c.PrivateNetworks, "") {
		return errs.New(errs.Usage, "cli.bad_network", errs.Args{"value": wrong})
	}
	return c.mailing.validate()
}

// Validate refuses settings of HTTPS that do not go together, a proxy that is no address and a public address that is none;
// kong calls it.
func (s *serving) Validate() (err error) {
	if s.PublicURL != "" {
		if s.PublicURL, err = app.ParsePublicURL(s.PublicURL); err != nil {
			return err
		}
	}
	switch {
	case s.Rate < 0 || s.RateBurst < 1:
		return errs.New(errs.Usage, "cli.bad_rate", nil)
	case s.Live < 1:
		return errs.New(errs.Usage, "cli.bad_live", nil)
	case s.PageCache < 0 || s.PageCache > mostPageCache:
		return errs.New(errs.Usage, "cli.bad_page_cache", errs.Args{"most": mostPageCache})
	case (s.TLSCert == "") != (s.TLSKey == ""):
		return errs.New(errs.Usage, "cli.tls_pair", nil)
	case s.TLSCert != "" && len(s.TLSHosts) > 0:
		return errs.New(errs.Usage, "cli.tls_both", nil)
	}
	for name, value := range map[string]string{"--tls-redirect-addr": s.TLSRedirect, "--tls-email": s.TLSEmail} {
		if value != "" && s.TLSCert == "" && len(s.TLSHosts) == 0 {
			return errs.New(errs.Usage, "cli.tls_needed", errs.Args{"name": name})
		}
	}
	for _, proxy := range s.TrustedProxies {
		if _, err := web.ParseProxies([]string{proxy}); err != nil {
			return errs.Wrap(err, errs.Usage, "cli.bad_proxy", errs.Args{"value": proxy})
		}
	}
	return nil
}

// open opens the instance that is there, and a territory of it. Whoever calls it closes the instance.
func (c *commands) open(ctx context.Context, code string) (*app.App, *territory.Territory, error) {
	a, err := app.OpenExisting(ctx, c.options(nil))
	if err != nil {
		return nil, nil, err
	}
	t, err := a.Territory(ctx, code)
	if err != nil {
		a.Close()
		return nil, nil, err
	}
	return a, t, nil
}
