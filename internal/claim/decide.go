package claim

import (
	"context"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
)

// Waiting lists the claims that the team of the actor's territory decides about, the first made first: requests to the team, those
// to managers that nobody has answered for ManagersFor, and disputes.
func (s *Service) Waiting(ctx context.Context, by account.Actor, limit int) ([]Claim, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	found, err := s.store.waiting(ctx, s.DB.Read(), by.Territory, s.Now(), limit)
	if err != nil {
		return nil, err
	}
	return found, s.name(ctx, s.DB.Read(), found)
}

// Shown gives a claim to the team, with the others of the same company that bear on it: those that wait, and those that were
// granted.
func (s *Service) Shown(ctx context.Context, by account.Actor, id string) (c Claim, rivals []Claim, err error) {
	if err := by.Require(account.Reader); err != nil {
		return c, nil, err
	}
	if c, err = s.store.byID(ctx, s.DB.Read(), id); err != nil {
		return c, nil, err
	}
	if c.Territory != by.Territory {
		return Claim{}, nil, errs.New(errs.NotFound, "claim.not_found", nil)
	}
	if rivals, err = s.store.rivals(ctx, s.DB.Read(), c); err != nil {
		return c, nil, err
	}
	all := append([]Claim{c}, rivals...)
	err = s.name(ctx, s.DB.Read(), all)
	return all[0], all[1:], err
}

// name fills in who the persons of claims are.
func (s *Service) name(ctx context.Context, q db.Querier, claims []Claim) error {
	ids := make([]string, len(claims))
	for i, c := range claims {
		ids[i] = c.Person
	}
	people, err := s.Accounts.Persons(ctx, q, ids)
	for i := range claims {
		claims[i].Name, claims[i].Mail = people[claims[i].Person].Name, people[claims[i].Person].Mail
	}
	return err
}

// Document gives the document of a claim to the team; errs.NotFound where there is none.
func (s *Service) Document(ctx context.Context, by account.Actor, id string) (files.File, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return files.File{}, err
	}
	c, err := s.store.byID(ctx, s.DB.Read(), id)
	if err != nil {
		return files.File{}, err
	}
	if c.Territory != by.Territory || c.Document == "" {
		return files.File{}, errs.New(errs.NotFound, "claim.no_document", nil)
	}
	return files.Store{}.Get(ctx, s.DB.Read(), c.Document)
}

// Decision is what somebody decides about a claim.
type Decision struct {
	Grant  bool
	Reason string // told to who asked; needed for a refusal

	Shown listing.State // of the card when it was looked at, "" for whichever
}

// reasonField is the name of the field of the reason in forms.
const reasonField = "raison"

const mostReason = 1000

func (d *Decision) check() error {
	d.Reason = company.Storable(strings.TrimSpace(d.Reason))
	switch n := utf8.RuneCountInString(d.Reason); {
	case n == 0 && !d.Grant:
		return invalid(reasonField, "claim.reason_missing", nil)
	case n > mostReason:
		return invalid(reasonField, "claim.reason_long", errs.Args{"most": mostReason})
	}
	return nil
}

// Decide grants or refuses a claim, or settles a dispute: a project manager does. Granting the claim of a company for which nobody
// acts refuses its rivals, each of whom is told; where people act, whoever asked joins them, and they are told. A dispute that is
// granted leaves the person there; one that is refused takes them away. It returns errs.Conflict for what is decided already,
// for a card that is public no more, or again, since it was looked at, errs.Forbidden for one's own.
func (s *Service) Decide(ctx context.Context, by account.Actor, id string, d Decision) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return err
	}
	return s.on(ctx, id, func(tx *db.Tx, c Claim) error {
		switch {
		case c.Territory != by.Territory:
			return errs.New(errs.NotFound, "claim.not_found", nil)
		case c.Person == by.Person:
			return errs.New(errs.Forbidden, "claim.own", nil)
		case c.State == Disputed:
			return s.settle(ctx, tx, by, c, d)
		}
		return s.answer(ctx, tx, by, c, d, account.CompanyManager)
	})
}

// Answer grants or refuses a request to the managers of a company: one of them does, and gives who joins them a role. It returns
// errs.Conflict for what is decided already, and for a card that was merged into another company's: its request goes to the team.
func (s *Service) Answer(ctx context.Context, by account.Actor, id string, d Decision, role account.Role) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	if err := d.check(); err != nil {
		return err
	}
	moved := false
	err := s.on(ctx, id, func(tx *db.Tx, c Claim) error {
		if c.Ask != AskManagers || !by.For(c.Company, account.CompanyManager) {
			return errs.New(errs.NotFound, "claim.not_found", nil)
		}
		if c.State == Waiting {
			r, err := s.standing(ctx, tx, c.Listing)
			if err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
			if moved = err == nil && r.Company.ID != c.Company; moved {
				c.Ask = AskTeam
				return s.store.put(ctx, tx, c)
			}
		}
		return s.answer(ctx, tx, by, c, d, role)
	})
	if err == nil && moved {
		err = errs.New(errs.Conflict, "claim.card_merged", nil)
	}
	return err
}

