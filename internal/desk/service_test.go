package desk_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/desk"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

// Who may do what, by the service itself: a page that forgot to ask would still show and do nothing.
func TestWhoMay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := filled(t, d)
		nobody := account.Actor{Territory: "nc"}
		person := account.Actor{Person: "p", Mail: "p@lagon.example", Territory: "nc", ProvedAt: now(), Companies: map[string]account.Role{f.lagon: account.CompanyManager}}
		acts := []struct {
			name  string
			needs account.Role
			do    func(ctx context.Context, by account.Actor) error
		}{
			{"today", account.Reader, func(ctx context.Context, by account.Actor) error {
				_, _, err := f.service.Today(ctx, by, "fr")
				return err
			}},
			{"health", account.Reader, func(ctx context.Context, by account.Actor) error { _, err := f.service.Health(ctx, by); return err }},
			{"find", account.Reader, func(ctx context.Context, by account.Actor) error {
				_, err := f.service.FindCompanies(ctx, by, "lagon")
				return err
			}},
			{"company", account.Reader, func(ctx context.Context, by account.Actor) error {
				_, err := f.service.Company(ctx, by, f.lagon)
				return err
			}},
			{"seen", account.Reader, func(ctx context.Context, by account.Actor) error {
				_, err := f.accounts.Seen(ctx, by, f.reader.Person)
				return err
			}},
			{"journal", account.Administrator, func(ctx context.Context, by account.Actor) error {
				_, err := f.service.Journal(ctx, by, desk.Asked{})
				return err
			}},
			{"export", account.Administrator, func(ctx context.Context, by account.Actor) error {
				return f.service.Export(ctx, by, desk.Asked{}, func() (func([]audit.Entry, desk.Names) error, error) {
					return func([]audit.Entry, desk.Names) error { return nil }, nil
				})
			}},
			{"retry", account.Administrator, func(ctx context.Context, by account.Actor) error {
				return absentIsFine(f.service.RetryJob(ctx, by, "x"))
			}},
			{"discard", account.Administrator, func(ctx context.Context, by account.Actor) error {
				return absentIsFine(f.service.DiscardJob(ctx, by, "x"))
			}},
			{"resend", account.Administrator, func(ctx context.Context, by account.Actor) error { return absentIsFine(f.service.Resend(ctx, by, "x")) }},
		}
		for _, act := range acts {
			for _, who := range []account.Actor{nobody, person, f.reader, f.manager, f.admin, asleep(f.admin), asleep(f.reader)} {
				err := act.do(t.Context(), who)
				want := who.Require(act.needs)
				if (err == nil) != (want == nil) || want != nil && (errs.KindOf(err) != errs.KindOf(want) || errs.As(err).Key != errs.As(want).Key) {
					t.Errorf("%s by %v %v: %v, want %v", act.name, who.Roles, who.Sleeping, err, want)
				}
			}
		}
	})
}

