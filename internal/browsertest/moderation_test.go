package browsertest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// reported is an instance in whose queue n errors wait, each about a card of its own, the oldest about the first.
func (s *stage) reported(t *testing.T, n int) *stage {
	t.Helper()
	in := s.instance(t, true)
	ctx := t.Context()
	for i := range n {
		err := in.app.DB.Write(ctx, func(tx *db.Tx) error {
			l, _ := listing.Merge(listing.Listing{Territory: territory, State: listing.Published}, listing.Content{
				Name: fmt.Sprintf("Atelier %d", i+1), Category: listing.Company, Headline: "Sites et applications", City: "Nouméa", Phones: []string{"+687251010"},
			}, nil, company.Source{Kind: company.FromImport, Name: "test", At: in.clock.now()})
			saved, err := listing.Store{}.Save(ctx, tx, listing.Record{Listing: l, Company: company.Company{UsualName: l.Name}}, in.clock.now())
			if err != nil {
				return err
			}
			_, err = in.app.Curation.Propose(ctx, tx, curation.Change{
				Kind: curation.Suggestion, State: curation.Waiting, Territory: territory, Listing: saved.Listing.ID, Fields: []string{"city", "phones"}, Message: "Ils ont déménagé.",
				After: listing.Content{City: "Dumbéa", Phones: []string{"+687449999"}}, Mail: fmt.Sprintf("passant%d@exemple.nc", i+1), Lang: "fr",
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return in
}

// states are those of the changes in the order of their cards, a letter each.
func (s *stage) states(t *testing.T) string {
	t.Helper()
	rows, err := s.app.DB.Read().QueryContext(context.WithoutCancel(t.Context()), `SELECT state FROM curation_changes ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var state string
		if err := rows.Scan(&state); err != nil {
			t.Fatal(err)
		}
		out.WriteString(state[:1])
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// suspects makes what somebody has sent look like spam.
func (s *stage) suspects(t *testing.T, mail string) {
	t.Helper()
	err := s.app.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE curation_changes SET signs = '["links"]' WHERE mail = $1`, mail)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// decider is the browser of somebody of the team, at the queue.
func (s *stage) decider(t *testing.T, w way) *trip {
	t.Helper()
	mail := s.somebody("lise")
	s.appoints(t, mail, account.ProjectManager)
	p := s.person(t, mail, "Lise Wamytan")
	b := s.trip(t, w)
	b.enters(t, p)
	b.opens("/gestion/moderation?sorte=tout")
	return b
}

// on waits until the row of a card is the one that the keys are about, with the focus in it.
func (b *trip) on(title string) {
	b.Helper()
	b.until("the row of "+title, fmt.Sprintf(`document.querySelectorAll(".row-here").length === 1 && document.activeElement?.closest(".row-here")?.textContent.includes(%s)`, quote(title)))
}

// atCase waits for the page of a case.
func (b *trip) atCase(title string) {
	b.Helper()
	b.until("the case of "+title, fmt.Sprintf(`document.readyState === "complete" && document.querySelector("h1")?.textContent === %s`, quote(title)))
}

// Five cases are decided by keyboard alone; what is said is said to all; nobody who writes meets the keys.
func moderationByKeyboard(t *testing.T) {
	each(t, scripted()[1:], func(t *testing.T, w way) {
		in := theStage(t).reported(t, 7)
		b := in.decider(t, w)
		const said = `document.querySelector("[data-said]").textContent`
		b.until("the keys", `!document.querySelector("[data-desk-keys]").hidden`)
		b.keys("a")
		b.until("it says that nothing is picked", said+` !== ""`)
		b.keys("j")
		b.on("Atelier 1")
		b.keys("j")
		b.keys("k")
		b.on("Atelier 1")
		b.follow("the queue again", func() { b.keys("a") })
		b.want("it says what was done", visible("main [role=alert]"))
		b.on("Atelier 2")
		b.keys("r")
		b.until("the reason", `document.activeElement.id === "motif"`)
		b.keys("j") // in a field it chooses, and moves nothing
		b.keys(kb.ArrowDown)
		b.keys(kb.Tab)
		b.keys("raison: jamais a ni r")
		b.want("what is typed is typed", `document.activeElement.value === "raison: jamais a ni r" && document.querySelectorAll("main tbody tr").length === 6`)
		b.keys(kb.Tab)
		b.follow("the queue again", func() { b.keys(kb.Enter) })
		b.on("Atelier 3")
		if got := in.states(t); got != "arwwwww" {
			t.Errorf("after two: %s", got)
		}
		b.follow("the case", func() { b.keys(kb.Enter) })
		b.atCase("Atelier 3")
		b.keys("?")
		b.until("the help", `document.getElementById("desk-keys").matches(":modal")`)
		b.keys("a") // nothing is decided behind the help
		b.keys(kb.Escape)
		b.until("no help", `!document.getElementById("desk-keys").open`)
		b.keys("j")
		b.atCase("Atelier 4")
		b.keys("k")
		b.atCase("Atelier 3")
		b.keys("a")
		b.atCase("Atelier 4")
		b.keys("r")
		b.until("the reason", `document.activeElement.id === "motif"`)
		b.keys(kb.ArrowDown)
		b.keys(kb.Tab)
		b.keys(kb.Tab)
		b.keys(kb.Enter)
		b.atCase("Atelier 5")
		b.want("it says what was done", visible("main [role=alert]"))
		b.keys("u")
		b.atCase("Atelier 4")
		b.keys("a")
		b.atCase("Atelier 5")
		b.keys("a")
		b.atCase("Atelier 6")
		if got := in.states(t); got != "araaaww" {
			t.Errorf("after five: %s", got)
		}
		in.suspects(t, "passant7@exemple.nc")
		b.opens("/gestion/moderation?sorte=tout")
		b.want("what is doubtful is folded away", `!document.querySelector("details:has(.queue)").open`)
		b.keys("j")
		b.on("Atelier 6")
		b.keys("j") // the fold opens
		b.on("Atelier 7")
		b.keys("x")
		b.until("it is picked", `document.querySelector("details[open] .queue input").checked && !document.querySelector(".bulk button[value=refuser]").disabled`)
	})
}

// What is picked is decided at once, with one reason; each result is told. On a phone by touch, and without scripts alike.
func moderationOfMany(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		in := theStage(t).reported(t, 6)
		b := in.decider(t, w)
		b.look("moderation")
		row := func(n int) string { return fmt.Sprintf("main tbody tr:nth-child(%d) .check", n) }
		b.click(row(1))
		b.click(row(3))
		if w.scripts {
			b.until("it says how many", `document.querySelector("[data-count-picked]").textContent.includes("2")`)
		}
		b.sends("the results", `main [name=acte][value=accepter]`)
		b.here("/gestion/moderation/lots/" + b.text(`location.pathname.split("/").pop()`))
		b.want("two are told", `document.querySelectorAll("main .roster li").length === 2`)
		b.look("moderation-lot")
		b.sends("the queue", `main p a.button-main`)
		b.click(`details[data-refuse] summary`)
		b.click(row(2))
		b.sends("the queue again", `main [name=acte][value=refuser]`)
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField("#raison")
		b.look("moderation-faute")
		b.want("what was picked still is", `document.querySelectorAll("main tbody :checked").length === 1`)
		b.writes("#raison", "Nous avons appelé : rien n’a changé.")
		b.sends("the queue again", `main [name=acte][value=refuser]`)
		b.want("it can be taken back", visible(`main form[action$="/annulation"] button`))
		if got := in.states(t); got != "awarww" {
			t.Errorf("after three: %s", got)
		}
		b.sends("a case", "main tbody tr:nth-child(2) a")
		b.atCase("Atelier 5")
		b.look("moderation-cas")
		b.click(`input[name=champs][value=phones]`)
		b.sends("the next case", `main [name=acte][value=accepter]`)
		b.atCase("Atelier 6")
		if got := in.states(t); got != "awarpw" {
			t.Errorf("after one in part: %s", got)
		}
		b.sends("the case that was decided", `main a[href*="/moderation/signalement/"]:not(.button)`)
		b.look("moderation-cas-decide")
	})
}
