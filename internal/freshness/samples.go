package freshness

import (
	"time"

	"grappe/internal/account"
	"grappe/internal/office"
	"grappe/internal/platform/mail"
)

// Samples are the letters of this room, for their preview.
func Samples() []mail.Sample {
	sample := func(kind string, own bool, a asked) mail.Sample {
		return account.Sample(kind, Topic, func(site account.Site) mail.Letter {
			a.own, a.link, a.edit = own, site.URL(ExactPath+"exemple"), site.URL(office.ClaimPath("atelier-du-lagon"))
			if own {
				a.edit = site.URL(office.EditPath("exemple"))
			}
			return letter(site, kind, a)
		})
	}
	day := func(month time.Month) time.Time { return time.Date(2026, month, 6, 22, 30, 0, 0, time.UTC) }
	one := asked{
		name: "Atelier du Lagon", facts: []string{"27.12.34", "bonjour@exemple.example", "https://www.exemple.example", "12 rue de l’Alma, Nouméa"},
		confirmed: day(time.March), unconfirmed: day(time.September + 12), lapse: day(time.March + 24),
	}
	late := one
	late.confirmed, late.unconfirmed = time.Time{}, time.Time{}
	return []mail.Sample{sample(kindReminder, true, one), sample(kindReminder, false, late), sample(kindLapsed, false, one)}
}
