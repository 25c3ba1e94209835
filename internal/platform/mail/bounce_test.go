package mail_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// crlf is a message as it comes over the line.
func crlf(s string) string {
	return strings.ReplaceAll(strings.TrimPrefix(s, "\n"), "\n", "\r\n")
}

// dsn is a report as Postfix writes it. {id} is the mail's.
func dsn(head, status string) string {
	return crlf(`
Return-Path: <>
` + head + `
From: MAILER-DAEMON@mx.exemple.nc (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
	boundary="8B2D1.1738574/mx.exemple.nc"

This is a MIME-encapsulated message.

--8B2D1.1738574/mx.exemple.nc
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. 5.9.9 is only said here.

--8B2D1.1738574/mx.exemple.nc
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exemple.nc
X-Postfix-Queue-ID: 8B2D1
Arrival-Date: Tue,  3 Feb 2026 20:30:00 +1100 (+11)

Final-Recipient: rfc822; elodie@exemple.nc
Original-Recipient: rfc822;elodie@exemple.nc
` + status + `

--8B2D1.1738574/mx.exemple.nc
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <retours@cluster.example>
From: Cluster <ne-pas-repondre@cluster.example>
To: elodie@exemple.nc
Message-ID: <{id}@cluster.example>
Subject: x

Bonjour
--8B2D1.1738574/mx.exemple.nc--
`)
}

const (
	verpTo  = "To: retours+{id}@cluster.example"
	unknown = "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <elodie@exemple.nc>: Recipient address rejected"
)

// came is a base with one mail that was sent.
func came(t *testing.T, d *db.DB) (*bench, string) {
	b := newBench(t, d)
	b.put(message("a/1"))
	b.run()
	return b, b.only().ID
}

func TestBounces(t *testing.T) {
	plain := "\nContent-Type: text/plain\n\n"
	for name, tt := range map[string]struct {
		report, code string
		refuses      bool
	}{
		"failed":             {dsn(verpTo, unknown), "5.1.1", true},
		"delivered to":       {dsn("Delivered-To: RETOURS+{id}@Cluster.example\nTo: somebody@else.example", unknown), "5.1.1", true},
		"original to":        {dsn("X-Original-To: retours+{id}@cluster.example\nTo: undisclosed-recipients:;", unknown), "5.1.1", true},
		"only the original":  {dsn("To: retours@cluster.example", unknown), "5.1.1", true},
		"final recipient":    {dsn("To: x@y.nc", unknown+"\nFinal-Recipient: rfc822; retours+{id}@cluster.example"), "5.1.1", true},
		"delayed":            {dsn(verpTo, "Action: delayed\nStatus: 4.4.1"), "4.4.1", false},
		"delayed, it says 5": {dsn(verpTo, "Action: delayed\nStatus: 5.4.1"), "4.4.1", false},
		"expired":            {dsn(verpTo, "Action: failed\nStatus: 4.4.7"), "4.4.7", false},
		"full":               {dsn(verpTo, "Action: failed\nStatus: 5.2.2"), "5.2.2", false},
		"policy":             {dsn(verpTo, "Action: failed\nStatus: 5.7.26"), "5.7.26", false},
		"policy, in detail":  {dsn(verpTo, "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 no"), "5.7.1", false},
		"the worst":          {dsn(verpTo, "Action: failed\nStatus: 4.2.2\n\nFinal-Recipient: rfc822; b@exemple.nc\nAction: failed\nStatus: 5.1.10 (no)"), "5.1.10", true},
		"qmail":              {crlf("From: MAILER-DAEMON@mx.nc\n" + verpTo + plain + "Hi. This is the qmail-send program.\n<elodie@exemple.nc>:\nno mailbox here by that name. (#5.1.1)\n"), "5.1.1", true},
		"a code alone":       {crlf("From: postmaster@mx.nc\n" + verpTo + plain + "<elodie@exemple.nc>: 550 unknown\n"), "5.0.0", true},
		"base64": {crlf("From: postmaster@mx.nc\n" + verpTo + "\nContent-Transfer-Encoding: base64\n\n" +
			base64.StdEncoding.EncodeToString([]byte("status 4.2.2, mailbox full"))), "4.2.2", false},
	} {
		t.Run(name, func(t *testing.T) {
			b, id := came(t, dbtest.SQLite(t))
			got, err := b.Bounce(t.Context(), strings.NewReader(strings.ReplaceAll(tt.report, "{id}", id)))
			if want := (mail.Bounced{Mail: id, Address: "elodie@exemple.nc", Code: tt.code, Refuses: tt.refuses}); err != nil || got != want {
				t.Fatalf("%+v (%v)", got, err)
			}
			refuses, err := b.Refuses(t.Context(), b.db.Read(), "elodie@exemple.nc")
			if all, err := b.Refusing(t.Context(), b.db.Read()); err != nil || all["elodie@exemple.nc"] != refuses || len(all) > 1 {
				t.Errorf("all that refuse: %v, %v", all, err)
			}
			for address, want := range map[string]bool{"elodie@exemple.nc": refuses, "paul@exemple.nc": false} {
				if some, err := b.RefusingAmong(t.Context(), b.db.Read(), []string{address}); err != nil || some[address] != want || len(some) > 1 {
					t.Errorf("%s among those that refuse: %v, %v", address, some, err)
				}
			}
			m := b.only()
			if err != nil || refuses != tt.refuses || (m.State == mail.Refused) != tt.refuses || m.Answer != tt.code || (m.Reason == "mail.reason_bounced") != tt.refuses {
				t.Errorf("refuses %v (%v), the mail is %+v", refuses, err, m)
			}
			if known, err := b.Addresses(t.Context(), 5); err != nil || len(known) != 1 || known[0].Refusing != tt.refuses || known[0].Mail != id {
				t.Errorf("%+v (%v)", known, err)
			}
		})
	}
}

