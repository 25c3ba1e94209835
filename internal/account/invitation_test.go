package account_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
)

// invited gives a company with a manager who has invited guest@example.nc to be its editor.
func (b *bench) invited() (company string, boss account.Actor, i account.Invitation) {
	b.t.Helper()
	company = b.company("nc", "Atelier")
	b.attach("boss@example.nc", company, account.CompanyManager)
	boss = b.by("boss@example.nc")
	i, err := b.s.Invite(b.t.Context(), boss, company, " Guest@example.nc", account.CompanyEditor)
	b.must(err)
	return company, boss, i
}

func TestInvitationToACompany(t *testing.T) {
	each(t, func(b *bench) {
		company, boss, i := b.invited()
		token := b.mails.link(t, "guest@example.nc")
		shown, err := b.s.Invitation(t.Context(), token)
		want := account.Invited{
			ID: i.ID, Territory: "nc", Company: company, CompanyName: "Atelier", Role: account.CompanyEditor, Inviter: "b•••@example.nc",
			Mail: "g•••@example.nc", ExpiresAt: b.now().Add(account.InvitedFor),
		}
		if err != nil || shown != want {
			t.Errorf("%+v, %v", shown, err)
		}
		_, err = b.s.Invitation(t.Context(), "x")
		b.want(err, errs.NotFound, "account.no_invitation")
		_, err = b.s.Accept(t.Context(), account.Actor{}, token)
		b.want(err, errs.Unauthenticated, account.KeySignIn)
		_, err = b.s.Accept(t.Context(), b.by("other@example.nc"), token)
		b.want(err, errs.Forbidden, "account.invitation_other")
		b.want(b.s.Decline(t.Context(), boss, token), errs.Forbidden, "account.invitation_other")

		guest := b.by("guest@example.nc")
		waiting, err := b.s.WaitingFor(t.Context(), guest)
		if err != nil || len(waiting) != 1 || waiting[0] != want {
			t.Errorf("%+v, %v", waiting, err)
		}
		pending, err := b.s.Invitations(t.Context(), boss, company)
		if err != nil || len(pending) != 1 || pending[0].Mail != "guest@example.nc" {
			t.Errorf("%+v, %v", pending, err)
		}
		_, err = b.s.Invitations(t.Context(), guest, company)
		b.want(err, errs.Forbidden, account.KeyNotYours)

		if _, err := b.s.Accept(t.Context(), guest, waiting[0].ID); err != nil {
			t.Fatal(err)
		}
		if !b.by("guest@example.nc").For(company, account.CompanyEditor) {
			t.Error("who accepted does not act for the company")
		}
		_, err = b.s.Accept(t.Context(), guest, token)
		b.want(err, errs.Conflict, "account.invitation_is.accepted")
		b.want(b.s.Revoke(t.Context(), boss, i.ID), errs.Conflict, "account.invitation_is.accepted")
		_, err = b.s.Invite(t.Context(), boss, company, "guest@example.nc", account.CompanyManager)
		b.want(err, errs.Conflict, "account.there_already")
		_, err = b.s.Invite(t.Context(), boss, company, "boss@example.nc", account.CompanyEditor)
		b.want(err, errs.Conflict, "account.there_already")
		if shown, err := b.s.Invitation(t.Context(), token); err != nil || shown.State != account.Accepted {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

func TestInvitationsAreAcceptedOnce(t *testing.T) {
	each(t, func(b *bench) {
		company, _, _ := b.invited()
		token, guest := b.mails.link(t, "guest@example.nc"), b.by("guest@example.nc")
		accept := func() error { _, err := b.s.Accept(t.Context(), guest, token); return err }
		b.oneWins(atOnce(accept, accept, accept, func() error { return b.s.Decline(t.Context(), guest, token) }))
		if n := b.number("SELECT count(*) FROM company_people WHERE company_id = $1", company); n > 2 {
			t.Errorf("%d people", n)
		}
	})
}

func TestInvitationsEnd(t *testing.T) {
	each(t, func(b *bench) {
		company, boss, first := b.invited()
		old := b.mails.link(t, "guest@example.nc")
		b.must(b.s.Resend(t.Context(), boss, first.ID))
		renewed := b.mails.link(t, "guest@example.nc")
		_, err := b.s.Invitation(t.Context(), old)
		b.want(err, errs.NotFound, "account.no_invitation")
		second, err := b.s.Invite(t.Context(), boss, company, "guest@example.nc", account.CompanyManager)
		b.must(err)
		guest := b.by("guest@example.nc")
		_, err = b.s.Accept(t.Context(), guest, renewed)
		b.want(err, errs.Conflict, "account.invitation_is.revoked")
		b.must(b.s.Decline(t.Context(), guest, second.ID))
		_, err = b.s.Accept(t.Context(), guest, second.ID)
		b.want(err, errs.Conflict, "account.invitation_is.declined")
		third, err := b.s.Invite(t.Context(), boss, company, "guest@example.nc", account.CompanyManager)
		b.must(err)
		b.want(b.s.Revoke(t.Context(), guest, third.ID), errs.Forbidden, account.KeyNotYours)
		b.must(b.s.Revoke(t.Context(), boss, third.ID))
		b.want(b.s.Resend(t.Context(), boss, third.ID), errs.Conflict, "account.invitation_is.revoked")
		fourth, err := b.s.Invite(t.Context(), boss, company, "guest@example.nc", account.CompanyManager)
		b.must(err)
		b.wait(account.InvitedFor)
		guest = b.by("guest@example.nc")
		_, err = b.s.Accept(t.Context(), guest, fourth.ID)
		b.want(err, errs.Conflict, "account.invitation_is.expired")
		if waiting, err := b.s.WaitingFor(t.Context(), guest); err != nil || len(waiting) != 0 {
			t.Errorf("%+v, %v", waiting, err)
		}
		b.want(b.s.Revoke(t.Context(), boss, "none"), errs.NotFound, "account.no_invitation")
	})
}

func TestWhoInvites(t *testing.T) {
	each(t, func(b *bench) {
		company, elsewhere := b.company("nc", "Atelier"), b.company("wf", "Vaka")
		b.attach("hand@example.nc", company, account.CompanyEditor)
		b.appoint("admin@example.nc", account.Administrator)
		b.appoint("pm@example.nc", account.ProjectManager)
		b.appoint("reader@example.nc", account.Reader)
		for who, want := range map[string]string{"hand": account.KeyNotYours, "reader": account.KeyNotYours, "pm": "", "admin": ""} {
			_, err := b.s.Invite(t.Context(), b.by(who+"@example.nc"), company, who+"x@example.nc", account.CompanyManager)
			if want == "" {
				b.must(err)
			} else {
				b.want(err, errs.Forbidden, want)
			}
		}
		_, err := b.s.Invite(t.Context(), b.by("pm@example.nc"), elsewhere, "x@example.nc", account.CompanyManager)
		b.want(err, errs.NotFound, "account.not_here")
		_, err = b.s.Invite(t.Context(), b.actor(b.enter("pm@example.nc", account.ByCode), "nc"), company, "x@example.nc", account.CompanyManager)
		b.want(err, errs.Forbidden, account.KeyStrong)
		_, err = b.s.InviteToTeam(t.Context(), b.by("pm@example.nc"), "x@example.nc", account.Reader)
		b.want(err, errs.Forbidden, account.KeyNotYours)
		_, err = b.s.InviteToTeam(t.Context(), b.by("admin@example.nc"), "x@example.nc", account.CompanyEditor)
		b.want(err, errs.Invalid, "account.role_unknown")
		_, err = b.s.InviteToTeam(t.Context(), b.by("admin@example.nc"), "pm@example.nc", account.Reader)
		b.want(err, errs.Conflict, "account.there_already")
		admin := b.by("admin@example.nc")
		i, err := b.s.InviteToTeam(t.Context(), admin, "new@example.nc", account.Reader)
		b.must(err)
		if pending, err := b.s.Invitations(t.Context(), b.by("reader@example.nc"), ""); err != nil || len(pending) != 1 {
			t.Errorf("%+v, %v", pending, err)
		}
		b.wait(account.FreshFor + time.Second)
		b.want(b.s.Resend(t.Context(), admin, i.ID), errs.Forbidden, account.KeyConfirm)
		_, err = b.s.Accept(t.Context(), b.by("new@example.nc"), b.mails.link(t, "new@example.nc"))
		b.must(err)
		b.must(b.by("new@example.nc").Require(account.Reader))
	})
}

func TestInvitationsOfSomebodyAppointedMeanwhile(t *testing.T) {
	each(t, func(b *bench) {
		b.appoint("admin@example.nc", account.Administrator)
		i, err := b.s.InviteToTeam(t.Context(), b.by("admin@example.nc"), "new@example.nc", account.Reader)
		b.must(err)
		b.appoint("new@example.nc", account.ProjectManager)
		_, err = b.s.Accept(t.Context(), b.by("new@example.nc"), i.ID)
		b.want(err, errs.Conflict, "account.invitation_is.accepted")
		b.must(b.by("new@example.nc").Require(account.ProjectManager))
	})
}

func TestInvitationsOfADay(t *testing.T) {
	each(t, func(b *bench) {
		company, boss, _ := b.invited()
		for i := range 19 {
			_, err := b.s.Invite(t.Context(), boss, company, fmt.Sprintf("p%d@example.nc", i), account.CompanyEditor)
			b.must(err)
		}
		_, err := b.s.Invite(t.Context(), boss, company, "more@example.nc", account.CompanyEditor)
		b.want(err, errs.TooMany, "account.invite_too_many")
		b.must(b.s.Revoke(t.Context(), boss, b.first(company)))
		b.wait(48 * time.Hour)
		_, err = b.s.Invite(t.Context(), boss, company, "more@example.nc", account.CompanyEditor)
		b.must(err)
	})
}

// first is the identifier of one of the open invitations to a company.
func (b *bench) first(company string) (id string) {
	b.t.Helper()
	b.must(b.d.Read().QueryRowContext(b.t.Context(), "SELECT min(id) FROM invitations WHERE company_id = $1 AND outcome = ''", company).Scan(&id))
	return id
}

func TestReminders(t *testing.T) {
	each(t, func(b *bench) {
		company, boss, _ := b.invited()
		for _, address := range []string{"known@example.nc", "refuses@example.nc", "gone@example.nc"} {
			i, err := b.s.Invite(t.Context(), boss, company, address, account.CompanyEditor)
			b.must(err)
			if address == "gone@example.nc" {
				b.must(b.s.Revoke(t.Context(), boss, i.ID))
			}
		}
		b.person("known@example.nc")
		b.must(b.s.Refuse(t.Context(), b.person("refuses@example.nc").ID, account.TopicReminders))
		b.wait(account.InvitedFor - account.RemindBefore - time.Hour)
		b.must(b.s.Remind(t.Context()))
		if kinds := b.mails.kinds("known@example.nc"); !slices.Equal(kinds, []string{"invite_company"}) {
			t.Errorf("%v before it is time", kinds)
		}
		b.wait(time.Hour)
		b.must(b.s.Remind(t.Context()))
		b.wait(time.Hour)
		b.must(b.s.Remind(t.Context()))
		for address, want := range map[string]int{"guest@example.nc": 2, "known@example.nc": 2, "refuses@example.nc": 1, "gone@example.nc": 1} {
			if kinds := b.mails.kinds(address); len(kinds) != want {
				t.Errorf("%s: %v", address, kinds)
			}
		}
		for _, m := range b.mails.all {
			if m.Kind != "account.reminder" {
				continue
			}
			known := m.To.Mail == "known@example.nc"
			if known != (m.Topic == account.TopicReminders) || known != (m.Unsubscribe == "https://nc.example/desabonnement/reminders-"+m.Person) {
				t.Errorf("to %s: topic %q, unsubscription at %q", m.To.Mail, m.Topic, m.Unsubscribe)
			}
		}
	})
}
