package directory

import (
	"html/template"
	"net/url"
	"strings"

	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
)

// contacts are the ways to reach the organisation; the first is the page's main action.
func (v *card) contacts() []contactView {
	var buttons []contactView
	add := func(b ui.Button, address string) {
		b.Wide = true
		buttons = append(buttons, contactView{Button: b, URL: template.URL(address)}) //nolint:gosec // tel:, mailto: or http
	}
	for _, p := range v.Listing.Phones {
		if link := listing.PhoneLink(p); link == "" {
			add(ui.Button{Icon: "phone", Label: p}, "")
		} else {
			call := v.P.T("directory.call", "number", listing.DisplayPhone(p, v.territory.Country))
			add(ui.Button{Icon: "phone", Label: strings.ReplaceAll(call, " ", locale.NoBreak)}, link)
		}
	}
	for _, m := range v.Listing.Emails {
		add(ui.Button{Icon: "mail", Label: v.P.T("directory.write_to", "address", m)}, "mailto:"+url.PathEscape(m))
	}
	for _, site := range v.Listing.Websites {
		if u, err := url.Parse(site); err == nil && listing.IsWeb(site) {
			add(ui.Button{Icon: "globe", Label: v.P.T("directory.visit", "site", strings.TrimPrefix(u.Host, "www."))}, site)
		}
	}
	if len(buttons) > 0 {
		buttons[0].Kind = ui.Main
	}
	return buttons
}

func (v *card) social() []ui.Link {
	var links []ui.Link
	for _, s := range v.Listing.Social {
		if listing.IsWeb(s.URL) {
			links = append(links, ui.Link{Label: v.P.T("listing.network." + s.Network), URL: s.URL})
		}
	}
	return links
}

func (v *card) address() []string {
	lines := strings.FieldsFunc(v.Listing.Address, func(r rune) bool { return r == '\n' })
	city := strings.TrimSpace(v.Listing.Postcode + " " + v.Listing.City)
	if v.Listing.City == "" {
		city = strings.TrimSpace(v.Listing.Postcode + " " + v.zoneName(v.Listing.Zone))
	}
	if city != "" {
		lines = append(lines, city)
	}
	return lines
}
