package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"grappe/internal/account"
	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
)

// teamCmd is how a territory's first administrator comes about: nobody becomes one by a page.
type teamCmd struct {
	Add    teamAddCmd    `cmd:"" help:"help_team_add"`
	List   teamListCmd   `cmd:"" help:"help_team_list"`
	Remove teamRemoveCmd `cmd:"" help:"help_team_remove"`
}

// inTerritory names the territory of a command.
type inTerritory struct {
	Territory string `required:"" short:"t" env:"GRAPPE_TERRITORY" placeholder:"CODE" help:"help_in_territory"`
}

// ofPerson names a person.
type ofPerson struct {
	Mail string `arg:"" help:"help_mail"`
}

// Validate refuses what is no address, and writes it in its normal form; kong calls it, also where it is missing.
func (o *ofPerson) Validate() (err error) {
	if o.Mail == "" {
		return nil
	}
	o.Mail, err = parseMail("MAIL", o.Mail)
	return err
}

// openServed is open for what writes letters: they lead to where the instance is served.
func (c *commands) openServed(ctx context.Context, code string) (*app.App, *territory.Territory, error) {
	a, t, err := c.open(ctx, code)
	if err != nil {
		return nil, nil, err
	}
	if err := a.AsServed(ctx); err != nil {
		a.Close()
		return nil, nil, err
	}
	return a, t, nil
}

type teamAddCmd struct {
	inTerritory
	ofPerson
	Role string `required:"" enum:"administrator,project_manager,reader" placeholder:"ROLE" help:"help_role"`
	Name string `placeholder:"NAME" help:"help_person_name"`
}

// Validate refuses an address and a name that are none; kong calls it.
func (c *teamAddCmd) Validate() error {
	if _, err := account.ParseName(c.Name); err != nil {
		e := errs.Wrap(err, errs.Usage, "cli.bad_name", errs.Args{"value": c.Name})
		return e
	}
	return c.ofPerson.Validate()
}

func (c *teamAddCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, err := cmds.openServed(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	operator, role := account.Operator(t.Code), account.Role(c.Role)
	p, err := a.Accounts.Appoint(ctx, operator, c.Mail, role)
	if err != nil {
		return err
	}
	if c.Name != "" {
		named, err := a.Accounts.NameIfNone(ctx, operator, p.ID, c.Name)
		if err != nil {
			return err
		}
		if !named {
			out.say("cli.person_named", "mail", p.Mail, "name", p.Name)
		}
	}
	out.say("cli.team_added", "mail", p.Mail, "role", out.T("account.role."+c.Role), "code", t.Code, "may", out.T("account.role_may."+c.Role))
	return sayNext(ctx, out, cmds, a, t, p)
}

// sayNext says how somebody new to the team signs in, and what a role needs.
func sayNext(ctx context.Context, out *output, cmds *commands, a *app.App, t *territory.Territory, p account.Person) error {
	door := a.Address(t, "/connexion")
	if door == "" {
		door = "/connexion"
	}
	providers, err := a.Providers(ctx)
	if err != nil {
		return err
	}
	list, err := providers.List(ctx, t.Code)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		out.say("cli.team_next", "mail", p.Mail, "address", door)
	} else {
		names := make([]string, len(list))
		for i, one := range list {
			names[i] = one.Name
		}
		out.say("cli.team_next_providers", "mail", p.Mail, "address", door, "providers", names)
	}
	if cmds.SMTPHost == "" {
		out.say("cli.team_no_mail")
	}
	return nil
}

type teamListCmd struct {
	inTerritory
	JSON bool `name:"json" help:"help_json"`
}

// teamLine is a person of a team as --json prints it.
type teamLine struct {
	Mail    string       `json:"mail"`
	Name    string       `json:"name"`
	Role    account.Role `json:"role"`
	Since   time.Time    `json:"since"`
	EraseAt *time.Time   `json:"erase_at,omitempty"`
}

func (c *teamListCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, err := cmds.open(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	team, err := a.Accounts.Team(ctx, account.Operator(t.Code))
	if err != nil {
		return err
	}
	if c.JSON {
		lines := make([]teamLine, len(team))
		for i, m := range team {
			lines[i] = teamLine{m.Mail, m.Name, m.Role, m.GrantedAt, some(m.EraseAt)}
		}
		return out.json(map[string]any{"team": lines})
	}
	there := out.In(t.Location())
	w := tabwriter.NewWriter(out.stdout, 0, 4, 2, ' ', 0)
	for _, m := range team {
		line := m.Mail + "\t" + m.Name + "\t" + out.T("account.role."+string(m.Role)) + "\t" + there.Date(m.GrantedAt)
		if !m.EraseAt.IsZero() {
			line += "\t" + out.T("cli.person_going", "at", there.Date(m.EraseAt))
		}
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(team) == 0 {
		out.say("cli.team_none", "code", t.Code)
	}
	return nil
}

// some is a time for JSON, absent where there is none.
func some(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}

type teamRemoveCmd struct {
	inTerritory
	ofPerson
}

func (c *teamRemoveCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, err := cmds.openServed(ctx, c.Territory)
	if err != nil {
		return err
	}
	defer a.Close()
	operator := account.Operator(t.Code)
	p, err := a.Accounts.Known(ctx, a.DB.Read(), c.Mail)
	if err == nil {
		err = a.Accounts.Dismiss(ctx, operator, p.ID)
	}
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.NotFound, "cli.team_unknown", errs.Args{"mail": c.Mail, "code": t.Code})
	}
	if err != nil {
		return err
	}
	out.say("cli.team_removed", "mail", p.Mail, "code", t.Code)
	team, err := a.Accounts.Team(ctx, operator)
	if err != nil {
		return err
	}
	for _, m := range team {
		if m.Role == account.Administrator && m.EraseAt.IsZero() {
			return nil
		}
	}
	out.say("cli.team_headless", "code", t.Code)
	return nil
}
