package account

import (
	"context"
	"slices"
	"time"

	"grappe/internal/platform/errs"
)

// Role is what somebody may do, in the team of a territory or for a company.
type Role string

// The roles. The operator of the platform is none of them: whoever may run the command line on the machine is the operator,
// and nobody becomes it by a page.
const (
	Administrator  Role = "administrator"   // of a territory: names the team, reads the audit trail
	ProjectManager Role = "project_manager" // of a territory: the daily work with companies
	Reader         Role = "reader"          // of a territory: sees what the team sees, changes nothing (a funder, a trainee)

	CompanyManager Role = "company_manager" // decides who acts for the company
	CompanyEditor  Role = "company_editor"  // writes for the company
)

// StaffRoles are those of a territory's team, the one that may do most first.
func StaffRoles() []Role { return []Role{Administrator, ProjectManager, Reader} }

// CompanyRoles are those of a company's people, the one that may do most first.
func CompanyRoles() []Role { return []Role{CompanyManager, CompanyEditor} }

// Method is how somebody proved who they are.
type Method string

// The methods. The last two are strong: the roles of the team need one of them.
const (
	ByCode    Method = "code"
	ByLink    Method = "link"
	ByPasskey Method = "passkey"
	ByOIDC    Method = "oidc"
)

// How long a proof holds.
const (
	StrongFor = 12 * time.Hour   // the roles of the team sleep when their strong proof is older
	FreshFor  = 10 * time.Minute // a sensitive act asks again when the last proof is older
)

// Actor is who asks: a person, in a territory, with the roles that hold now. The zero value is a visitor who has not signed in.
type Actor struct {
	Person    string // identifier; "" for a visitor
	Mail      string
	Name      string // "" until the person gave one
	Lang      string
	Territory string // code: roles are those of this territory
	Session   string // public identifier of the session

	Roles     []Role          // of the team, that hold now
	Sleeping  []Role          // of the team, which wait for a strong proof
	Elsewhere bool            // belongs to the team of another territory
	Companies map[string]Role // by the company's identifier
	ProvedAt  time.Time       // the last proof of any kind in this session
	StrongAt  time.Time       // the last strong proof that counts in this territory, zero for none
	EraseAt   time.Time       // when the account will be erased, zero for never

	operator bool
}

// Operator is who runs the command line on the machine: everything is allowed. Only cmd and app may make it.
func Operator(territory string) Actor {
	return Actor{Person: "operator", Territory: territory, operator: true}
}

// SignedIn reports whether the actor is a person.
func (a Actor) SignedIn() bool { return a.Person != "" }

// Is reports whether a role of the team holds now. An administrator is a project manager too, and both are readers.
func (a Actor) Is(role Role) bool {
	have, want := rank(a.Roles), slices.Index(StaffRoles(), role)
	return a.operator || want >= 0 && have >= 0 && have <= want
}

// Staff reports whether the actor belongs to the territory's team, its roles awake or not.
func (a Actor) Staff() bool { return len(a.Roles)+len(a.Sleeping) > 0 }

// NeedsStrong reports whether sensitive acts ask the actor for a strong proof: those of whoever belongs to a team, wherever they
// are done. What an account can be taken over by in one territory opens all others.
func (a Actor) NeedsStrong() bool { return a.Staff() || a.Elsewhere }

// rank is the place of the highest of some roles of the team, -1 for none.
func rank(roles []Role) int {
	return slices.IndexFunc(StaffRoles(), func(r Role) bool { return slices.Contains(roles, r) })
}

// For reports whether the actor acts for a company in a role. A manager is an editor too.
func (a Actor) For(company string, role Role) bool {
	held, ok := a.Companies[company]
	return a.operator || ok && (held == role || held == CompanyManager && role == CompanyEditor)
}

// The keys of what Require and its like return, for who leads the person on from there.
const (
	KeySignIn   = "account.sign_in"        // errs.Unauthenticated: sign in and come back
	KeyStrong   = "account.strong_needed"  // errs.Forbidden: the role is there and waits for a strong proof
	KeyConfirm  = "account.confirm_needed" // errs.Forbidden: prove it again, then go on
	KeyNotYours = "account.not_yours"      // errs.Forbidden: nothing that this person can do about it here
)

// RequireSignedIn returns errs.Unauthenticated for a visitor.
func (a Actor) RequireSignedIn() error {
	if !a.SignedIn() {
		return errs.New(errs.Unauthenticated, KeySignIn, nil)
	}
	return nil
}

// Require returns nil where a role of the team holds now: errs.Unauthenticated for a visitor, errs.Forbidden with KeyStrong
// where the role waits for a strong proof, with KeyNotYours otherwise.
func (a Actor) Require(role Role) error {
	if err := a.RequireSignedIn(); err != nil || a.Is(role) {
		return err
	}
	awake := a
	awake.Roles = append(slices.Clone(a.Roles), a.Sleeping...)
	if awake.Is(role) {
		return errs.New(errs.Forbidden, KeyStrong, nil)
	}
	return errs.New(errs.Forbidden, KeyNotYours, nil)
}

// RequireFor returns nil for who acts for a company in the role, and the errors of Require otherwise.
func (a Actor) RequireFor(company string, role Role) error {
	if err := a.RequireSignedIn(); err != nil || a.For(company, role) {
		return err
	}
	return errs.New(errs.Forbidden, KeyNotYours, nil)
}

// RequireFresh returns errs.Forbidden with KeyConfirm where the last proof is too old for a sensitive act at now. Who NeedsStrong
// has to give a strong one.
func (a Actor) RequireFresh(now time.Time) error {
	if err := a.RequireSignedIn(); err != nil {
		return err
	}
	proved := a.ProvedAt
	if a.NeedsStrong() {
		proved = a.StrongAt
	}
	if !a.operator && now.Sub(proved) > FreshFor {
		return errs.New(errs.Forbidden, KeyConfirm, nil)
	}
	return nil
}

type contextKey struct{}

// With hands the actor of a request to the handlers behind.
func With(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, contextKey{}, a)
}

// Of is the actor that With put in the context, a visitor where there is none.
func Of(ctx context.Context) Actor {
	a, _ := ctx.Value(contextKey{}).(Actor)
	return a
}
