package browsertest

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// members is a file as a cluster keeps it: some columns are recognised, others are for a person to lead.
const members = "Structure;Type;Commune;Tél;Courriel;Ce que nous faisons;Repères\n" +
	"Atelier du Lagon;Entreprise;Nouméa;26 12 34;contact@lagon.example.org;Des sites et des applications.;web, mobile\n" +
	"École des Îles;Organisme de formation;Lifou;45 12 34;ecole@iles.example.org;Des cours du soir.;formation\n" +
	"Garage Koné;Entreprise;Koné;47 12 34;garage@kone.example.org;Des pannes réparées.;réparation\n" +
	";Entreprise;Poum;sans;;Sans nom.;\n"

// importing takes a file from a folder to the directory, and takes the import back after an owner edited one of its cards.
func importing(t *testing.T) {
	all := append(ways(), way{laptop(), true, "en"})
	each(t, all, func(t *testing.T, w way) {
		in := theStage(t).instance(t, true)
		mail := in.somebody("imports")
		p := in.person(t, mail, "Inès Portée")
		in.appoints(t, mail, account.ProjectManager)
		b := in.trip(t, w)
		b.enters(t, p)
		b.opens("/gestion/imports")
		b.look("imports-vides")
		b.sends("the page for a file", `main a.button-main`)
		b.look("imports-fichier")
		b.chooses(t, "#fichier", "photo.csv", "\x89PNG\r\n\x1a\n")
		b.sends("the page for a file again", submit)
		b.answered(http.StatusUnprocessableEntity)
		b.wrongField("#fichier")
		b.look("imports-fichier-faute")
		b.chooses(t, "#fichier", "membres.csv", members)
		b.sends("the columns", submit)
		b.want("the first rows are cards", `document.querySelectorAll(".preview-card").length === 4`)
		b.look("imports-colonnes")

		b.leads(w, "Ce que nous faisons", "description")
		b.leadsByKeyboard(w, "Repères", "tags")
		if !w.scripts {
			b.sends("the columns again", `[value=apercu]`)
		}
		b.until("the preview says so", `document.querySelector(".compose-preview").textContent.includes("Des cours du soir.")`)
		b.want("the codes of the sorts are guessed", `document.getElementById("v-category-organisme-de-formation").value === "school"`)
		b.look("imports-colonnes-menees")
		b.click(`[name=etape][value=essai]`)
		b.comes("the trial", visible(`main form[action$="/import"] [type=submit]`))
		b.want("the trial tells", `[...document.querySelectorAll(".tile-value")].map((e) => e.textContent.trim()).join(" ") === "4 3 1"`)
		b.look("imports-essai")
		in.imported(t, 0)
		b.waiting(t, "imports-attente")

		b.click(`main form[action$="/import"] [type=submit]`)
		b.comes("the run", `location.pathname.includes("/suivi/") && `+visible(`main a.button-danger`))
		b.look("imports-fait")
		in.imported(t, 3)
		in.owns(t, "Atelier du Lagon", "Nos mots à nous.")

		b.sends("what undoing means", `main a.button-danger`)
		b.look("imports-annulation")
		b.click(`main form .button-main`)
		b.comes("what it would do", visible(`main form .button-danger`))
		b.want("the card of the owner is named", `document.querySelector(".roster").textContent.includes("Atelier du Lagon")`)
		b.look("imports-annulation-comptee")
		b.click(`main form .button-danger`)
		b.comes("the run that was undone", `location.pathname.includes("/suivi/") && document.getElementById("annule") !== null`)
		b.want("what stayed is named", `document.querySelector(".roster").textContent.includes("Atelier du Lagon")`)
		b.look("imports-annule")
		in.imported(t, 1)

		b.opens("/gestion/imports")
		b.want("the run is in the list", `document.querySelectorAll("main tbody[data-rows] tr").length === 1`)
		b.look("imports")
		b.sends("the mappings", `main a[href$="/correspondances"]`)
		b.want("the mapping is kept", `document.querySelectorAll("main tbody[data-rows] tr").length === 1`)
		b.look("imports-correspondances")
	})
}

// comes waits for what comes by itself, and without scripts by asking how far it is.
func (b *trip) comes(what, expression string) {
	b.Helper()
	if b.way.scripts {
		b.until(what, expression)
		return
	}
	const again = "noscript a.button"
	b.until(what, `document.readyState === "complete" && (`+expression+` || document.querySelector("`+again+`") !== null)`)
	for !b.is(expression) {
		b.sends("how far it is", again)
	}
}

// column is the selector of a column of the file.
func (b *trip) column(name string) string {
	b.Helper()
	id := b.text(fmt.Sprintf(`[...document.querySelectorAll("[data-column]")].find((c) => c.querySelector(".compose-path").textContent === %s)?.id ?? ""`, quote(name)))
	if id == "" {
		b.Fatalf("there is no column %s", name)
	}
	return "#" + id
}

