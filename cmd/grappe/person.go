package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"grappe/internal/account"
	"grappe/internal/app"
	"grappe/internal/platform/errs"
)

// personCmd is what the operator does for one person: for who has lost a device, and for the rights that the law gives.
type personCmd struct {
	Show   personShowCmd   `cmd:"" help:"help_person_show"`
	Reset  personResetCmd  `cmd:"" help:"help_person_reset"`
	Export personExportCmd `cmd:"" help:"help_person_export"`
	Erase  personEraseCmd  `cmd:"" help:"help_person_erase"`
}

// find opens the instance and finds the person; what is done for them is done in the territory where they first came. Whoever calls
// it closes the instance.
func (o *ofPerson) find(ctx context.Context, cmds *commands) (*app.App, account.Person, account.Actor, error) {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return nil, account.Person{}, account.Actor{}, err
	}
	p, err := a.Accounts.Known(ctx, a.DB.Read(), o.Mail)
	if err == nil {
		err = a.AsServed(ctx)
	}
	if err != nil {
		a.Close()
		return nil, account.Person{}, account.Actor{}, o.unknown(err)
	}
	return a, p, account.Operator(p.Territory), nil
}

func (o *ofPerson) unknown(err error) error {
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.NotFound, "cli.person_unknown", errs.Args{"mail": o.Mail})
	}
	return err
}

type personShowCmd struct {
	ofPerson
	JSON bool `name:"json" help:"help_json"`
}

// personLine is a person as --json prints it.
type personLine struct {
	ID        string        `json:"id"`
	Mail      string        `json:"mail"`
	Name      string        `json:"name"`
	Lang      string        `json:"lang"`
	Territory string        `json:"territory"`
	Since     time.Time     `json:"since"`
	Seen      *time.Time    `json:"seen,omitempty"`
	EraseAt   *time.Time    `json:"erase_at,omitempty"`
	Team      []roleLine    `json:"team"`
	Companies []companyLine `json:"companies"`
	Passkeys  int           `json:"passkeys"`
	Sessions  int           `json:"sessions"`
}

type roleLine struct {
	Territory string       `json:"territory"`
	Role      account.Role `json:"role"`
	Since     time.Time    `json:"since"`
}

type companyLine struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	roleLine
}

