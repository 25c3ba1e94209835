package claim

import (
	"bytes"
	"cmp"
	"context"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/throttle"
)

// The names of the fields of the form of a request.
const (
	nameField     = "name"
	messageField  = "message"
	documentField = "document"
	askField      = "demande"
)

// Request is what somebody sends who proves nothing at once.
type Request struct {
	Listing      string  // identifier
	Ask          Ask     // whom, where people act for the company; else the team is asked
	Name         *string // as who asks typed it, nil where it is known
	Message      string
	Document     []byte // nil for none
	DocumentName string // as it was handed in
}

// Request leaves a request for a decision. It returns errs.Invalid with the faulty fields, errs.Conflict where the actor acts for the
// company or asks already, errs.TooMany.
func (s *Service) Request(ctx context.Context, by account.Actor, in Request) (made Claim, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return made, err
	}
	in.Message = company.Storable(strings.TrimSpace(in.Message))
	if err := s.takeDocument(ctx, by, in.Document); err != nil {
		return made, err
	}
	document, faults := s.checked(ctx, in)
	if in.Name != nil {
		name, wrong := checkedName(*in.Name)
		by.Name, faults = name, append(wrong, faults...)
	}
	if ctx.Err() != nil {
		return made, context.Cause(ctx)
	}
	var refused error
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.enter(ctx, tx, by, in.Listing)
		if err != nil {
			return err
		}
		made = s.begin(by, r, ByRequest)
		people, err := s.asked(ctx, tx, by, &made, in.Ask)
		if err != nil {
			return err
		}
		if err := refusal(faults, made.Ask, in.Document); err != nil {
			return err
		}
		if refused = s.take(ctx, tx, s.limits.askPerson.By(by.Person), s.limits.askCompany.By(made.Company)); refused != nil {
			return throttle.Commits(refused)
		}
		made.State, made.Message = Waiting, in.Message
		if err := s.settleDocument(ctx, tx, by, document, &made); err != nil {
			return err
		}
		if err := s.made(ctx, tx, made); err != nil {
			return err
		}
		if in.Name != nil {
			if err := s.named(ctx, tx, by); err != nil {
				return err
			}
		}
		if err := s.note(ctx, tx, by, "claim.asked", made); err != nil {
			return err
		}
		return s.tellManagers(ctx, tx, by, r, made, people)
	})
	if err != nil {
		return Claim{}, err
	}
	return made, refused
}

// settleDocument keeps the document of a request to the team; one to managers has none, and takes the place of one to the team.
func (s *Service) settleDocument(ctx context.Context, tx *db.Tx, by account.Actor, f files.File, c *Claim) error {
	if c.Ask == AskManagers {
		return s.giveWay(ctx, tx, by, c.Company)
	}
	return keep(ctx, tx, f, c)
}

// giveWay takes back the actor's request to the team, and its document: the managers are asked instead.
func (s *Service) giveWay(ctx context.Context, tx *db.Tx, by account.Actor, company string) error {
	old, err := s.store.find(ctx, tx, "company_id = $1 AND person_id = $2 AND state = $3", company, by.Person, string(Waiting))
	for _, c := range old {
		if err == nil {
			err = s.takeBack(ctx, tx, by, c)
		}
	}
	return err
}

// takeDocument counts the documents that a person hands in: reading one is work, whether it is taken or not.
func (s *Service) takeDocument(ctx context.Context, by account.Actor, document []byte) error {
	if len(document) == 0 {
		return nil
	}
	var refused error
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		refused = s.take(ctx, tx, s.limits.document.By(by.Person))
		return throttle.Commits(refused)
	})
	if err != nil {
		return err
	}
	return refused
}

// asked finds who is to decide about a request, and gives the managers where they are.
func (s *Service) asked(ctx context.Context, tx *db.Tx, by account.Actor, c *Claim, wish Ask) (managers []account.Colleague, err error) {
	people, err := s.Accounts.Acting(ctx, tx, c.Company)
	if err != nil {
		return nil, err
	}
	open, err := s.store.openOf(ctx, tx, c.Company)
	if err != nil {
		return nil, err
	}
	managers = slices.DeleteFunc(slices.Clone(people), func(p account.Colleague) bool { return p.Role != account.CompanyManager || !p.EraseAt.IsZero() })
	toManagers := wish == AskManagers && len(managers) > 0
	mine := func(o Claim) bool {
		return o.Person == by.Person && o.State == Waiting && (o.Ask == AskManagers || !toManagers) // that to the team gives way to one to managers
	}
	switch {
	case slices.ContainsFunc(people, func(p account.Colleague) bool { return p.ID == by.Person }):
		return nil, errs.New(errs.Conflict, "claim.yours_already", nil)
	case slices.ContainsFunc(open, mine):
		return nil, errs.New(errs.Conflict, "claim.asked_already", nil)
	}
	if c.Ask = AskTeam; toManagers {
		c.Ask = AskManagers
		return managers, nil
	}
	return nil, nil
}

// named writes the name of the actor into their profile.
func (s *Service) named(ctx context.Context, tx *db.Tx, by account.Actor) error {
	if err := s.Accounts.Name(ctx, tx.Serialize("person", by.Person), by.Person, by.Name); err != nil {
		return err
	}
	return tx.Record(db.Change{Kind: account.ChangePerson, ID: by.Person})
}

