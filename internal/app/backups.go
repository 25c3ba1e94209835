package app

import (
	"context"
	"encoding/json"
	"time"

	"grappe/internal/platform/db"
)

// settingBackup tells of the last backup, as JSON.
const settingBackup = "last_backup"

// backupNote is what the base keeps of a backup.
type backupNote struct {
	At   int64 `json:"at"` // milliseconds
	Size int64 `json:"size"`
}

// NoteBackup keeps when the last backup was begun, and how large it is.
func (a *App) NoteBackup(ctx context.Context, at time.Time, size int64) error {
	text, err := json.Marshal(backupNote{db.ToMillis(at), size})
	if err != nil {
		return err
	}
	return a.DB.Write(ctx, func(tx *db.Tx) error { return setSetting(ctx, tx, settingBackup, string(text)) })
}

// LastBackup tells when the last backup was begun and how large it is; ok is false where there was none yet. A base that was
// restored tells of the one before that which it comes from.
func (a *App) LastBackup(ctx context.Context) (at time.Time, size int64, ok bool, err error) {
	text, err := setting(ctx, a.DB.Read(), settingBackup)
	if err != nil || text == "" {
		return time.Time{}, 0, false, err
	}
	var note backupNote
	if err := json.Unmarshal([]byte(text), &note); err != nil {
		return time.Time{}, 0, false, err
	}
	return db.FromMillis(note.At), note.Size, true, nil
}
