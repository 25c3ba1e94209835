package account_test

import (
	"slices"
	"strings"
	"testing"

	"grappe/internal/account"
)

// Who is written to about many companies at once, and who wants that.
func TestReach(t *testing.T) {
	each(t, func(b *bench) {
		lagon, atelier, other := b.company("nc", "Lagon"), b.company("nc", "Atelier"), b.company("wf", "Uvea")
		b.attach("editor@example.nc", lagon, account.CompanyEditor)
		boss := b.attach("boss@example.nc", lagon, account.CompanyManager)
		b.attach("boss@example.nc", atelier, account.CompanyManager)
		away := b.attach("away@example.nc", atelier, account.CompanyEditor)
		b.must(b.s.Refuse(t.Context(), boss.ID, account.TopicReminders))
		b.must(b.s.Refuse(t.Context(), away.ID, "remind_rs"))
		b.must(b.s.AskErasure(t.Context(), b.by("away@example.nc")))
		found, err := b.s.ActingFor(t.Context(), b.d.Read(), []string{lagon, atelier, other, "nobody"})
		b.must(err)
		told := func(company string) string {
			var all []string
			for _, p := range found[company] {
				address, _, _ := strings.Cut(p.Mail, "@")
				if p.Wants(account.TopicReminders) {
					address += "+"
				}
				all = append(all, address)
			}
			return strings.Join(all, " ")
		}
		if told(lagon) != "boss editor+" || told(atelier) != "boss away" || len(found) != 2 {
			t.Errorf("%q, %q of %d", told(lagon), told(atelier), len(found))
		}
		whole, err := b.s.ActingIn(t.Context(), b.d.Read(), "nc")
		b.must(err)
		if len(whole) != 2 || !slices.EqualFunc(whole[lagon], found[lagon], func(x, y account.Person) bool { return x.ID == y.ID }) {
			t.Errorf("%+v", whole)
		}
		refusing, err := b.s.Refusing(t.Context(), b.d.Read(), account.TopicReminders)
		b.must(err)
		if len(refusing) != 1 || !refusing["boss@example.nc"] {
			t.Errorf("%v", refusing)
		}
		some, err := b.s.RefusingAmong(t.Context(), b.d.Read(), account.TopicReminders, []string{"editor@example.nc", "boss@example.nc", "away@example.nc"})
		b.must(err)
		others, err := b.s.RefusingAmong(t.Context(), b.d.Read(), account.TopicReminders, []string{"editor@example.nc"})
		b.must(err)
		if len(some) != 1 || !some["boss@example.nc"] || len(others) != 0 {
			t.Errorf("%v, and of others %v", some, others)
		}
	})
}
