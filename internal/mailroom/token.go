package mailroom

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// KeySize is the length of the key that signs links, in bytes.
const KeySize = 32

// macSize is enough of a MAC that nobody guesses one (RFC 2104, 5), and keeps addresses short.
const macSize = 16

// takeBackFor is how long the page that confirms an unsubscription can undo it.
const takeBackFor = time.Hour

// Path is the page on which a person stops the mails of a topic, within a territory. Whoever has the link may do that and
// nothing else; it never expires, since a mail may be read years later.
func Path(key []byte, person, topic string) string {
	return "/desabonnement/" + token(key, person, topic)
}

// token is person and topic, signed.
func token(key []byte, person, topic string) string {
	said := person + "\n" + topic
	return encode([]byte(said)) + "." + encode(sign(key, "stop", said))
}

// read gives back what a token says; ok is false for one that the key did not sign.
func read(key []byte, token string) (person, topic string, ok bool) {
	text, mac, ok := strings.Cut(token, ".")
	if !ok {
		return "", "", false
	}
	said, err := decode(text)
	if err != nil || !signed(key, mac, "stop", string(said)) {
		return "", "", false
	}
	person, topic, ok = strings.Cut(string(said), "\n")
	return person, topic, ok && person != "" && topic != ""
}

// pass lets who has just stopped the mails of a token take it back until a moment.
func pass(key []byte, token string, until time.Time) string {
	at := strconv.FormatInt(until.Unix(), 10)
	return at + "." + encode(sign(key, "back", at+" "+token))
}

// passes reports whether a pass is of the token and not over at now.
func passes(key []byte, token, pass string, now time.Time) bool {
	at, mac, _ := strings.Cut(pass, ".")
	until, err := strconv.ParseInt(at, 10, 64)
	return err == nil && signed(key, mac, "back", at+" "+token) && now.Unix() < until
}

// sign is the MAC of what is said for a purpose.
func sign(key []byte, purpose, said string) []byte {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte("mailroom " + purpose + "\n" + said)) // a hash takes all
	return mac.Sum(nil)[:macSize]
}

func signed(key []byte, mac, purpose, said string) bool {
	got, err := decode(mac)
	return err == nil && hmac.Equal(got, sign(key, purpose, said))
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// decode is strict: a token has one way to be written.
func decode(s string) ([]byte, error) { return base64.RawURLEncoding.Strict().DecodeString(s) }
