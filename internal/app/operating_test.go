package app

import (
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/desk"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/schema"
	"grappe/internal/signin/oidc"
)

// operated is an instance of Nouvelle-Calédonie on each engine.
func operated(t *testing.T, test func(t *testing.T, a *App)) {
	t.Helper()
	for name, o := range map[string]Options{"sqlite": {}, "postgres": {Database: dbtest.PostgresURL(t, schema.FS)}} {
		t.Run(name, func(t *testing.T) {
			a := start(t, o)
			if _, _, err := a.Ensure(t.Context(), "nc"); err != nil {
				t.Fatal(err)
			}
			test(t, a)
		})
	}
}

func TestLastBackup(t *testing.T) {
	operated(t, func(t *testing.T, a *App) {
		if _, _, ok, err := a.LastBackup(t.Context()); ok || err != nil {
			t.Errorf("a backup before the first: %v, %v", ok, err)
		}
		for i, at := range []time.Time{today(), today().Add(time.Hour)} {
			if err := a.NoteBackup(t.Context(), at, int64(1000+i)); err != nil {
				t.Fatal(err)
			}
			got, size, ok, err := a.LastBackup(t.Context())
			if !got.Equal(at) || size != int64(1000+i) || !ok || err != nil {
				t.Errorf("%v, %d, %v, %v", got, size, ok, err)
			}
		}
	})
}

// The night is that of the territories, whatever the clock of the machine.
func TestSchedules(t *testing.T) {
	operated(t, func(t *testing.T, a *App) {
		if _, err := a.Queue.RunDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		s, err := a.Queue.Stats(t.Context())
		if err != nil || s.Zone.String() != "Pacific/Noumea" || len(s.Schedules) < 15 {
			t.Fatalf("%d schedules by the clocks of %s, %v", len(s.Schedules), s.Zone, err)
		}
		purges := 0
		for _, one := range s.Schedules {
			if hour := one.Next.In(s.Zone).Hour(); strings.HasSuffix(one.Name, ".purge") || one.Name == "watch.sites" {
				if purges++; hour < 2 || hour > 3 {
					t.Errorf("%s is done at %s", one.Name, one.Next.In(s.Zone))
				}
			}
		}
		if purges < 10 {
			t.Errorf("%d jobs of the night", purges)
		}
	})
}

// The team reads what each is called.
func TestSchedulesHaveNames(t *testing.T) {
	a := empty(t)
	if _, err := a.Queue.RunDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := a.Queue.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		p := a.texts.Printer(lang, time.UTC, "")
		for _, one := range s.Schedules {
			if !p.Has(desk.JobKey(one.Name)) {
				t.Errorf("%s has no name in %s", one.Name, lang)
			}
		}
	}
}

func TestAsServed(t *testing.T) {
	operated(t, func(t *testing.T, a *App) {
		nc, err := a.Territory(t.Context(), "nc")
		if err != nil {
			t.Fatal(err)
		}
		if err := a.AsServed(t.Context()); err != nil || a.Address(nc, "/espace") != "" {
			t.Errorf("%q, %v", a.Address(nc, "/espace"), err)
		}
		for _, public := range []string{"https://grappe.example", "https://autre.example", ""} {
			a.options.PublicURL = public
			if err := a.NotePublicURL(t.Context()); err != nil {
				t.Fatal(err)
			}
			a.options.PublicURL, public = "", public+"/nc/espace"
			if public == "/nc/espace" {
				public = ""
			}
			if err := a.AsServed(t.Context()); err != nil || a.Address(nc, "/espace") != public {
				t.Errorf("%q, %v, want %q", a.Address(nc, "/espace"), err, public)
			}
		}
	})
}

func TestProvidersAreNoted(t *testing.T) {
	operated(t, func(t *testing.T, a *App) {
		ctx, operator := t.Context(), account.Operator("nc")
		providers, err := a.Providers(ctx)
		if err != nil {
			t.Fatal(err)
		}
		set := oidc.Settings{Code: "sud", Issuer: "https://id.example", ClientID: "grappe", ClientSecret: "hush", Domains: []string{"province.example"}}
		if _, err := providers.Put(ctx, operator, set); err != nil {
			t.Fatal(err)
		}
		set.ClientSecret, set.KeepSecret = "", true
		if p, err := providers.Put(ctx, operator, set); err != nil || p.ClientSecret != "hush" {
			t.Errorf("the secret is not kept: %v", err)
		}
		if _, err := providers.Put(ctx, operator, oidc.Settings{Code: "sud"}); !errs.Is(err, errs.Invalid) {
			t.Error(err)
		}
		if err := providers.Remove(ctx, operator, "sud"); err != nil {
			t.Fatal(err)
		}
		if err := providers.Remove(ctx, operator, "sud"); !errs.Is(err, errs.NotFound) {
			t.Error(err)
		}
		entries, err := audit.Read(ctx, a.DB.Read(), audit.Filter{Kind: "oidc_provider", Object: "sud"})
		if err != nil || len(entries) != 3 || entries[0].Action != "oidc.removed" || entries[0].Actor != "operator" {
			t.Errorf("%+v, %v", entries, err)
		}
	})
}

func TestResetTakesPasskeys(t *testing.T) {
	operated(t, func(t *testing.T, a *App) {
		ctx, operator := t.Context(), account.Operator("nc")
		p, err := a.Accounts.Appoint(ctx, operator, "claire@example.org", account.Administrator)
		if err != nil {
			t.Fatal(err)
		}
		err = a.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO passkeys (id, person_id, rp_id, credential_id, credential, name, synced, created_at, used_at, suspect_at)
				VALUES ('k', $1, 'nc.example', 'c', '{}', 'iPhone', TRUE, 1, 0, 0)`, p.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		passkeys, sessions, err := a.ResetAccess(ctx, operator, p.ID)
		if err != nil || passkeys != 1 || sessions != 0 {
			t.Errorf("%d, %d, %v", passkeys, sessions, err)
		}
		if left, err := a.Passkeys(ctx, p.ID); err != nil || len(left) != 0 {
			t.Errorf("%d are left, %v", len(left), err)
		}
	})
}
