package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
)

// The keys by which this instance knows its own cursors again: as hexadecimal digits with commas between them, the one in
// use first, then those from before a backup was restored, the last first.
const settingCursorKeys = "cursor_keys"

const (
	keySize    = 32
	formerKeys = 8
)

// keyring gives the keys of cursors. They are made when the first cursor is: an instance that nobody has asked anything yet
// has nothing in its base, so that a backup can be restored into it.
type keyring struct {
	db *db.DB

	mu   sync.Mutex
	keys [][]byte
}

// Keys implements rest.Keys.
func (k *keyring) Keys(ctx context.Context) ([][]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys != nil {
		return k.keys, nil
	}
	text, err := setting(ctx, k.db.Read(), settingCursorKeys)
	if err != nil {
		return nil, err
	}
	if text == "" {
		if text, err = k.first(ctx); err != nil {
			return nil, err
		}
	}
	k.keys, err = decodeKeys(text)
	return k.keys, err
}

// first makes the first key; where another process did so a moment ago, that one counts.
func (k *keyring) first(ctx context.Context) (text string, err error) {
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO instance_settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
			settingCursorKeys, newKey())
		if err != nil {
			return err
		}
		text, err = setting(ctx, tx, settingCursorKeys)
		return err
	})
	return text, err
}

func newKey() string {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails, see crypto/rand
	return hex.EncodeToString(key)
}

var errNoKeys = errors.New("app: the keys of cursors cannot be read")

func decodeKeys(text string) ([][]byte, error) {
	var keys [][]byte
	for part := range strings.SplitSeq(text, ",") {
		key, err := hex.DecodeString(part)
		if err != nil || len(key) != keySize {
			return nil, errNoKeys
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// renew makes a base that was restored one that nobody holds anything of: neither cursors nor sessions, some of which were ended
// after the backup.
func renew(ctx context.Context, o db.Options, now time.Time) error {
	d, err := db.Open(ctx, o)
	if err != nil {
		return err
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		if err := account.EndAll(ctx, tx, now); err != nil {
			return err
		}
		return renewKeys(ctx, tx)
	})
	return errors.Join(err, d.Close())
}

// renewKeys puts a new key before those of a base that was restored: positions of the change log that were given out after
// the backup now mean something else.
func renewKeys(ctx context.Context, tx *db.Tx) error {
	text, err := setting(ctx, tx, settingCursorKeys)
	if err != nil || text == "" {
		return err
	}
	keys := strings.Split(text, ",")
	keys = append([]string{newKey()}, keys[:min(len(keys), formerKeys)]...)
	return setSetting(ctx, tx, settingCursorKeys, strings.Join(keys, ","))
}
