package account_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/mail"
)

const mostWords = 120

// words are all that a letter says.
func words(l mail.Letter) int {
	all := append([]string{l.Subject, l.Heading, l.Code, l.Why}, append(l.Paragraphs, l.After...)...)
	if l.Action != nil {
		all = append(all, l.Action.Label)
	}
	return len(strings.Fields(strings.Join(all, " ")))
}

func TestSamples(t *testing.T) {
	d := map[string]bool{}
	for _, lang := range locale.Languages() {
		p := localetest.Printer(t, lang, account.Texts)
		for _, sample := range account.Samples() {
			m := sample.Message(p)
			d[strings.TrimPrefix(sample.Kind, "account.")] = true
			if m.Kind != sample.Kind || m.Topic != sample.Topic || m.Lang != lang {
				t.Errorf("%s: the message is of kind %q, topic %q, in %q", sample.Kind, m.Kind, m.Topic, m.Lang)
			}
			if n := words(m.Letter); n >= mostWords {
				t.Errorf("%s in %s has %d words", sample.Kind, lang, n)
			}
			if n := len([]rune(m.Letter.Subject)); n > 60 {
				t.Errorf("%s in %s: a subject of %d signs: %s", sample.Kind, lang, n, m.Letter.Subject)
			}
			text, html := mail.RenderText(m.Letter, mail.Look{Lang: lang, From: m.From, Accent: m.Accent}), mail.RenderHTML(m.Letter, mail.Look{Lang: lang})
			for _, what := range []string{text, html} {
				if strings.ContainsAny(what, "{}") && what == text || strings.Contains(what, "account.") {
					t.Errorf("%s in %s is not filled in:\n%s", sample.Kind, lang, what)
				}
			}
			for _, said := range append(append([]string{m.Letter.Subject}, m.Letter.Paragraphs...), append(m.Letter.After, m.Letter.Why)...) {
				for _, fault := range locale.CheckTypography(lang, said) {
					t.Errorf("%s in %s: %s", sample.Kind, lang, fault)
				}
			}
		}
	}
	for _, key := range localetest.Catalogue(t, account.Texts) {
		if rest, ok := strings.CutPrefix(key, "account.letter."); ok {
			if kind, _, named := strings.Cut(rest, "."); named && !d[kind] {
				t.Errorf("%s is of no sample", key)
			}
		}
	}
}

const hostile = "Pat\r\nBcc: all@example.org <script>alert(1)</script> \u202egnp.exe\u2066 \x00 " + "interminable interminable interminable interminable"

// What somebody called themselves, or their company, cannot end a header, nor be HTML, nor turn what follows around.
func TestHostileNamesInLetters(t *testing.T) {
	each(t, func(b *bench) {
		company := b.company("nc", strings.ReplaceAll(hostile, "\x00", ""))
		boss := b.attach("boss@example.nc", company, account.CompanyManager)
		by := b.by("boss@example.nc")
		by.Name = strings.ReplaceAll(hostile, "\x00", "")
		_, err := b.s.Invite(t.Context(), by, company, "guest@example.nc", account.CompanyEditor)
		b.must(err)
		guest := b.attach("hand@example.nc", company, account.CompanyEditor)
		b.must(b.s.SetCompanyRole(t.Context(), by, company, guest.ID, account.CompanyManager))
		b.must(b.s.Remove(t.Context(), by, company, guest.ID))
		b.wait(account.InvitedFor - account.RemindBefore)
		b.must(b.s.Remind(t.Context()))
		b.write(func(tx *db.Tx) error { return b.s.NewDevice(t.Context(), tx, boss, "nc", hostile) })
		for _, n := range []account.Notice{account.PasskeyAdded, account.PasskeyRemoved, account.AccountLinked, account.AccountUnlinked} {
			b.write(func(tx *db.Tx) error { return b.s.SecurityNotice(t.Context(), tx, boss, "nc", n, hostile) })
		}
		if len(b.mails.all) != 9 {
			t.Errorf("%d mails", len(b.mails.all))
		}
		for _, m := range b.mails.all {
			if n := words(m.Letter); n >= mostWords {
				t.Errorf("%s has %d words", m.Kind, n)
			}
			said := append([]string{m.Letter.Subject, m.Letter.Heading, m.Letter.Why, m.To.Name}, append(m.Letter.Paragraphs, m.Letter.After...)...)
			if slices.ContainsFunc(said, func(s string) bool {
				return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
			}) {
				t.Errorf("%s holds a control: %q", m.Kind, said)
			}
			if strings.Contains(mail.RenderHTML(m.Letter, mail.Look{Lang: "fr"}), "<script") {
				t.Errorf("%s holds a script", m.Kind)
			}
		}
	})
}

// Where the operator named no address, no letter holds one, and each says what to do instead.
func TestLettersWithoutAnAddress(t *testing.T) {
	each(t, func(b *bench) {
		b.base = ""
		_, boss, i := b.invited()
		b.person("guest@example.nc")
		b.wait(account.InvitedFor - account.RemindBefore)
		b.must(b.s.Remind(t.Context()))
		for _, m := range b.mails.all {
			if m.Letter.Action != nil || m.Topic != "" || m.Unsubscribe != "" || len(m.Letter.Paragraphs) != 2 {
				t.Errorf("%s: %+v", m.Kind, m)
			}
		}
		if len(b.mails.all) != 2 || b.mails.all[0].ReplyTo == "" {
			t.Errorf("%d mails", len(b.mails.all))
		}
		_, err := b.s.Accept(t.Context(), b.by("guest@example.nc"), i.ID)
		b.must(err)
		if !boss.SignedIn() {
			t.Error("nobody invited")
		}
	})
}

// What only the reader may hold is wiped once it is sent.
func TestInvitationsAreSecret(t *testing.T) {
	each(t, func(b *bench) {
		_, _, i := b.invited()
		m := b.mails.all[0]
		if !m.Secret || m.Until != i.ExpiresAt || m.Lang != "fr" || m.From != "Grappe nc" {
			t.Errorf("%+v", m)
		}
		token := b.mails.link(t, "guest@example.nc")
		for _, column := range []string{"token_hash", "id"} {
			if n := b.number("SELECT count(*) FROM invitations WHERE "+column+" = $1", token); n != 0 {
				t.Error("the base holds the token as it is")
			}
		}
	})
}
