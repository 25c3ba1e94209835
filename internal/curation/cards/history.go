package cards

import (
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Step is one revision of a card, with what it said before and after.
type Step struct {
	listing.Revision
	Before, After listing.Content
	StateAfter    listing.State
	Who           Who
	Beside        Who      // decided what Who had proposed; the zero Who for nobody else
	Proposed      bool     // the other way round: Beside proposed what Who decided
	Regained      []string // fields that the team may put back although they are the owner's words
}

// Who did something, as the reader may know.
type Who struct {
	Sort WhoSort
	Name string // of the person, or of the file or register
}

// WhoSort is what sort of author somebody is.
type WhoSort string

// The sorts. Of the team its own members see the names, the owners do not.
const (
	Nobody  WhoSort = "nobody" // what happens by itself
	You     WhoSort = "you"    // the reader
	Team    WhoSort = "team"
	Member  WhoSort = "member" // of the team, by name
	Owner   WhoSort = "owner"
	Own     WhoSort = "own"    // one of the owners, by name
	Letter  WhoSort = "letter" // whoever pressed the button of a letter to the owners
	Source  WhoSort = "import"
	Named   WhoSort = "named"   // by name, nobody knows on whose behalf
	Visitor WhoSort = "visitor" // who proposed something, of neither the company nor the team
	Someone WhoSort = "someone" // who asked for something that was accepted, or who is erased
)

// History is a page of what became of a card.
type History struct {
	Listing listing.Listing
	Steps   []Step            // the latest first
	More    string            // after which revision older ones follow, "" for none
	Origin  bool              // the last step is the first that is known
	Others  map[string]string // names of the cards that it was merged with or parted from
	Writes  bool              // the reader may put things back
	Owned   []string          // fields of which the company alone may
	Hidden  string            // why the team took it from the public, of one that is not any more; "" where nothing was said
}

// stepsShown is how many revisions a page of the history has.
const stepsShown = 20

// History gives what became of a card, from before a revision on ("" for the first page): to the team, and to who writes for its
// company.
func (s *Service) History(ctx context.Context, by account.Actor, id, before, lang string) (History, error) {
	q := s.DB.Read()
	r, own, err := s.readable(ctx, q, by, id)
	if err != nil {
		return History{}, err
	}
	h := History{Listing: r.Listing, Writes: own || by.Is(account.ProjectManager), Others: map[string]string{}}
	revisions, err := listing.Reader{}.Revisions(ctx, q, id, before, stepsShown+1)
	if err != nil || len(revisions) == 0 {
		return h, err
	}
	said, err := listing.Reader{}.ContentAt(ctx, q, id, revisions[0].ID)
	if err != nil {
		return h, err
	}
	state, err := s.stateAfter(ctx, q, r.Listing, revisions[0])
	if err != nil {
		return h, err
	}
	if h.Origin = len(revisions) <= stepsShown; !h.Origin {
		revisions = revisions[:stepsShown]
		h.More = revisions[stepsShown-1].ID
	}
	for _, r := range revisions {
		step := Step{Revision: r, After: said, Before: r.Undo(said), StateAfter: state}
		h.Steps = append(h.Steps, step)
		said, state = step.Before, r.StateBefore
	}
	if err := s.name(ctx, by, own, lang, r.Listing, h.Steps); err != nil {
		return h, err
	}
	if before == "" && r.Listing.State == listing.Hidden {
		reasons, err := s.Changes.HidingReasons(ctx, q, []string{id})
		if err != nil {
			return h, err
		}
		h.Hidden = reasons[id]
	}
	if h.Writes && !own {
		if h.Owned, err = s.Changes.Owned(ctx, q, r.Listing, listing.FieldNames()); err != nil {
			return h, err
		}
	}
	return h, s.nameOthers(ctx, q, &h)
}

// stateAfter is where a card stood right after a revision.
func (s *Service) stateAfter(ctx context.Context, q db.Querier, l listing.Listing, r listing.Revision) (listing.State, error) {
	if r.Version == l.Version {
		return l.State, nil
	}
	next, err := listing.Reader{}.Following(ctx, q, l.ID, r.Version)
	if err != nil || next == nil {
		return l.State, err
	}
	return next.StateBefore, nil
}

// readable reads a card for who may read its history; own is true for who writes for its company.
func (s *Service) readable(ctx context.Context, q db.Querier, by account.Actor, id string) (r listing.Record, own bool, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return r, false, err
	}
	if r, err = s.here(ctx, q, by, id); err != nil {
		return r, false, err
	}
	if own = by.For(r.Company.ID, account.CompanyEditor) && !by.Is(account.Reader); own {
		return r, own, nil
	}
	return r, by.For(r.Company.ID, account.CompanyEditor), by.Require(account.Reader)
}