// answer grants or refuses a claim that waits.
func (s *Service) answer(ctx context.Context, tx *db.Tx, by account.Actor, c Claim, d Decision, role account.Role) error {
	switch {
	case c.State != Waiting:
		return errs.New(errs.Conflict, "claim.decided", nil)
	case d.Grant:
		return s.grant(ctx, tx, by, c, d, role)
	}
	return s.refuse(ctx, tx, by, c, d.Reason)
}

func (s *Service) grant(ctx context.Context, tx *db.Tx, by account.Actor, c Claim, d Decision, role account.Role) error {
	r, err := s.standing(ctx, tx, c.Listing)
	if err != nil {
		return err
	}
	if d.Shown != "" && d.Shown != r.Listing.State {
		return errs.New(errs.Conflict, "claim.card_moved", nil)
	}
	if c.Company != r.Company.ID { // the card was merged meanwhile
		lock(tx, r.Company.ID)
	}
	c.Listing, c.Company = r.Listing.ID, r.Company.ID
	others, err := s.let(ctx, tx, by, c, role)
	if err != nil {
		return err
	}
	c.State, c.EndedAt, c.DecidedBy, c.Reason = Granted, s.Now(), by.Person, d.Reason
	if err := s.store.put(ctx, tx, c); err != nil {
		return err
	}
	if err := s.store.endCodes(ctx, tx, c.Company, c.Person, s.Now()); err != nil {
		return err
	}
	if err := s.note(ctx, tx, by, "claim.granted", c); err != nil {
		return err
	}
	if err := s.tellGranted(ctx, tx, r, c, role, others); err != nil || others {
		return err
	}
	if err := s.tellGrantedPublished(ctx, tx, r, c); err != nil {
		return err
	}
	return s.refuseRivals(ctx, tx, by, c)
}

// tellGrantedPublished tells who reads the mail of a card that somebody whom nobody there knows of acts for it by a decision.
func (s *Service) tellGrantedPublished(ctx context.Context, tx *db.Tx, r listing.Record, c Claim) error {
	key, err := s.Key(ctx, keyPurpose)
	if err != nil {
		return err
	}
	claims := []Claim{c}
	if err := s.name(ctx, tx, claims); err != nil {
		return err
	}
	return s.tellPublished(ctx, tx, r, claims[0], key)
}

// let attaches who asked to the company, and reports whether others act for it already: they are told then.
func (s *Service) let(ctx context.Context, tx *db.Tx, by account.Actor, c Claim, role account.Role) (others bool, err error) {
	people, err := s.Accounts.Acting(ctx, tx, c.Company)
	if err != nil {
		return false, err
	}
	first, err := s.Accounts.AttachFirst(ctx, tx, c.Person, c.Company, c.Territory)
	if err != nil && !errs.Is(err, errs.Conflict) {
		return false, err
	}
	if first && err == nil {
		return false, s.Trust(ctx, tx, c.Company, false)
	}
	if e := errs.As(err); e != nil && e.Key != account.KeyTaken { // it has reached a limit
		return false, err
	}
	if err := s.Accounts.Attach(ctx, tx, c.Person, c.Company, c.Territory, role); err != nil {
		return false, err
	}
	return true, s.tellJoined(ctx, tx, by, c, people)
}

// refuse ends a claim with a reason, which is mailed.
func (s *Service) refuse(ctx context.Context, tx *db.Tx, by account.Actor, c Claim, reason string) error {
	c.State, c.EndedAt, c.DecidedBy, c.Reason = Refused, s.Now(), by.Person, reason
	if err := s.store.put(ctx, tx, c); err != nil {
		return err
	}
	if err := s.note(ctx, tx, by, "claim.refused", c); err != nil {
		return err
	}
	if !c.SettledAt.IsZero() {
		return s.tellDispute(ctx, tx, c, kindRemoved)
	}
	return s.tellRefused(ctx, tx, c)
}

// refuseRivals refuses the other requests of a company that has just been given to somebody.
func (s *Service) refuseRivals(ctx context.Context, tx *db.Tx, by account.Actor, c Claim) error {
	open, err := s.store.openOf(ctx, tx, c.Company)
	if err != nil {
		return err
	}
	for _, rival := range rivalsOf(c, open) {
		if err := s.refuse(ctx, tx, by, rival, ""); err != nil && !errs.Is(err, errs.NotFound) { // erased meanwhile
			return err
		}
	}
	return nil
}

