package mail_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"grappe/internal/platform/mail"
)

var envelope = mail.Envelope{
	From: "bounce+x@cluster.example", To: "elodie@exemple.nc",
	Message: []byte("From: a@cluster.example\r\nSubject: x\r\n\r\nBonjour\r\n.\r\n..fin\r\n" + strings.Repeat("x", 300) + "\r\n"),
}

func TestSMTPHandsOver(t *testing.T) {
	for name, o := range map[string]serverOptions{"starttls": {}, "tls": {implicit: true}, "none": {noTLS: true}} {
		for _, user := range []string{"", "grappe"} {
			t.Run(name+user, func(t *testing.T) {
				s := newServer(t, o)
				tr := s.transport()
				tr.TLS, tr.User, tr.Password = name, user, "secret"
				if err := tr.Send(t.Context(), envelope); err != nil {
					t.Fatal(err)
				}
				got := s.messages()
				if len(got) != 1 || got[0] != (taken{envelope.From, envelope.To, string(envelope.Message)}) {
					t.Errorf("%q", got)
				}
				if auth := strings.Contains(s.commands(), "AUTH"); auth != (user != "") {
					t.Errorf("authenticated: %v", auth)
				}
			})
		}
	}
}

// What each failure means for the mail, and that nothing is said to a server that is not to hear it.
func TestSMTPJudges(t *testing.T) {
	answer := func(code int, a, b, c int) *smtp.SMTPError {
		return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{a, b, c}, Message: "elodie@exemple.nc is not welcome"}
	}
	const address = "elodie@exemple.nc"
	for name, tt := range map[string]struct {
		options serverOptions
		command string
		answer  *smtp.SMTPError
		die     string
		change  func(s *mail.SMTP)
		verdict mail.Verdict
		reason  string
		seen    string
		taken   int
	}{
		"unknown address":       {command: "RCPT", answer: answer(550, 5, 1, 1), verdict: mail.Refuses, reason: "mail.reason_refused", seen: "MAIL RCPT"},
		"no such code":          {command: "RCPT", answer: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.NoEnhancedCode}, verdict: mail.Refuses, reason: "mail.reason_refused", seen: "MAIL RCPT"},
		"not for us":            {command: "RCPT", answer: answer(550, 5, 7, 1), reason: "mail.reason_policy", seen: "MAIL RCPT"},
		"full":                  {command: "RCPT", answer: answer(552, 5, 2, 2), reason: "mail.reason_full", seen: "MAIL RCPT"},
		"greylisted":            {command: "RCPT", answer: answer(451, 4, 7, 1), reason: "mail.reason_busy", seen: "MAIL RCPT"},
		"sender refused":        {command: "MAIL", answer: answer(550, 5, 1, 8), reason: "mail.reason_policy", seen: "MAIL"},
		"must authenticate":     {command: "MAIL", answer: answer(530, 5, 7, 0), reason: "mail.reason_auth", seen: "MAIL"},
		"spam, it says":         {command: "DATA", answer: answer(554, 5, 6, 0), verdict: mail.Never, reason: "mail.reason_content", seen: "MAIL RCPT DATA"},
		"busy at the end":       {command: "DATA", answer: answer(452, 4, 3, 1), reason: "mail.reason_busy", seen: "MAIL RCPT DATA"},
		"wrong password":        {change: func(s *mail.SMTP) { s.User, s.Password = "grappe", "wrong" }, reason: "mail.reason_auth", seen: "AUTH"},
		"no STARTTLS":           {options: serverOptions{noTLS: true}, change: func(s *mail.SMTP) { s.User, s.Password = "grappe", "secret" }, reason: "mail.reason_tls"},
		"certificate of others": {change: func(s *mail.SMTP) { s.RootCAs = x509.NewCertPool() }, reason: "mail.reason_tls"},
		"certificate, implicit": {options: serverOptions{implicit: true}, change: func(s *mail.SMTP) { s.TLS, s.RootCAs = mail.TLS, x509.NewCertPool() }, reason: "mail.reason_tls"},
		"another name":          {change: func(s *mail.SMTP) { s.Host = "127.0.0.1" }, reason: "mail.reason_tls"},
		"nothing listens":       {change: func(s *mail.SMTP) { s.Port = closedPort(t) }, reason: "mail.reason_network"},
		beforeGreeting:          {die: beforeGreeting, reason: "mail.reason_network"},
		afterGreeting:           {die: afterGreeting, reason: "mail.reason_network"},
		afterMail:               {die: afterMail, reason: "mail.reason_network", seen: "MAIL"},
		afterRcpt:               {die: afterRcpt, reason: "mail.reason_network", seen: "MAIL RCPT"},
		midData:                 {die: midData, reason: "mail.reason_network", seen: "MAIL RCPT DATA"},
		afterDot:                {die: afterDot, reason: "mail.reason_network", seen: "MAIL RCPT DATA", taken: 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, tt.options)
			s.setDie(func() string { return tt.die })
			if tt.answer != nil {
				s.answer[tt.command] = tt.answer
			}
			tr := s.transport()
			if tt.change != nil {
				tt.change(tr)
			}
			err := tr.Send(t.Context(), envelope)
			f, ok := errors.AsType[*mail.Fault](err)
			if !ok || f.Verdict != tt.verdict || f.Reason != tt.reason {
				t.Errorf("%+v (%v)", f, err)
			}
			if strings.Contains(err.Error(), address) || strings.Contains(err.Error(), "welcome") {
				t.Errorf("the error quotes the server: %v", err)
			}
			if got := s.commands(); got != tt.seen || len(s.messages()) != tt.taken {
				t.Errorf("the server saw %q and took %d", got, len(s.messages()))
			}
		})
	}
}

func closedPort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// silent is a server that accepts and says nothing more; heard tells of each connection.
func silent(t *testing.T) (port int, heard chan struct{}) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	heard = make(chan struct{}, 10)
	var conns []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns = append(conns, c)
			heard <- struct{}{}
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
		for _, c := range conns {
			c.Close()
		}
	})
	return l.Addr().(*net.TCPAddr).Port, heard
}

func TestSMTPDoesNotWaitForEver(t *testing.T) {
	port, heard := silent(t)
	tr := &mail.SMTP{Host: "localhost", Port: port, Timeout: 50 * time.Millisecond}
	err := tr.Send(t.Context(), envelope)
	if f, ok := errors.AsType[*mail.Fault](err); !ok || f.Reason != "mail.reason_network" || !strings.Contains(err.Error(), "in time") {
		t.Error(err)
	}
	<-heard
	tr.Timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-heard
		cancel()
	}()
	if err := tr.Send(ctx, envelope); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
