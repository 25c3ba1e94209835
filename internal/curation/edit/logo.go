package edit

import (
	"cmp"
	"context"
	"slices"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/throttle"
)

// logoBox is the longest side of a logo, in pixels.
const logoBox = 512

// leastLogo is the shortest that the longer side of a logo may be, in pixels: what is less is no logo.
const leastLogo = 64

// MaxLogo is how many bytes the file of a logo may have.
const MaxLogo = 5 << 20

// logoRule is how many pictures a person may hand in: reading one is work, whether it is taken or not.
func (r Rooms) logoRule() throttle.Rule { return throttle.Named("edit", r.Demo)("logo", 20, time.Hour) }

// takeLogo counts a picture that a person hands in; errs.TooMany where it is one too many.
func (s *Service) takeLogo(ctx context.Context, by account.Actor) error {
	var refused error
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		refused = throttle.TakeAll(ctx, tx, s.Now(), "edit.logo_too_many", s.logoRule().By(by.Person))
		return throttle.Commits(refused)
	})
	return cmp.Or(err, refused)
}

// MaySeeLogo reports whether the actor may see the logos of a card before it is public with them: who edits it, and the team.
func (s *Service) MaySeeLogo(ctx context.Context, by account.Actor, id string) (bool, error) {
	if !by.SignedIn() || by.Is(account.Reader) {
		return by.SignedIn(), nil
	}
	q := s.DB.Read()
	cards, err := s.listings.ByIDs(ctx, q, []string{id})
	if err != nil || len(cards) == 0 {
		return false, err
	}
	if cards[0].State == listing.Merged { // a draft may have been carried over to the one that it is part of
		into, _, err := s.listings.StandsFor(ctx, q, cards[0].MergedInto)
		if err != nil {
			return false, err
		}
		cards = append(cards, into)
	}
	return slices.ContainsFunc(cards, func(l listing.Listing) bool {
		return l.Territory == by.Territory && by.For(l.CompanyID, account.CompanyEditor)
	}), nil
}

// SetLogo puts a picture that was handed in into the draft: nobody but who may edit the card and the team sees it before the card is
// public with it. errs.Invalid, with the field "logo", for one that cannot be taken; errs.TooMany where they come too fast.
func (s *Service) SetLogo(ctx context.Context, by account.Actor, door Door, id string, version int64, name string, data []byte) (Sheet, error) {
	if sheet, err := s.Open(ctx, by, door, id); err != nil || slices.Contains(sheet.Locked, "logo") {
		return sheet, err
	}
	if err := s.takeLogo(ctx, by); err != nil {
		return Sheet{}, err
	}
	p, err := s.Picture(ctx, data, picture.Options{MaxBytes: MaxLogo, Box: logoBox})
	if e := errs.As(err); e != nil && e.Kind == errs.Invalid {
		return Sheet{}, &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "logo", Key: e.Key, Args: e.Args}}, Err: err}
	}
	if err != nil {
		return Sheet{}, err
	}
	if max(p.Width, p.Height) < leastLogo {
		f := fault("logo", "edit.logo_small", errs.Args{"width": p.Width, "height": p.Height, "least": leastLogo})
		return Sheet{}, &errs.E{Kind: errs.Invalid, Fields: []errs.Field{f}}
	}
	return s.change(ctx, by, door, id, version, func(tx *db.Tx, sheet *Sheet) error {
		file, err := files.Store{}.Put(ctx, tx, files.File{
			Territory: by.Territory, Owner: listing.LogoOwner(id), Name: name, Media: p.Media, Width: p.Width, Height: p.Height, Data: p.Data, CreatedAt: s.Now(),
		})
		if err != nil {
			return err
		}
		sheet.logo(files.Path(file))
		return nil
	})
}

// DropLogo takes the logo away in the draft; as it was puts back the one that the card has.
func (s *Service) DropLogo(ctx context.Context, by account.Actor, door Door, id string, version int64, asItWas bool) (Sheet, error) {
	return s.change(ctx, by, door, id, version, func(_ *db.Tx, sheet *Sheet) error {
		if asItWas {
			sheet.logo(sheet.Draft.Was.Logo)
		} else {
			sheet.logo("")
		}
		return nil
	})
}

// logo notes the address of a logo in the draft.
func (sheet *Sheet) logo(address string) {
	if slices.Contains(sheet.Locked, "logo") {
		return
	}
	if v := of("logo", address); same(v, of("logo", sheet.Draft.Was.Logo)) {
		delete(sheet.Draft.Typed, "logo")
	} else {
		sheet.Draft.Typed["logo"] = v
	}
}
