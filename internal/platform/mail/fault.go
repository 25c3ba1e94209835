package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"syscall"

	"grappe/internal/platform/errs"
)

// Verdict is what a failure to send means for the mail.
type Verdict int

// The verdicts.
const (
	Again   Verdict = iota // may succeed later: the network, a busy server, our own settings
	Refuses                // the address refuses, now and later
	Never                  // the server takes this mail for no address
)

// Fault is why a mail was not taken. Its text holds the stage and codes, never what the server wrote: that may name people.
type Fault struct {
	Verdict  Verdict
	Reason   string // the key of the sentence for the team: "mail.reason_auth"
	Stage    string // connect, hello, tls, auth, mail, rcpt, data, end
	Code     int    // the answer, 0 for none
	Enhanced string // "5.1.1", "" for none
	Err      error
}

// Error says where it failed and by which answer.
func (f *Fault) Error() string {
	if f.Code != 0 {
		return fmt.Sprintf("mail: %s: %s", f.Stage, f.answer())
	}
	return fmt.Sprintf("mail: %s: %s", f.Stage, kindOf(f.Err))
}

// Unwrap gives the inner error.
func (f *Fault) Unwrap() error { return f.Err }

// told is the fault with the sentence that stands for it.
func (f *Fault) told() error { return errs.Wrap(f, errs.Unavailable, f.Reason, nil) }

func (f *Fault) answer() string {
	if f.Code == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", f.Code, f.Enhanced))
}

// kindOf names a failure of the network without the names in it.
func kindOf(err error) string {
	var network net.Error
	var certificate *tls.CertificateVerificationError
	var name *net.DNSError
	switch {
	case err == nil:
		return "failed"
	case errors.Is(err, context.Canceled):
		return "cancelled"
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout():
		return "no answer in time"
	case errors.Is(err, errNoStartTLS) || errors.Is(err, errNoAuth):
		return err.Error()
	case errors.As(err, &certificate):
		return "the server's certificate is not trusted"
	case errors.As(err, &name):
		return "the server's name is not known"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there"
	case errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE):
		return "the server ended the connection"
	}
	return fmt.Sprintf("%T", err)
}

var enhanced = regexp.MustCompile(`^([245]\.\d{1,3}\.\d{1,3})(?:\s|$)`)

// faultOf judges a failure by the stage of the conversation that it came in.
func faultOf(stage string, err error) *Fault {
	f := &Fault{Verdict: Again, Stage: stage, Err: err}
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		f.Code = answer.Code
		if m := enhanced.FindStringSubmatch(answer.Msg); m != nil {
			f.Enhanced = m[1]
		}
	}
	switch {
	case stage == "tls":
		f.Reason = "mail.reason_tls"
	case stage == "auth" || f.Code == 530 || f.Code == 535:
		f.Reason = "mail.reason_auth"
	case f.Code == 0:
		f.Reason = "mail.reason_network"
	case f.Code < 500:
		f.Reason = "mail.reason_busy"
	case f.Enhanced == mailboxFull:
		f.Reason = "mail.reason_full"
	case stage == "rcpt" && !aboutUs(f.Enhanced):
		f.Verdict, f.Reason = Refuses, "mail.reason_refused"
	case (stage == "data" || stage == "end") && !aboutUs(f.Enhanced):
		f.Verdict, f.Reason = Never, "mail.reason_content"
	default: // the server does not take mails from us: a setting that somebody must change
		f.Reason = "mail.reason_policy"
	}
	return f
}

// mailboxFull is a failure for good as servers see it, and one that passes as people do.
const mailboxFull = "5.2.2"

// aboutUs tells whether a code speaks of who sends, rather than of who is to receive (RFC 3463 3.8: security or policy).
func aboutUs(code string) bool {
	return strings.HasPrefix(code, "5.7.") || strings.HasPrefix(code, "5.5.")
}

// wrong is a fault of the program.
func wrong(what string) error {
	return errs.Wrap(errors.New("mail: "+what), errs.Internal, "mail.internal", nil)
}
