package importer

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
)

// fill runs one rule into the draft, or into the place that is settled when all rules have run.
func (w *work) fill(r Rule, p *place) {
	if !w.says(r) {
		return
	}
	if w.fillPlace(r, p) || w.fillText(r) || w.fillCompany(r) || w.fillContact(r) {
		return
	}
	w.fillList(r)
}

// fillPlace takes the parts of a place.
func (w *work) fillPlace(r Rule, p *place) bool {
	switch r.Target {
	case "address":
		p.address = w.one(r, true)
	case "postcode":
		p.postcode = w.one(r, false)
	case "city":
		p.city = w.one(r, false)
	case "zone":
		p.zone = w.one(r, false)
	case "lat":
		p.lat = w.one(r, false)
	case "lon":
		p.lon = w.one(r, false)
	case "point":
		if v := w.one(r, false); v != "" {
			p.lat, p.lon = pointValue(v)
		}
	default:
		return false
	}
	field := r.Target
	if field == "lat" || field == "lon" {
		field = "point"
	}
	p.said[field] = true
	return true
}

// fillText takes the texts of the card that are one value.
func (w *work) fillText(r Rule) bool {
	c := &w.draft.Content
	field := r.Target
	switch field {
	case "name":
		c.Name = w.one(r, false)
	case "headline":
		c.Headline = w.one(r, false)
	case "description":
		c.Description = w.one(r, true)
	case "category":
		w.setCategory(r)
	case "opening_hours":
		w.setHours(r)
	case "logo":
		if v := w.one(r, false); v != "" {
			c.Logo = w.siteText(field, v)
		}
	case "service_area.everywhere":
		c.ServiceArea.Everywhere = isYes(w.one(r, false))
		field = "service_area"
	case "service_area.remote":
		c.ServiceArea.Remote = isYes(w.one(r, false))
		field = "service_area"
	case "updated":
		w.draft.Updated = w.pastDate(r)
		return true
	case "confirmed":
		w.draft.Confirmed = w.pastDate(r)
		return true
	case company.FieldNaturalPerson:
		w.draft.Company.NaturalPerson = isYes(w.one(r, false))
	default:
		return false
	}
	w.speak(field)
	return true
}

func isYes(v string) bool {
	switch spelling.Plain(v) {
	case "true", "1", "oui", "yes", "vrai", "x":
		return true
	}
	return false
}

func (w *work) setCategory(r Rule) {
	v := w.one(r, false)
	known := []listing.Category{
		listing.Company, listing.ThirdPlace, listing.Incubator, listing.School, listing.Investor, listing.Community,
		listing.PublicBody,
	}
	switch {
	case slices.Contains(known, listing.Category(v)):
		w.draft.Content.Category = listing.Category(v)
	case v != "":
		w.warn("importer.warn.category-unknown", "category", args("value", short(v)))
	}
}

// pastDate reads a date that cannot lie ahead; zero for none.
func (w *work) pastDate(r Rule) time.Time {
	v := w.one(r, false)
	if v == "" {
		return time.Time{}
	}
	t, ok := parseDate(v, "", w.env.Territory.Location())
	if !ok || !w.env.Now.IsZero() && t.After(w.env.Now.AddDate(0, 0, 1)) {
		w.warn("importer.warn.date-none", r.Target, args("value", short(v)))
		return time.Time{}
	}
	return t.UTC()
}

// fillCompany takes what belongs to the company's record.
func (w *work) fillCompany(r Rule) bool {
	co := &w.draft.Company
	field := r.Target
	family, member, _ := strings.Cut(field, ".")
	switch {
	case field == "legal_name":
		co.LegalName = w.one(r, false)
	case field == "founded_year":
		co.FoundedYear = w.year(w.one(r, false))
	case field == "size_class":
		if v := w.one(r, false); company.ValidSizeClass(v) {
			co.SizeClass = v
		} else if v != "" {
			w.warn("importer.warn.size-unknown", field, args("value", short(v)))
		}
	case field == "staff":
		field = "size_class"
		w.setStaff(w.one(r, false))
	case field == "status":
		if v := company.Status(w.one(r, false)); v == company.Active || v == company.Ceased {
			co.Status = v
		}
	case family == "identifiers":
		field = family
		w.addNumbers(member, w.many(r))
	case family == "activities":
		field = family
		w.addActivities(member, w.many(r))
	default:
		return false
	}
	w.speak(field)
	return true
}

func (w *work) setStaff(v string) {
	if v == "" {
		return
	}
	digits, _, _ := wholeNumber(v)
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		w.warn("importer.warn.size-unknown", "size_class", args("value", short(v)))
		return
	}
	w.draft.Company.SizeClass = company.SizeClassOf(n)
}

// year reads the year of foundation, from a year or a date.
func (w *work) year(v string) int {
	if v == "" {
		return 0
	}
	year := 0
	if digits, _, _ := wholeNumber(v); len(digits) == 4 && isDigits(digits) {
		year = number(digits)
	} else if t, ok := parseDate(v, "", w.env.Territory.Location()); ok {
		year = t.In(w.env.Territory.Location()).Year()
	}
	if year < 1500 || !w.env.Now.IsZero() && year > w.env.Now.Year()+1 {
		w.warn("importer.warn.year-none", "founded_year", args("value", short(v)))
		return 0
	}
	return year
}

