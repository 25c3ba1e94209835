package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"grappe/internal/platform/mail"
)

// The stages at which a server can die.
const (
	beforeGreeting = "before its greeting"
	afterGreeting  = "after the client's greeting"
	afterMail      = "after MAIL"
	afterRcpt      = "after RCPT"
	midData        = "in the middle of DATA"
	afterDot       = "after the final dot, without a word"
)

// taken is a message that the server took.
type taken struct{ from, to, message string }

// server is a real SMTP server on loopback, which does what the test says.
type server struct {
	t    testing.TB
	port int
	ca   []byte // PEM

	mu     sync.Mutex
	die    func() string // asked once for each connection: at which stage it dies
	answer map[string]*smtp.SMTPError
	taken  []taken
	seen   []string    // commands
	heed   func(n int) // told of each message that was taken since it was set
	since  int
}

// serverOptions change how the server is made.
type serverOptions struct {
	noTLS    bool // offers no STARTTLS
	implicit bool // TLS from the first byte
}

func newServer(t testing.TB, o serverOptions) *server {
	t.Helper()
	s := &server{t: t, answer: map[string]*smtp.SMTPError{}}
	certificate, ca := ownCertificate(t)
	s.ca = ca
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.port = listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(s)
	server.Domain, server.MaxMessageBytes, server.ErrorLog = "localhost", 1<<20, discard{}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	if !o.noTLS {
		server.TLSConfig = config
	}
	if o.noTLS {
		server.AllowInsecureAuth = true
	}
	listener = deadly{listener, s}
	if o.implicit {
		listener = tls.NewListener(listener, config)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with an error when it is closed
	}()
	t.Cleanup(func() {
		server.Close()
		listener.Close() // the server does not know it yet where it was closed at once
		<-done
	})
	return s
}

// transport is how one reaches the server.
func (s *server) transport() *mail.SMTP {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(s.ca)
	return &mail.SMTP{Host: "localhost", Port: s.port, RootCAs: roots, Timeout: 20 * time.Second}
}

type discard struct{}

func (discard) Printf(string, ...any) {}
func (discard) Println(...any)        {}

// deadly gives connections that know when they die.
type deadly struct {
	net.Listener
	s *server
}

type mortal struct {
	net.Conn
	stage string
}

func (l deadly) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		stage := l.s.stage()
		if stage != beforeGreeting {
			return &mortal{conn, stage}, nil
		}
		conn.Close()
	}
}

func (s *server) stage() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.die == nil {
		return ""
	}
	return s.die()
}

func (s *server) saw(command string) *smtp.SMTPError {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, command)
	return s.answer[command]
}

func (s *server) take(m taken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, m)
	s.since++
	if s.heed != nil {
		s.heed(s.since)
	}
}

// onTaken has f called with the number of each message from now on.
func (s *server) onTaken(f func(n int)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heed, s.since = f, 0
}

func (s *server) setDie(f func() string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.die = f
}

func (s *server) commands() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.seen, " ")
}

func (s *server) messages() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]taken(nil), s.taken...)
}

// NewSession implements smtp.Backend.
func (s *server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	conn := c.Conn()
	for {
		switch outer := conn.(type) {
		case *tls.Conn:
			conn = outer.NetConn()
			continue
		case *mortal:
			session := &session{s: s, conn: outer.Conn, stage: outer.stage}
			session.at(afterGreeting)
			return session, nil
		}
		return nil, errors.New("a connection of another kind")
	}
}

type session struct {
	s        *server
	conn     net.Conn
	stage    string
	from, to string
}

var _ smtp.AuthSession = (*session)(nil)

// at ends the connection where it dies at this stage.
func (c *session) at(stage string) bool {
	if c.stage == stage {
		c.conn.Close()
	}
	return c.stage == stage
}

func (c *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *session) Auth(string) (sasl.Server, error) {
	c.s.saw("AUTH")
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user == "grappe" && password == "secret" {
			return nil
		}
		return smtp.ErrAuthFailed
	}), nil
}

// as makes an answer an error, and no answer no error.
func as(answer *smtp.SMTPError) error {
	if answer == nil {
		return nil
	}
	return answer
}

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	answer := c.s.saw("MAIL")
	c.at(afterMail)
	return as(answer)
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	answer := c.s.saw("RCPT")
	c.at(afterRcpt)
	return as(answer)
}

func (c *session) Data(r io.Reader) error {
	answer := c.s.saw("DATA")
	if c.stage == midData {
		_, _ = io.CopyN(io.Discard, r, 100)
		c.at(midData)
		return io.ErrUnexpectedEOF
	}
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if answer != nil {
		return answer
	}
	c.s.take(taken{c.from, c.to, string(message)})
	c.at(afterDot)
	return nil
}

func (c *session) Reset()        {}
func (c *session) Logout() error { return nil }

// ownCertificate is a certificate for localhost that nobody else trusts.
func ownCertificate(t testing.TB) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
