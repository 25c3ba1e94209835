package suggest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// Against programs that fill in every form that they find, without asking people to read pictures: a field that no person sees,
// and when the form was made.

const (
	trapField  = "site"   // hidden from people
	sinceField = "depuis" // when the form was made, signed
	longest    = 24 * time.Hour
)

// since is a moment as a form carries it.
func since(key []byte, now time.Time) string {
	at := strconv.FormatInt(now.UnixMilli(), 36)
	return at + "." + encode(sign(key, "form", []byte(at)))
}

// age is how long ago a form was made; ok is false for one that does not say it, or says what nobody signed, and for one that is
// older than longest: whoever kept it sends it again.
func age(key []byte, text string, now time.Time) (time.Duration, bool) {
	at, mac, _ := strings.Cut(text, ".")
	made, err := strconv.ParseInt(at, 36, 64)
	if err != nil || !hmac.Equal([]byte(mac), []byte(encode(sign(key, "form", []byte(at))))) {
		return 0, false
	}
	old := now.Sub(time.UnixMilli(made))
	return old, old <= longest
}

// macSize is enough of a MAC that nobody guesses one (RFC 2104, 5), and keeps addresses short.
const macSize = 16

// sign is the MAC of what is said for a purpose.
func sign(key []byte, purpose string, said []byte) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte("suggest " + purpose + "\n")) // a hash takes all
	_, _ = mac.Write(said)
	return mac.Sum(nil)[:macSize]
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
