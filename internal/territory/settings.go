package territory

import (
	"context"
	"net/mail"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// SetContact sets the e-mail address to which visitors of a territory write, in the place of that of its YAML; empty
// brings that one back. It returns errs.Invalid for what is no address.
func (s *Service) SetContact(ctx context.Context, code, address string) error {
	if err := CheckContact(address); err != nil {
		return err
	}
	return s.change(ctx, code, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE territories SET contact = $1 WHERE code = $2`, address, code)
		return err
	})
}

// CheckContact returns errs.Invalid for what is no bare e-mail address (RFC 5322); an empty one is no fault.
func CheckContact(address string) error {
	if address == "" {
		return nil
	}
	if a, err := mail.ParseAddress(address); err != nil || a.Address != address {
		return errs.New(errs.Invalid, "territory.fault.contact", errs.Args{"value": clip(address)})
	}
	return nil
}

// CheckHosts returns errs.Invalid for the first of several that is no host name.
func CheckHosts(hosts []string) error {
	for _, h := range hosts {
		if _, ok := CleanHost(h); !ok {
			return errs.New(errs.Invalid, "territory.fault.host", errs.Args{"value": clip(h)})
		}
	}
	return nil
}

// SetTiles sets the server of the map tiles of a territory, in the place of that of its YAML; the zero value brings that one
// back. It returns the errors of CheckTiles.
func (s *Service) SetTiles(ctx context.Context, code string, tiles Tiles) error {
	if err := CheckTiles(tiles); err != nil {
		return err
	}
	return s.set(ctx, code, `UPDATE territories SET tiles = $1 WHERE code = $2`, tiles, tiles.IsZero())
}

// SetLicence sets the licence under which a territory publishes its cards, in the place of that of its YAML; the zero value
// brings that one back. It returns the errors of CheckLicence.
func (s *Service) SetLicence(ctx context.Context, code string, licence Licence) error {
	if err := CheckLicence(licence); err != nil {
		return err
	}
	return s.set(ctx, code, `UPDATE territories SET licence = $1 WHERE code = $2`, licence.Completed(), licence.IsZero())
}

// set writes a setting of a territory as JSON, empty for none.
func (s *Service) set(ctx context.Context, code, statement string, setting any, none bool) error {
	value := orEmpty(setting, none)
	return s.change(ctx, code, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, statement, value, code)
		return err
	})
}

// orEmpty is the column of a setting: JSON, empty for none.
func orEmpty(setting any, none bool) any {
	if none {
		return ""
	}
	return db.JSON(setting)
}
