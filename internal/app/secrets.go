package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"grappe/internal/platform/db"
)

// The secret of the instance, as hexadecimal digits. What is signed or hidden by it goes along with a backup.
const settingSecret = "secret"

// secrets gives keys made of the instance's secret. Like those of cursors it is made when it is first needed.
type secrets struct {
	db *db.DB

	mu     sync.Mutex
	secret []byte
}

// key gives the key of a purpose: no two purposes have the same.
func (s *secrets) key(ctx context.Context, purpose string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.secret == nil {
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.ExecContext(ctx, `INSERT INTO instance_settings (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, settingSecret, newKey())
			if err != nil {
				return err
			}
			text, err := setting(ctx, tx, settingSecret)
			if err != nil {
				return err
			}
			s.secret, err = hex.DecodeString(text)
			return err
		})
		if err != nil {
			s.secret = nil
			return nil, err
		}
	}
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(purpose))
	return mac.Sum(nil), nil
}
