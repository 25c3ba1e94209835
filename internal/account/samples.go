package account

import (
	"time"

	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

// Samples are the mails of this room, for their preview.
func Samples() []mail.Sample {
	at := time.Date(2026, time.October, 6, 22, 30, 0, 0, time.UTC)
	const who, company = "Marie Wamytan", "Atelier du Lagon"
	samples := []mail.Sample{
		Sample(kindInviteCompany, "", func(s Site) mail.Letter {
			return invitedLetter(s, kindInviteCompany, who, company, CompanyEditor, at, PathInvitation+"exemple")
		}),
		Sample(kindInviteTeam, "", func(s Site) mail.Letter {
			return invitedLetter(s, kindInviteTeam, who, "", ProjectManager, at, PathInvitation+"exemple")
		}),
		Sample(kindReminder, TopicReminders, func(s Site) mail.Letter { return reminderLetter(s, company, CompanyEditor, at) }),
		Sample(kindGranted, "", func(s Site) mail.Letter { return grantedLetter(s, company, CompanyManager) }),
		Sample(kindGranted, "", func(s Site) mail.Letter { return grantedLetter(s, "", Administrator) }),
		Sample(kindRemoved, "", func(s Site) mail.Letter { return removedLetter(s, company) }),
		Sample(kindNewDevice, "", func(s Site) mail.Letter { return newDeviceLetter(s, "Firefox, Android", at) }),
	}
	for _, n := range notices() {
		samples = append(samples, Sample(string(n), "", func(s Site) mail.Letter { return noticeLetter(s, n, "iPhone", at) }))
	}
	for _, kind := range []string{kindErasureAsked, kindErasureCanceled, kindErased, kindUnused} {
		samples = append(samples, Sample(kind, "", func(s Site) mail.Letter { return erasureLetter(s, kind, at) }))
	}
	return samples
}

// Sample is a mail of a kind, and a topic or "", from a cluster that does not exist.
func Sample(kind, topic string, write func(s Site) mail.Letter) mail.Sample {
	return mail.Sample{Kind: kind, Topic: topic, Message: func(p *locale.Printer) mail.Message {
		site := Site{P: p, Cluster: "Grappe", Base: "https://grappe.example", Accent: "#0A5A78"}
		m := mail.Message{Event: kind + "/sample", Kind: kind, Topic: topic, To: mail.Address{Mail: "vous@exemple.example"}, Letter: write(site)}
		if topic != "" {
			m.Unsubscribe = site.URL("/desabonnement/exemple")
		}
		return site.Sign(m)
	}}
}
