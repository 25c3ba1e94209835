package app

import (
	"maps"
	"net/http"
	"slices"
	"sync/atomic"

	"grappe/internal/platform/ui"
	"grappe/internal/territory"
	webdist "grappe/web"
)

// shelf holds the assets of the instance. The accents of the territories are among them, so that they change with the
// territories; pages that were sent before still ask for those of before.
type shelf struct{ held atomic.Pointer[stock] }

// stock is what the shelf holds at one moment.
type stock struct {
	assets    *ui.Assets
	accents   []ui.Accent
	byAccents map[string]*ui.Assets // by the address of their accents, former ones as well
}

// formerAccents is how many stylesheets of before are kept.
const formerAccents = 16

// fill makes the assets for the territories, where their accents are not those already held.
func (s *shelf) fill(list []*territory.Territory) error {
	accents := make([]ui.Accent, 0, len(list))
	for _, t := range list {
		accents = append(accents, ui.Accent{Code: t.Code, Light: t.Accent.Light, Dark: t.Accent.Dark})
	}
	before := s.held.Load()
	if before != nil && slices.Equal(before.accents, accents) {
		return nil
	}
	assets, err := ui.LoadAssets(webdist.FS(), accents...)
	if err != nil {
		return err
	}
	address, err := assets.URL("accents.css")
	if err != nil {
		return err
	}
	after := &stock{assets: assets, accents: accents, byAccents: map[string]*ui.Assets{}}
	if before != nil && len(before.byAccents) < formerAccents {
		maps.Copy(after.byAccents, before.byAccents)
	}
	after.byAccents[address] = assets
	s.held.Store(after)
	return nil
}

// assets are those of now.
func (s *shelf) assets() *ui.Assets { return s.held.Load().assets }

// ServeHTTP answers for the assets of now, and for the accents of before.
func (s *shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	held := s.held.Load()
	assets, ok := held.byAccents[r.URL.Path]
	if !ok {
		assets = held.assets
	}
	assets.Handler().ServeHTTP(w, r)
}
