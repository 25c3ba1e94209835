package account_test

import (
	"slices"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/errs"
)

func TestTeam(t *testing.T) {
	each(t, func(b *bench) {
		first := b.appoint("Admin@Example.nc", account.Administrator)
		if kinds := b.mails.kinds("admin@example.nc"); !slices.Equal(kinds, []string{"role_granted"}) {
			t.Errorf("mails %v", kinds)
		}
		b.appoint("admin@example.nc", account.Administrator) // says nothing new
		reader := b.appoint("reader@example.nc", account.Reader)
		by := b.by("admin@example.nc")

		team, err := b.s.Team(t.Context(), b.by("reader@example.nc"))
		if err != nil || len(team) != 2 || team[0].ID != first.ID || team[1].Role != account.Reader || team[1].GrantedBy != "operator" {
			t.Errorf("%+v, %v", team, err)
		}
		_, err = b.s.Team(t.Context(), b.by("nobody@example.nc"))
		b.want(err, errs.Forbidden, account.KeyNotYours)
		_, err = b.s.Team(t.Context(), account.Actor{})
		b.want(err, errs.Unauthenticated, account.KeySignIn)

		b.want(b.s.SetRole(t.Context(), b.by("reader@example.nc"), reader.ID, account.Administrator), errs.Forbidden, account.KeyNotYours)
		b.want(b.s.SetRole(t.Context(), by, reader.ID, "king"), errs.Invalid, "account.role_unknown")
		b.want(b.s.SetRole(t.Context(), by, "nobody", account.Reader), errs.NotFound, "account.not_here")
		b.must(b.s.SetRole(t.Context(), by, reader.ID, account.ProjectManager))
		b.must(b.s.Dismiss(t.Context(), by, reader.ID))
		b.want(b.s.Dismiss(t.Context(), by, reader.ID), errs.NotFound, "account.not_here")
		if kinds := b.mails.kinds("reader@example.nc"); !slices.Equal(kinds, []string{"role_granted", "role_granted", "role_removed"}) {
			t.Errorf("mails %v", kinds)
		}
		if _, err := b.s.Person(t.Context(), reader.ID); err != nil {
			t.Error("who loses the role loses the account")
		}
		entries, err := audit.Read(t.Context(), b.d.Read(), audit.Filter{Territory: "nc", Kind: "team", Object: reader.ID})
		if err != nil || len(entries) != 3 || entries[0].Action != "account.role_removed" || entries[0].Actor != first.ID || entries[2].Actor != "operator" {
			t.Errorf("%+v, %v", entries, err)
		}
		b.wait(account.FreshFor + time.Second)
		late := by
		b.want(b.s.Dismiss(t.Context(), late, first.ID), errs.Forbidden, account.KeyConfirm)
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(b *bench) {
		first := b.appoint("a@example.nc", account.Administrator)
		by := b.by("a@example.nc")
		b.want(b.s.Dismiss(t.Context(), by, first.ID), errs.Conflict, "account.last_administrator")
		b.want(b.s.SetRole(t.Context(), by, first.ID, account.Reader), errs.Conflict, "account.last_administrator")
		b.want(b.s.AskErasure(t.Context(), by), errs.Conflict, "account.erase_last_administrator")

		second := b.appoint("b@example.nc", account.Administrator)
		b.must(b.s.AskErasure(t.Context(), b.by("b@example.nc"))) // and so does not count any more
		b.want(b.s.Dismiss(t.Context(), by, first.ID), errs.Conflict, "account.last_administrator")
		_, err := b.s.Appoint(t.Context(), account.Operator("nc"), "b@example.nc", account.Reader)
		b.want(err, errs.Conflict, "account.person_going")

		b.must(b.s.CancelErasure(t.Context(), b.by("b@example.nc")))
		b.must(b.s.SetRole(t.Context(), by, first.ID, account.Reader))
		b.want(b.s.Dismiss(t.Context(), by, second.ID), errs.Forbidden, account.KeyNotYours) // by is of before
		b.must(b.s.Dismiss(t.Context(), account.Operator("nc"), second.ID))
		if n := b.number("SELECT count(*) FROM team WHERE role = 'administrator'"); n != 0 {
			t.Error("the operator cannot leave a territory without an administrator")
		}
	})
}

func TestOnlyTheOperatorAppoints(t *testing.T) {
	each(t, func(b *bench) {
		b.appoint("a@example.nc", account.Administrator)
		_, err := b.s.Appoint(t.Context(), b.by("a@example.nc"), "b@example.nc", account.Reader)
		b.want(err, errs.Forbidden, account.KeyNotYours)
		_, err = b.s.Appoint(t.Context(), account.Operator("nc"), "b", account.Reader)
		b.want(err, errs.Invalid, "account.mail_none")
		_, err = b.s.Appoint(t.Context(), account.Operator("nc"), "b@example.nc", account.CompanyManager)
		b.want(err, errs.Invalid, "account.role_unknown")
	})
}

func TestTwoAppointmentsAtOnceMakeOnePerson(t *testing.T) {
	each(t, func(b *bench) {
		appoint := func() error {
			_, err := b.s.Appoint(t.Context(), account.Operator("nc"), "a@example.nc", account.Administrator)
			return err
		}
		for _, err := range atOnce(appoint, appoint, appoint, appoint) {
			b.must(err)
		}
		if persons, roles := b.number("SELECT count(*) FROM persons"), b.number("SELECT count(*) FROM team"); persons != 1 || roles != 1 {
			t.Errorf("%d persons, %d roles", persons, roles)
		}
		if n := b.number("SELECT count(*) FROM mails"); n != 1 {
			t.Errorf("%d mails", n)
		}
	})
}

func TestTwoAdministratorsDismissEachOther(t *testing.T) {
	each(t, func(b *bench) {
		one, two := b.appoint("a@example.nc", account.Administrator), b.appoint("b@example.nc", account.Administrator)
		byOne, byTwo := b.by("a@example.nc"), b.by("b@example.nc")
		faults := atOnce(
			func() error { return b.s.Dismiss(t.Context(), byOne, two.ID) },
			func() error { return b.s.Dismiss(t.Context(), byTwo, one.ID) },
		)
		if (faults[0] == nil) == (faults[1] == nil) || b.number("SELECT count(*) FROM team") != 1 {
			t.Errorf("%v, %d are left", faults, b.number("SELECT count(*) FROM team"))
		}
	})
}

// Who is dismissed cannot come back by an invitation that was sent before.
func TestInvitationsOfWhoIsDismissedEnd(t *testing.T) {
	each(t, func(b *bench) {
		b.appoint("a@example.nc", account.Administrator)
		gone := b.appoint("b@example.nc", account.Administrator)
		company := b.company("nc", "Atelier")
		_, err := b.s.InviteToTeam(t.Context(), b.by("b@example.nc"), "friend@example.nc", account.Administrator)
		b.must(err)
		_, err = b.s.Invite(t.Context(), b.by("b@example.nc"), company, "friend@example.nc", account.CompanyManager)
		b.must(err)
		b.must(b.s.SetRole(t.Context(), b.by("a@example.nc"), gone.ID, account.ProjectManager))
		if n := b.number("SELECT count(*) FROM invitations WHERE outcome = ''"); n != 1 {
			t.Errorf("%d open invitations of a project manager, want that to the company", n)
		}
		b.must(b.s.Dismiss(t.Context(), b.by("a@example.nc"), gone.ID))
		waiting, err := b.s.WaitingFor(t.Context(), b.by("friend@example.nc"))
		if err != nil || len(waiting) != 0 {
			t.Errorf("%+v, %v", waiting, err)
		}
	})
}
