package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"grappe/internal/account"
	"grappe/internal/app"
	"grappe/internal/platform/errs"
	"grappe/internal/signin/oidc"
	"grappe/internal/territory"
)

// providerCmd is for the services of OpenID Connect by which people of a territory sign in.
type providerCmd struct {
	Add    providerAddCmd    `cmd:"" help:"help_provider_add"`
	List   providerListCmd   `cmd:"" help:"help_provider_list"`
	Check  providerCheckCmd  `cmd:"" help:"help_provider_check"`
	Remove providerRemoveCmd `cmd:"" help:"help_provider_remove"`
}

// ofProvider names a service of a territory.
type ofProvider struct {
	inTerritory
	Code string `arg:"" help:"help_provider_code"`
}

// providersOf opens the services of a territory. Whoever calls it closes the instance.
func (c *inTerritory) providersOf(ctx context.Context, cmds *commands) (*app.App, *territory.Territory, app.Providers, error) {
	a, t, err := cmds.openServed(ctx, c.Territory)
	if err != nil {
		return nil, nil, app.Providers{}, err
	}
	providers, err := a.Providers(ctx)
	if err != nil {
		a.Close()
		return nil, nil, app.Providers{}, err
	}
	return a, t, providers, nil
}

// unknown says which services there are.
func (c *ofProvider) unknown(err error) error {
	if errs.Is(err, errs.NotFound) {
		return errs.Wrap(err, errs.NotFound, "cli.provider_unknown", errs.Args{"provider": c.Code, "code": c.Territory})
	}
	return err
}

// returnAddress is the address to register at a service, ok is false where nobody said where the territory stands: then it has a
// place to fill in.
func returnAddress(a *app.App, t *territory.Territory, code string) (address string, ok bool) {
	if address := a.Address(t, oidc.ReturnPath(code)); address != "" {
		return address, true
	}
	return "https://…/" + t.Code + oidc.ReturnPath(code), false
}

func sayReturn(out *output, a *app.App, t *territory.Territory, code string) {
	address, ok := returnAddress(a, t, code)
	if !ok {
		out.say("cli.provider_no_address")
	}
	out.say("cli.provider_return", "address", address)
}

type providerAddCmd struct {
	ofProvider
	Issuer           string   `required:"" placeholder:"URL" help:"help_issuer"`
	ClientID         string   `name:"client-id" required:"" placeholder:"ID" help:"help_client_id"`
	ClientSecretFile string   `name:"client-secret-file" type:"path" placeholder:"FILE" help:"help_client_secret_file"`
	Domains          []string `name:"domain" placeholder:"DOMAIN" help:"help_domain"`
	Name             string   `placeholder:"NAME" help:"help_provider_name"`
}

func (c *providerAddCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	secret, err := c.secret()
	if err != nil {
		return err
	}
	a, t, providers, err := c.providersOf(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	_, err = providers.Get(ctx, t.Code, strings.TrimSpace(c.Code))
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	there := err == nil
	p, err := providers.Put(ctx, account.Operator(t.Code), oidc.Settings{
		Code: c.Code, Name: c.Name, Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: secret, KeepSecret: there && secret == "",
		Domains: c.Domains,
	})
	if err != nil {
		return asProviderCall(err)
	}
	done := "cli.provider_added"
	if there {
		done = "cli.provider_changed"
	}
	out.say(done, "name", p.Name, "provider", p.Code, "code", t.Code)
	if p.ClientSecret == "" {
		out.say("cli.provider_public")
	}
	if len(p.Domains) == 0 {
		out.say("cli.provider_no_domain")
	}
	sayReturn(out, a, t, p.Code)
	out.say("cli.provider_to_check", "provider", p.Code, "code", t.Code)
	return nil
}

func (c *providerAddCmd) secret() (string, error) {
	variable := os.Getenv(varProviderSecret)
	switch {
	case c.ClientSecretFile == "":
		return variable, nil
	case variable != "":
		return "", errs.New(errs.Usage, "cli.two_secrets", errs.Args{"name": "--client-secret-file", "variable": varProviderSecret})
	}
	return readSecret(c.ClientSecretFile)
}

// asProviderCall makes of the faults of a service those of a call.
func asProviderCall(err error) error {
	e := errs.As(err)
	if e == nil || e.Kind != errs.Invalid {
		return err
	}
	call := errs.Wrap(err, errs.Usage, e.Key, e.Args)
	names := map[string]string{"code": "CODE", "client_id": "--client-id", "client_secret": "--client-secret-file", "domains": "--domain"}
	for _, f := range e.Fields {
		if name, ok := names[f.Name]; ok {
			f.Name = name
		} else {
			f.Name = "--" + f.Name
		}
		call.Fields = append(call.Fields, f)
	}
	return call
}

type providerListCmd struct {
	inTerritory
	JSON bool `name:"json" help:"help_json"`
}

// providerLine is a service as --json prints it: whether there is a secret, never the secret.
type providerLine struct {
	oidc.Provider
	Secret bool   `json:"secret"`
	Return string `json:"return_address,omitempty"`
}

func (c *providerListCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, providers, err := c.providersOf(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	list, err := providers.List(ctx, t.Code)
	if err != nil {
		return err
	}
	if c.JSON {
		lines := make([]providerLine, len(list))
		for i, p := range list {
			lines[i] = providerLine{p, p.ClientSecret != "", a.Address(t, oidc.ReturnPath(p.Code))}
		}
		return out.json(map[string]any{"providers": lines})
	}
	w := tabwriter.NewWriter(out.stdout, 0, 4, 2, ' ', 0)
	for _, p := range list {
		fmt.Fprintln(w, p.Code+"\t"+p.Name+"\t"+p.Issuer+"\t"+strings.Join(p.Domains, ","))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(list) == 0 {
		out.say("cli.provider_none", "code", t.Code)
	}
	return nil
}

type providerCheckCmd struct{ ofProvider }

func (c *providerCheckCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, providers, err := c.providersOf(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := providers.Get(ctx, t.Code, c.Code)
	if err != nil {
		return c.unknown(err)
	}
	if err := providers.Check(ctx, p); err != nil {
		return err
	}
	out.say("cli.provider_well", "name", p.Name, "issuer", p.Issuer)
	sayReturn(out, a, t, p.Code)
	return nil
}

type providerRemoveCmd struct{ ofProvider }

func (c *providerRemoveCmd) Run(ctx context.Context, out *output, cmds *commands) error {
	a, t, providers, err := c.providersOf(ctx, cmds)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := providers.Remove(ctx, account.Operator(t.Code), c.Code); err != nil {
		return c.unknown(err)
	}
	out.say("cli.provider_removed", "provider", c.Code, "code", t.Code)
	return nil
}
