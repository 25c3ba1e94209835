package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"sync/atomic"

	"grappe/internal/platform/db"
)

// The secret of the instance, as hexadecimal digits. What is signed or hidden by it goes along with a backup.
const settingSecret = "secret"

// secrets gives keys made of the instance's secret. Like those of cursors it is made when it is first needed.
type secrets struct {
	db   *db.DB
	held atomic.Pointer[[]byte]
}

// key gives the key of a purpose: no two purposes have the same. It may write: within a transaction, keyIn is to be asked.
func (s *secrets) key(ctx context.Context, purpose string) ([]byte, error) {
	if secret := s.held.Load(); secret != nil {
		return keyOf(*secret, purpose), nil
	}
	var secret []byte
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		secret, err = ensureSecret(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.held.Store(&secret)
	return keyOf(secret, purpose), nil
}

// keyIn is key within a transaction.
func (s *secrets) keyIn(ctx context.Context, tx *db.Tx, purpose string) ([]byte, error) {
	if secret := s.held.Load(); secret != nil {
		return keyOf(*secret, purpose), nil
	}
	secret, err := ensureSecret(ctx, tx) // kept by nobody: the transaction may fail
	if err != nil {
		return nil, err
	}
	return keyOf(secret, purpose), nil
}

// ensureSecret gives the secret of the instance, and makes it where there is none.
func ensureSecret(ctx context.Context, tx *db.Tx) ([]byte, error) {
	_, err := tx.ExecContext(ctx, `INSERT INTO instance_settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, settingSecret, newKey())
	if err != nil {
		return nil, err
	}
	text, err := setting(ctx, tx, settingSecret)
	if err != nil {
		return nil, err
	}
	return hex.DecodeString(text)
}

func keyOf(secret []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}
