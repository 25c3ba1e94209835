package mailroom_test

import (
	"testing"

	"grappe/internal/account"
	"grappe/internal/mailroom"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

var _ mailroom.Refusals = (*account.Service)(nil)

// What the pages ask of accounts, of the real ones.
func TestRefusalsOfAccounts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		accounts := account.NewService(account.Rooms{DB: d, Now: today})
		var p account.Person
		err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
			p, _, err = accounts.Arrive(t.Context(), tx, "lea@exemple.nc", "nc", "fr")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			do   func() error
			want bool
		}{
			{func() error { return accounts.Refuse(t.Context(), p.ID, "reminders") }, true},
			{func() error { return accounts.Refuse(t.Context(), p.ID, "news") }, true},
			{func() error { return accounts.Allow(t.Context(), p.ID, "news") }, true},
			{func() error { return accounts.Allow(t.Context(), p.ID, "reminders") }, false},
			{func() error { return accounts.Allow(t.Context(), p.ID, "reminders") }, false},
		} {
			if err := step.do(); err != nil {
				t.Fatal(err)
			}
			if got, err := accounts.Refuses(t.Context(), p.ID, "reminders"); got != step.want || err != nil {
				t.Errorf("refuses: %v %v, want %v", got, err, step.want)
			}
		}
		if _, err := accounts.Refuses(t.Context(), "nobody", "news"); !errs.Is(err, errs.NotFound) {
			t.Error(err)
		}
		if err := accounts.Allow(t.Context(), "nobody", "news"); !errs.Is(err, errs.NotFound) {
			t.Error(err)
		}
	})
}