func absentIsFine(err error) error {
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// The pages of those who may not are errors, and nothing of what they ask for is in them.
func TestClosedPages(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	for _, path := range append(f.paths(), desk.ExportPath) {
		for _, by := range []account.Actor{{Territory: "nc"}, {Person: "p", Territory: "nc"}, asleep(f.admin)} {
			want := http.StatusForbidden
			if by.Person == "" {
				want = http.StatusUnauthorized
			}
			if got := f.get("fr", by, path); got.status != want || strings.Contains(got.body, "Ada") || strings.Contains(got.body, "Lagon") {
				t.Errorf("%s by %v: %d", path, by, got.status)
			}
		}
	}
	posts := []string{
		desk.TeamPath, desk.TeamPath + "/" + f.reader.Person, desk.TeamPath + "/" + f.reader.Person + "/retrait",
		desk.HealthPath + "/taches/" + f.dead + "/reprise", desk.HealthPath + "/taches/" + f.dead + "/abandon",
		desk.CompaniesPath + "/" + f.lagon + "/invitations",
	}
	manages := account.Actor{Person: "p", Mail: "p@lagon.example", Territory: "nc", ProvedAt: now(), Companies: map[string]account.Role{f.lagon: account.CompanyManager}}
	form := map[string][]string{"mail": {"x@grappe.example"}, "role": {"reader"}}
	for _, path := range posts {
		for _, by := range []account.Actor{f.reader, asleep(f.admin), manages} {
			if got := f.send(by, path, form); got.status != http.StatusForbidden {
				t.Errorf("%s by %v: %d", path, by.Roles, got.status)
			}
		}
	}
}

// Another territory's companies, people, dead letters and mails are not there.
func TestTerritoriesStandApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := filled(t, d)
		foreign, instance := f.fail("pf"), ""
		all, err := f.queue.Dead(t.Context(), "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range all {
			if one.Territory == "" {
				instance = one.ID
			}
		}
		f.post("pf", "refus@tahiti.example")
		mails, err := f.outbox.List(t.Context(), mail.Filter{Territory: "pf", State: mail.Refused})
		if err != nil || len(mails) != 1 {
			t.Fatal(mails, err)
		}
		h, err := f.service.Health(t.Context(), f.admin)
		if err != nil || len(h.Dead) != 3 || slices.ContainsFunc(h.Dead, func(d queue.DeadJob) bool { return d.Territory == "pf" }) || len(h.Refused) != 1 || len(h.Given) != 1 {
			t.Errorf("%+v %v", h, err)
		}
		for name, err := range map[string]error{
			"retry": f.service.RetryJob(t.Context(), f.admin, foreign), "discard": f.service.DiscardJob(t.Context(), f.admin, foreign),
			"discard the instance's": f.service.DiscardJob(t.Context(), f.admin, instance), "resend": f.service.Resend(t.Context(), f.admin, mails[0].ID),
		} {
			if !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := f.service.RetryJob(t.Context(), f.admin, instance); err != nil {
			t.Error(err)
		}
		if _, err := f.service.Company(t.Context(), f.admin, f.foreign); !errs.Is(err, errs.NotFound) {
			t.Error(err)
		}
		if found, err := f.service.FindCompanies(t.Context(), f.reader, " LAGON  "); err != nil || len(found) != 1 {
			t.Error(found, err)
		}
		if got := f.get("fr", f.admin, desk.CompaniesPath+"/"+f.foreign); got.status != http.StatusNotFound {
			t.Error(got.status)
		}
	})
}

// What an administrator does about failures is done once, and stands in the trail.
func TestDeadLetters(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := filled(t, d)
		path := desk.HealthPath + "/taches/" + f.dead
		if got := f.send(f.admin, path+"/reprise", nil); got.location != "/nc/gestion/sante?fait=reprise" {
			t.Fatal(got.status, got.location)
		}
		if got := f.send(f.admin, path+"/reprise", nil); got.status != http.StatusNotFound {
			t.Error(got.status)
		}
		f.run()
		if got := f.send(f.admin, path+"/abandon", nil); got.location != "/nc/gestion/sante?fait=abandon" {
			t.Error(got.status, got.location)
		}
		page := f.get("fr", f.admin, desk.HealthPath).body
		resend := uitest.Attr(uitest.One(t, page, "form[action*=courriers]"), "action")
		if got := f.send(f.admin, strings.TrimPrefix(resend, "/nc"), nil); got.location != "/nc/gestion/sante?fait=courrier" {
			t.Error(got.status, got.location)
		}
		var said []string
		for _, e := range journal(t, f, desk.Asked{}).Entries[:3] {
			said = append(said, e.Action+" "+e.Actor)
		}
		if want := []string{"desk.mail_resent " + f.admin.Person, "desk.job_discarded " + f.admin.Person, "desk.job_retried " + f.admin.Person}; !slices.Equal(said, want) {
			t.Errorf("%q", said)
		}
	})
}

func journal(t *testing.T, f *team, a desk.Asked) desk.Journal {
	t.Helper()
	j, err := f.service.Journal(t.Context(), f.admin, a)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestJournal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := filled(t, d)
		f.write(func(ctx context.Context, tx *db.Tx) error {
			for i := range 120 {
				at := now().Add(time.Duration(i-200) * time.Hour)
				if err := audit.Write(ctx, tx, audit.Entry{At: at, Territory: "nc", Actor: f.manager.Person, ActorName: "=cmd()", Action: "unknown.act", Request: "r"}); err != nil {
					return err
				}
			}
			return audit.Write(ctx, tx, audit.Entry{Territory: "pf", Action: "unknown.act"})
		})
		a, n := desk.Asked{Action: "unknown.act"}, 0
		for {
			j := journal(t, f, a)
			n += len(j.Entries)
			if a.After = j.Next; a.After == "" {
				break
			}
		}
		if n != 120 {
			t.Errorf("the pages hold %d entries", n)
		}
		for want, a := range map[int]desk.Asked{
			24: {Action: "unknown.act", From: now().Add(-200 * time.Hour), To: now().Add(-176 * time.Hour)},
			1:  {Action: "account.invited", Person: "pierre@grappe.example"},
			0:  {Action: "unknown.act", Person: f.admin.Person},
		} {
			if j := journal(t, f, a); len(j.Entries) != want {
				t.Errorf("%+v: %d entries, not %d", a, len(j.Entries), want)
			}
		}
		if _, err := f.service.Journal(t.Context(), f.admin, desk.Asked{Person: "personne@ailleurs.example"}); !errs.Is(err, errs.Invalid) {
			t.Error(err)
		}
		nowhere := f.admin
		nowhere.Territory = ""
		if _, err := f.service.Journal(t.Context(), nowhere, desk.Asked{}); err == nil {
			t.Error("the trail of all territories is read")
		}
	})
}