// rivalsOf are those of the open claims of a company that are refused when one is granted.
func rivalsOf(c Claim, open []Claim) []Claim {
	return slices.DeleteFunc(slices.Clone(open), func(rival Claim) bool { return rival.State != Waiting || rival.Person == c.Person })
}

// settle ends a dispute: the person stays, or is taken away.
func (s *Service) settle(ctx context.Context, tx *db.Tx, by account.Actor, c Claim, d Decision) error {
	c.SettledAt, c.DecidedBy, c.Reason = s.Now(), by.Person, d.Reason
	if d.Grant {
		c.State = Granted
		if err := s.store.put(ctx, tx, c); err != nil {
			return err
		}
		if err := s.Trust(ctx, tx, c.Company, true); err != nil {
			return err
		}
		if err := s.note(ctx, tx, by, "claim.upheld", c); err != nil {
			return err
		}
		return s.tellDispute(ctx, tx, c, kindUpheld)
	}
	gone, err := s.brought(ctx, tx, c)
	if err != nil {
		return err
	}
	if s.Silence != nil {
		if err := s.Silence(ctx, tx, by, c.Company, gone); err != nil {
			return err
		}
	}
	if err := s.Accounts.Detach(ctx, tx, by, c.Company, gone); err != nil {
		return err
	}
	return s.refuse(ctx, tx, by, c, d.Reason)
}

// brought are who claimed, first, and all whom they let into the company since, by invitations or by answering requests.
func (s *Service) brought(ctx context.Context, tx *db.Tx, c Claim) ([]string, error) {
	granted, err := s.store.find(ctx, tx, "company_id = $1 AND state = $2 AND created_at >= $3", c.Company, string(Granted), db.ToMillis(c.CreatedAt))
	if err != nil {
		return nil, err
	}
	all := []string{c.Person}
	for n := 0; n < len(all); {
		n = len(all)
		if all, err = s.Accounts.Brought(ctx, tx, c.Company, all); err != nil {
			return nil, err
		}
		for _, other := range granted {
			if other.DecidedBy != "" && slices.Contains(all, other.DecidedBy) && !slices.Contains(all, other.Person) {
				all = append(all, other.Person)
			}
		}
	}
	return all, nil
}

// Own gives the actor's claim, or one that the actor may answer as a manager of the company, with its card; errs.NotFound for any
// other.
func (s *Service) Own(ctx context.Context, by account.Actor, id string) (c Claim, r listing.Record, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return c, r, err
	}
	if c, err = s.store.byID(ctx, s.DB.Read(), id); err != nil {
		return c, r, err
	}
	if c.Territory != by.Territory || c.Person != by.Person && !(c.Ask == AskManagers && by.For(c.Company, account.CompanyManager)) {
		return Claim{}, r, errs.New(errs.NotFound, "claim.not_found", nil)
	}
	if r, err = s.standing(ctx, s.DB.Read(), c.Listing); err != nil && !errs.Is(err, errs.NotFound) {
		return c, r, err
	}
	if c.Person != by.Person && err == nil && r.Company.ID != c.Company { // merged into the card of a company that is not theirs
		return Claim{}, listing.Record{}, errs.New(errs.NotFound, "claim.not_found", nil)
	}
	named := []Claim{c}
	err = s.name(ctx, s.DB.Read(), named)
	return named[0], r, err
}

// Mine lists the actor's claims that the team or managers look at, and those that were refused of late, in their territory, the first
// made first: of those of one company the last alone.
func (s *Service) Mine(ctx context.Context, by account.Actor) ([]Claim, error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, err
	}
	found, err := s.store.find(ctx, s.DB.Read(), "person_id = $1 AND territory = $2 AND (state IN ($3, $4) OR state = $5 AND ended_at > $6) ORDER BY id",
		by.Person, by.Territory, string(Waiting), string(Disputed), string(Refused), db.ToMillis(s.Now().Add(-RefusedFor)))
	var mine []Claim
	for i, c := range found {
		later := slices.ContainsFunc(found[i+1:], func(o Claim) bool { return o.Company == c.Company })
		if c.State != Refused || !later && !by.For(c.Company, account.CompanyEditor) {
			mine = append(mine, c)
		}
	}
	return mine, err
}

// ToAnswer lists the requests to the actor as a manager of companies of their territory, the first made first.
func (s *Service) ToAnswer(ctx context.Context, by account.Actor) ([]Claim, error) {
	managed := slices.DeleteFunc(slices.Sorted(maps.Keys(by.Companies)), func(id string) bool { return !by.For(id, account.CompanyManager) })
	asked, err := s.store.forManagers(ctx, s.DB.Read(), by.Territory, managed)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	return asked, s.name(ctx, s.DB.Read(), asked)
}
