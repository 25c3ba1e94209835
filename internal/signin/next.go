package signin

import (
	"net/url"
	"strings"
)

// localPath gives the path within the territory that somebody is to be led to afterwards, with its query, "" for anything that
// leads elsewhere: another host, a scheme, signs that browsers read as a slash, and the sign-in itself.
func localPath(s string) string {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsFunc(s, func(r rune) bool { return r < 0x21 || r == '\\' || r == 0x7f }) || len(s) > 2000 {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.Contains(u.Path, "//") || strings.ContainsAny(u.Path, "\\\r\n") {
		return ""
	}
	if u.Path == "/connexion" || strings.HasPrefix(u.Path, "/connexion/") || u.Path == "/deconnexion" {
		return ""
	}
	return u.RequestURI()
}

// LocalPath is localPath, for rooms that lead people through the sign-in.
func LocalPath(s string) string { return localPath(s) }
