package account

import (
	"context"
	"strings"

	"grappe/internal/platform/db"
)

// AgentName says in a few words which browser wrote a User-Agent header: "Firefox, Android". It is empty for one that says
// neither. What is kept of the header is nothing else.
func AgentName(header string) string {
	var parts []string
	for _, names := range [][][2]string{
		{{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chromium/", "Chromium"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}},
		{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}},
	} {
		for _, n := range names {
			if strings.Contains(header, n[0]) {
				parts = append(parts, n[1])
				break
			}
		}
	}
	return strings.Join(parts, ", ")
}

// Meet notes that a person has signed in from the browser that holds the token of a device. known reports whether it was met
// before, or whether this is the first browser of the person at all: both are nothing to write about.
func (s *Service) Meet(ctx context.Context, tx *db.Tx, person, token, agent string) (known bool, err error) {
	return s.store.meet(ctx, tx, person, hashToken(token), agent, s.Now())
}