func TestJournalPage(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	f.write(func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{
			At: now(), Territory: "nc", Actor: f.manager.Person, ActorName: "Pierre Projet", Action: "cards.hidden", Kind: "listing", Object: "c1", OnBehalf: f.lagon,
		})
	})
	uitest.Count(t, f.get("fr", f.admin, desk.JournalPath).body, ".journal-said a[href$='/gestion/fiches/c1']", 1)
	said := strings.Join(uitest.Texts(t, f.get("fr", f.admin, desk.JournalPath).body, ".journal-said"), "\n")
	for _, want := range []string{
		"Pierre Projet a envoyé une invitation au rôle «\u202fResponsable\u202f» (Lagon Numérique).", "Ada Admin a envoyé une invitation au rôle «\u202fLecture\u202f» (l’équipe).",
		"Pierre Projet a masqué la fiche de Lagon Numérique.", "L’exploitant du site a donné à Lise Lectrice le rôle «\u202fLecture\u202f» dans l’équipe.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
	if en := f.get("en", f.admin, desk.JournalPath).body; !strings.Contains(en, "gave Lise Lectrice the role “Reader” in the team.") {
		t.Error("the English page does not say it in English")
	}
	for query, bad := range map[string]string{"?du=hier": "du", "?du=2026-12-02&au=2026-12-01": "au", "?personne=x@ailleurs.example": "personne"} {
		got := f.get("fr", f.admin, desk.JournalPath+query)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", query, got.status)
		}
		uitest.Count(t, got.body, ".errors a[href='#"+bad+"']", 1)
		uitest.CheckPage(t, got.body)
	}
	// The days are those of Nouméa, eleven hours before those of Greenwich.
	if got := f.get("fr", f.admin, desk.JournalPath+"?du=2026-11-30&au=2026-11-30"); len(uitest.Find(t, got.body, ".journal-line")) == 0 {
		t.Error("today holds nothing")
	}
	if got := f.get("fr", f.admin, desk.JournalPath+"?du=2026-11-29&au=2026-11-29"); len(uitest.Find(t, got.body, ".journal-line")) != 0 {
		t.Error("yesterday holds something")
	}
}

// The trail of a territory tells nothing of the people of another: neither whether an address has an account there, nor the
// address that belongs to an identifier.
func TestJournalTellsNothingOfOtherTerritories(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	var elsewhere account.Person
	f.write(func(ctx context.Context, tx *db.Tx) (err error) {
		elsewhere, _, err = f.service.Accounts.Arrive(ctx, tx, "loin@ailleurs.example", "wf", "fr")
		return err
	})
	for _, who := range []string{elsewhere.Mail, "personne@ailleurs.example"} {
		if _, err := f.service.Journal(t.Context(), f.admin, desk.Asked{Person: who}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", who, err)
		}
	}
	j, err := f.service.Journal(t.Context(), f.admin, desk.Asked{Person: elsewhere.ID})
	if err != nil || j.Person.Mail != "" || len(j.Entries) != 0 {
		t.Errorf("%+v, %v", j, err)
	}
}

// Whoever has not said their name yet is somebody all the same, and not one who is erased.
func TestJournalOfSomebodyWithoutAName(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	nameless := f.admin
	nameless.Name = ""
	f.get("fr", nameless, desk.ExportPath)
	said := strings.Join(uitest.Texts(t, f.get("fr", f.admin, desk.JournalPath).body, ".journal-said"), "\n")
	if strings.Contains(said, "effacé") || !strings.Contains(said, "a exporté le journal") {
		t.Error(said)
	}
}

