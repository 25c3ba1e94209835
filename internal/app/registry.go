package app

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"

	"grappe/internal/territory"
)

// registry answers which territory a request is for, without asking the base.
type registry struct {
	held     atomic.Pointer[held]
	reloaded func([]*territory.Territory) error // told of the territories at each reload but the first; nil for nobody
}

// held is what the registry knows at one moment.
type held struct {
	list   []*territory.Territory
	byCode map[string]*territory.Territory
	byHost map[string]*territory.Territory
}

// reload reads the territories anew. One that cannot be read is left out, and the log says which.
func (g *registry) reload(ctx context.Context, s *territory.Service, log *slog.Logger) error {
	list, faulty, err := s.Survey(ctx)
	if err != nil {
		return err
	}
	for _, f := range faulty {
		log.ErrorContext(ctx, "a territory cannot be read and is left out", "territory", f.Code, "error", f.Err)
	}
	h := &held{list: list, byCode: map[string]*territory.Territory{}, byHost: map[string]*territory.Territory{}}
	for _, t := range list {
		h.byCode[t.Code] = t
		for _, host := range t.Hosts {
			h.byHost[strings.ToLower(host)] = t
		}
	}
	if g.reloaded != nil { // before the pages of a new territory can be asked for, which begin with its accent
		if err := g.reloaded(list); err != nil {
			// Pages do without the new accent: no reason to stop following.
			log.ErrorContext(ctx, "the territories' accents cannot be made", "error", err)
		}
	}
	g.held.Store(h)
	return nil
}

// all lists the territories.
func (g *registry) all() []*territory.Territory { return g.held.Load().list }

// place is where a request goes: a territory, the prefix under which it stands, and the rest of the path.
type place struct {
	territory *territory.Territory
	base      string // "" on its own host, "/nc" elsewhere
	lang      string
	prefix    string // "" for the territory's first language, "/en" for another
	path      string // within the territory and language
}

// find reads a host and a path. On a host that no territory claims the first segment names the territory; the language
// follows. The second result is false where no territory is meant.
func (g *registry) find(host, path string) (place, bool) {
	h := g.held.Load()
	p := place{territory: h.claims(host), path: path}
	if p.territory == nil {
		segment, rest := firstSegment(path)
		if p.territory = h.byCode[segment]; p.territory == nil {
			return place{}, false
		}
		p.base, p.path = "/"+segment, rest
	}
	p.lang = p.territory.Languages[0]
	segment, rest := firstSegment(p.path)
	for _, lang := range p.territory.Languages[1:] {
		if segment == lang {
			p.lang, p.prefix, p.path = lang, "/"+lang, rest
		}
	}
	return p, true
}

// claims gives the territory that claims a host, nil for none.
func (h *held) claims(host string) *territory.Territory {
	if strings.Contains(host, ":") {
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
	}
	return h.byHost[strings.ToLower(strings.TrimSuffix(host, "."))]
}

// meant is the territory alone of what find finds, nil for none.
func (g *registry) meant(host, path string) *territory.Territory {
	h := g.held.Load()
	if t := h.claims(host); t != nil {
		return t
	}
	code, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return h.byCode[code]
}

// firstSegment splits "/nc/annuaire" into "nc" and "/annuaire"; the rest of "/nc" is "/".
func firstSegment(path string) (segment, rest string) {
	segment, rest, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return segment, "/" + rest
}

// sitesOn gives the territories that stand on a host: the one that claims it, else all of them.
func (g *registry) sitesOn(host string) []*territory.Territory {
	if p, ok := g.find(host, "/"); ok {
		return []*territory.Territory{p.territory}
	}
	return g.all()
}
