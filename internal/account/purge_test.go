package account_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

const day = 24 * time.Hour

func TestPurgeOfRows(t *testing.T) {
	each(t, func(b *bench) {
		by := b.by("a@example.nc")
		b.must(b.s.EndSession(t.Context(), by, by.Session))
		b.enter("a@example.nc", account.ByCode) // which will be idle
		company, boss, _ := b.invited()
		b.must(b.s.GiveConsent(t.Context(), boss, company, "1"))
		b.must(b.s.WithdrawConsent(t.Context(), boss, company))
		b.write(func(tx *db.Tx) error {
			_, err := b.s.Meet(t.Context(), tx, by.Person, "device", "Firefox")
			return err
		})
		left := func() string {
			b.must(b.s.Purge(t.Context()))
			return fmt.Sprint(
				b.number("SELECT count(*) FROM sessions WHERE person_id = $1", by.Person), " sessions, ", b.number("SELECT count(*) FROM devices"), " devices, ",
				b.number("SELECT count(*) FROM invitations"), " invitations, ", b.number("SELECT count(*) FROM invitations WHERE mail <> ''"), " addresses, ",
				b.number("SELECT count(*) FROM consents"), " consents",
			)
		}
		start := b.now()
		for _, step := range []struct {
			after time.Time
			want  string
		}{
			{start.AddDate(0, 0, account.KeepSessionsDays), "2 sessions, 1 devices, 1 invitations, 1 addresses, 1 consents"},
			{start.AddDate(0, 0, account.KeepSessionsDays).Add(time.Minute), "1 sessions, 1 devices, 1 invitations, 1 addresses, 1 consents"},
			{start.Add(account.IdleFor).AddDate(0, 0, account.KeepSessionsDays).Add(time.Minute), "0 sessions, 1 devices, 1 invitations, 1 addresses, 1 consents"},
			{time.Date(2027, time.January, 1, 3, 0, 0, 0, time.UTC), "0 sessions, 1 devices, 1 invitations, 0 addresses, 1 consents"},
			{start.Add(account.InvitedFor).AddDate(0, account.KeepInvitationsMonths, 1), "0 sessions, 1 devices, 0 invitations, 0 addresses, 1 consents"},
			{start.AddDate(0, account.KeepDevicesMonths, 1), "0 sessions, 0 devices, 0 invitations, 0 addresses, 1 consents"},
			{start.AddDate(0, account.KeepConsentsMonths, 1), "0 sessions, 0 devices, 0 invitations, 0 addresses, 0 consents"},
		} {
			b.wait(step.after.Sub(b.now()))
			if got := left(); got != step.want {
				t.Errorf("%s later: %s, want %s", step.after.Sub(start), got, step.want)
			}
		}
	})
}

func TestUnusedAccounts(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", "Atelier")
		b.attach("member@example.nc", company, account.CompanyManager)
		b.appoint("reader@example.nc", account.Reader)
		unused, back := b.person("unused@example.nc"), b.person("back@example.nc")
		purge := func(d time.Duration) {
			b.wait(d)
			b.must(b.s.Purge(t.Context()))
		}
		purge(b.now().AddDate(0, account.KeepUnusedMonths, 0).Sub(b.now()))
		if kinds := b.mails.kinds("unused@example.nc"); len(kinds) != 0 {
			t.Errorf("warned too early: %v", kinds)
		}
		purge(day)
		purge(day)
		for address, want := range map[string][]string{"unused@example.nc": {"unused"}, "back@example.nc": {"unused"}, "member@example.nc": nil, "reader@example.nc": {"role_granted"}} {
			if kinds := b.mails.kinds(address); !slices.Equal(kinds, want) {
				t.Errorf("%s: mails %v, want %v", address, kinds, want)
			}
		}
		b.by("back@example.nc")
		purge((account.KeepWarnedDays - 2) * day)
		if _, err := b.s.Person(t.Context(), unused.ID); err != nil {
			t.Error("erased too early")
		}
		purge(day)
		_, err := b.s.Person(t.Context(), unused.ID)
		b.want(err, errs.NotFound, "account.no_person")
		if p, err := b.s.Person(t.Context(), back.ID); err != nil || !p.WarnedAt.IsZero() {
			t.Errorf("%+v, %v", p, err)
		}
		if n := b.number("SELECT count(*) FROM persons WHERE erased_at = 0"); n != 3 {
			t.Errorf("%d persons are left", n)
		}
	})
}

