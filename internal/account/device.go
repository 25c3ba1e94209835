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

// KnowsDevice reports whether somebody of this address has signed in before from the browser that holds the token of a device.
func (s *Service) KnowsDevice(ctx context.Context, q db.Querier, address, token string) (known bool, err error) {
	if token == "" {
		return false, nil
	}
	err = q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM devices d JOIN persons p ON p.id = d.person_id WHERE p.mail = $1 AND d.hash = $2)`,
		address, hashToken(token)).Scan(&known)
	return known, db.Found(err)
}
