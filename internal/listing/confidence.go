package listing

import (
	"cmp"
	"math"
	"slices"
	"time"

	"grappe/internal/company"
)

// Doubt is the confidence under which a field is doubtful: more likely out of date than not.
const Doubt = 0.5

// month is the twelfth part of a mean year.
const month = 730*time.Hour + 29*time.Minute + 6*time.Second

// Confidence says how far a field of a card can be believed at now, from 0 to 1: what its source was worth, halved each time that
// the half-life of the field has passed since it was last said or vouched for. A field that says nothing has none.
//
// The sources, by who would know: the company itself 1; a register 0.95, right about what it registers and late; the cluster's team
// 0.9, who have it from the company; an import 0.75, copied from a list of which nobody knows who wrote it; no source 0.5. Whoever
// vouches for the whole card later has read the field too: half of what it lacked is forgiven, and it ages from then on.
//
// The half-lives are judgements of how soon half of such statements are overtaken, not measurements:
//
//	category                             120 months  a company becomes no school
//	name                                  96         renamed when it is sold or grows up
//	languages                             72         those of its people
//	logo                                  60         redrawn every five years or so
//	accessibility                         60         changes by building works, or by moving
//	address, postcode, city, zone, point  54         premises are let for three, six or nine years
//	websites                              42         domains are kept, providers of pages are not
//	headline, sectors, service_area       36         what a small company says it does and for whom, between two strategies
//	competences, description              30         services come and go; people who master them leave
//	phones                                30         numbers are carried along, persons behind them change
//	tags                                  24         the words of the day
//	emails                                24         addresses are often those of one employee
//	social                                18         accounts are opened and left
//	opening_hours                         12         change with the season and each hire
//
// So what an owner wrote of the opening hours is doubtful a year after the last confirmation, what a file said of them after seven
// months, and a telephone number after two and a half years, or eighteen months where it comes from a file.
func Confidence(l Listing, field string, now time.Time) float64 {
	at := slices.IndexFunc(Fields(), func(f company.Field[Content]) bool { return f.Name == field })
	if at < 0 || Fields()[at].Empty(&l.Content) {
		return 0
	}
	source := l.Provenance[field]
	worth, since := worthOf(source.Kind), source.At
	if l.ConfirmedAt.After(since) {
		worth, since = (1+worth)/2, l.ConfirmedAt
	}
	if since.IsZero() {
		since = l.CreatedAt
	}
	age := max(0, now.Sub(since))
	return worth * math.Exp2(-float64(age)/(halfLife(field)*float64(month)))
}

func worthOf(kind company.SourceKind) float64 {
	switch kind {
	case company.FromOwner:
		return 1
	case company.FromRegister:
		return 0.95
	case company.FromStaff:
		return 0.9
	case company.FromImport:
		return 0.75
	}
	return 0.5
}

// halfLife is in months; see Confidence.
func halfLife(field string) float64 {
	switch field {
	case "category":
		return 120
	case "name":
		return 96
	case "languages":
		return 72
	case "logo", "accessibility":
		return 60
	case "address", "postcode", "city", "zone", "point":
		return 54
	case "websites":
		return 42
	case "headline", "sectors", "service_area":
		return 36
	case "competences", "description", "phones":
		return 30
	case "social":
		return 18
	case "opening_hours":
		return 12
	}
	return 24
}

// DoubtfulFields names the fields that say something and are doubtful, the least sure first.
func DoubtfulFields(l Listing, now time.Time) []string {
	sure := map[string]float64{}
	var out []string
	for _, f := range Fields() {
		if f.Empty(&l.Content) {
			continue
		}
		if sure[f.Name] = Confidence(l, f.Name, now); sure[f.Name] < Doubt {
			out = append(out, f.Name)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return cmp.Compare(sure[a], sure[b]) })
	return out
}
