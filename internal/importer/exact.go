package importer

import (
	"slices"
	"strconv"
	"strings"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/geo"
	"grappe/internal/territory"
)

// fillExact takes what stands in a file that Grappe wrote: facts that were read, checked and told once, and that must come
// back as they are. A list is an array, or one value a line. What the file knows of and the row leaves out is empty there.
func (w *work) fillExact(r Rule, p *place) {
	if !w.knows(r) {
		return
	}
	values := w.facts(r)
	one := ""
	if len(values) > 0 {
		one = values[0]
	}
	field, member, _ := strings.Cut(r.Target, ".")
	switch field {
	case "category":
		w.setCategory(r)
	case "updated":
		w.draft.Updated = w.pastDate(r)
		return
	case "confirmed":
		w.draft.Confirmed = w.pastDate(r)
		return
	case "postcode", "city", "address", "zone", "lat", "lon":
		w.placeExact(field, one, p)
		return
	case "service_area":
		w.areaExact(member, one, values)
	default:
		if !w.textExact(field, one) && !w.listExact(field, values) {
			w.fill(r, p)
		}
	}
	w.speak(field)
}

// knows reports whether the file speaks of what a rule fills, be it empty in this row.
func (w *work) knows(r Rule) bool {
	if w.env.Profile == nil {
		return w.says(r)
	}
	return r.Constant != nil || w.env.Profile.has(r)
}

// facts are the values at the paths of a rule.
func (w *work) facts(r Rule) []string {
	var out []string
	for _, path := range r.From {
		found, _ := valuesAt(w.row, path)
		for _, v := range found {
			if targetKind(r.Target) == manyValues {
				out = append(out, strings.Split(v, "\n")...)
			} else {
				out = append(out, v)
			}
		}
	}
	return withoutBlanks(out)
}

func (w *work) textExact(field, v string) bool {
	c, co := &w.draft.Content, &w.draft.Company
	switch field {
	case "name":
		c.Name = v
	case "headline":
		c.Headline = v
	case "description":
		c.Description = v
	case "opening_hours":
		c.OpeningHours = v
	case "logo":
		c.Logo = v
	case "legal_name":
		co.LegalName = v
	case "size_class":
		co.SizeClass = v
	default:
		return false
	}
	return true
}

func (w *work) listExact(field string, values []string) bool {
	c := &w.draft.Content
	switch field {
	case "competences":
		for _, v := range values {
			c.Competences = appendNew(c.Competences, w.competences(v)...)
		}
	case "sectors":
		c.Sectors = values
	case "tags":
		c.Tags = values
	case "phones":
		c.Phones = values
	case "emails":
		c.Emails = values
	case "websites":
		c.Websites = values
	case "accessibility":
		c.Accessibility = values
	case "languages":
		c.Languages = values
	case "social":
		for _, v := range values {
			network, address, _ := strings.Cut(v, ":")
			c.Social = append(c.Social, listing.Social{Network: network, URL: address})
		}
	case "identifiers":
		for _, v := range values {
			scheme, number, _ := strings.Cut(v, ":")
			w.draft.Company.Identifiers = append(w.draft.Company.Identifiers, company.ParseIdentifier(scheme, number))
		}
	default:
		return false
	}
	return true
}

func (w *work) areaExact(member, one string, values []string) {
	area := &w.draft.Content.ServiceArea
	switch member {
	case "everywhere":
		area.Everywhere = isYes(one)
	case "remote":
		area.Remote = isYes(one)
	case "zones":
		for _, v := range values {
			if territory.PlaceCode(v) { // one of another territory as well: the organisation travels
				area.Zones = append(area.Zones, v)
			} else {
				w.warn("importer.warn.city-unknown", "service_area", args("value", short(v)))
			}
		}
	}
}

func (w *work) placeExact(field, v string, p *place) {
	switch field {
	case "address":
		p.address = v
	case "postcode":
		p.postcode = v
	case "city":
		p.city = v
	case "zone":
		p.zone = v
	case "lat":
		p.lat = v
	case "lon":
		p.lon = v
	}
	if field == "lat" || field == "lon" {
		field = "point"
	}
	p.said[field] = true
}

// settleExact keeps the parts of a place. The zone is only looked for where the row names none that the territory has.
func (w *work) settleExact(p *place) {
	var point *geo.Point
	lat, err1 := strconv.ParseFloat(p.lat, 64)
	lon, err2 := strconv.ParseFloat(p.lon, 64)
	if at := (geo.Point{Lat: lat, Lon: lon}); err1 == nil && err2 == nil && at.Valid() {
		point = &at
	}
	zone := ""
	if _, ok := w.tree.Zone(p.zone); ok {
		zone = p.zone
	} else if p.zone != "" {
		zone = w.zone(p, point)
	}
	c := &w.draft.Content
	c.Address, c.Postcode, c.City, c.Zone, c.Point = p.address, p.postcode, p.city, zone, point
}

// findOwn notes the standing cards that hold a record of the run's source, among those that rows are compared with: where the
// source tells its records apart by itself, none of its rows may be taken for one of them.
func (b *batch) findOwn(rows []record) error {
	if !slices.ContainsFunc(rows, func(r record) bool { return r.draft.Distinct }) {
		return nil
	}
	heads := map[string]string{} // the standing card, by one that it is or holds
	for id, c := range b.cards {
		if head := b.standing(c); head != nil {
			heads[id] = head.Listing.ID
		}
	}
	level := sortedKeys(heads)
	for depth := 0; len(level) > 0 && depth < maxChain; depth++ {
		refs, err := b.s.store.refsTo(b.ctx, b.tx, level)
		if err != nil {
			return err
		}
		for id, names := range refs {
			if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, b.run.Source+":") }) {
				b.own[heads[id]] = true
			}
		}
		mergings, err := b.s.listings.MergedInto(b.ctx, b.tx, level...)
		if err != nil {
			return err
		}
		level = nil
		for _, m := range mergings {
			if _, seen := heads[m.From]; !seen {
				heads[m.From] = heads[m.Into]
				level = append(level, m.From)
			}
		}
	}
	return nil
}
