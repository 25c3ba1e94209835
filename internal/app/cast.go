package app

import (
	"context"
	"net/url"
	"slices"

	"grappe/internal/account"
	"grappe/internal/curation/moderate"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui"
	"grappe/internal/space"
)

// role is somebody whom a demonstration lets one be. All of it is fictional.
type role struct {
	mail, name string
	team       account.Role // "" for none
	companies  int          // of which the person is the manager
	natural    bool         // that company is the person, who consents to its card
	key        string       // of what the person may do
	Icon       string
}

// cast are the persons of a demonstration.
func cast() []role {
	return []role{
		{mail: "camille.delaunay@example.org", name: "Camille Delaunay", team: account.Administrator, key: "app.cast_administrator", Icon: "shield-check"},
		{mail: "jules.wamytan@example.org", name: "Jules Wamytan", team: account.ProjectManager, key: "app.cast_project_manager", Icon: "clipboard-list"},
		{mail: "maeva.tiaou@example.org", name: "Maeva Tiaou", companies: 1, natural: true, key: "app.cast_owner", Icon: "store"},
		{mail: "paul.lefevre@example.org", name: "Paul Lefèvre", companies: 2, key: "app.cast_owner_of_two", Icon: "building-2"},
	}
}

// projectManager is the one of the cast who decides what waits.
func projectManager() role {
	all := cast()
	return all[slices.IndexFunc(all, func(r role) bool { return r.team == account.ProjectManager })]
}

// castDemo gives the persons of the demonstration their roles, and companies of its directory.
func (a *App) castDemo(ctx context.Context, territory string, records []listing.Record) error {
	next := 0
	for _, r := range cast() {
		if r.team != "" {
			if _, err := a.Accounts.Appoint(ctx, account.Operator(territory), r.mail, r.team); err != nil {
				return err
			}
		}
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			p, _, err := a.Accounts.Arrive(ctx, tx, r.mail, territory, "fr")
			if err != nil {
				return err
			}
			if err := a.Accounts.Name(ctx, tx, p.ID, r.name); err != nil {
				return err
			}
			for _, company := range records[next : next+r.companies] {
				if err := a.Accounts.Attach(ctx, tx, p.ID, company.Company.ID, territory, account.CompanyManager); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if r.natural {
			if err := a.consentDemo(ctx, territory, r.mail, records[next].Company.ID); err != nil {
				return err
			}
		}
		next += r.companies
	}
	return a.leaveOneToClaim(ctx, records[next:])
}

// settingToClaim is the identifier of a card of the demonstration that nobody holds, and whose site has a domain of its own.
const settingToClaim = "demo_to_claim"

// leaveOneToClaim finds a card of the demonstration that somebody can take in hand, and remembers it for the first page.
func (a *App) leaveOneToClaim(ctx context.Context, records []listing.Record) error {
	for _, r := range records {
		l := r.Listing
		if l.State != listing.Published || l.Category != listing.Company || len(l.Emails) == 0 || len(l.Websites) == 0 || listing.WebDomain(l.Websites[0]) == "" {
			continue
		}
		return a.DB.Write(ctx, func(tx *db.Tx) error { return setSetting(ctx, tx, settingToClaim, l.ID) })
	}
	return nil
}

// toClaim is the card that leaveOneToClaim found, the zero value where there is none.
func (a *App) toClaim(ctx context.Context) (listing.Listing, error) {
	id, err := setting(ctx, a.DB.Read(), settingToClaim)
	if err != nil || id == "" {
		return listing.Listing{}, err
	}
	found, err := a.Listings.ByIDs(ctx, a.DB.Read(), []string{id})
	if err != nil || len(found) == 0 || found[0].State != listing.Published {
		return listing.Listing{}, err
	}
	return found[0], nil
}

// naturalInDemo is the place of the company that is a natural person among those of the demonstration.
func naturalInDemo() (next int) {
	for _, r := range cast() {
		if r.natural {
			break
		}
		next += r.companies
	}
	return next
}

// consentDemo has a person of the demonstration consent to the card of the company that they are.
func (a *App) consentDemo(ctx context.Context, territory, mail, company string) error {
	p, err := a.Accounts.Known(ctx, a.DB.Read(), mail)
	if err != nil {
		return err
	}
	by := account.Actor{
		Person: p.ID, Mail: p.Mail, Name: p.Name, Territory: territory, Companies: map[string]account.Role{company: account.CompanyManager},
	}
	return a.Accounts.GiveConsent(ctx, by, company, space.ConsentWords)
}

// welcome says on the first page of a demonstration how to become each of its persons.
func (h *house) welcome(f ui.Frame) *directory.Welcome {
	if !h.app.options.Fictional || f.Brand.Code != demoTerritory {
		return nil
	}
	w := &directory.Welcome{Heading: f.P.T("app.cast"), Text: f.P.T("app.cast_how")}
	for _, r := range cast() {
		w.Ways = append(w.Ways, directory.Way{
			URL: f.Path("/connexion?" + url.Values{"mail": {r.mail}}.Encode()), Icon: r.Icon, Label: r.name, Detail: f.P.T(r.key, "mail", r.mail),
		})
	}
	if l := h.toClaim; l.ID != "" {
		mail := "direction@" + listing.WebDomain(l.Websites[0])
		w.Ways = append(w.Ways, directory.Way{
			URL: f.Path("/annuaire/" + l.Slug), Icon: "badge-check", Label: f.P.T("app.cast_claim"), Detail: f.P.T("app.cast_claim_detail", "name", l.Name, "mail", mail),
		})
	}
	queue := url.Values{"mail": {projectManager().mail}, "suite": {moderate.Path}}
	w.Ways = append(w.Ways, directory.Way{
		URL: f.Path("/connexion?" + queue.Encode()), Icon: "list-checks", Label: f.P.T("app.cast_queue"), Detail: f.P.T("app.cast_queue_detail"),
	})
	w.Ways = append(w.Ways, directory.Way{URL: f.Path("/courrier"), Icon: "mail", Label: f.P.T("app.cast_mail"), Detail: f.P.T("app.cast_mail_detail")})
	return w
}
