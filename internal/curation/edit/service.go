package edit

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/picture"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
)

// Door is by which way somebody came to a card.
type Door string

// The doors: the people of the card's company, and the team of its territory.
const (
	Owner Door = "owner"
	Team  Door = "team"
)

// Rooms are what the service stands on.
type Rooms struct {
	DB          *db.DB
	Curation    *curation.Service
	Accounts    *account.Service
	Competences *taxonomy.Taxonomy
	Sectors     *taxonomy.Taxonomy
	// Territory gives a territory with its outlines, which are nil where none were loaded.
	Territory func(ctx context.Context, code string) (*territory.Territory, *territory.Outlines, error)
	// Picture makes a clean picture of a file that was handed in, as picture.Read does.
	Picture func(ctx context.Context, data []byte, o picture.Options) (picture.Picture, error)
	Ages    func(territory string) listing.Ages // when cards age there; nil for the usual months
	Now     func() time.Time
	Demo    bool // eases the limits
}

// Service is what people do with cards in the form. Each method checks what the actor may do.
type Service struct {
	Rooms
	listings listing.Reader
	store    store
}

// NewService makes the service.
func NewService(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	return &Service{Rooms: r}
}

// Kept is how long a draft is kept after it was saved last.
const Kept = 90 * 24 * time.Hour

// Sheet is a card as it stands, with what the actor has typed about it.
type Sheet struct {
	scope
	work
	Record  listing.Record
	Draft   Draft
	Door    Door
	Locked  []string          // fields that the actor must not change: the owner wrote them
	Pending *curation.Change  // what the company has submitted, and the team has not decided yet
	Offers  []curation.Change // corrections that others propose to the company
	Trusted bool              // what the actor publishes is public at once; else the team reads it first
	First   bool              // the team has accepted nothing yet of what the company wrote on the card; once it does, it is Trusted
	Crossed []string          // fields of a careful Input that another window of the actor has typed otherwise meanwhile: that stands
	Sender  string            // name of who submitted Pending, where it was somebody else of the company; "" for the actor
}

// Closed is the error about a card that cannot be edited here, or not any more. What the actor had typed is shown to them.
type Closed struct {
	Err    *errs.E
	Record listing.Record  // the card, the zero value for one that is gone
	Into   *listing.Record // the card that it is part of now
	Carry  bool            // the draft can be carried over to that one
	Sheet  *Sheet          // what was typed; nil for nothing
}

// Error implements error.
func (c *Closed) Error() string { return c.Err.Error() }

// Unwrap gives the error as a person sees it.
func (c *Closed) Unwrap() error { return c.Err }

// Open gives a card to who may edit it by a door: errs.NotFound for one that is not there, and a *Closed for one that is merged
// (errs.Gone), or whose company the actor does not act for (errs.Forbidden).
func (s *Service) Open(ctx context.Context, by account.Actor, door Door, id string) (Sheet, error) {
	return s.open(ctx, s.DB.Read(), by, door, id)
}

func (s *Service) open(ctx context.Context, q db.Querier, by account.Actor, door Door, id string) (Sheet, error) {
	if err := by.RequireSignedIn(); err != nil {
		return Sheet{}, err
	}
	if door == Team {
		if err := by.Require(account.ProjectManager); err != nil {
			return Sheet{}, err
		}
	}
	sheet, found, err := s.load(ctx, q, by, door, id)
	if err != nil {
		return Sheet{}, err
	}
	closed := &Closed{Record: sheet.Record}
	if !sheet.Draft.SavedAt.IsZero() {
		closed.Sheet = &sheet
	}
	switch {
	case !found:
		closed.Err = errs.New(errs.NotFound, "listing.not_found", nil)
	case door == Owner && !by.For(sheet.Record.Listing.CompanyID, account.CompanyEditor):
		closed.Err = errs.New(errs.Forbidden, account.KeyNotYours, nil)
	case sheet.Record.Listing.State == listing.Merged:
		if err := s.merged(ctx, q, by, door, closed); err != nil {
			return Sheet{}, err
		}
	default:
		if err := (listing.Store{}).MayWrite(ctx, q, by.Territory); err != nil {
			return Sheet{}, err
		}
		if err := s.around(ctx, q, by, &sheet); err != nil {
			return Sheet{}, err
		}
		sheet.work = sheet.scope.work(sheet.Draft)
		return sheet, nil
	}
	return sheet, closed
}

