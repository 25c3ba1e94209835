package main

import (
	"context"
	"net/netip"
	"os"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
	"grappe/internal/territory"
)

// mailing are the flags of all commands that say how mails are sent.
type mailing struct {
	SMTPHost         string `name:"smtp-host" env:"GRAPPE_SMTP_HOST" placeholder:"HOST" help:"help_smtp_host"`
	SMTPPort         int    `name:"smtp-port" env:"GRAPPE_SMTP_PORT" placeholder:"PORT" help:"help_smtp_port"`
	SMTPTLS          string `name:"smtp-tls" enum:"starttls,tls,none" default:"starttls" env:"GRAPPE_SMTP_TLS" help:"help_smtp_tls"`
	SMTPUser         string `name:"smtp-user" env:"GRAPPE_SMTP_USER" placeholder:"NAME" help:"help_smtp_user"`
	SMTPPasswordFile string `name:"smtp-password-file" type:"path" env:"GRAPPE_SMTP_PASSWORD_FILE" placeholder:"FILE" help:"help_smtp_password_file"`
	MailFrom         string `name:"mail-from" env:"GRAPPE_MAIL_FROM" placeholder:"EMAIL" help:"help_mail_from"`
	MailBounce       string `name:"mail-bounce" env:"GRAPPE_MAIL_BOUNCE" placeholder:"EMAIL" help:"help_mail_bounce"`
}

// The variables that hold secrets. No flag has them: everybody on the machine sees what a command was called with.
const (
	varSMTPPassword   = "GRAPPE_SMTP_PASSWORD"
	varProviderSecret = "GRAPPE_PROVIDER_SECRET"
)

func secretVariables() []string { return []string{varSMTPPassword, varProviderSecret} }

const (
	portTLS  = 465
	portLast = 65535

	// longestBounce is how long the part before the @ may be where the identifier of a mail is to stand behind it.
	longestBounce = 64 - len("+01a22935-8f08-7ffd-b266-9fe2802736e9")
)

// validate refuses settings that cannot work or do not go together, and writes addresses in their normal form. The password is
// only looked for by a command that sends: others may run without it.
func (m *mailing) validate() error {
	for name, address := range map[string]*string{"--mail-from": &m.MailFrom, "--mail-bounce": &m.MailBounce} {
		if *address == "" {
			continue
		}
		var err error
		if *address, err = parseMail(name, *address); err != nil {
			return err
		}
	}
	if local, _, _ := strings.Cut(m.MailBounce, "@"); len(local) > longestBounce {
		return errs.New(errs.Usage, "cli.bounce_long", errs.Args{"most": longestBounce})
	}
	if m.SMTPHost == "" {
		return m.validateWithout()
	}
	switch {
	case !isHost(m.SMTPHost):
		return errs.New(errs.Usage, "cli.bad_smtp_host", errs.Args{"value": m.SMTPHost})
	case m.SMTPPort < 0 || m.SMTPPort > portLast:
		return errs.New(errs.Usage, "cli.bad_smtp_port", errs.Args{"most": portLast})
	case m.SMTPPort == portTLS && m.SMTPTLS == mail.StartTLS:
		return errs.New(errs.Usage, "cli.smtp_port_tls", nil)
	case m.SMTPTLS == mail.Plain && m.SMTPUser != "":
		return errs.New(errs.Usage, "cli.smtp_plain_password", nil)
	case m.SMTPPasswordFile != "" && m.SMTPUser == "":
		return errs.New(errs.Usage, "cli.smtp_no_user", nil)
	case m.MailFrom == "":
		return errs.New(errs.Usage, "cli.mail_no_from", nil)
	}
	return nil
}

// validateWithout refuses settings of a server that nobody named.
func (m *mailing) validateWithout() error {
	for _, o := range []struct {
		name string
		set  bool
	}{
		{"--smtp-port", m.SMTPPort != 0},
		{"--smtp-tls", m.SMTPTLS != mail.StartTLS && m.SMTPTLS != ""},
		{"--smtp-user", m.SMTPUser != ""},
		{"--smtp-password-file", m.SMTPPasswordFile != ""},
	} {
		if o.set {
			return errs.New(errs.Usage, "cli.smtp_needed", errs.Args{"name": o.name})
		}
	}
	return nil
}

