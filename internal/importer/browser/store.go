package browser

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// store holds the SQL of the uploads.
type store struct{}

// Short columns are those of lists; the whole of an upload may be large.
const (
	shortColumns = "id, territory, person, file, size, parts, state, run, fault, done, total, version, created_at, changed_at"
	wholeColumns = shortColumns + ", sample, mapping, origin, trial"
)

func (u *Upload) shortTargets() []any {
	return []any{
		&u.ID, &u.Territory, &u.Person, &u.File, &u.Size, &u.Parts, &u.State, &u.Run, db.JSON(&u.Fault), &u.Done, &u.Total, &u.Version,
		db.Millis(&u.CreatedAt), db.Millis(&u.ChangedAt),
	}
}

func (store) insert(ctx context.Context, tx *db.Tx, u Upload) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO import_uploads (id, territory, person, file, size, parts, state, sample, mapping, origin, trial, run, fault,
		done, total, version, created_at, changed_at) VALUES ($1,$2,$3,$4,0,0,$5,'','','','','','',0,0,1,$6,$6)`,
		u.ID, u.Territory, u.Person, company.Storable(u.File), string(u.State), db.ToMillis(u.CreatedAt))
	if err != nil {
		return fmt.Errorf("imports: new upload: %w", err)
	}
	return nil
}

// upload reads all of one of a territory; errs.NotFound where there is none.
func (store) upload(ctx context.Context, q db.Querier, territory, id string) (Upload, error) {
	var u Upload
	err := q.QueryRowContext(ctx, "SELECT "+wholeColumns+" FROM import_uploads WHERE id = $1 AND territory = $2", id, territory).
		Scan(append(u.shortTargets(), db.JSON(&u.Sample), &u.Mapping, db.JSON(&u.Origin), db.JSON(&u.Trial))...)
	if err = db.Found(err); errs.Is(err, errs.NotFound) {
		return u, errs.New(errs.NotFound, "imports.no_upload", nil)
	}
	return u, err
}

// uploads reads the short columns of those that the rest of a query asks for.
func (store) uploads(ctx context.Context, q db.Querier, rest string, args ...any) ([]Upload, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+shortColumns+" FROM import_uploads "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("imports: uploads: %w", err)
	}
	defer rows.Close()
	var out []Upload
	for rows.Next() {
		var u Upload
		if err := rows.Scan(u.shortTargets()...); err != nil {
			return nil, fmt.Errorf("imports: uploads: %w", err)
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

// save writes what may change of an upload; errs.Conflict when somebody else wrote since it was read.
func (store) save(ctx context.Context, tx *db.Tx, u *Upload, now time.Time) error {
	u.ChangedAt = now
	result, err := tx.ExecContext(ctx, `UPDATE import_uploads SET size = $3, parts = $4, state = $5, sample = $6, mapping = $7, origin = $8, trial = $9,
		run = $10, fault = $11, done = $12, total = $13, changed_at = $14, version = version + 1 WHERE id = $1 AND version = $2`,
		u.ID, u.Version, u.Size, u.Parts, string(u.State), db.JSON(&u.Sample), u.Mapping, db.JSON(&u.Origin), db.JSON(u.Trial), u.Run, db.JSON(u.Fault),
		u.Done, u.Total, db.ToMillis(now))
	if err != nil {
		return fmt.Errorf("imports: save upload: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return errs.Wrap(err, errs.Conflict, "imports.changed", nil)
	}
	u.Version++
	return nil
}

// progress notes how far something is, and nothing else.
func (store) progress(ctx context.Context, q db.Querier, id string, state State, done, total int64, now time.Time) error {
	_, err := q.ExecContext(ctx, "UPDATE import_uploads SET done = $2, total = $3, changed_at = $4 WHERE id = $1 AND state = $5",
		id, done, total, db.ToMillis(now), string(state))
	if err != nil {
		return fmt.Errorf("imports: progress: %w", err)
	}
	return nil
}

func (store) delete(ctx context.Context, tx *db.Tx, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	for _, table := range []string{"import_upload_parts WHERE upload", "import_trial_batches WHERE upload", "import_uploads WHERE id"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" IN "+company.InSQL(1, len(ids)), args...); err != nil {
			return fmt.Errorf("imports: delete upload: %w", err)
		}
	}
	return nil
}

// empty takes the bytes of a file and its trial away, and leaves the upload.
func (store) empty(ctx context.Context, tx *db.Tx, id string) error {
	for _, table := range []string{"import_upload_parts", "import_trial_batches"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE upload = $1", id); err != nil {
			return fmt.Errorf("imports: empty upload: %w", err)
		}
	}
	return nil
}

// addPart keeps the next bytes of a file.
func (store) addPart(ctx context.Context, tx *db.Tx, id string, seq int64, data []byte) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO import_upload_parts (upload, seq, data) VALUES ($1,$2,$3)", id, seq, base64.StdEncoding.EncodeToString(data))
	if err != nil {
		return fmt.Errorf("imports: keep part: %w", err)
	}
	return nil
}

// copyParts writes the bytes of a file.
func (store) copyParts(ctx context.Context, q db.Querier, u Upload, w io.Writer) error {
	for seq := range u.Parts {
		var text string
		if err := q.QueryRowContext(ctx, "SELECT data FROM import_upload_parts WHERE upload = $1 AND seq = $2", u.ID, seq).Scan(&text); err != nil {
			return fmt.Errorf("imports: part %d of %d: %w", seq, u.Parts, db.Found(err))
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return fmt.Errorf("imports: part %d: %w", seq, err)
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return nil
}