// load reads the card and the draft. found is false for a card that is not in the actor's territory.
func (s *Service) load(ctx context.Context, q db.Querier, by account.Actor, door Door, id string) (sheet Sheet, found bool, err error) {
	sheet = Sheet{Door: door}
	if sheet.scope, err = s.scopeOf(ctx, by.Territory); err != nil {
		return sheet, false, err
	}
	records, err := s.listings.Records(ctx, q, []string{id})
	if err != nil {
		return sheet, false, err
	}
	if found = len(records) > 0 && records[0].Listing.Territory == by.Territory; found {
		sheet.Record = records[0]
	}
	kept, ok, err := s.store.draft(ctx, q, by.Person, id)
	switch {
	case err != nil:
		return sheet, found, err
	case ok && kept.Territory == by.Territory:
		sheet.Draft = kept
	default:
		sheet.Draft = draftOf(by.Person, sheet.Record.Listing)
	}
	sheet.work = sheet.scope.work(sheet.Draft)
	return sheet, found, nil
}

func (s *Service) scopeOf(ctx context.Context, code string) (scope, error) {
	t, outlines, err := s.Territory(ctx, code)
	return scope{territory: t, competences: s.Competences, sectors: s.Sectors, outlines: outlines}, err
}

// merged finds the card that a merged one is part of.
func (s *Service) merged(ctx context.Context, q db.Querier, by account.Actor, door Door, closed *Closed) error {
	closed.Err = errs.New(errs.Gone, "edit.merged", errs.Args{"name": closed.Record.Listing.Name})
	into, ok, err := s.listings.RecordFor(ctx, q, closed.Record.Listing.MergedInto)
	if err != nil || !ok {
		return err
	}
	closed.Into = &into
	closed.Carry = closed.Sheet != nil && (door == Team || by.For(into.Listing.CompanyID, account.CompanyEditor))
	return nil
}

// around reads what else there is to know of the card: what waits, what is proposed, what is locked.
func (s *Service) around(ctx context.Context, q db.Querier, by account.Actor, sheet *Sheet) error {
	l := sheet.Record.Listing
	if _, own := by.Companies[l.CompanyID]; !own {
		orphan, err := s.Accounts.Claimable(ctx, q, l.CompanyID)
		if err == nil && !orphan {
			sheet.Locked = curation.OwnersWords(l)
		}
		sheet.Trusted = true
		return err
	}
	trust, err := s.Curation.TrustOf(ctx, q, l.CompanyID)
	if err != nil {
		return err
	}
	sheet.Trusted = trust == curation.Trusted
	sheet.First = trust == curation.Newcomer && len(curation.OwnersWords(l)) == 0
	open, err := s.Curation.OpenOn(ctx, by, l)
	if err != nil {
		return err
	}
	sheet.Pending, sheet.Offers = parted(open[l.ID])
	if sheet.Pending != nil && sheet.Draft.SavedAt.IsZero() {
		sheet.Draft = sheet.resumed(*sheet.Pending)
	}
	if sheet.Pending == nil || sheet.Pending.Person == by.Person {
		return nil
	}
	names, err := s.Accounts.Names(ctx, []string{sheet.Pending.Person})
	sheet.Sender = cmp.Or(names[sheet.Pending.Person], sheet.Pending.Name, unnamed)
	return err
}

// unnamed stands for a colleague of whom nobody knows the name any more.
const unnamed = "?"

// resumed begins a draft with what waits for the team, as if it had just been typed.
func (sheet *Sheet) resumed(c curation.Change) Draft {
	d := draftOf(sheet.Draft.Person, sheet.Record.Listing)
	d.Resumed = c.ID
	for _, q := range questions() {
		if !slices.Contains(c.Fields, q.field) {
			continue
		}
		if v := q.shown(sheet.scope, &c.After); !same(v, q.shown(sheet.scope, &d.Was)) {
			d.Typed[q.field] = v
		}
	}
	return d
}

// Waits reports whether all that was typed waits for the team already.
func (sheet *Sheet) Waits() bool {
	return sheet.Pending != nil && sheet.Draft.SavedAt.IsZero()
}

// resumes reports whether the draft was begun with what waits: what it leaves out of that is taken back.
func (sheet *Sheet) resumes() bool {
	return sheet.Pending != nil && sheet.Draft.Resumed == sheet.Pending.ID
}

// Input is a form that somebody sent.
type Input struct {
	Version int64  // of the card that the form showed
	Shown   string // the marks of its fields
	Window  string // the page that it stands on, another one each time that it is opened
	Form    map[string][]string
	Careful bool // what another window has typed since the form was shown is not written over: see Sheet.Crossed
}

// Save takes what a step's form holds into the draft. long are the fields that are too long to be kept: only the page that is shown
// again holds them. The errors are those of Open; errs.Usage for a version that the card never had.
func (s *Service) Save(ctx context.Context, by account.Actor, door Door, id string, step Step, in Input) (sheet Sheet, long []string, err error) {
	sheet, err = s.change(ctx, by, door, id, in.Version, func(_ *db.Tx, sheet *Sheet) error {
		shown, leave := readMarks(in.Shown), sheet.Locked
		if in.Careful && (in.Window == "" || in.Window != sheet.Draft.Window) { // a page may not have heard that it was taken
			sheet.Crossed = crossed(sheet.Draft, step, in.Form, shown)
			leave = slices.Concat(leave, sheet.Crossed)
		}
		if len(sheet.Crossed) == 0 {
			sheet.Draft.Window = in.Window
		}
		long = sheet.take(&sheet.Draft, step, in.Form, shown, leave)
		return nil
	})
	if closed, ok := IsClosed(err); ok {
		if err := s.keepClosed(ctx, by, door, closed, step, in); err != nil {
			return sheet, nil, err
		}
		sheet, err = s.Open(ctx, by, door, id) // says what was typed
	}
	return sheet, long, err
}

