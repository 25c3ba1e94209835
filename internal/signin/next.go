package signin

import (
	"net/url"
	"strings"
)

const longestPath = 2000

// LocalPath gives s back where it is a path within the territory that somebody may be led on to, with its query, however a browser
// reads it; "" for anything else: an absolute address, one that begins with two slashes or a backslash, control characters,
// spaces, segments of dots, and the sign-in itself, which would lead round in circles.
func LocalPath(s string) string {
	if len(s) > longestPath || !strings.HasPrefix(s, "/") || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }) {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	for _, path := range []string{u.EscapedPath(), u.Path} { // as it is written, and as a program may read it
		if strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) || !plainSegments(path) {
			return ""
		}
	}
	if u.Path == "/connexion" || strings.HasPrefix(u.Path, "/connexion/") || u.Path == "/deconnexion" {
		return ""
	}
	return s
}

// plainSegments reports whether a path has no empty segment but the last, and none that leads elsewhere.
func plainSegments(path string) bool {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, segment := range segments {
		if segment == "." || segment == ".." || segment == "" && i < len(segments)-1 {
			return false
		}
	}
	return strings.HasPrefix(path, "/")
}