// leads leads a column to a field: by dragging it in a wide window, by its select elsewhere.
func (b *trip) leads(w way, column, field string) {
	b.Helper()
	at := b.column(column)
	if !w.scripts || w.size == phone() {
		b.want("nothing is to be dragged here", `!(`+visible(at+" [data-grip]")+`)`)
		b.run("choosing "+field, chromedp.SetValue(at+" select", field, chromedp.ByQuery))
		b.eval(fmt.Sprintf(`document.querySelector(%s).dispatchEvent(new Event("change", { bubbles: true })); true`, quote(at+" select")), nil)
		return
	}
	const middle = `(() => {
		const column = document.querySelector(%[1]s), side = document.querySelector(".compose-side"), field = document.querySelector(%[2]s);
		document.querySelector(".compose").scrollIntoView({ block: "start", behavior: "instant" });
		side.scrollTop += field.getBoundingClientRect().top - side.getBoundingClientRect().top - 120;
		return [column.querySelector("[data-grip]"), field].flatMap((e) => { const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; });
	})()`
	var both []float64
	b.eval(fmt.Sprintf(middle, quote(at), quote("#champ-"+field)), &both)
	from, to := both[:2], both[2:]
	move := func(x, y float64) chromedp.Action {
		return input.DispatchMouseEvent(input.MouseMoved, x, y).WithButton(input.Left).WithButtons(1)
	}
	b.run("dragging "+column,
		input.DispatchMouseEvent(input.MousePressed, from[0], from[1]).WithButton(input.Left).WithClickCount(1),
		move(from[0]+20, from[1]), move((from[0]+to[0])/2, (from[1]+to[1])/2), move(to[0], to[1]))
	b.until("the field under the pointer is marked", `document.querySelector(".is-over")?.id === `+quote("champ-"+field))
	b.run("dropping "+column, input.DispatchMouseEvent(input.MouseReleased, to[0], to[1]).WithButton(input.Left).WithClickCount(1))
	b.dropped(at, column, field)
}

// dropped fails the test unless a column went to a field, which is said.
func (b *trip) dropped(at, column, field string) {
	b.Helper()
	b.want("the select says where it goes", fmt.Sprintf(`document.querySelector(%s).value === %s`, quote(at+" select"), quote(field)))
	b.want("it is said", fmt.Sprintf(`document.querySelector("[data-compose-said]").textContent.includes(%s)`, quote(column)))
	b.want("nothing is held any more", `!document.querySelector(".compose-ghost, .is-picked, .is-over")`)
	b.until("the field shows the column", fmt.Sprintf(`document.querySelector(%s).textContent.includes(%s)`, quote("#champ-"+field+" .tags"), quote(column)))
}

// leadsByKeyboard leads a column to a field by its handle and the arrows, where there are handles.
func (b *trip) leadsByKeyboard(w way, column, field string) {
	b.Helper()
	if !w.scripts || w.size == phone() {
		b.leads(w, column, field)
		return
	}
	at := b.column(column)
	b.focus(at + " [data-grip]")
	b.keys(" ")
	b.until("the column is taken", fmt.Sprintf(`document.querySelector(%s).classList.contains("is-picked")`, quote(at)))
	b.keys(kb.ArrowDown)
	b.keys(kb.Escape)
	b.until("it is put back", `!document.querySelector(".is-picked, .is-over")`)
	b.keys(" ")
	for range 40 {
		if b.is(`document.querySelector(".is-over")?.id === ` + quote("champ-"+field)) {
			break
		}
		b.keys(kb.ArrowDown)
	}
	b.keys(kb.Enter)
	b.dropped(at, column, field)
	b.want("the focus stays", fmt.Sprintf(`document.activeElement === document.querySelector(%s)`, quote(at+" [data-grip]")))
}

// imported fails the test unless the territory has so many cards.
func (s *stage) imported(t *testing.T, cards int) {
	t.Helper()
	n, err := listing.Reader{}.Count(t.Context(), s.app.DB.Read(), territory)
	if err != nil || n != cards {
		t.Fatalf("%d cards, want %d (%v)", n, cards, err)
	}
}

// owns has the owner of a card write its presentation.
func (s *stage) owns(t *testing.T, name, description string) {
	t.Helper()
	var id string
	if err := s.app.DB.Read().QueryRowContext(t.Context(), "SELECT id FROM listings WHERE territory = $1 AND name = $2", territory, name).Scan(&id); err != nil {
		t.Fatal(err)
	}
	l := s.card(t, id)
	by := listing.Author{Source: company.Source{Kind: company.FromOwner, Name: "owner"}}
	if _, _, err := listing.NewService(s.app.DB, s.clock.now).Edit(t.Context(), by, id, l.Version, listing.Content{Description: description}, []string{"description"}); err != nil {
		t.Fatal(err)
	}
}

// waiting looks at the page that waits for a trial, as if its job were not done yet.
func (b *trip) waiting(t *testing.T, name string) {
	t.Helper()
	set := func(from, to string) {
		t.Helper()
		err := b.app.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.ExecContext(t.Context(), "UPDATE import_uploads SET state = $2, done = 1, total = 3 WHERE state = $1", from, to)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	set("tried", "trying")
	b.goTo(b.text("location.pathname"), http.StatusOK)
	b.want("it says how far it is", `document.querySelector("progress").value === 1`)
	b.look(name)
	set("trying", "tried")
	b.comes("the trial by itself", visible(`main form[action$="/import"] [type=submit]`))
}