// keepClosed takes what a form holds into the draft of a card that cannot be edited any more: it is shown, and kept where the card may be
// edited again, or its draft be carried over.
func (s *Service) keepClosed(ctx context.Context, by account.Actor, door Door, closed *Closed, step Step, in Input) error {
	l := closed.Record.Listing
	if !errs.Is(closed.Err, errs.Gone) && closed.Sheet == nil {
		return nil // there was nothing of theirs
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Serialize("curation_draft", by.Person+"/"+l.ID)
		sheet, found, err := s.load(ctx, tx, by, door, l.ID)
		if err != nil || !found {
			return err
		}
		if err := s.base(ctx, tx, &sheet, in.Version); err != nil {
			return err
		}
		before := sheet.Draft
		sheet.Draft.Typed = maps.Clone(before.Typed)
		sheet.take(&sheet.Draft, step, in.Form, readMarks(in.Shown), nil)
		if sheet.work = sheet.scope.work(sheet.Draft); sameTyped(before, sheet.Draft) {
			return nil
		}
		sheet.Draft.SavedAt = s.Now().UTC().Truncate(time.Millisecond)
		return s.store.keep(ctx, tx, sheet.Draft)
	})
}

// change lets f change the draft of a card, and keeps what becomes of it.
func (s *Service) change(ctx context.Context, by account.Actor, door Door, id string, version int64, f func(tx *db.Tx, sheet *Sheet) error) (sheet Sheet, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		tx.Serialize("curation_draft", by.Person+"/"+id)
		if sheet, err = s.open(ctx, tx, by, door, id); err != nil {
			return err
		}
		if err := s.base(ctx, tx, &sheet, version); err != nil {
			return err
		}
		before := sheet.Draft
		sheet.Draft.Typed = maps.Clone(before.Typed)
		if err := f(tx, &sheet); err != nil {
			return err
		}
		sheet.work = sheet.scope.work(sheet.Draft)
		if err := s.dismiss(ctx, tx, before, sheet.Draft); err != nil {
			return err
		}
		if before.SavedAt.IsZero() && sameTyped(before, sheet.Draft) {
			return nil // nothing was typed: there is nothing to keep
		}
		if sheet.Draft.Empty() && !sheet.resumes() {
			sheet.Draft.SavedAt = time.Time{}
			return s.store.drop(ctx, tx, by.Person, id)
		}
		sheet.Draft.SavedAt = s.Now().UTC().Truncate(time.Millisecond)
		return s.store.keep(ctx, tx, sheet.Draft)
	})
	return sheet, err
}

func sameTyped(a, b Draft) bool {
	if len(a.Typed) != len(b.Typed) {
		return false
	}
	for field, v := range a.Typed {
		if w, ok := b.Typed[field]; !ok || !same(v, w) {
			return false
		}
	}
	return true
}

// base puts a draft that is begun now on the version that its author saw.
func (s *Service) base(ctx context.Context, q db.Querier, sheet *Sheet, version int64) error {
	l := sheet.Record.Listing
	if version <= 0 || version > l.Version {
		return errs.New(errs.Usage, "edit.bad_version", nil)
	}
	if !sheet.Draft.SavedAt.IsZero() || version == l.Version {
		return nil
	}
	then, _, err := curation.ContentAt(ctx, q, l, version)
	sheet.Draft.Base, sheet.Draft.Was = version, then
	return err
}

// Discard throws the draft of a card away.
func (s *Service) Discard(ctx context.Context, by account.Actor, id string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		kept, ok, err := s.store.draft(ctx, tx.Serialize("curation_draft", by.Person+"/"+id), by.Person, id)
		if err != nil || !ok {
			return err
		}
		if err := s.dismiss(ctx, tx, kept, Draft{}); err != nil {
			return err
		}
		return s.store.drop(ctx, tx, by.Person, id)
	})
}

// dismiss puts the picture aside that a draft held and does not hold any more.
func (s *Service) dismiss(ctx context.Context, tx *db.Tx, before, after Draft) error {
	file := files.IDOf(before.Typed["logo"].Get("logo"))
	if file == "" || file == files.IDOf(after.Typed["logo"].Get("logo")) {
		return nil
	}
	return files.Store{}.Dismiss(ctx, tx, file, s.Now())
}

// IsClosed gives the *Closed in an error.
func IsClosed(err error) (*Closed, bool) { return errors.AsType[*Closed](err) }
