package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
)

// All that is held about a person can be read, printed and taken along; erasing waits two weeks, in which a button undoes it.
// Who comes after that opens a new account.
func ownData(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		id, name := s.someCompany(t)
		b, mail := s.trip(t, w), s.somebody("donnees")
		b.enters(t, s.person(t, mail, "Paule Données", id))
		b.opens("/espace/donnees")
		b.want("it has the address and the company", `[`+quote(mail)+`, `+quote(name)+`].every((x) => document.querySelector("main").textContent.includes(x))`)
		b.look("donnees")
		b.printed()
		text := b.downloads(t, "main a[download]")
		for _, want := range []string{mail, id} {
			if !strings.Contains(text, want) {
				t.Errorf("the file lacks %s:\n%s", want, short(text))
			}
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("the file is no JSON:\n%s", short(text))
		}
		erased(t, s.instance(t, false), w)
	})
}

// printed looks at the page on paper.
func (b *trip) printed() {
	b.Helper()
	b.media("print", true)
	for _, gone := range []string{".header", ".footer", ".office-nav", "main .button", ".no-print"} {
		b.want(gone+" is not printed", `!(`+visible(gone)+`)`)
	}
	b.want("what is held is printed", visible("main .record dd"))
	var lost []string
	b.eval(unread, &lost)
	for _, e := range lost {
		b.Errorf("on paper this cannot be read: %s", short(e))
	}
	b.media("screen", false)
}

// downloads clicks on a link, and gives the text of the file that comes.
func (b *trip) downloads(t *testing.T, selector string) string {
	t.Helper()
	folder := t.TempDir()
	err := browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithBrowserContextID(b.own.profile).WithDownloadPath(folder).Do(b.atBrowser())
	if err != nil {
		t.Fatal(err)
	}
	b.click(selector)
	var text []byte
	err = poll(t.Context(), patience, func() error {
		found, err := filepath.Glob(filepath.Join(folder, "grappe-*.json"))
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%v, %w", found, errors.Join(err, os.ErrNotExist))
		}
		text, err = os.ReadFile(found[0])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// erased asks for one's erasure, takes it back, asks again, and lets the time pass.
func erased(t *testing.T, in *stage, w way) {
	t.Helper()
	b, mail := in.trip(t, w), in.somebody("partante")
	b.signsIn(mail)
	before := in.person(t, mail, "Nom Oublié")
	b.opens("/espace/effacement")
	b.want("the menu stands at one's data", `[...document.querySelectorAll(".office-list [aria-current]")].every((a) => a.pathname.endsWith("/espace/donnees"))`)
	b.look("effacement")
	b.sends("the question again", submit)
	b.answered(http.StatusUnprocessableEntity)
	b.want("it says what is missing", visible(".field-error"))
	b.look("effacement-faute")
	b.asksErasure()
	b.look("effacement-demande")
	b.opens("/espace")
	b.want("it waits on the first page", visible("main .task-urgent"))
	b.look("espace-effacement")
	b.sends("the first page", `main form[action$="/annulation"] [type=submit]`)
	b.want("it is taken back", `!document.querySelector("main .task-urgent") && document.querySelector("main [role=alert]")`)
	b.opens("/espace/effacement")
	b.asksErasure()

	in.clock.pass(15 * 24 * time.Hour)
	err := poll(t.Context(), patience, func() error { // the job of the night does it
		_, err := in.app.Accounts.Person(context.Background(), before.ID)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		return fmt.Errorf("the account is still there: %w", errors.Join(err, os.ErrExist))
	})
	if err != nil {
		t.Fatal(err)
	}
	b.goTo(b.home+"/espace", http.StatusOK)
	b.here("/connexion")
	b.asks(mail)
	b.answers(mail)
	b.here("/espace")
	b.want("the account is new and empty", `!document.querySelector("h1").textContent.includes("Oublié") && document.querySelector("main .empty")`)
	if p, err := in.app.Accounts.Known(t.Context(), in.app.DB.Read(), mail); err != nil || p.ID == before.ID {
		t.Errorf("%+v, %v", p, err)
	}
}

// asksErasure ticks the box and sends.
func (b *trip) asksErasure() {
	b.Helper()
	b.click("main [name=sur]")
	b.sends("the notice", submit)
	b.here("/espace/effacement")
	b.want("it says until when", visible("main .notice.tone-warn"))
}

// The link of a reminder leads to a button that stops such letters, and for an hour to one that takes it back.
func stoppedMails(t *testing.T) {
	each(t, ways()[:1], func(t *testing.T, w way) {
		in := theStage(t).instance(t, true)
		mail := in.somebody("rappel")
		in.speaker(t, w.lang, mail, "Rose Rappel")
		_, err := in.app.Accounts.InviteToTeam(t.Context(), account.Operator(territory), mail, account.Reader)
		if err != nil {
			t.Fatal(err)
		}
		in.clock.pass(12 * 24 * time.Hour)
		b := in.trip(t, w)
		b.opens("/courrier")
		err = poll(t.Context(), patience, func() error { // the job of the morning reminds
			if !strings.Contains(in.letterKinds(mail), "reminder") {
				return fmt.Errorf("the letters are %s", in.letterKinds(mail))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b.opens("/courrier")
		b.sends("the reminder", "main tbody a")
		b.look("lettre-rappel")
		b.sends("the page that stops", `main a[href*="/desabonnement/"]`)
		b.look("desabonnement")
		b.sends("the page again", submit)
		b.want("it is stopped, and can be taken back", visible(`main form[action$="/retour"]`))
		b.look("desabonnement-arrete")
		b.sends("the page again", submit)
		b.want("it is taken back", visible("main [role=alert]"))
		b.look("desabonnement-repris")
		b.goTo(b.home+"/desabonnement/exemple", http.StatusNotFound)
		b.look("desabonnement-casse")
	})
}

// letterKinds are those of the letters to an address, the last first.
func (s *stage) letterKinds(mail string) string {
	rows, err := s.app.DB.Read().QueryContext(context.Background(), `SELECT kind FROM mails WHERE to_mail = $1 ORDER BY created_at DESC`, mail)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var kind string
		if err := rows.Scan(&kind); err != nil {
			return err.Error()
		}
		all = append(all, kind)
	}
	return strings.Join(append(all, fmt.Sprint(rows.Err())), " ")
}
