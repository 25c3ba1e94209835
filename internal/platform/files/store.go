package files

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// Store holds the SQL of files.
type Store struct{}

const columns = "id, territory, owner, name, media, public, width, height, size, data, created_at"

// Put keeps a file and gives its identifier; the same one handed in again is the one that is there. Its media must be one of
// image/png, image/jpeg and application/pdf. What nothing names for Keep is deleted: see Purge.
func (Store) Put(ctx context.Context, tx *db.Tx, f File) (id string, err error) {
	if extensionOf(f.Media) == "" || len(f.Data) == 0 || f.Owner == "" {
		return "", fmt.Errorf("files: put %d bytes of %q for %q", len(f.Data), f.Media, f.Owner)
	}
	if f.CreatedAt.IsZero() {
		f.CreatedAt = time.Now()
	}
	f.ID = f.id()
	_, err = tx.ExecContext(ctx, "INSERT INTO files ("+columns+", unused_since) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,0)"+
		" ON CONFLICT (id) DO UPDATE SET name = excluded.name, unused_since = 0",
		f.ID, f.Territory, f.Owner, f.Name, f.Media, f.Public, f.Width, f.Height, len(f.Data),
		base64.StdEncoding.EncodeToString(f.Data), db.ToMillis(f.CreatedAt))
	if err != nil {
		return "", fmt.Errorf("files: put: %w", err)
	}
	return f.ID, nil
}

// Get reads a file, public or not; errs.NotFound where there is none.
func (Store) Get(ctx context.Context, q db.Querier, id string) (File, error) {
	var f File
	var data string
	err := q.QueryRowContext(ctx, "SELECT "+columns+" FROM files WHERE id = $1", id).Scan(&f.ID, &f.Territory, &f.Owner, &f.Name,
		&f.Media, &f.Public, &f.Width, &f.Height, &f.Size, &data, db.Millis(&f.CreatedAt))
	if errs.Is(db.Found(err), errs.NotFound) {
		return File{}, errs.New(errs.NotFound, "files.not_found", nil)
	}
	if err == nil {
		f.Data, err = base64.StdEncoding.DecodeString(data)
	}
	if err != nil {
		return File{}, fmt.Errorf("files: get: %w", err)
	}
	return f, nil
}

// Publish lets anybody read files from now on, of those whose owner begins so. Those that are not there are no fault.
func (Store) Publish(ctx context.Context, tx *db.Tx, owner string, ids ...string) error {
	for chunk := range chunks(ids) {
		args := append(chunk, owner+"%")
		_, err := tx.ExecContext(ctx, "UPDATE files SET public = TRUE WHERE NOT public AND id IN "+placeholders(len(chunk))+
			" AND owner LIKE $"+strconv.Itoa(len(args)), args...)
		if err != nil {
			return fmt.Errorf("files: publish: %w", err)
		}
	}
	return nil
}

// Delete takes files away at once, as an erased person's documents. Those that are not there are no fault.
func (Store) Delete(ctx context.Context, tx *db.Tx, ids ...string) error {
	for chunk := range chunks(ids) {
		if _, err := tx.ExecContext(ctx, "DELETE FROM files WHERE id IN "+placeholders(len(chunk)), chunk...); err != nil {
			return fmt.Errorf("files: delete: %w", err)
		}
	}
	return nil
}
