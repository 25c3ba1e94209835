package ui

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Accent is the brand colour of a territory for light and dark pages, in hexadecimal ("#0A5A78").
type Accent struct {
	Code  string
	Light string
	Dark  string
}

// AccentCSS is the rule that gives a territory its accent. The policy of content security forbids style attributes, so the
// layout writes data-territory on <html> and the served accents.css, one for all territories, holds these rules. A code or
// a colour that is not safe to write gives no rule, and the default accent stays.
func AccentCSS(code, light, dark string) string {
	if !isCode(code) || !isHex(light) || !isHex(dark) {
		return ""
	}
	return fmt.Sprintf("[data-territory=%q]{--accent-light:%s;--accent-dark:%s}\n", code, strings.ToLower(light), strings.ToLower(dark))
}

func accentsCSS(accents []Accent) ([]byte, error) {
	var b strings.Builder
	for _, a := range accents {
		rule := AccentCSS(a.Code, a.Light, a.Dark)
		if rule == "" {
			return nil, fmt.Errorf("ui: accent of territory %q must be two colours such as #0A5A78, not %q and %q", a.Code, a.Light, a.Dark)
		}
		b.WriteString(rule)
	}
	return []byte(b.String()), nil
}

func isCode(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return s != ""
}

func isHex(s string) bool {
	digits, ok := strings.CutPrefix(s, "#")
	return ok && (len(digits) == 3 || len(digits) == 6) && strings.Trim(strings.ToLower(digits), "0123456789abcdef") == ""
}

// shortHash is enough of a SHA-256 to name a version of a file.
func shortHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:5])
}
