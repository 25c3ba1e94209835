package mail

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// What is read of a report, whoever sends it.
const (
	mostReport = 512 << 10
	mostParts  = 20
	mostDepth  = 4
	mostText   = 64 << 10 // of one part
	mostWords  = 8 << 10  // in which a code may stand
)

// Bounced is what a report says.
type Bounced struct {
	Mail    string // identifier of the mail that came back
	Address string // who it was for
	Code    string // "5.1.1", "" for none
	Refuses bool   // for good: the address is marked
}

// Bounce reads a report that a mail was not delivered (RFC 3464, or what older servers write), finds the mail by the address that
// the report was sent to, and marks the address of the mail: as refusing for a failure for good (5.x.x), unless it concerns us
// (5.7.x: policy) or a mailbox is full, and as noted for one that may pass. It returns errs.Invalid for a message that is no such report, and
// errs.NotFound where it names no mail of ours.
func (o *Outbox) Bounce(ctx context.Context, r io.Reader) (Bounced, error) {
	rep := report{}
	rep.read(r)
	if rep.code == "" {
		return Bounced{}, errs.New(errs.Invalid, "mail.bounce_unreadable", nil)
	}
	var out Bounced
	err := o.db.Write(ctx, func(tx *db.Tx) error {
		m, err := o.returned(ctx, tx, rep)
		if err != nil {
			return err
		}
		refuses := rep.code[0] == '5' && !strings.HasPrefix(rep.code, "5.7.") && rep.code != mailboxFull
		out = Bounced{Mail: m.ID, Address: m.To.Mail, Code: rep.code, Refuses: refuses}
		state := noted
		if out.Refuses {
			state = refusing
		}
		if err := o.store.mark(ctx, tx, m.To.Mail, state, rep.code, m.ID, o.now()); err != nil {
			return err
		}
		return o.store.returned(ctx, tx, m.ID, rep.code, out.Refuses)
	})
	if err != nil {
		return Bounced{}, err
	}
	return out, nil
}

// returned is the mail that a report speaks of.
func (o *Outbox) returned(ctx context.Context, tx *db.Tx, rep report) (Mail, error) {
	for _, id := range rep.mails(o.bounce) {
		m, err := o.store.get(ctx, tx, id)
		switch {
		case errs.Is(err, errs.NotFound):
		case err != nil:
			return Mail{}, err
		case m.To.Mail != "":
			return m, nil
		}
	}
	return Mail{}, errs.New(errs.NotFound, "mail.not_found", nil)
}

// report is what a message says of a delivery.
type report struct {
	code       string   // the status of the worst recipient
	proper     bool     // it has a part for machines, which alone counts
	recipients []string // who the report was sent to, as far as the headers tell
}

var (
	mailID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	statusCode = regexp.MustCompile(`\b([45]\.\d{1,3}\.\d{1,3})\b`)
	plainCode  = regexp.MustCompile(`(?m)(?:^|[\s:<>#(])([45])[0-5]\d[ -][^\d]`)
)

// mails gives the identifiers of mails that the report's recipients name: those of our own return path first.
func (r report) mails(bounce string) []string {
	local, domain, _ := strings.Cut(strings.ToLower(bounce), "@")
	var ours, others []string
	for _, recipient := range r.recipients {
		recipient = strings.ToLower(recipient)
		id := mailID.FindString(recipient)
		switch {
		case id == "" || slices.Contains(ours, id) || slices.Contains(others, id):
		case bounce != "" && strings.Contains(recipient, local+verp+id+"@"+domain):
			ours = append(ours, id)
		case bounce == "" || strings.HasPrefix(recipient, "message-id:"):
			others = append(others, id)
		}
	}
	ids := append(ours, others...)
	return ids[:min(len(ids), 5)]
}