func TestJournalExport(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	f.write(func(ctx context.Context, tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{At: now(), Territory: "nc", Actor: "x", ActorName: "=HYPERLINK(1)", Action: "unknown.act", Detail: map[string]string{"b": "2", "a": "1"}})
	})
	stale := f.admin
	stale.StrongAt = now().Add(-time.Hour)
	if got := f.get("fr", stale, desk.ExportPath); got.status != http.StatusForbidden {
		t.Fatal(got.status)
	}
	got := f.get("fr", f.admin, desk.ExportPath)
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "text/csv; charset=utf-8" || got.header.Get("Content-Disposition") != `attachment; filename="journal.csv"` {
		t.Fatal(got.status, got.header)
	}
	table := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff")))
	table.Comma = ';'
	rows, err := table.ReadAll()
	if err != nil || len(rows) < 6 || rows[0][1] != "Qui" {
		t.Fatal(rows, err)
	}
	if rows[1][2] != "Ada Admin a exporté le journal." {
		t.Errorf("the export does not stand in the trail: %q", rows[1])
	}
	if e := rows[2]; strings.HasPrefix(e[1], "=") || e[0] != "2026-11-30T13:30:00+11:00" || e[8] != "a=1 b=2" {
		t.Errorf("%q", e)
	}
}

// What is out of order is said, the worst first.
func TestTroubles(t *testing.T) {
	fine := desk.Health{At: now(), Mail: mail.Stats{Ready: true}, Index: desk.IndexState{Ready: true}, Backup: desk.Backup{At: now().Add(-time.Hour)}, Space: desk.Space{Free: 50, Disk: 100}}
	for want, change := range map[string]func(*desk.Health){
		"":                                        func(*desk.Health) {},
		"desk.trouble_dead":                       func(h *desk.Health) { h.Dead = make([]queue.DeadJob, 1) },
		"desk.trouble_late":                       func(h *desk.Health) { h.Jobs.Oldest = now().Add(-11 * time.Minute) },
		"desk.trouble_schedules":                  func(h *desk.Health) { h.Jobs.Schedules = []queue.ScheduleState{{Failures: 2}, {}} },
		"desk.trouble_transport":                  func(h *desk.Health) { h.Mail.Ready = false },
		"desk.trouble_failing":                    func(h *desk.Health) { h.Mail.Failing = 1 },
		"desk.trouble_index":                      func(h *desk.Health) { h.Index.Ready = false },
		"desk.trouble_behind":                     func(h *desk.Health) { h.Index.Behind, h.Index.Late = 3, 2*time.Minute },
		"desk.trouble_no_backup":                  func(h *desk.Health) { h.Backup = desk.Backup{} },
		"desk.trouble_old_backup":                 func(h *desk.Health) { h.Backup.At = now().Add(-49 * time.Hour) },
		"desk.trouble_space":                      func(h *desk.Health) { h.Space.Free = 9 },
		"desk.trouble_no_space":                   func(h *desk.Health) { h.Space.Free = 2 },
		"desk.trouble_unknown":                    func(h *desk.Health) { h.Backup, h.Unknown = desk.Backup{}, map[string]bool{"backup": true} },
		"desk.trouble_no_space desk.trouble_late": func(h *desk.Health) { h.Space.Free, h.Jobs.Oldest = 1, now().Add(-time.Hour) },
	} {
		h := fine
		change(&h)
		var keys []string
		for _, trouble := range h.Troubles() {
			keys = append(keys, trouble.Key)
			if trouble.Tone != ui.Bad && trouble.Tone != ui.Warn {
				t.Errorf("%s has no tone", trouble.Key)
			}
		}
		if got := strings.Join(keys, " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The menu asks administrators for the failures of their territory, and nobody else.
func TestMenuCounts(t *testing.T) {
	f := filled(t, dbtest.SQLite(t))
	for _, tt := range []struct {
		by   account.Actor
		want string
	}{{f.admin, "Aujourd’hui|Entreprises|Personnes|Équipe|Journal|Santé du service 2 choses à faire"}, {f.reader, "Aujourd’hui|Entreprises|Personnes|Équipe|Santé du service"}} {
		if got := strings.Join(uitest.Texts(t, f.get("fr", tt.by, desk.TodayPath).body, ".office-side a"), "|"); got != tt.want {
			t.Errorf("%s", got)
		}
	}
}
