package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/textproto"
	"syscall"

	"grappe/internal/platform/db"
)

// Try sends a message now, past the queue and without a trace in the base: for who sets the server up. It returns the identifier that
// its return path and Message-ID carry. Its errors are those of the transport, and of Put for a message that cannot be sent.
func (o *Outbox) Try(ctx context.Context, m Message) (id string, err error) {
	if m, err = checked(m); err != nil {
		return "", err
	}
	if o.transport == nil {
		return "", wrong("nothing to send with")
	}
	id = db.NewID()
	look := Look{Lang: m.Lang, From: m.From, Accent: m.Accent}
	e, err := o.envelope(Mail{
		ID: id, Lang: m.Lang, To: m.To, From: m.From, ReplyTo: m.ReplyTo, Subject: m.Letter.Subject, Text: RenderText(m.Letter, look),
		HTML: RenderHTML(m.Letter, look), MessageID: id + "@" + o.domain(), At: o.now(),
	})
	if err != nil {
		return "", err
	}
	return id, o.transport.Send(ctx, e)
}

// Cause names why a server did not take a mail, for who can mend it.
type Cause string

// The causes. Answered ones have a code.
const (
	UnknownName    Cause = "unknown_name"    // no such host
	NobodyThere    Cause = "nobody_there"    // nothing listens at the port
	TooSlow        Cause = "too_slow"        // no answer in time
	Interrupted    Cause = "interrupted"     // the server ended the connection
	NoEncryption   Cause = "no_encryption"   // it offers no STARTTLS
	NoTLS          Cause = "no_tls"          // what it speaks is no TLS
	BadCertificate Cause = "bad_certificate" // it is not who it says
	NoLogin        Cause = "no_login"        // it offers no way to authenticate that we know
	BadLogin       Cause = "bad_login"       // it refuses user or password
	Unreachable    Cause = "unreachable"     // some other failure of the network
	Busy           Cause = "busy"            // later
	RefusesUs      Cause = "refuses_us"      // it takes no mail from us
	RefusesAddress Cause = "refuses_address" // it takes no mail for the address
	RefusesMail    Cause = "refuses_mail"    // it does not take this mail
)

// Cause says why, as plainly as it is known.
func (f *Fault) Cause() Cause {
	var network net.Error
	_, isHeader := errors.AsType[tls.RecordHeaderError](f.Err)
	_, isName := errors.AsType[*net.DNSError](f.Err)
	switch {
	case f.Reason == "mail.reason_auth" && f.Code != 0:
		return BadLogin
	case f.Code != 0:
		return f.answered()
	case errors.Is(f.Err, errNoStartTLS):
		return NoEncryption
	case errors.Is(f.Err, errNoAuth):
		return NoLogin
	case isHeader:
		return NoTLS
	case untrusted(f.Err):
		return BadCertificate
	case isName:
		return UnknownName
	case errors.Is(f.Err, context.DeadlineExceeded) || errors.As(f.Err, &network) && network.Timeout():
		return TooSlow
	case errors.Is(f.Err, syscall.ECONNREFUSED):
		return NobodyThere
	case errors.Is(f.Err, io.EOF) || errors.Is(f.Err, syscall.ECONNRESET) || errors.Is(f.Err, syscall.EPIPE):
		return Interrupted
	}
	return Unreachable
}

func (f *Fault) answered() Cause {
	switch f.Reason {
	case "mail.reason_busy":
		return Busy
	case "mail.reason_refused":
		return RefusesAddress
	case "mail.reason_content":
		return RefusesMail
	case "mail.reason_tls":
		return NoEncryption
	}
	return RefusesUs
}

func untrusted(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	return verification || host || authority
}

// Said is what the server answered, in its own words: for the eyes of the operator who asked, never for a log. "" for nothing.
func (f *Fault) Said() string {
	answer, ok := errors.AsType[*textproto.Error](f.Err)
	if !ok {
		return ""
	}
	return line(answer.Error(), mostSaid)
}

const mostSaid = 300
