package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"grappe/internal/account"
	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
)

// mailCmd is for who sets mail up and looks after it.
type mailCmd struct {
	Test   mailTestCmd   `cmd:"" help:"help_mail_test"`
	List   mailListCmd   `cmd:"" help:"help_mail_list"`
	Resend mailResendCmd `cmd:"" help:"help_mail_resend"`
	Bounce mailBounceCmd `cmd:"" help:"help_mail_bounce_cmd"`
}

type mailTestCmd struct{ ofPerson }

// Run sends one letter without a base: it is the first thing to try.
func (c *mailTestCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	transport, err := cmds.transport()
	if err != nil {
		return err
	}
	if transport == nil {
		return errs.New(errs.Usage, "cli.mail_test_no_host", nil)
	}
	outbox := mail.NewOutbox(mail.Options{Transport: transport, From: cmds.MailFrom, Bounce: cmds.MailBounce})
	stop := out.busy("cli.busy_mail")
	_, err = outbox.Try(ctx, mail.Message{
		Event: "cli.mail_test", Kind: "cli.mail_test", To: mail.Address{Mail: c.Mail}, Lang: out.lang, From: "Grappe", Accent: "#0A5A78",
		Letter: mail.Letter{
			Subject: out.T("cli.mail_test_subject"), Heading: out.T("cli.mail_test_subject"), Paragraphs: []string{out.T("cli.mail_test_text")},
			Why: out.T("cli.mail_test_why"),
		},
	})
	stop()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return c.refused(out, cmds, err)
	}
	out.say("cli.mail_tested", "mail", c.Mail, "host", cmds.SMTPHost)
	if cmds.MailBounce == "" {
		out.say("cli.mail_no_bounce", "from", cmds.MailFrom)
	}
	return nil
}

// refused says in plain words why the server did not take the letter, then what it answered.
func (c *mailTestCmd) refused(out *output, cmds *commands, err error) error {
	f, ok := errors.AsType[*mail.Fault](err)
	if !ok {
		return err
	}
	e := errs.Wrap(err, errs.Unavailable, fmt.Sprintf("cli.mail_cause_%s", f.Cause()), errs.Args{
		"host": cmds.SMTPHost, "port": fmt.Sprint(cmds.port()), "mail": c.Mail, "from": cmds.MailFrom, "user": cmds.SMTPUser,
	})
	if said := f.Said(); said != "" {
		e.Fields = []errs.Field{{Name: out.T("cli.mail_said"), Key: "cli.mail_said_text", Args: errs.Args{"answer": said}}}
	}
	return e
}

type mailListCmd struct {
	Territory string `short:"t" env:"GRAPPE_TERRITORY" placeholder:"CODE" help:"help_mail_territory"`
	State     string `enum:"waiting,sent,kept,refused,failed,expired,erased," default:"" placeholder:"STATE" help:"help_mail_state"`
	Limit     int    `default:"50" placeholder:"N" help:"help_mail_limit"`
	JSON      bool   `name:"json" help:"help_json"`
}

const mostMails = 500

// Validate refuses a number of mails that is none; kong calls it.
func (c *mailListCmd) Validate() error {
	if c.Limit < 1 || c.Limit > mostMails {
		return errs.New(errs.Usage, "cli.bad_mail_limit", errs.Args{"most": mostMails})
	}
	return nil
}

// mailLine is a mail as --json prints it: who it was for and what became of it, not what it says.
type mailLine struct {
	ID        string     `json:"id"`
	At        time.Time  `json:"at"`
	State     mail.State `json:"state"`
	Kind      string     `json:"kind"`
	Territory string     `json:"territory"`
	To        string     `json:"to"`
	Subject   string     `json:"subject"`
	Tries     int        `json:"tries"`
	Answer    string     `json:"answer,omitempty"`
	Reason    string     `json:"reason,omitempty"`
}

func (c *mailListCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	if c.Territory != "" {
		if _, err := a.Territory(ctx, c.Territory); err != nil {
			return err
		}
	}
	found, err := a.Outbox.List(ctx, mail.Filter{Territory: c.Territory, State: mail.State(c.State), Limit: c.Limit})
	if err != nil {
		return err
	}
	lines := make([]mailLine, len(found))
	for i, m := range found {
		lines[i] = mailLine{m.ID, m.At, m.State, m.Kind, m.Territory, m.To.Mail, m.Subject, m.Tries, m.Answer, ""}
		if m.Reason != "" {
			lines[i].Reason = out.T(m.Reason)
		}
	}
	if c.JSON {
		return out.json(map[string]any{"mails": lines})
	}
	w := tabwriter.NewWriter(out.stdout, 0, 4, 2, ' ', 0)
	for i, l := range lines {
		fmt.Fprintln(w, l.ID+"\t"+stamp(l.At)+"\t"+out.T(found[i].State.Key())+"\t"+l.Kind+"\t"+l.To+"\t"+l.Answer)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(lines) == 0 {
		out.say("cli.mail_none")
	}
	return nil
}

// stamp is a moment in a column, in the time of this machine and with its zone.
func stamp(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return at.Local().Format(time.RFC3339)
}

// ofMail names a mail of the outbox.
type ofMail struct {
	ID string `arg:"" help:"help_mail_id"`
}

type mailResendCmd struct{ ofMail }

func (c *mailResendCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	err = a.ResendMail(ctx, c.ID)
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.NotFound, "cli.mail_unknown", errs.Args{"id": c.ID})
	}
	if err != nil {
		return err
	}
	out.say("cli.mail_resent")
	return nil
}

type mailBounceCmd struct{}

// Run succeeds even where nobody knows the mail: the mail server that pipes a message here must not send that back in turn.
func (c *mailBounceCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	return bounce(ctx, out, cmds, os.Stdin)
}

func bounce(ctx context.Context, out *output, cmds *commands, in io.Reader) error {
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		out.say("cli.mail_bounce_reading")
	}
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := a.Outbox.Bounce(ctx, in)
	_, _ = io.Copy(io.Discard, in) // whoever writes into the pipe may end
	switch {
	case errs.Is(err, errs.Invalid):
		out.say("cli.mail_bounce_unreadable")
	case errs.Is(err, errs.NotFound):
		out.say("cli.mail_bounce_unknown")
	case err != nil:
		return err
	case b.Refuses:
		out.say("cli.mail_bounced", "mail", account.HiddenMail(b.Address), "id", b.Mail, "answer", b.Code)
	default:
		out.say("cli.mail_bounce_noted", "mail", account.HiddenMail(b.Address), "id", b.Mail, "answer", b.Code)
	}
	return nil
}