func (c *personShowCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, p, operator, err := c.find(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	o, err := a.Accounts.Overview(ctx, operator, p.Mail)
	if err != nil {
		return c.unknown(err)
	}
	keys, err := a.Passkeys(ctx, o.ID)
	if err != nil {
		return err
	}
	line := personLine{
		ID: o.ID, Mail: o.Mail, Name: o.Name, Lang: o.Lang, Territory: o.Territory, Since: o.CreatedAt, Seen: some(o.SeenAt),
		EraseAt: some(o.EraseAt), Team: []roleLine{}, Companies: []companyLine{}, Passkeys: len(keys), Sessions: o.Sessions,
	}
	for _, m := range o.Team {
		line.Team = append(line.Team, roleLine{m.Territory, m.Role, m.Since})
	}
	for _, b := range o.Companies {
		line.Companies = append(line.Companies, companyLine{b.Company, b.Name, roleLine{b.Territory, b.Role, b.Since}})
	}
	if c.JSON {
		return out.json(line)
	}
	line.write(out)
	return nil
}

// write shows the person on stdout.
func (l personLine) write(out *output) {
	name := l.Name
	if name == "" {
		name = out.T("cli.person_nameless")
	}
	lines := []string{
		out.T("cli.person_line", "mail", l.Mail, "name", name),
		out.T("cli.person_since", "at", out.Date(l.Since), "code", l.Territory),
	}
	if l.Seen != nil {
		lines = append(lines, out.T("cli.person_seen", "at", out.Date(*l.Seen)))
	}
	for _, m := range l.Team {
		lines = append(lines, out.T("cli.person_team", "code", m.Territory, "role", out.T("account.role."+string(m.Role)), "at", out.Date(m.Since)))
	}
	for _, b := range l.Companies {
		lines = append(lines, out.T("cli.person_company", "name", b.Name, "code", b.Territory, "role", out.T("account.role."+string(b.Role)), "at", out.Date(b.Since)))
	}
	lines = append(lines, out.T("cli.person_passkeys", "n", l.Passkeys), out.T("cli.person_sessions", "n", l.Sessions))
	if l.EraseAt != nil {
		lines = append(lines, out.T("cli.person_going", "at", out.Date(*l.EraseAt)))
	}
	for _, line := range lines {
		fmt.Fprintln(out.stdout, line)
	}
}

type personResetCmd struct {
	ofPerson
	Yes bool `help:"help_yes"`
}

func (c *personResetCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, p, operator, err := c.find(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	if !c.Yes {
		return errs.New(errs.Usage, "cli.person_reset_yes", errs.Args{"mail": p.Mail})
	}
	passkeys, sessions, err := a.ResetAccess(ctx, operator, p.ID)
	if err != nil {
		return c.unknown(err)
	}
	out.say("cli.person_reset", "mail", p.Mail)
	out.say("cli.person_reset_passkeys", "n", passkeys)
	out.say("cli.person_reset_sessions", "n", sessions)
	return nil
}

type personExportCmd struct {
	ofPerson
	File string `arg:"" help:"help_person_file"`
}

func (c *personExportCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, p, operator, err := c.find(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	write := func(w io.Writer) error {
		e, err := a.Accounts.ExportOf(ctx, operator, p.ID)
		if err != nil {
			return c.unknown(err)
		}
		text, err := e.JSON()
		if err != nil {
			return err
		}
		_, err = w.Write(append(text, '\n'))
		return err
	}
	if c.File == "-" {
		return write(out.stdout)
	}
	if err := writeFile(c.File, 0o600, write); err != nil {
		return err
	}
	out.say("cli.person_exported", "mail", p.Mail, "file", c.File)
	return nil
}

type personEraseCmd struct {
	ofPerson
	Yes   bool `help:"help_yes"`
	Now   bool `help:"help_erase_now"`
	Force bool `help:"help_erase_force"`
}

func (c *personEraseCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, p, operator, err := c.find(ctx, cmds)
	if errs.Is(err, errs.NotFound) && c.Yes && c.Now {
		return c.addressAlone(ctx, out, cmds)
	}
	if err != nil {
		return err
	}
	defer a.Close()
	switch {
	case !c.Yes && c.Now:
		return errs.New(errs.Usage, "cli.person_erase_now_yes", errs.Args{"mail": p.Mail})
	case !c.Yes:
		return errs.New(errs.Usage, "cli.person_erase_yes", errs.Args{"mail": p.Mail})
	case c.Now:
		if err := a.Accounts.EraseNow(ctx, operator, p.ID, c.Force); err != nil {
			return c.refused(err)
		}
		out.say("cli.person_erased", "mail", p.Mail)
		return nil
	}
	at, err := a.Accounts.AskErasureOf(ctx, operator, p.ID, c.Force)
	if err != nil {
		return c.refused(err)
	}
	out.say("cli.person_erasing", "mail", p.Mail, "at", out.Date(at))
	return nil
}

// addressAlone erases what is held about an address that has no account: what somebody said without one.
func (c *personEraseCmd) addressAlone(ctx context.Context, out *output, cmds *commands) error {
	a, err := app.OpenExisting(ctx, cmds.options(nil))
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.Accounts.EraseAddress(ctx, account.Operator(""), c.Mail); err != nil {
		return c.unknown(err)
	}
	out.say("cli.person_address_erased", "mail", c.Mail)
	return nil
}

// refused says to the operator what the rules of the last manager and the last administrator say to the person.
func (c *personEraseCmd) refused(err error) error {
	e := errs.As(err)
	switch {
	case e == nil || e.Kind != errs.Conflict:
		return c.unknown(err)
	case e.Args["companies"] != nil:
		return errs.Wrap(err, errs.Conflict, "cli.person_last_manager", errs.Args{"mail": c.Mail, "companies": e.Args["companies"]})
	case e.Args["territories"] != nil:
		return errs.Wrap(err, errs.Conflict, "cli.person_last_administrator", errs.Args{"mail": c.Mail, "territories": e.Args["territories"]})
	}
	return err
}
