package browser

import (
	"slices"
	"strings"

	"grappe/internal/company"
	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/territory"
)

// setting is what a person may say of how the values of a field are read.
type setting string

// The settings.
const (
	noSetting setting = ""
	listOf    setting = "liste"   // what parts the values of a list
	joined    setting = "joindre" // what several columns make together
	dateForm  setting = "date"
	country   setting = "pays"
	codesOf   setting = "codes" // each value of the file stands for a code
)

// field is a field of a card, or of its company, as the form shows it. Days are fields of their own here: "opening_hours.Mo".
type field struct {
	target  string
	group   string
	setting setting
}

// The groups of fields, in their order.
func groups() []string {
	return []string{"main", "contact", "place", "hours", "networks", "company", "other"}
}

// weekdays are the days as mappings name them.
func weekdays() []string { return []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"} }

const hoursTarget = "opening_hours"

func dayTarget(i int) string { return hoursTarget + "." + weekdays()[i] }

// dayOf is the day of a target, "" for one of none.
func dayOf(target string) string {
	if day, ok := strings.CutPrefix(target, hoursTarget+"."); ok {
		return day
	}
	return ""
}

// fieldsFor are the fields for a territory, and those beside that a mapping fills.
func fieldsFor(t *territory.Territory, m *importer.Mapping) []field {
	all := []field{
		{"name", "main", joined},
		{"category", "main", codesOf},
		{"headline", "main", joined},
		{"description", "main", joined},
		{"competences", "main", listOf},
		{"sectors", "main", codesOf},
		{"tags", "main", listOf},
		{"phones", "contact", country},
		{"emails", "contact", listOf},
		{"websites", "contact", listOf},
		{"address", "place", joined},
		{"postcode", "place", noSetting},
		{"city", "place", noSetting},
		{"zone", "place", noSetting},
		{"lat", "place", noSetting},
		{"lon", "place", noSetting},
		{"point", "place", noSetting},
		{"service_area.zones", "place", listOf},
		{"service_area.remote", "place", noSetting},
		{"service_area.everywhere", "place", noSetting},
		{hoursTarget, "hours", noSetting},
	}
	for i := range weekdays() {
		all = append(all, field{dayTarget(i), "hours", noSetting})
	}
	all = append(all, field{"social", "networks", listOf})
	for _, network := range []string{"facebook", "linkedin", "instagram", "x", "youtube", "tiktok", "mastodon", "github"} {
		all = append(all, field{"social." + network, "networks", noSetting})
	}
	all = append(all, field{"legal_name", "company", joined})
	for _, scheme := range t.Registers {
		all = append(all, field{"identifiers." + scheme, "company", noSetting})
	}
	all = append(all, []field{
		{"activities.naf-rev2", "company", listOf},
		{"founded_year", "company", dateForm},
		{"staff", "company", noSetting},
		{"size_class", "company", noSetting},
		{"status", "company", codesOf},
		{"natural_person", "company", noSetting},
		{"languages", "other", listOf},
		{"accessibility", "other", listOf},
		{"logo", "other", noSetting},
		{"updated", "other", dateForm},
		{"confirmed", "other", dateForm},
	}...)
	for _, scheme := range company.Schemes() {
		if !slices.Contains(t.Registers, scheme) {
			all = append(all, field{"identifiers." + scheme, "company", noSetting})
		}
	}
	for _, r := range m.Rules {
		if !slices.ContainsFunc(all, func(f field) bool { return f.target == r.Target }) {
			all = append(all, field{r.Target, "other", noSetting})
		}
	}
	return all
}

// fieldName is what a field is called.
func fieldName(p *locale.Printer, target string) string {
	for _, key := range []string{"imports.field." + strings.ToLower(target), listing.FieldKey(target)} {
		if p.Has(key) {
			return p.T(key)
		}
	}
	return importer.FieldName(p, target)
}

// optionsOf are the codes that a field of codes takes.
func (s *Service) optionsOf(p *locale.Printer, target string) []Code {
	var out []Code
	switch target {
	case "category":
		for _, c := range listing.Categories() {
			out = append(out, Code{string(c), p.T(c.Key())})
		}
	case "sectors":
		out = s.Sectors.All(p.Lang())
	case "status":
		for _, st := range []company.Status{company.Active, company.Ceased} {
			out = append(out, Code{string(st), p.T(st.Key())})
		}
	}
	return out
}

// guessCode is the code that a value of the file looks like, "" for none.
func (s *Service) guessCode(target, value string) string {
	switch target {
	case "category":
		return categoryOf(value)
	case "sectors":
		code, _ := s.Sectors.Match(value)
		return code
	case "status":
		return statusOf(value)
	}
	return ""
}
