package signin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"time"

	"grappe/internal/platform/errs"
)

const (
	holdsFor  = 15 * time.Minute // a code and its link
	mostTries = 5                // wrong codes, of a million
)

// attempt is one asking for a code.
type attempt struct {
	ID        string
	Browser   string // hash of what the asking browser holds
	Territory string
	Mail      string
	Lang      string
	Next      string // path to go on to, within the territory
	Person    string // who proves themselves again, "" for who signs in
	Identity  identity
	CodeMAC   string
	LinkHash  string
	Tries     int
	CreatedAt time.Time
	ExpiresAt time.Time
	EndedAt   time.Time
	Outcome   string
}

// identity is an organisation's account that a code links to the person of the address; the zero value is none.
type identity struct {
	Issuer   string `json:"issuer,omitempty"`
	Subject  string `json:"subject,omitempty"`
	Provider string `json:"provider,omitempty"`
}

// The ways in which an attempt ends.
const (
	used     = "used"
	replaced = "replaced"
	locked   = "locked"
)

// state says why an attempt lets nobody in at now, nil where it is open.
func (a attempt) state(now time.Time) error {
	switch {
	case a.ID == "" || a.Outcome == replaced:
		return errs.New(errs.Gone, "signin.none_open", nil)
	case a.Outcome == used:
		return errs.New(errs.Gone, "signin.used", nil)
	case a.Outcome == locked:
		return errs.New(errs.TooMany, "signin.locked", nil)
	case !now.Before(a.ExpiresAt):
		return errs.New(errs.Gone, "signin.expired", nil)
	}
	return nil
}

// tried judges a code: right, or the attempt after one more wrong one, which the last one locks.
func (a attempt) tried(browser, code string, now time.Time) (after attempt, right bool) {
	if hmac.Equal([]byte(a.CodeMAC), []byte(codeMAC(browser, a.ID, code))) {
		a.EndedAt, a.Outcome = now, used
		return a, true
	}
	a.Tries++
	if a.Tries >= mostTries {
		a.EndedAt, a.Outcome = now, locked
	}
	return a, false
}

// newCode draws six digits, each number as likely as any other.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("signin: " + err.Error()) // crypto/rand ends the program rather than fail
	}
	return fmt.Sprintf("%06d", n.Int64())
}

// shownCode parts the digits, for whoever types them.
func shownCode(code string) string { return code[:3] + "\u00a0" + code[3:] }

// typedCode is the code as somebody may type or paste it: with spaces or hyphens.
func typedCode(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' || r == '\t' || r == '.':
			return -1
		}
		return 'x' // a code with it is wrong
	}, strings.TrimSpace(s))
}

// codeMAC is what the base keeps of a code: without the browser's secret nobody can tell which of the million it is.
func codeMAC(browser, attempt, code string) string {
	mac := hmac.New(sha256.New, []byte(browser))
	mac.Write([]byte(attempt + "\x00" + code))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