// read takes what it can from a message, hostile or cut as it may be.
func (r *report) read(in io.Reader) {
	m, err := netmail.ReadMessage(bufio.NewReader(io.LimitReader(in, mostReport)))
	if err != nil {
		return
	}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To"} {
		r.recipients = append(r.recipients, m.Header[name]...)
	}
	h := textproto.MIMEHeader(m.Header)
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	if kind == "multipart/report" && !strings.EqualFold(params["report-type"], "delivery-status") && params["report-type"] != "" {
		return // a receipt, or a complaint
	}
	body, _ := io.ReadAll(m.Body) // what could be read of it
	parts := 0
	r.part(h, bytes.NewReader(body), 0, &parts)
	if !r.proper && fromServer(h) {
		r.plain(h, bytes.NewReader(body))
	}
}

// part reads a part of a message, and those within.
func (r *report) part(h textproto.MIMEHeader, body io.Reader, depth int, parts *int) {
	if *parts++; *parts > mostParts || depth > mostDepth {
		return
	}
	kind, params, _ := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		reader := multipart.NewReader(body, params["boundary"])
		for {
			p, err := reader.NextRawPart()
			if err != nil {
				return
			}
			r.part(p.Header, p, depth+1, parts)
		}
	case kind == "message/delivery-status" || kind == "message/global-delivery-status":
		r.proper = true
		r.status(decoded(h, body))
	case kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/global" || kind == "message/global-headers":
		r.original(decoded(h, body))
	}
}

// status reads the fields of each recipient (RFC 3464 2.3).
func (r *report) status(text []byte) {
	in := textproto.NewReader(bufio.NewReader(bytes.NewReader(text)))
	for range mostParts {
		fields, err := in.ReadMIMEHeader()
		action := strings.ToLower(strings.TrimSpace(fields.Get("Action")))
		code := statusCode.FindString(fields.Get("Status"))
		if better := statusCode.FindString(fields.Get("Diagnostic-Code")); better != "" && strings.HasSuffix(code, ".0.0") && better[0] == code[0] {
			code = better
		}
		switch {
		case code == "" || action == "delivered" || action == "relayed" || action == "expanded":
		case action == "delayed" && code[0] == '5':
			r.worse("4" + code[1:])
		default:
			r.worse(code)
		}
		for _, name := range []string{"Original-Recipient", "Final-Recipient"} {
			r.recipients = append(r.recipients, fields[name]...)
		}
		if err != nil && len(fields) == 0 {
			return
		}
	}
}

// original reads the headers of the mail that comes back.
func (r *report) original(text []byte) {
	fields, _ := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(text, "\r\n\r\n"...)))).ReadMIMEHeader()
	for _, id := range fields["Message-Id"] {
		r.recipients = append(r.recipients, "message-id:"+id)
	}
	r.recipients = append(r.recipients, fields["Return-Path"]...)
}

// worse takes a code unless there is one that is final.
func (r *report) worse(code string) {
	if r.code == "" || r.code[0] == '4' {
		r.code = code
	}
}

// fromServer tells whether a message that is no proper report may be one: it comes from a server, and is no holiday notice.
func fromServer(h textproto.MIMEHeader) bool {
	from := strings.ToLower(h.Get("From"))
	daemon := strings.Contains(from, "mailer-daemon") || strings.Contains(from, "postmaster")
	return daemon && !strings.HasPrefix(strings.ToLower(h.Get("Auto-Submitted")), "auto-generated; owner") &&
		h.Get("X-Autoreply") == "" && h.Get("X-Autorespond") == ""
}

// plain looks for a code in the words of a report.
func (r *report) plain(h textproto.MIMEHeader, body io.Reader) {
	text := string(decoded(h, body))
	text = text[:min(len(text), mostWords)]
	if code := statusCode.FindString(text); code != "" {
		r.code = code
		return
	}
	if m := plainCode.FindStringSubmatch(text); m != nil {
		r.code = m[1] + ".0.0"
	}
}

// decoded is the beginning of a part without its transfer encoding.
func decoded(h textproto.MIMEHeader, body io.Reader) []byte {
	switch strings.ToLower(strings.TrimSpace(h.Get("Content-Transfer-Encoding"))) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	text, _ := io.ReadAll(io.LimitReader(body, mostText)) // what could be read of it
	return text
}
