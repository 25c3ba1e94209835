package freshness

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The purposes of the keys that this room asks for.
const (
	keyLink    = "freshness.link"
	keyAddress = "freshness.address"
)

// macSize is enough of a MAC that nobody guesses one (RFC 2104, 5), and keeps addresses short.
const macSize = 16

// linkMonths is for how long a link confirms: beyond the day on which a card leaves, so that it can come back by its last letter.
const linkMonths = 18

// link is what a letter's button leads to: a card, and when the letter was written.
type link struct {
	Listing string
	At      time.Time // to the second
}

const said = 16 + 5 // bytes of a link: the card's identifier, and seconds of Unix time

// token writes a link, signed.
func (l link) token(key []byte) (string, error) {
	id, err := uuid.Parse(l.Listing)
	if err != nil {
		return "", fmt.Errorf("freshness: a card with another identifier: %w", err)
	}
	text := binary.BigEndian.AppendUint64(nil, uint64(l.At.Unix()))
	text = append(id[:], text[3:]...)
	return base64.RawURLEncoding.EncodeToString(append(text, sign(key, "exact", text)...)), nil
}

// readLink reads what token wrote; ok is false for what the key did not sign. A token has one way to be written.
func readLink(key []byte, token string) (l link, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != said+macSize || strings.ContainsAny(token, "\r\n") {
		return link{}, false
	}
	text, mac := raw[:said], raw[said:]
	if !hmac.Equal(mac, sign(key, "exact", text)) {
		return link{}, false
	}
	seconds := binary.BigEndian.Uint64(append([]byte{0, 0, 0}, text[16:]...))
	return link{uuid.UUID(text[:16]).String(), time.Unix(int64(seconds), 0).UTC()}, true
}

// over reports whether the link confirms no more.
func (l link) over(now time.Time) bool { return now.After(l.At.AddDate(0, linkMonths, 0)) }

// hidden is an address as it is kept where its owner has no account: nobody reads it out of that.
func hidden(key []byte, address string) string {
	return hex.EncodeToString(sign(key, "address", []byte(strings.ToLower(address))))
}

func sign(key []byte, purpose string, text []byte) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte("freshness " + purpose + "\n")) // a hash takes all
	_, _ = mac.Write(text)
	return mac.Sum(nil)[:macSize]
}
