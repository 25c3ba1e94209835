package signin

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Against programs that fill in every form that they find, without asking people to read pictures: a field that no person sees,
// and the time that a person needs. The limits and the mail itself do the rest.

const (
	trapField  = "site"   // hidden from people; what is in it was not written by one
	sinceField = "depuis" // when the form was made, signed
	atLeast    = 700 * time.Millisecond
	guardKey   = "signin.form"
)

// since is the time as the form carries it.
func (s *Service) since(ctx context.Context) (string, error) {
	key, err := s.Key(ctx, guardKey)
	if err != nil {
		return "", err
	}
	at := strconv.FormatInt(s.Now().UnixMilli(), 36)
	return at + "." + signed(key, at), nil
}

// hasty reports whether a form came back sooner than anybody fills it in, or does not say when it was made. A demonstration is
// in no danger and waits for nobody.
func (s *Service) hasty(ctx context.Context, since string) (bool, error) {
	if s.Demo {
		return false, nil
	}
	key, err := s.Key(ctx, guardKey)
	if err != nil {
		return false, err
	}
	at, mac, _ := strings.Cut(since, ".")
	made, err := strconv.ParseInt(at, 36, 64)
	if err != nil || !hmac.Equal([]byte(mac), []byte(signed(key, at))) {
		return true, nil
	}
	return s.Now().Sub(time.UnixMilli(made)) < atLeast, nil
}

func signed(key []byte, text string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}
