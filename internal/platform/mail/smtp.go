package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// Envelope is a message on its way: who it comes back to, who it is for, and the message itself with its headers.
type Envelope struct {
	From, To string
	Message  []byte
}

// Transport hands a message over. When it returns nil, a server has taken the message and answers for it. Else its error is a
// *Fault, or one that counts as Again.
type Transport interface {
	Send(ctx context.Context, e Envelope) error
}

// How a connection is encrypted.
const (
	StartTLS = "starttls" // on the usual port, and nothing is said before
	TLS      = "tls"      // from the first byte (port 465)
	Plain    = "none"     // for a relay on the same machine or network
)

// SMTP hands messages over to a server, one connection each.
type SMTP struct {
	Host     string
	Port     int    // 0: 587, or 465 for TLS, or 25 for Plain
	TLS      string // "": StartTLS
	User     string // "": no authentication
	Password string
	Name     string         // how we greet; "": localhost
	Timeout  time.Duration  // of one conversation; 0: 30 s
	RootCAs  *x509.CertPool // nil: those of the system
}

var _ Transport = (*SMTP)(nil)

var (
	errNoStartTLS = errors.New("the server offers no STARTTLS")
	errNoAuth     = errors.New("the server offers no way to authenticate that we know")
)

// Send implements Transport.
func (s *SMTP) Send(ctx context.Context, e Envelope) error {
	timeout := s.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, stage, err := s.dial(ctx)
	if err != nil {
		return s.during(ctx, stage, err)
	}
	defer conn.Close()
	if end, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(end) // where it fails, the next line ends the conversation all the same
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	client, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return s.during(ctx, "connect", err)
	}
	client.SkipSMTPUTF8(true) // addresses are ASCII
	if stage, err := s.converse(client, e); err != nil {
		return s.during(ctx, stage, err)
	}
	_ = client.Quit() // the message is taken, whatever comes now
	return nil
}

// during is a fault; one that the end of the context made says so.
func (s *SMTP) during(ctx context.Context, stage string, err error) error {
	f := faultOf(stage, err)
	if f.Code == 0 && ctx.Err() != nil {
		f.Err = ctx.Err()
	}
	return f
}

// dial connects, and says at which stage it failed.
func (s *SMTP) dial(ctx context.Context) (conn net.Conn, stage string, err error) {
	port := s.Port
	if port == 0 {
		port = map[string]int{TLS: 465, Plain: 25}[s.TLS]
	}
	if port == 0 {
		port = 587
	}
	conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, strconv.Itoa(port)))
	if err != nil || s.TLS != TLS {
		return conn, "connect", err
	}
	secure := tls.Client(conn, s.config())
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, "tls", err
	}
	return secure, "", nil
}

func (s *SMTP) config() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.RootCAs, MinVersion: tls.VersionTLS12}
}

// converse hands the message over, and says at which stage it failed.
func (s *SMTP) converse(client *smtp.Client, e Envelope) (stage string, err error) {
	name := s.Name
	if name == "" {
		name = "localhost"
	}
	if err := client.Hello(name); err != nil {
		return "hello", err
	}
	if s.TLS == StartTLS || s.TLS == "" {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return "tls", errNoStartTLS
		}
		if err := client.StartTLS(s.config()); err != nil {
			return "tls", err
		}
	}
	if s.User != "" {
		auth := s.auth(client)
		if auth == nil {
			return "auth", errNoAuth
		}
		if err := client.Auth(auth); err != nil {
			return "auth", err
		}
	}
	if err := client.Mail("<" + e.From + ">"); err != nil {
		return "mail", err
	}
	if err := client.Rcpt("<" + e.To + ">"); err != nil {
		return "rcpt", err
	}
	w, err := client.Data()
	if err != nil {
		return "data", err
	}
	if _, err := w.Write(e.Message); err != nil {
		return "data", err
	}
	return "end", w.Close()
}

// auth chooses the strongest way that the server offers; none of them sends the password over a line that is not encrypted.
func (s *SMTP) auth(client *smtp.Client) smtp.Auth {
	_, offered := client.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	switch {
	case slices.Contains(ways, "SCRAM-SHA-256"):
		return smtp.ScramSHA256Auth(s.User, s.Password)
	case slices.Contains(ways, "PLAIN"):
		return smtp.PlainAuth("", s.User, s.Password, s.Host, false)
	case slices.Contains(ways, "LOGIN"):
		return smtp.LoginAuth(s.User, s.Password, s.Host, false)
	case slices.Contains(ways, "CRAM-MD5"):
		return smtp.CRAMMD5Auth(s.User, s.Password)
	}
	return nil
}