// isHost reports whether a text is the name or the address of a machine, without a port.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	clean, ok := territory.CleanHost(s)
	return ok && clean == strings.ToLower(s) && !strings.ContainsAny(s, ":/@[] ")
}

// parseMail is the normal form of a mail address that the person wrote; name is that of the option or argument. It returns
// errs.Usage.
func parseMail(name, value string) (string, error) {
	address, err := account.ParseMail(value)
	if err == nil {
		return address, nil
	}
	e := errs.Wrap(err, errs.Usage, "cli.bad_mail", errs.Args{"name": name, "value": value})
	if inner := errs.As(err); inner != nil {
		for _, f := range inner.Fields {
			e.Fields = append(e.Fields, errs.Field{Name: name, Key: f.Key, Args: f.Args})
		}
	}
	return "", e
}

// transport is how mails are sent, nil where nobody said it. It reads the password, and returns errs.Usage where there is none.
func (m *mailing) transport() (mail.Transport, error) {
	if m.SMTPHost == "" {
		return nil, nil
	}
	password, err := m.password()
	if err != nil {
		return nil, err
	}
	return &mail.SMTP{
		Host: m.SMTPHost, Port: m.SMTPPort, TLS: m.SMTPTLS, User: m.SMTPUser, Password: password, Name: account.Domain(m.MailFrom),
	}, nil
}

// port is the port in use, as mail.SMTP chooses it where none is named.
func (m *mailing) port() int {
	switch {
	case m.SMTPPort != 0:
		return m.SMTPPort
	case m.SMTPTLS == mail.TLS:
		return portTLS
	case m.SMTPTLS == mail.Plain:
		return 25
	}
	return 587
}

func (m *mailing) password() (string, error) {
	variable := os.Getenv(varSMTPPassword)
	switch {
	case m.SMTPUser == "" && variable != "":
		return "", errs.New(errs.Usage, "cli.smtp_no_user", nil)
	case m.SMTPUser == "":
		return "", nil
	case m.SMTPPasswordFile == "" && variable == "":
		return "", errs.New(errs.Usage, "cli.smtp_no_password", errs.Args{"user": m.SMTPUser})
	case m.SMTPPasswordFile != "" && variable != "":
		return "", errs.New(errs.Usage, "cli.two_secrets", errs.Args{"name": "--smtp-password-file", "variable": varSMTPPassword})
	case variable != "":
		return variable, nil
	}
	return readSecret(m.SMTPPasswordFile)
}

// mostSecret is more than any password has: whoever names a larger file meant another.
const mostSecret = 4096

// readSecret reads a secret of one line from a file. It returns errs.Usage.
func readSecret(path string) (string, error) {
	f, size, err := openFile(path)
	if err != nil {
		return "", err
	}
	f.Close()
	if size > mostSecret {
		return "", errs.New(errs.Usage, "cli.bad_secret", errs.Args{"file": path})
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", unreadable(err, path)
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" || strings.ContainsAny(secret, "\r\n\x00") {
		return "", errs.New(errs.Usage, "cli.bad_secret", errs.Args{"file": path})
	}
	return secret, nil
}

// mailOptions are the flags for an instance that only writes letters: those that serve sends.
func (m *mailing) mailOptions() app.MailOptions {
	return app.MailOptions{From: m.MailFrom, Bounce: m.MailBounce}
}

// sayMail says at the start what keeps mails from leaving, or from leading anywhere.
func sayMail(ctx context.Context, out *output, a *app.App, list []*territory.Territory) error {
	stats, err := a.Outbox.Stats(ctx, "")
	if err != nil {
		return err
	}
	if !stats.Ready {
		out.say("cli.serve_no_mail", "n", stats.Waiting)
	}
	var without []string
	for _, t := range list {
		if a.Address(t, "") == "" {
			without = append(without, t.Code)
		}
	}
	if len(without) > 0 {
		slices.Sort(without)
		out.say("cli.serve_no_links", "codes", without)
	}
	return nil
}