// addNumbers adds numbers of a scheme; where the mapping names none, each value does: "ridet:0123456.001".
func (w *work) addNumbers(scheme string, values []string) {
	if scheme != "" {
		w.addIdentifiers(scheme, values)
		return
	}
	for _, v := range values {
		scheme, number, _ := strings.Cut(v, ":")
		if scheme = strings.ToLower(strings.TrimSpace(scheme)); company.KnownScheme(scheme) {
			w.addIdentifiers(scheme, []string{strings.TrimSpace(number)})
		} else {
			w.warn("importer.warn.identifier-scheme", "identifiers", args("value", short(v), "known", strings.Join(company.Schemes(), ", ")))
		}
	}
}

// addIdentifiers keeps register numbers as the register checks them, and tells those that fail or stand for nothing.
func (w *work) addIdentifiers(scheme string, values []string) {
	for _, v := range values {
		field := "identifiers." + scheme
		v = w.digits(field, v)
		if company.IsPlaceholder(v) {
			w.warn("importer.warn.identifier-placeholder", field, args("value", short(v), "scheme", strings.ToUpper(scheme)))
			continue
		}
		id := company.ParseIdentifier(scheme, v)
		switch {
		case !id.Valid && w.zeroLost(scheme, v):
			w.warn("importer.warn.identifier-zero-lost", field, args("value", short(v), "scheme", strings.ToUpper(scheme)))
		case !id.Valid:
			w.warn("importer.warn.identifier-invalid", field, args("value", short(v), "scheme", strings.ToUpper(scheme)))
		case id.ZeroRestored():
			w.warn("importer.warn.identifier-zero", field,
				args("value", short(v), "read", id.Value, "scheme", strings.ToUpper(scheme)))
		}
		co := &w.draft.Company
		if !slices.Contains(co.Identifiers, id) {
			co.Identifiers = append(co.Identifiers, id)
		}
	}
}

// digits undoes what a spreadsheet did to a number that is no quantity, and tells it.
func (w *work) digits(field, v string) string {
	digits, undone, lost := wholeNumber(v)
	switch {
	case undone:
		w.warn("importer.warn.number-decimal", field, args("value", short(v), "read", digits))
	case lost:
		w.warn("importer.warn.number-rounded", field, args("value", short(v)))
	}
	return digits
}

// zeroLost reports whether the number would pass its check with a zero in front.
func (w *work) zeroLost(scheme, v string) bool {
	return company.ParseIdentifier(scheme, "0"+strings.TrimSpace(v)).Valid
}

func (w *work) addActivities(nomenclature string, values []string) {
	for _, v := range values {
		a, ok := company.ParseActivity(nomenclature, v)
		if !ok {
			w.warn("importer.warn.activity-none", "activities."+nomenclature, args("value", short(v)))
			continue
		}
		a.Main = len(w.draft.Company.Activities) == 0
		w.draft.Company.Activities = append(w.draft.Company.Activities, a)
	}
}

// fillContact takes the ways to reach the organisation.
func (w *work) fillContact(r Rule) bool {
	family, network, _ := strings.Cut(r.Target, ".")
	var add func(v string)
	switch family {
	case "phones":
		add = func(v string) { w.addPhones(family, v) }
	case "emails":
		add = func(v string) { w.addEmails(family, v) }
	case "websites":
		add = func(v string) { w.addWebsite(family, v) }
	case "social":
		add = func(v string) { w.addSocial(r.Target, network, v) }
	default:
		return false
	}
	w.speak(family)
	for _, v := range w.many(r) {
		add(v)
	}
	return true
}

// fillList takes the lists of the card.
func (w *work) fillList(r Rule) {
	c := &w.draft.Content
	values := w.many(r)
	field := r.Target
	switch field {
	case "tags":
		c.Tags = appendNew(c.Tags, values...)
	case "competences":
		for _, v := range values {
			c.Competences = appendNew(c.Competences, w.competences(v)...)
		}
	case "sectors":
		c.Sectors = appendNew(c.Sectors, values...)
	case "accessibility":
		c.Accessibility = appendNew(c.Accessibility, values...)
	case "languages":
		c.Languages = appendNew(c.Languages, values...)
	case "service_area.zones":
		field = "service_area"
		for _, v := range values {
			if z, _, ok := w.tree.Match(v, ""); ok {
				c.ServiceArea.Zones = appendNew(c.ServiceArea.Zones, z.Code)
			} else if code, ok := w.abroad(v); ok {
				c.ServiceArea.Zones = appendNew(c.ServiceArea.Zones, code)
			} else {
				w.warn("importer.warn.city-unknown", field, errs.Args{"value": short(v)})
			}
		}
	}
	w.speak(field)
}

// abroad is the code of another territory that a text names.
func (w *work) abroad(text string) (string, bool) {
	if w.env.Abroad == nil {
		return "", false
	}
	return w.env.Abroad(text)
}

func appendNew(list []string, values ...string) []string {
	for _, v := range values {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// competences asks the taxonomy, once per text.
func (m *Mapper) competences(text string) []string {
	if m.env.Taxonomy == nil {
		return nil
	}
	codes, ok := m.skills[text]
	if !ok {
		codes = m.env.Taxonomy.Match(text)
		if len(m.skills) < maxTaggedTexts {
			m.skills[text] = codes
		}
	}
	return codes
}
