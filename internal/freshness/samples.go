package freshness

import (
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// Samples are the letters of this room, for their preview.
func Samples() []mail.Sample {
	sample := func(kind string, own bool, a asked) mail.Sample {
		return mail.Sample{Kind: kind, Topic: Topic, Message: func(p *locale.Printer) mail.Message {
			site := account.Site{P: p, Cluster: "Grappe", Base: "https://grappe.example", Accent: "#0A5A78"}
			a.own, a.link, a.edit = own, site.URL(ExactPath+"exemple"), site.URL(ClaimPath("atelier-du-lagon"))
			if own {
				a.edit = site.URL(EditPath("exemple"))
			}
			m := message(site, Policy{}, kind, "sample", a)
			m.To, m.Topic, m.Unsubscribe = mail.Address{Mail: "vous@exemple.example"}, Topic, site.URL("/desabonnement/exemple")
			return m
		}}
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
