package app

import (
	"grappe/internal/curation"
	teamcards "grappe/internal/curation/cards"
	"grappe/internal/curation/moderate"
	"grappe/internal/importer/browser"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

// openImports makes the room of imports in the browser.
func (a *App) openImports() {
	a.Imports = browser.New(browser.Rooms{
		DB: a.DB, Importer: a.Importer, Accounts: a.Accounts, Queue: a.Queue, Presets: presets.FS, Territory: a.Territories.Get, Cards: a.importWords,
		Sectors: sectorCodes{a.Taxonomies.Sectors}, Printer: a.printer,
		Card: teamcards.CardPath, Doubtful: moderate.Path + "?sorte=" + duplicateDocket{}.Kind(), Review: func(run string) string { return moderate.CasePath(importDocket{}.Kind(), run) },
		Now: a.now, Log: a.log,
	})
}

// imports adds the pages of imports.
func (h *house) imports() error {
	pages, err := browser.NewPages(h.app.Imports)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	h.entries = append(h.entries, h.app.Imports.Entries()...)
	return nil
}

// importWords says what cards hold in the words of the queue.
func (a *App) importWords(t *territory.Territory, p *locale.Printer) browser.Words {
	return cardWords{curation.NamesOf(t, curation.Taxonomies{Competences: a.Taxonomies.Competences, Sectors: a.Taxonomies.Sectors}, p)}
}

// cardWords are the names of a territory as imports ask for them.
type cardWords struct{ names curation.Names }

var _ browser.Words = cardWords{}

// Said implements browser.Words.
func (w cardWords) Said(c listing.Content, field string) []string { return w.names.Said(c, field) }

// Differences implements browser.Words.
func (w cardWords) Differences(before, after listing.Content, fields []string) []ui.Difference {
	return curation.Items(curation.Differences(before, after, fields, w.names))
}

// sectorCodes are the sectors of a taxonomy as imports lead values to them.
type sectorCodes struct{ sectors *taxonomy.Taxonomy }

var _ browser.Codes = sectorCodes{}

// All implements browser.Codes.
func (s sectorCodes) All(lang string) []browser.Code {
	var out []browser.Code
	for _, code := range s.sectors.Codes() {
		if term, ok := s.sectors.Term(code); ok {
			out = append(out, browser.Code{Code: code, Name: term.Name(lang)})
		}
	}
	return out
}

// Match implements browser.Codes.
func (s sectorCodes) Match(text string) (string, bool) {
	term, ok := s.sectors.Match(text)
	return term.Code, ok
}
