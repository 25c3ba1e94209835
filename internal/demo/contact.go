package demo

import (
	"fmt"
	"strconv"
	"strings"

	"grappe/internal/company"
	"grappe/internal/listing"
)

// contact gives phones, mails, sites, accounts, an address and a point. Hosts end in ".example" or are
// "example.org", which RFC 2606 reserves. New Caledonia reserves no numbers for fiction: these are valid in form,
// taken in order from the ends of two series, and must not be called.
func (g *generator) contact(d dice, i int, r role, l *listing.Listing) {
	if d.chance(92) {
		l.Phones = append(l.Phones, fmt.Sprintf("+6872%05d", 99999-i%10000))
	}
	if d.chance(40) {
		l.Phones = append(l.Phones, fmt.Sprintf("+68750%04d", 9999-i%10000))
	}
	quarter, point := r.commune.place(d)
	if r.bare && d.chance(50) {
		return
	}
	l.Postcode = first(r.commune.zone.Postcodes)
	l.Address = address(d, quarter.name)
	if d.chance(93) {
		l.Point = &point
	}
	if r.bare {
		return
	}
	if d.chance(86) {
		l.Emails = []string{mail(d, l.Slug)}
	}
	if d.chance(74) {
		l.Websites = []string{site(d, l.Slug)}
	}
	for _, network := range some(d, []string{"facebook", "linkedin", "instagram", "youtube", "mastodon", "github"}, d.IntN(4)) {
		l.Social = append(l.Social, listing.Social{Network: network, URL: "https://" + network + ".example/" + l.Slug})
	}
}

func mail(d dice, slug string) string {
	if d.chance(30) {
		return slug + "@example.org"
	}
	return pick(d, []string{"bonjour", "contact", "accueil", "atelier", "info"}) + "@" + host(slug)
}

func site(d dice, slug string) string {
	if d.chance(12) {
		return "https://example.org/" + slug
	}
	return "https://" + pick(d, []string{"", "", "www."}) + host(slug) + "/"
}

// host is a name under ".example" of at most 63 signs, as DNS asks.
func host(slug string) string { return strings.TrimRight(slug[:min(len(slug), 60)], "-") + ".example" }

// address is a street that does not exist, or a lot, or a post box, with the quarter on a second line.
func address(d dice, quarter string) string {
	streets := []string{
		"rue des Bancouliers", "rue du Faux-Mimosa", "impasse des Perruches", "avenue du Platier", "rue de la Vieille-Case",
		"rue des Trois-Creeks", "allée des Pétrels", "rue du Puits-Sec", "promenade des Bénitiers", "chemin des Goyaviers",
		"rue de la Scierie", "route du Col-Clair", "rue des Gaïacs", "impasse du Wharf", "rue des Rouleurs",
		"chemin de la Pépinière", "rue du Vieux-Four", "allée des Kaoris",
	}
	var line string
	switch at := d.IntN(100); {
	case at < 68:
		line = strconv.Itoa(1+d.IntN(120)) + pick(d, []string{"", "", "", "", " bis"}) + " " + pick(d, streets)
	case at < 86:
		line = "Lot " + strconv.Itoa(1+d.IntN(90)) + ", lotissement " +
			pick(d, []string{"Les Letchis", "Bel-Ombrage", "Les Pétroglyphes", "Le Grand-Filao", "Les Alizés clairs"})
	default:
		line = "BP " + strconv.Itoa(9000+d.IntN(999))
	}
	if quarter != "" {
		line += "\n" + quarter
	}
	return line
}

// record is the company behind the card. Its RID belongs to the series that begins with 9, or with 8 past 100,000
// entries: ISEE gives numbers in order and stands at the series 1, so that no firm has one of these.
func (g *generator) record(
	d dice, i int, r role, l *listing.Listing, size string, founded int, alone bool,
) company.Company {
	c := company.Company{
		ID: l.CompanyID, Territory: g.terr.Code, LegalName: legalName(d, l.Name, r.category, alone), UsualName: l.Name,
		SizeClass: size, FoundedYear: founded, Status: company.Active, CreatedAt: l.CreatedAt, UpdatedAt: l.UpdatedAt,
	}
	head := company.Establishment{
		Head: true, Address: l.Address, Postcode: l.Postcode, City: l.City, Zone: l.Zone, Point: l.Point,
	}
	if !r.bare || d.chance(60) {
		number := rid(i)
		c.Identifiers = []company.Identifier{
			company.ParseIdentifier(company.SchemeRIDET, number+"001"), company.ParseIdentifier(company.SchemeRID, number),
		}
		head.Identifier = number + "001"
		codes := g.banks.trades[r.main].NAF
		if r.category != listing.Company {
			codes = g.banks.organisations[string(r.category)].NAF
		}
		c.Activities = []company.Activity{{Nomenclature: company.NAFRev2, Code: pick(d, codes), Main: true}}
	}
	c.Establishments = []company.Establishment{head}
	return c
}

// rid is the fictional register number of entry i: six digits and the Luhn check.
func rid(i int) string {
	digits := strconv.Itoa(900000 - 100000*(i/100000%2) + i%100000)
	sum := 0
	for at := range len(digits) {
		n := int(digits[at] - '0')
		if at%2 == 1 { // the last of six digits is doubled, and every second before it
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return digits + strconv.Itoa((10-sum%10)%10)
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
