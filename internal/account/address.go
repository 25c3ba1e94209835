package account

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"grappe/internal/platform/errs"
)

// MailField is the name of the field that holds a mail address in the forms of people.
const MailField = "mail"

const (
	longestMail  = 254 // RFC 5321, 4.5.3.1.3, without the angle brackets
	longestLocal = 64  // RFC 5321, 4.5.3.1.1
	longestLabel = 63  // RFC 1035, 2.3.4
)

// ParseMail gives the normal form of a mail address: without spaces around it, in lower case, its domain as IDNA 2008 writes it
// in ASCII (RFC 5891), so that a name that only looks like another is another. It returns errs.Invalid, with the field
// MailField, for what is no address, for a domain whose labels mix alphabets, and for signs beside ASCII before the @, which few
// mail servers take.
func ParseMail(s string) (string, error) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 {
		return "", mailFault("account.mail_none")
	}
	if !isASCII(s[:at]) {
		return "", mailFault("account.mail_local")
	}
	local := strings.ToLower(s[:at])
	domain, err := parseDomain(strings.TrimSuffix(s[at+1:], "."))
	if err != nil {
		return "", err
	}
	address := local + "@" + domain
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || len(local) > longestLocal || len(address) > longestMail {
		return "", mailFault("account.mail_none")
	}
	return address, nil
}

// parseDomain gives the normal form of a domain. It judges the alphabets of what the name says, also where it came as punycode.
func parseDomain(domain string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(ascii, ".") || !isASCII(ascii) || strings.Trim(ascii, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return "", mailFault("account.mail_domain")
	}
	said, err := idna.Lookup.ToUnicode(ascii)
	if err != nil {
		return "", mailFault("account.mail_domain")
	}
	for label := range strings.SplitSeq(said, ".") {
		if mixesScripts(label) {
			return "", mailFault("account.mail_mixed")
		}
	}
	last := ""
	for label := range strings.SplitSeq(ascii, ".") {
		if last = label; label == "" || len(label) > longestLabel {
			return "", mailFault("account.mail_domain")
		}
	}
	if strings.Trim(last, "0123456789") == "" { // an IP address
		return "", mailFault("account.mail_domain")
	}
	return ascii, nil
}

func mailFault(key string) error {
	return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: MailField, Key: key}}}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// mixesScripts reports whether a label holds letters of several alphabets, of those that are confused with one another.
func mixesScripts(label string) bool {
	confusable := []*unicode.RangeTable{unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Armenian, unicode.Cherokee}
	var first *unicode.RangeTable
	for _, r := range label {
		for _, script := range confusable {
			if !unicode.Is(script, r) {
				continue
			}
			if first != nil && first != script {
				return true
			}
			first = script
		}
	}
	return false
}

// HiddenMail shows an address to whoever need not read all of it: "c•••@example.org".
func HiddenMail(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok || local == "" {
		return "•••"
	}
	return local[:1] + "•••@" + domain
}

// Domain is what stands after the @.
func Domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

const longestName = 100

// ParseName gives a person's name as it is kept: runs of spaces made one. It returns errs.Invalid, with the field "name", for one
// that is too long or holds signs that no name has: line ends, controls, signs that turn the direction of what follows, and those
// of web and mail addresses, as names stand in letters to others.
func ParseName(s string) (string, error) {
	bad := strings.ContainsFunc(s, func(r rune) bool {
		return r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200d' || r == unicode.ReplacementChar
	})
	name := strings.Join(strings.Fields(s), " ")
	bad = bad || strings.ContainsAny(name, "<>@") || strings.Contains(name, "//") || strings.Contains(strings.ToLower(name), "www.")
	if bad || len([]rune(name)) > longestName {
		return "", &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: "name", Key: "account.name_bad", Args: errs.Args{"most": longestName}}}}
	}
	return name, nil
}
