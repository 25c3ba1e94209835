package app

import (
	"context"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	teamcards "grappe/internal/curation/cards"
	"grappe/internal/curation/moderate"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/territory"
)

// moderation makes the queue of what waits for a decision of the team.
func (a *App) moderation() *moderate.Service {
	return moderate.NewService(moderate.Rooms{
		DB: a.DB, Now: a.now, Log: a.log, Printer: a.printer,
		Dockets: []moderate.Docket{
			claimDocket{a}, changeDocket{a, curation.Edit}, changeDocket{a, curation.Suggestion}, changeDocket{a, curation.New}, duplicateDocket{a}, flagDocket{a}, importDocket{a},
		},
		Counters: []moderate.Counter{claimDocket{a}.count, a.countChanges, duplicateDocket{a}.count, flagDocket{a}.count, importDocket{a}.count},
	})
}

// moderating adds the pages of the queue.
func (h *house) moderating() error {
	h.moderate = h.app.moderation()
	pages, err := moderate.NewPages(h.moderate)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	return nil
}

// teamWaiters are the features that have things wait for the team.
func (h *house) teamWaiters() []office.Waiter {
	return []office.Waiter{h.moderate, h.app.Freshness.Team(), h.app.Imports}
}

// seenCard is what a case tells back of the card that was shown: which one, at which version.
func seenCard(l listing.Listing) string {
	if l.ID == "" {
		return ""
	}
	return l.ID + ":" + strconv.FormatInt(l.Version, 10)
}

func readShown(seen string) (id string, version int64) {
	id, text, _ := strings.Cut(seen, ":")
	version, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return id, 0
	}
	return id, version
}

// decides reports whether an actor may decide, so that a case offers choices.
func decides(by account.Actor) bool { return by.Is(account.ProjectManager) }

// cardNames are what the codes of a territory's cards are called for who reads a page of it.
func (a *App) cardNames(ctx context.Context, p *locale.Printer) curation.Names {
	return curation.NamesOf(territory.Of(ctx), curation.Taxonomies{Competences: a.Taxonomies.Competences, Sectors: a.Taxonomies.Sectors}, p)
}

// cardLinks lead from a case to its card, in public where it is, and to its company at the desk.
func cardLinks(f ui.Frame, l listing.Listing) []ui.Button {
	var links []ui.Button
	if l.State == listing.Published {
		links = append(links, ui.Button{Label: f.P.T("app.moderation.see_card"), Icon: "external-link", URL: f.Path(curation.CardPath(l.Slug))})
	}
	if l.ID != "" {
		links = append(links, ui.Button{Label: f.P.T("app.moderation.desk_card"), Icon: "clipboard-list", URL: f.Path(teamcards.CardPath(l.ID))})
	}
	return links
}

// cardFacts are what tells one card from another.
func cardFacts(n curation.Names, r listing.Record, fields ...string) ui.Summary {
	rows := []ui.SummaryRow{{Name: n.P.T("app.moderation.state"), Value: n.P.T(r.Listing.State.Key())}}
	for _, id := range r.Company.Identifiers {
		if !company.Implied(r.Company.Identifiers, id) {
			rows = append(rows, ui.SummaryRow{Name: n.P.T(company.SchemeKey(id.Scheme)), Value: company.Format(id)})
		}
	}
	for _, field := range fields {
		if said := n.Said(r.Listing.Content, field); len(said) > 0 {
			rows = append(rows, ui.SummaryRow{Name: n.P.T(listing.FieldKey(field)), Value: inLine(said)})
		}
	}
	return ui.Summary{Rows: rows}
}

// inLine is what a field says where there is one line for it: the lines of an address are listed, paragraphs are kept apart.
func inLine(said []string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(strings.Join(said, "\n"), "\n") {
		line = strings.TrimRight(strings.TrimSpace(line), ",")
		switch {
		case line == "":
			continue
		case strings.HasSuffix(b.String(), "."):
			b.WriteString(" / ")
		case b.Len() > 0:
			b.WriteString(", ")
		}
		b.WriteString(line)
	}
	return b.String()
}
