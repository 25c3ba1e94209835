package edit

import (
	"context"
	"slices"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/picture"
)

// logoBox is the longest side of a logo, in pixels.
const logoBox = 512

// leastLogo is the shortest that the longer side of a logo may be, in pixels: what is less is no logo.
const leastLogo = 64

// MaxLogo is how many bytes the file of a logo may have.
const MaxLogo = 5 << 20

// SetLogo puts a picture that was handed in into the draft. errs.Invalid, with the field "logo", for one that cannot be taken.
func (s *Service) SetLogo(ctx context.Context, by account.Actor, door Door, id string, version int64, name string, data []byte) (Sheet, error) {
	if sheet, err := s.Open(ctx, by, door, id); err != nil || slices.Contains(sheet.Locked, "logo") {
		return sheet, err
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
			Territory: by.Territory, Owner: "listing/" + id, Name: name, Media: p.Media, Public: true, Width: p.Width, Height: p.Height, Data: p.Data, CreatedAt: s.Now(),
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
