package mail_test

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

func trial(to string) mail.Message {
	return mail.Message{
		Event: "trial", Kind: "trial", To: mail.Address{Mail: to}, Lang: "fr", From: "Grappe", Accent: "#0A5A78",
		Letter: mail.Letter{Subject: "Essai", Heading: "Essai", Paragraphs: []string{"Bonjour."}},
	}
}

// TestTry checks that a trial reaches a real server without a base, and that each failure says what it is.
func TestTry(t *testing.T) {
	t.Parallel()
	s := newServer(t, serverOptions{})
	try := func(change func(o *mail.SMTP)) error {
		transport := s.transport()
		change(transport)
		_, err := mail.NewOutbox(mail.Options{Transport: transport, From: "grappe@example.org", Bounce: "retours@example.org"}).Try(t.Context(), trial("claire@example.nc"))
		return err
	}
	if err := try(func(*mail.SMTP) {}); err != nil {
		t.Fatal(err)
	}
	got := s.messages()
	if len(got) != 1 || got[0].to != "claire@example.nc" || !strings.HasPrefix(got[0].from, "retours+") || !strings.Contains(got[0].message, "Subject: Essai") {
		t.Errorf("%+v", got)
	}
	cause := func(err error, want mail.Cause, said string) {
		t.Helper()
		f, ok := errors.AsType[*mail.Fault](err)
		if !ok || f.Cause() != want || !strings.Contains(f.Said(), said) || said == "" && f.Said() != "" {
			t.Errorf("%v, %+v: want %s, said %q", err, f, want, said)
		}
	}
	cause(try(func(o *mail.SMTP) { o.RootCAs = x509.NewCertPool() }), mail.BadCertificate, "")
	cause(try(func(o *mail.SMTP) { o.TLS = mail.TLS }), mail.NoTLS, "")
	cause(try(func(o *mail.SMTP) { o.Host = "nobody.invalid" }), mail.UnknownName, "")
	cause(try(func(o *mail.SMTP) { o.Port = 1 }), mail.NobodyThere, "")
	s.answer["RCPT"] = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	cause(try(func(*mail.SMTP) {}), mail.RefusesAddress, "no such user")
	s.setDie(func() string { return afterGreeting })
	cause(try(func(*mail.SMTP) {}), mail.Interrupted, "")
	s.setDie(nil)
	plain := newServer(t, serverOptions{noTLS: true})
	_, err := mail.NewOutbox(mail.Options{Transport: plain.transport(), From: "grappe@example.org", Now: time.Now}).Try(t.Context(), trial("a@example.nc"))
	cause(err, mail.NoEncryption, "")

	if _, err := mail.NewOutbox(mail.Options{Transport: s.transport(), From: "grappe@example.org"}).Try(t.Context(), trial("none")); !errs.Is(err, errs.Invalid) {
		t.Error(err)
	}
	if _, err := mail.NewOutbox(mail.Options{}).Try(t.Context(), trial("a@example.nc")); !errs.Is(err, errs.Internal) {
		t.Error(err)
	}
}
