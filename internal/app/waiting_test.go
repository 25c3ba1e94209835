package app

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui/uitest"
	"grappe/internal/territory"
)

// What was sent in the morning of the territory is of that day, also where it is still the day before in Greenwich.
func TestWhatWaitsIsOfTheDayOfTheTerritory(t *testing.T) {
	h := newClaimed(t)
	h.clock.at.Store(today().UTC().Truncate(24 * time.Hour).Add(46 * time.Hour).UnixMilli()) // 22:00
	nc, err := h.app.Territories.Get(t.Context(), demoTerritory)
	if err != nil {
		t.Fatal(err)
	}
	p := h.app.texts.Printer("fr", nc.Location(), nc.Currency)
	here, greenwich := p.Date(h.clock.now()), h.app.texts.Printer("fr", time.UTC, "").Date(h.clock.now())
	paul, card := h.as(t, "paul@atelier.nc"), h.cards["atelier"].Listing
	paul.post("/nc/annuaire/atelier/revendiquer", nil)
	rosa := h.visitor(t)
	person := rosa.enter("rosa@atelier.nc", account.ByCode)
	rosa.post("/nc/annuaire/atelier/revendiquer/demande", url.Values{"name": {"Rosa"}, "demande": {"managers"}, "message": {"J’y travaille."}})
	err = h.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := h.app.Curation.Propose(t.Context(), tx, curation.Change{
			Kind: curation.Suggestion, State: curation.Waiting, Territory: demoTerritory, Listing: card.ID, Base: card.Version, Fields: []string{"city"},
			After: listing.Content{City: "Dumbéa"}, Person: person.ID, Mail: person.Mail, Lang: "fr",
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for who, v := range map[string]*visitor{"paul": paul, "rosa": rosa} {
		text := strings.Join(uitest.Texts(t, v.get("/nc/espace").body, "main"), "")
		if strings.Count(text, here) < 2 || strings.Contains(text, greenwich) {
			t.Errorf("%s: %q, want %q", who, text, here)
		}
	}
	h.clock.pass(3 * time.Hour) // another day in Greenwich
	var team office.Waiter = h.app.moderation()
	lines, err := team.Waiting(territory.With(t.Context(), nc), account.Actor{Person: "lise", Territory: demoTerritory, Roles: []account.Role{account.ProjectManager}}, "fr")
	if err != nil || len(lines) != 1 || !strings.Contains(lines[0].Detail, "aujourd’hui") {
		t.Errorf("%+v, %v", lines, err)
	}
}