// name says who made the steps. The team knows all by name, the owners each other.
func (s *Service) name(ctx context.Context, by account.Actor, own bool, lang string, l listing.Listing, steps []Step) error {
	team := by.Is(account.Reader)
	revisions := make([]listing.Revision, len(steps))
	for i := range steps {
		revisions[i] = steps[i].Revision
	}
	deeds, err := s.Changes.Deeds(ctx, s.DB.Read(), steps[0].Listing)
	if err != nil {
		return err
	}
	names, err := s.Accounts.Names(ctx, append(personsOf(revisions), personsBehind(deeds)...))
	if err != nil {
		return err
	}
	var colleagues []account.Colleague
	if !team {
		if colleagues, err = s.Accounts.Acting(ctx, s.DB.Read(), l.CompanyID); err != nil {
			return err
		}
	}
	v := viewer{person: by.Person, team: team, names: names, colleagues: colleagues}
	titles := map[string]string{}
	for i := range steps {
		r := &steps[i].Revision
		v.says(&steps[i], deeds)
		steps[i].Regained = curation.Regained(l, *r, deeds)
		if name := r.Source.Name; steps[i].Who.Sort == Source {
			if _, asked := titles[name]; !asked && s.Source != nil {
				if titles[name], err = s.Source(ctx, name, lang); err != nil {
					return err
				}
			}
			steps[i].Who.Name = name
			if titles[name] != "" {
				steps[i].Who.Name = titles[name]
			}
		}
	}
	return nil
}

// nameOthers reads the names of the cards of mergings.
func (s *Service) nameOthers(ctx context.Context, q db.Querier, h *History) error {
	var ids []string
	for _, step := range h.Steps {
		if step.Other != "" {
			ids = append(ids, step.Other)
		}
	}
	found, err := listing.Reader{}.ByIDs(ctx, q, ids)
	for _, l := range found {
		h.Others[l.ID] = l.Name
	}
	return err
}

// Return is what a card would say again.
type Return struct {
	Listing  listing.Listing
	Step     listing.Revision
	Then     listing.Content // before the step
	Fields   []string        // in which then differs from now
	Chosen   []string        // of those, what the step changed
	Owned    []string        // of those, what only the owner may put back
	Own      bool            // the reader writes for the company
	Writes   bool
	WillWait bool // what the reader puts back is looked at before it is public
}

// Return shows what would become of a card if it went back to before a revision.
func (s *Service) Return(ctx context.Context, by account.Actor, id, revision string) (Return, error) {
	q := s.DB.Read()
	r, own, err := s.readable(ctx, q, by, id)
	if err != nil {
		return Return{}, err
	}
	back := Return{Listing: r.Listing, Own: own, Writes: own || by.Is(account.ProjectManager)}
	if back.Step, err = (listing.Reader{}).Revision(ctx, q, id, revision); err != nil {
		return Return{}, err
	}
	if back.Then, _, err = s.Changes.Before(ctx, q, id, revision); err != nil {
		return Return{}, err
	}
	for _, f := range listing.Fields() {
		if f.Same(&back.Then, &r.Listing.Content) {
			continue
		}
		back.Fields = append(back.Fields, f.Name)
		if slices.Contains(back.Step.Fields, f.Name) {
			back.Chosen = append(back.Chosen, f.Name)
		}
	}
	return back, s.limits(ctx, q, &back)
}

// limits says what of a return is not the reader's to decide.
func (s *Service) limits(ctx context.Context, q db.Querier, back *Return) error {
	if back.Own {
		trust, err := s.Changes.TrustOf(ctx, q, back.Listing.CompanyID)
		back.WillWait = trust != curation.Trusted
		return err
	}
	var err error
	back.Owned, err = s.Changes.OwnedBefore(ctx, q, back.Listing, back.Step.ID, back.Fields)
	return err
}

// PutBack sets fields of a card to what they said before a revision: who writes for its company does, or a project manager.
func (s *Service) PutBack(ctx context.Context, by account.Actor, id string, version int64, revision string, fields []string) (curation.Outcome, error) {
	_, own, err := s.readable(ctx, s.DB.Read(), by, id)
	if err != nil {
		return curation.Outcome{}, err
	}
	if !own {
		if err := by.Require(account.ProjectManager); err != nil {
			return curation.Outcome{}, err
		}
	}
	if len(fields) == 0 {
		return curation.Outcome{}, &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "champ", Key: "cards.nothing_chosen"}}}
	}
	return s.Changes.Restore(ctx, by, id, version, revision, fields)
}
