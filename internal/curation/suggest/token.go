package suggest

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// right is what the holder of a link may do with the suggestion that it names.
type right byte

const (
	mayLook right = 'l' // it was given to the browser that sent the form: the mail is not confirmed by it
	mayAct  right = 'a' // it was mailed: confirm, follow, take back
)

// path is where a suggestion is followed, within a territory.
const path = "/signalements/"

// token is a change and a right to it, signed. It names nobody and expires with the change.
func token(key []byte, r right, change string) string {
	id, err := hex.DecodeString(strings.ReplaceAll(change, "-", ""))
	if err != nil {
		return ""
	}
	said := append([]byte{byte(r)}, id...)
	return encode(append(said, sign(key, "link", said)...))
}

// idSize is the length of an identifier, in bytes.
const idSize = 16

// read gives back what a token says; ok is false for one that the key did not sign.
func read(key []byte, token string) (r right, change string, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != 1+idSize+macSize {
		return 0, "", false
	}
	said, mac := b[:1+idSize], b[1+idSize:]
	if !hmac.Equal(mac, sign(key, "link", said)) {
		return 0, "", false
	}
	text := hex.EncodeToString(said[1:])
	return right(said[0]), strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-"), true
}