// checkedName is a name that somebody typed, and what is wrong about it.
func checkedName(typed string) (string, []errs.Field) {
	name, err := account.ParseName(typed)
	if e := errs.As(err); e != nil {
		return "", e.Fields
	}
	if name == "" {
		return "", []errs.Field{{Name: nameField, Key: "claim.name_missing"}}
	}
	return name, nil
}

// checked makes a file of the document, and gives the faults of the form. Whether a document is needed is known later.
func (s *Service) checked(ctx context.Context, in Request) (files.File, []errs.Field) {
	var faults []errs.Field
	switch n := utf8.RuneCountInString(in.Message); {
	case n == 0:
		faults = append(faults, errs.Field{Name: messageField, Key: "claim.message_missing"})
	case n > MostMessage:
		faults = append(faults, errs.Field{Name: messageField, Key: "claim.message_long", Args: errs.Args{"most": MostMessage}})
	}
	if len(in.Document) == 0 {
		return files.File{}, faults
	}
	f, err := s.document(ctx, in.Document)
	if e := errs.As(err); e != nil {
		faults = append(faults, errs.Field{Name: documentField, Key: e.Key, Args: e.Args})
	} else if err != nil {
		faults = append(faults, errs.Field{Name: documentField, Key: "claim.document_unknown"})
	}
	f.Name = fileName(in.DocumentName, f.Media)
	return f, faults
}

// refusal is errs.Invalid for the faults that count for who is asked: managers know their people, and read no document.
func refusal(faults []errs.Field, ask Ask, document []byte) error {
	if ask == AskManagers {
		faults = slices.DeleteFunc(slices.Clone(faults), func(f errs.Field) bool { return f.Name == documentField })
	} else if len(document) == 0 {
		faults = append(slices.Clone(faults), errs.Field{Name: documentField, Key: "claim.document_missing"})
	}
	if len(faults) == 0 {
		return nil
	}
	return &errs.E{Kind: errs.Invalid, Fields: faults}
}

// The largest photograph of a paper that is taken, and how large it is kept: what is printed small stays to be read.
const (
	documentPixels = 26_000_000
	documentBox    = 2400
)

// document makes a file of what was handed in, by its content: a PDF as it is, a picture made anew.
func (s *Service) document(ctx context.Context, data []byte) (files.File, error) {
	if len(data) > MostDocument {
		return files.File{}, errs.New(errs.Invalid, "claim.document_large", errs.Args{"megabytes": MostDocument >> 20})
	}
	if isPDF(data) {
		return files.File{Media: "application/pdf", Data: data}, nil
	}
	p, err := s.Picture(ctx, data, picture.Options{MaxBytes: MostDocument, MaxPixels: documentPixels, Box: documentBox})
	if e := errs.As(err); e != nil && e.Key == picture.KeyUnknown {
		err = errs.New(errs.Invalid, "claim.document_unknown", nil)
	}
	return files.File{Media: p.Media, Width: p.Width, Height: p.Height, Data: p.Data}, err
}

// isPDF reports whether the content is that of a PDF from its beginning to its end (ISO 32000-1, 7.5): not one that begins as
// something else.
func isPDF(data []byte) bool {
	return bytes.HasPrefix(data, []byte("%PDF-")) && bytes.Contains(data[max(0, len(data)-1024):], []byte("%%EOF"))
}

// fileName is a name under which a file can be saved again, with the extension that its content has.
func fileName(name, media string) string {
	name = files.CleanName(name)
	name = strings.TrimSpace(strings.TrimSuffix(name, path.Ext(name)))
	extension := map[string]string{"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}[media]
	return cmp.Or(name, "document") + extension
}

// keep puts the document of a claim among the private files.
func keep(ctx context.Context, tx *db.Tx, f files.File, c *Claim) error {
	f.Territory, f.Owner, f.Public, f.CreatedAt = c.Territory, "claim/"+c.ID, false, c.CreatedAt
	id, err := files.Store{}.Put(ctx, tx, f)
	c.Document, c.DocumentName = id, f.Name
	return err
}

// Withdraw takes the actor's own claim back, and its document away. It returns errs.NotFound for another's, errs.Conflict for one that
// does not wait any more.
func (s *Service) Withdraw(ctx context.Context, by account.Actor, id string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.on(ctx, id, func(tx *db.Tx, c Claim) error {
		switch {
		case c.Person != by.Person:
			return errs.New(errs.NotFound, "claim.not_found", nil)
		case c.State != Waiting:
			return errs.New(errs.Conflict, "claim.not_waiting", nil)
		}
		return s.takeBack(ctx, tx, by, c)
	})
}

// takeBack ends a claim for who made it; its document goes.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, by account.Actor, c Claim) error {
	if err := s.store.withdraw(ctx, tx, c, s.Now()); err != nil {
		return err
	}
	return s.note(ctx, tx, by, "claim.withdrawn", c)
}

// on runs f on a claim, behind the lock of its company.
func (s *Service) on(ctx context.Context, id string, f func(tx *db.Tx, c Claim) error) error {
	c, err := s.store.byID(ctx, s.DB.Read(), id)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		lock(tx, c.Company)
		c, err := s.store.byID(ctx, tx, id)
		if err != nil {
			return err
		}
		return f(tx, c)
	})
}

// standing gives the card that stands for that of a claim: itself, or the one that it was merged into.
func (s *Service) standing(ctx context.Context, q db.Querier, id string) (listing.Record, error) {
	r, ok, err := s.cards.RecordFor(ctx, q, id)
	if err == nil && !ok {
		err = absent()
	}
	return r, err
}
