package territory

import (
	"context"

	"grappe/internal/platform/db"
)

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
	var value any = db.JSON(setting)
	if none {
		value = ""
	}
	return s.change(ctx, code, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, statement, value, code)
		return err
	})
}
