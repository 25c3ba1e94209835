package account_test

import (
	"fmt"
	"slices"
	"testing"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

func TestPeopleOfACompany(t *testing.T) {
	each(t, func(b *bench) {
		company, elsewhere := b.company("nc", "Atelier"), b.company("wf", "Vaka")
		boss, hand := b.attach("boss@example.nc", company, account.CompanyManager), b.attach("hand@example.nc", company, account.CompanyEditor)
		b.appoint("reader@example.nc", account.Reader)
		b.appoint("pm@example.nc", account.ProjectManager)
		for _, who := range []string{"hand@example.nc", "reader@example.nc"} {
			people, err := b.s.People(t.Context(), b.by(who), company)
			if err != nil || len(people) != 2 || people[0].ID != boss.ID {
				t.Errorf("%+v, %v", people, err)
			}
		}
		_, err := b.s.People(t.Context(), b.by("stranger@example.nc"), company)
		b.want(err, errs.Forbidden, account.KeyNotYours)
		_, err = b.s.People(t.Context(), b.by("reader@example.nc"), elsewhere)
		b.want(err, errs.NotFound, "account.not_here")

		b.want(b.s.SetCompanyRole(t.Context(), b.by("hand@example.nc"), company, hand.ID, account.CompanyManager), errs.Forbidden, account.KeyNotYours)
		b.want(b.s.SetCompanyRole(t.Context(), b.by("reader@example.nc"), company, hand.ID, account.CompanyManager), errs.Forbidden, account.KeyNotYours)
		b.want(b.s.SetCompanyRole(t.Context(), b.by("boss@example.nc"), company, hand.ID, account.Reader), errs.Invalid, "account.role_unknown")
		b.must(b.s.SetCompanyRole(t.Context(), b.by("pm@example.nc"), company, hand.ID, account.CompanyManager))
		b.must(b.s.Remove(t.Context(), b.by("hand@example.nc"), company, boss.ID))
		if kinds := b.mails.kinds("boss@example.nc"); !slices.Equal(kinds, []string{"role_removed"}) {
			t.Errorf("mails %v", kinds)
		}
		mine, err := b.s.Mine(t.Context(), b.by("hand@example.nc"))
		if err != nil || len(mine) != 1 || mine[0].Name != "Atelier" || mine[0].Role != account.CompanyManager {
			t.Errorf("%+v, %v", mine, err)
		}
		if !b.by("hand@example.nc").For(company, account.CompanyEditor) || b.by("boss@example.nc").For(company, account.CompanyEditor) {
			t.Error("actors do not have the roles of the table")
		}
	})
}

func TestTheLastManagerStaysWithTheOthers(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", "Atelier")
		boss, hand := b.attach("boss@example.nc", company, account.CompanyManager), b.attach("hand@example.nc", company, account.CompanyEditor)
		b.appoint("pm@example.nc", account.ProjectManager)
		by := b.by("boss@example.nc")
		const key = "account.last_manager"
		b.want(b.s.Leave(t.Context(), by, company), errs.Conflict, key)
		b.want(b.s.SetCompanyRole(t.Context(), by, company, boss.ID, account.CompanyEditor), errs.Conflict, key)
		b.want(b.s.Remove(t.Context(), b.by("pm@example.nc"), company, boss.ID), errs.Conflict, key)
		err := b.s.AskErasure(t.Context(), by)
		b.want(err, errs.Conflict, "account.erase_last_manager")
		if names, _ := errs.As(err).Args["companies"].([]string); !slices.Equal(names, []string{"Atelier"}) {
			t.Errorf("the error names %v", names)
		}
		b.want(b.s.HandOver(t.Context(), by, company, "nobody", true), errs.NotFound, "account.not_here")
		b.want(b.s.HandOver(t.Context(), by, company, boss.ID, true), errs.NotFound, "account.not_here")
		b.want(b.s.HandOver(t.Context(), b.by("hand@example.nc"), company, boss.ID, false), errs.Forbidden, account.KeyNotYours)
		b.must(b.s.HandOver(t.Context(), by, company, hand.ID, false))
		b.must(b.s.HandOver(t.Context(), b.by("hand@example.nc"), company, boss.ID, true))
		people, err := b.s.People(t.Context(), b.by("boss@example.nc"), company)
		if err != nil || len(people) != 1 || people[0].Role != account.CompanyManager {
			t.Errorf("%+v, %v", people, err)
		}

		_, err = b.s.Invite(t.Context(), b.by("boss@example.nc"), company, "late@example.nc", account.CompanyEditor)
		b.must(err)
		if free, err := b.s.Claimable(t.Context(), b.d.Read(), company); free || err != nil {
			t.Error("a company with people can be claimed", err)
		}
		b.must(b.s.Leave(t.Context(), b.by("boss@example.nc"), company)) // alone
		if free, err := b.s.Claimable(t.Context(), b.d.Read(), company); !free || err != nil {
			t.Error("a company without people cannot be claimed", err)
		}
		_, err = b.s.Accept(t.Context(), b.by("late@example.nc"), b.mails.link(t, "late@example.nc"))
		b.want(err, errs.Conflict, "account.invitation_is.revoked")
		b.want(b.s.Leave(t.Context(), by, company), errs.NotFound, "account.not_here")
	})
}

func TestTwoLastManagersLeaveAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", "Atelier")
		b.attach("a@example.nc", company, account.CompanyManager)
		b.attach("b@example.nc", company, account.CompanyManager)
		b.attach("hand@example.nc", company, account.CompanyEditor)
		one, two := b.by("a@example.nc"), b.by("b@example.nc")
		b.oneWins(atOnce(
			func() error { return b.s.Leave(t.Context(), one, company) },
			func() error { return b.s.Leave(t.Context(), two, company) },
		))
	})
}

func TestTwoLastManagersAskForErasureAtOnce(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", "Atelier")
		b.attach("a@example.nc", company, account.CompanyManager)
		b.attach("b@example.nc", company, account.CompanyManager)
		b.attach("hand@example.nc", company, account.CompanyEditor)
		one, two := b.by("a@example.nc"), b.by("b@example.nc")
		b.oneWins(atOnce(
			func() error { return b.s.AskErasure(t.Context(), one) },
			func() error { return b.s.Leave(t.Context(), two, company) },
		))
	})
}

func TestLimits(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", "Atelier")
		attach := func(person, company string, role account.Role) error {
			return b.d.Write(t.Context(), func(tx *db.Tx) error { return b.s.Attach(t.Context(), tx, person, company, "nc", role) })
		}
		var last account.Person
		for i := range account.MostPeople {
			last = b.attach(fmt.Sprintf("p%d@example.nc", i), company, account.CompanyEditor)
		}
		b.want(attach(b.person("more@example.nc").ID, company, account.CompanyEditor), errs.Conflict, "account.company_full")
		b.must(attach(last.ID, company, account.CompanyManager)) // a higher role for who is there
		b.must(attach(last.ID, company, account.CompanyEditor))  // keeps it
		_, err := b.s.Invite(t.Context(), b.by(last.Mail), company, "more@example.nc", account.CompanyEditor)
		b.want(err, errs.Conflict, "account.company_full")
		for i := range account.MostCompanies - 1 {
			b.must(attach(last.ID, b.company("nc", fmt.Sprint("Atelier ", i)), account.CompanyManager))
		}
		b.want(attach(last.ID, b.company("nc", "Atelier de trop"), account.CompanyManager), errs.Conflict, "account.person_full")
		b.want(attach("nobody", company, account.CompanyEditor), errs.NotFound, "db.not_found")
		b.want(attach(last.ID, company, account.Reader), errs.Invalid, "account.role_unknown")
	})
}

func TestSearchPersons(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", "Atelier")
		b.appoint("reader@example.nc", account.Reader)
		b.attach("eloise@example.nc", company, account.CompanyManager)
		b.must(b.s.SetProfile(t.Context(), b.by("eloise@example.nc"), account.Profile{Name: "Éloïse N’Guyen", Lang: "fr"}))
		b.person("zoe%@example.nc")
		b.write(func(tx *db.Tx) error {
			_, _, err := b.s.Arrive(t.Context(), tx, "far@example.wf", "wf", "fr")
			return err
		})
		by := b.by("reader@example.nc")
		for query, want := range map[string]int{"eloise": 1, "ÉLO": 1, "guyen": 1, "example.nc": 3, "": 3, "far": 0, "zoe%": 1, "%": 1, "_": 0, "xyz": 0} {
			found, err := b.s.SearchPersons(t.Context(), by, "nc", query, 10)
			if err != nil || len(found) != want {
				t.Errorf("%q finds %d, want %d, %v", query, len(found), want, err)
			}
		}
		found, err := b.s.SearchPersons(t.Context(), by, "nc", "n'guyen", 10)
		if err != nil || len(found) != 1 || found[0].Companies != 1 {
			t.Errorf("%+v, %v", found, err)
		}
		if found, err := b.s.SearchPersons(t.Context(), by, "nc", "", 1); err != nil || len(found) != 1 {
			t.Errorf("%d, %v", len(found), err)
		}
		_, err = b.s.SearchPersons(t.Context(), by, "wf", "", 1)
		b.want(err, errs.NotFound, "account.not_here")
		_, err = b.s.SearchPersons(t.Context(), b.by("eloise@example.nc"), "nc", "", 1)
		b.want(err, errs.Forbidden, account.KeyNotYours)
		counts, err := b.s.CompanyPeopleCounts(t.Context(), by)
		if err != nil || len(counts) != 1 || counts[company] != 1 {
			t.Errorf("%v, %v", counts, err)
		}
	})
}