func TestNoBounces(t *testing.T) {
	other := "01a2292e-b976-78fb-abde-4e17f6b485ed"
	deep := "To: retours+{id}@cluster.example\n"
	for i := range 400 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	for name, tt := range map[string]struct {
		report string
		kind   errs.Kind
	}{
		"another's mail":  {strings.ReplaceAll(dsn(verpTo, unknown), "{id}", other), errs.NotFound},
		"another's path":  {strings.Replace(dsn("To: retours+{id}@evil.example", unknown), "Message-ID", "X-ID", 1), errs.NotFound},
		"no mail":         {strings.ReplaceAll(dsn("To: retours@cluster.example", unknown), "{id}", ""), errs.NotFound},
		"delivered":       {dsn(verpTo, "Action: delivered\nStatus: 2.0.0"), errs.Invalid},
		"relayed":         {dsn(verpTo, "Action: relayed\nStatus: 5.0.0"), errs.Invalid},
		"read":            {strings.Replace(dsn(verpTo, unknown), "delivery-status;", "disposition-notification;", 1), errs.Invalid},
		"holiday":         {crlf("From: elodie@exemple.nc\n" + verpTo + "\nAuto-Submitted: auto-replied\n\nOn holiday; version 5.1.1\n"), errs.Invalid},
		"a person":        {crlf("From: elodie@exemple.nc\n" + verpTo + "\n\nBonjour, la version 5.1.1 est sortie, 550 euros.\n"), errs.Invalid},
		"empty":           {"", errs.Invalid},
		"no headers":      {"\r\n\r\n", errs.Invalid},
		"nested":          {crlf(deep), errs.Invalid},
		"large":           {crlf("From: postmaster@x\n" + verpTo + "\n\n" + strings.Repeat("x", 3<<20) + " 5.1.1"), errs.Invalid},
		"many recipients": {dsn("To: "+strings.Repeat("retours+"+other+"@cluster.example, ", 1000)+"x@y", unknown[:20]), errs.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			b, id := came(t, dbtest.SQLite(t))
			_, err := b.Bounce(t.Context(), strings.NewReader(strings.ReplaceAll(tt.report, "{id}", id)))
			if !errs.Is(err, tt.kind) {
				t.Errorf("%v", err)
			}
			if known, err := b.Addresses(t.Context(), 5); err != nil || len(known) != 0 || b.only().State != mail.Sent {
				t.Errorf("%+v (%v)", known, err)
			}
		})
	}
}

// A mail that came back on both engines: what refuses stays so, whatever comes later, until it is cleared.
func TestBounceMarks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, id := came(t, d)
		for _, status := range []string{"Action: delayed\nStatus: 4.4.1", unknown, "Action: delayed\nStatus: 4.2.2"} {
			if _, err := b.Bounce(t.Context(), strings.NewReader(strings.ReplaceAll(dsn(verpTo, status), "{id}", id))); err != nil {
				t.Fatal(err)
			}
		}
		if known, err := b.Addresses(t.Context(), 5); err != nil || len(known) != 1 || !known[0].Refusing || known[0].Reason != "5.1.1" {
			t.Errorf("%+v (%v)", known, err)
		}
		b.put(message("a/2"))
		b.run()
		if len(b.sent) != 1 {
			t.Error("a mail was sent to an address that refuses")
		}
	})
}

type endless struct{ n int }

func (e *endless) Read(p []byte) (int, error) {
	e.n += len(p)
	return copy(p, bytes.Repeat([]byte("a: b\r\n"), len(p)/6+1)), nil
}

// A report without end is read up to a limit.
func TestBounceIsBounded(t *testing.T) {
	b := newBench(t, dbtest.SQLite(t))
	r := &endless{}
	if _, err := b.Bounce(t.Context(), r); !errs.Is(err, errs.Invalid) || r.n > 1<<20 {
		t.Errorf("%v after %d bytes", err, r.n)
	}
}

func FuzzBounce(f *testing.F) {
	for _, status := range []string{unknown, "Action: delayed\nStatus: 4.4.1", ""} {
		f.Add([]byte(strings.ReplaceAll(dsn(verpTo, status), "{id}", "01a2292e-b976-78fb-abde-4e17f6b485ed")))
	}
	f.Add([]byte("From: postmaster@x\r\nTo: retours+1@cluster.example\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n550 =\r\n5.1.1"))
	f.Fuzz(func(t *testing.T, report []byte) {
		code, ids := mail.ReadReport(io.LimitReader(bytes.NewReader(report), 1<<20), "retours@cluster.example")
		if code != "" && code[0] != '4' && code[0] != '5' || len(code) > 9 || len(ids) > 5 {
			t.Errorf("%q %v", code, ids)
		}
	})
}
