package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/rogpeppe/go-internal/testscript"

	"grappe/internal/platform/db"
	"grappe/internal/schema"
)

// The account of the post office.
const (
	postUser     = "grappe"
	postPassword = "hush-hush"
)

// postOffice is a real SMTP server beside the script. It refuses addresses that begin with "refuse", asks to wait for those that
// begin with "wait", and takes all else.
type postOffice struct {
	mu    sync.Mutex
	taken []string // "MAIL FROM, RCPT TO and message" of each
}

type postClient struct {
	office   *postOffice
	from, to string
}

var _ smtp.AuthSession = (*postClient)(nil)

// NewSession implements smtp.Backend.
func (o *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &postClient{office: o}, nil }

func (c *postClient) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *postClient) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user == postUser && password == postPassword {
			return nil
		}
		return smtp.ErrAuthFailed
	}), nil
}

func (c *postClient) Mail(from string, _ *smtp.MailOptions) error {
	c.from = from
	return nil
}

func (c *postClient) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	switch {
	case strings.HasPrefix(to, "refuse"):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	case strings.HasPrefix(to, "wait"):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "come back later"}
	}
	return nil
}

func (c *postClient) Data(r io.Reader) error {
	message, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.taken = append(c.office.taken, fmt.Sprintf("MAIL FROM:<%s>\nRCPT TO:<%s>\n%s", c.from, c.to, message))
	return nil
}

func (c *postClient) Reset()        {}
func (c *postClient) Logout() error { return nil }

func (o *postOffice) all() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.taken, "\n\n")
}

type officeKey struct{}

// smtp NAME [plain|implicit]: opens a post office for localhost, whose port NAME then holds; with "plain" it offers no encryption,
// with "implicit" it speaks TLS from the first byte. What grappe then calls trusts its certificate.
func scriptSMTP(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: smtp NAME [plain|implicit]")
	}
	kind := strings.Join(args[1:], "")
	offices, ok := ts.Value(officeKey{}).(map[string]*postOffice)
	if !ok {
		ts.Fatalf("the script has no place for its post offices")
	}
	office := &postOffice{}
	offices[args[0]] = office
	certificate, ca := ownCertificate(ts)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), ca, 0o600))
	ts.Setenv("SSL_CERT_FILE", ts.MkAbs(args[0]+".pem"))
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
	server := smtp.NewServer(office)
	server.Domain, server.ErrorLog = "localhost", silent{}
	switch kind {
	case "plain":
		server.AllowInsecureAuth = true
	case "implicit":
		listener = tls.NewListener(listener, config)
	default:
		server.TLSConfig = config
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with an error when it is closed
	}()
	ts.Defer(func() {
		server.Close()
		listener.Close() // the server does not know it yet where it was closed at once
		<-done
	})
}

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// post NAME PATTERN…: waits until all mails that the post office took match the patterns together; with ! it took none that does.
func scriptPost(ts *testscript.TestScript, neg bool, args []string) {
	offices, _ := ts.Value(officeKey{}).(map[string]*postOffice)
	if len(args) < 2 || offices[args[0]] == nil {
		ts.Fatalf("usage: post NAME PATTERN…")
	}
	office := offices[args[0]]
	if neg {
		if matchesAll(ts, office.all(), args[1:]) {
			ts.Fatalf("the post office has %s", strings.Join(args[1:], " "))
		}
		return
	}
	if !poll(func() bool { return matchesAll(ts, office.all(), args[1:]) }) {
		ts.Fatalf("the post office has no %s: %.3000s", strings.Join(args[1:], " "), office.all())
	}
}

// returned NAME FILE: writes a notice that the last mail of the post office was not delivered, as mail servers do.
func scriptReturned(ts *testscript.TestScript, neg bool, args []string) {
	offices, _ := ts.Value(officeKey{}).(map[string]*postOffice)
	if neg || len(args) != 2 || offices[args[0]] == nil {
		ts.Fatalf("usage: returned NAME FILE")
	}
	all := regexp.MustCompile(`MAIL FROM:<(\S+)>`).FindAllStringSubmatch(offices[args[0]].all(), -1)
	if len(all) == 0 {
		ts.Fatalf("no mail to return")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.ReplaceAll("From: MAILER-DAEMON@localhost\nTo: "+all[len(all)-1][1]+`
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; localhost

Final-Recipient: rfc822; claire@example.org
Action: failed
Status: 5.1.1
--b--
`, "\n", "\r\n")), 0o600))
}

// issuer NAME: opens a service that describes itself as one of OpenID Connect, whose address NAME then holds.
func scriptIssuer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: issuer NAME")
	}
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/.well-known/openid-configuration" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"jwks_uri":%q,"id_token_signing_alg_values_supported":["RS256"]}`,
			server.URL, server.URL+"/auth", server.URL+"/token", server.URL+"/keys")
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}

// ownCertificate is a certificate for localhost that nobody else trusts.
func ownCertificate(ts *testscript.TestScript) (tls.Certificate, []byte) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	ts.Check(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// giveup FILE: puts a job that was given up into the base, in the place of the one before.
func scriptGiveUp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: giveup FILE")
	}
	ctx := context.Background()
	d, err := db.Open(ctx, db.Options{URL: db.SQLiteURL(ts.MkAbs(args[0])), Migrations: schema.FS})
	ts.Check(err)
	defer d.Close()
	ts.Check(d.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM jobs WHERE id = 'given-up'"); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO jobs (id, kind, unique_key, territory, payload, state, attempt, at, due_at, lease, error, died_at)
			VALUES ('given-up', 'mail.send', '', 'nc', '{}', 'dead', 16, 1, 1, '', 'mail.reason_auth', 2)`)
		return err
	}))
}