// A warning from before somebody had a role does not count after it.
func TestAWarningEndsWithARole(t *testing.T) {
	each(t, func(b *bench) {
		p := b.person("a@example.nc")
		purge := func(d time.Duration) {
			b.wait(d)
			b.must(b.s.Purge(t.Context()))
		}
		purge(b.now().AddDate(0, account.KeepUnusedMonths, 1).Sub(b.now()))
		b.appoint("a@example.nc", account.Reader)
		purge(day)
		b.must(b.s.Dismiss(t.Context(), account.Operator("nc"), p.ID))
		purge(account.KeepWarnedDays * day)
		if _, err := b.s.Person(t.Context(), p.ID); err != nil {
			t.Error("erased without a warning of its own")
		}
		purge(account.KeepWarnedDays * day)
		if _, err := b.s.Person(t.Context(), p.ID); err == nil {
			t.Error("an unused account stays for ever")
		}
	})
}

// docs/privacy.md has a row for each table of this room, with the numbers that the software keeps to.
func TestPrivacyPageSaysTheSame(t *testing.T) {
	page, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	for table, says := range map[string][]string{
		"`persons`":        {fmt.Sprint(account.KeepUnusedMonths, " months"), fmt.Sprint(account.KeepWarnedDays, " days"), fmt.Sprint(int(account.ThinkFor/day), " days")},
		"`sessions`":       {fmt.Sprint(account.KeepSessionsDays, " days")},
		"`devices`":        {fmt.Sprint(account.KeepDevicesMonths, " months")},
		"`identities`":     nil,
		"`team`":           nil,
		"`company_people`": nil,
		"`invitations`":    {fmt.Sprint(account.KeepInvitationsMonths, " months"), fmt.Sprint(int(account.InvitedFor/day), " days")},
		"`consents`":       {fmt.Sprint(account.KeepConsentsMonths, " months")},
	} {
		row := ""
		for line := range strings.Lines(string(page)) {
			if cells := strings.Split(line, "|"); len(cells) == 9 && strings.Contains(cells[2], table) {
				row = cells[7]
			}
		}
		if row == "" {
			t.Errorf("no row of %s", table)
		}
		for _, number := range says {
			if !strings.Contains(row, number) {
				t.Errorf("the row of %s does not say %q", table, number)
			}
		}
	}
}

func TestConsent(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", "Atelier")
		b.attach("boss@example.nc", company, account.CompanyManager)
		b.attach("hand@example.nc", company, account.CompanyEditor)
		by := b.by("boss@example.nc")
		b.want(b.s.GiveConsent(t.Context(), b.by("hand@example.nc"), company, "1"), errs.Forbidden, account.KeyNotYours)
		b.want(b.s.WithdrawConsent(t.Context(), by, company), errs.Conflict, "account.no_consent")
		b.must(b.s.GiveConsent(t.Context(), by, company, "1"))
		b.must(b.s.GiveConsent(t.Context(), by, company, "1"))
		b.wait(day)
		b.must(b.s.GiveConsent(t.Context(), b.by("boss@example.nc"), company, "2"))
		c, held, err := b.s.Consent(t.Context(), b.d.Read(), company)
		if err != nil || !held || c.Words != "2" || c.Person != by.Person || c.GivenAt != b.now() || !b.consented[company] {
			t.Errorf("%+v, %v, %v", c, held, err)
		}
		b.must(b.s.WithdrawConsent(t.Context(), by, company))
		if _, held, err := b.s.Consent(t.Context(), b.d.Read(), company); held || err != nil || b.consented[company] {
			t.Error("it holds after it was withdrawn", err)
		}
		if n := b.number("SELECT count(*) FROM consents"); n != 2 {
			t.Errorf("%d proofs are kept, want 2", n)
		}
	})
}
