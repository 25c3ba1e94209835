package importer

import (
	"slices"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/spelling"
)

// place is what the row says of where it is, before it is put in order.
type place struct {
	address, postcode, city string
	zone                    string // its code, where the source has it
	lat, lon                string
	said                    map[string]bool // which of the targets the source speaks of
}

// postcodeDigits is how long the postcodes of every territory served so far are.
const postcodeDigits = 5

// settle puts the parts of the place where they belong and finds the zone.
func (w *work) settle(p *place) {
	w.settleCity(p)
	w.settlePostcode(p)
	w.readAddress(p)
	point := w.point(p.lat, p.lon)
	zone := p.zone
	if _, ok := w.tree.Zone(zone); !ok {
		zone = w.zone(p, point)
	}
	c := &w.draft.Content
	c.Address, c.Postcode, c.City, c.Zone, c.Point = p.address, p.postcode, p.city, zone, point
}

// settleCity takes a postcode out of the city: "75008 Paris", "75011".
func (w *work) settleCity(p *place) {
	before, code, after := cutPostcode(p.city)
	if code == "" || before != "" {
		return
	}
	if p.postcode != "" && p.postcode != code && isPostcode(p.postcode) {
		return
	}
	w.warn("importer.warn.city-postcode", "city", args("value", short(p.city), "postcode", code))
	w.moveFromPostcode(p, "")
	p.postcode, p.city = code, after
}

// moveFromPostcode puts what stood in the postcode and is none at the end of the address.
func (w *work) moveFromPostcode(p *place, text string) {
	if text == "" && !isPostcode(p.postcode) {
		text = p.postcode
	}
	if text != "" {
		p.address = strings.TrimSpace(p.address + " " + text)
	}
}

// settlePostcode makes the postcode five digits where the row allows it, and tells every liberty taken.
func (w *work) settlePostcode(p *place) {
	raw := w.digits("postcode", p.postcode)
	p.postcode = raw
	compact := strings.ReplaceAll(raw, " ", "")
	switch {
	case raw == "":
		return
	case isPostcode(compact):
		p.postcode = compact
		w.checkCopied(p)
		return
	case isDigits(compact):
		w.shortPostcode(p, compact)
		return
	}
	before, code, after := cutPostcode(raw)
	w.warn("importer.warn.postcode-text", "postcode", args("value", short(raw), "postcode", code))
	p.postcode = code
	if code == "" {
		w.moveFromPostcode(p, raw)
		return
	}
	if before != "" {
		w.moveFromPostcode(p, before)
	}
	if p.city == "" {
		p.city = after
	}
}

// shortPostcode gives a leading zero back when the territory has such a postcode, and keeps the digits otherwise.
func (w *work) shortPostcode(p *place, digits string) {
	padded := "0" + digits
	if len(padded) == postcodeDigits && w.knowsPostcode(padded) {
		w.warn("importer.warn.postcode-zero", "postcode", args("value", digits, "postcode", padded))
		p.postcode = padded
		return
	}
	w.warn("importer.warn.postcode-odd", "postcode", args("value", short(digits)))
	p.postcode = digits
}

func (w *work) knowsPostcode(code string) bool {
	return len(w.tree.ByPostcode(code)) > 0
}

// checkCopied drops a postcode that the whole file carries where the commune has others.
func (w *work) checkCopied(p *place) {
	if w.env.Profile == nil || w.env.Profile.copied != p.postcode {
		return
	}
	zone, _, ok := w.tree.Match(plainCity(p.city), "")
	if ok && w.tree.PostcodeFits(zone.Code, p.postcode) {
		return
	}
	w.warn("importer.warn.postcode-copied", "postcode", args("postcode", p.postcode, "city", short(p.city)))
	p.postcode = ""
}

// readAddress takes the postcode and the city out of the address when their own columns are empty; the address stays
// as it is written.
func (w *work) readAddress(p *place) {
	if p.postcode != "" {
		return
	}
	_, code, after := cutPostcode(p.address)
	if code == "" || !w.knowsPostcode(code) {
		return
	}
	if p.city != "" {
		zone, _, ok := w.tree.Match(plainCity(p.city), "")
		if !ok || !w.tree.PostcodeFits(zone.Code, code) {
			return
		}
	} else if z, _, ok := w.tree.Match(after, code); ok && after != "" {
		p.city = z.Name
	}
	w.warn("importer.warn.address-postcode", "postcode", args("postcode", code, "value", short(p.address)))
	p.postcode = code
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func isPostcode(s string) bool { return len(s) == postcodeDigits && isDigits(s) }

// cutPostcode finds a postcode among words, with or without a space after the department ("98 870"), and gives what
// stands before and after it without the CEDEX and its number.
func cutPostcode(s string) (before, code, after string) {
	words := strings.Fields(s)
	for i, word := range words {
		n := 1
		if i+1 < len(words) && len(word) == 2 && len(words[i+1]) == 3 && isDigits(word+words[i+1]) {
			word, n = word+words[i+1], 2
		}
		if isPostcode(word) {
			before = strings.Trim(strings.Join(words[:i], " "), " -,")
			return before, word, strings.Trim(plainCity(strings.Join(words[i+n:], " ")), " -,")
		}
	}
	return "", "", ""
}

// plainCity takes CEDEX and what follows off a city: "Paris Cedex 16" gives "Paris".
func plainCity(city string) string {
	words := strings.Fields(city)
	for i, word := range words {
		if strings.EqualFold(strings.Trim(word, ".,-"), "cedex") {
			return strings.Join(words[:i], " ")
		}
	}
	return strings.TrimSpace(city)
}

// keyOutside tells that a point is left out, since it lies in no place of the territory.
const keyOutside = "importer.warn.point-outside"

// point reads the coordinates: degrees, degrees the wrong way round, or metres of a projection.
func (w *work) point(lat, lon string) *geo.Point {
	if lat == "" && lon == "" {
		return nil
	}
	y, err1 := strconv.ParseFloat(numberText(lat), 64)
	x, err2 := strconv.ParseFloat(numberText(lon), 64)
	if err1 != nil || err2 != nil {
		w.warn("importer.warn.point-none", "point", args("value", short(lat+" "+lon)))
		return nil
	}
	if x == 0 && y == 0 {
		w.warn("importer.warn.point-zero", "point", nil)
		return nil
	}
	crs, p, inside := geo.Recognise(x, y, w.env.Territory.Box)
	switch {
	case crs == geo.Unrecognised:
		w.warn("importer.warn.point-none", "point", args("value", short(lat+" "+lon)))
		return nil
	case crs.Projected():
		w.warn("importer.warn.point-projected", "point", args("system", crs.Name(), "value", short(lon+" "+lat)))
	case crs.Swapped():
		w.warn("importer.warn.point-swapped", "point", args("value", short(lat+" "+lon)))
	case !inside:
		w.warn(keyOutside, "point", errs.Args{"lat": p.Lat, "lon": p.Lon})
		return nil
	}
	return &p
}

// checkShape tells of a line or an outline where the mapping takes the point of a GeoJSON: no address is in its middle.
func (w *work) checkShape() {
	kind, _ := w.row.Get("geometry.type")
	text, _ := kind.(string)
	if text != "" && text != "Point" && slices.ContainsFunc(w.mapping.Rules, func(r Rule) bool { return slices.Contains(r.From, "geometry.lat") }) {
		w.warn("importer.warn.point-shape", "point", args("value", short(text)))
	}
}

// pointValue splits "48.85, 2.35", latitude first as people write it.
func pointValue(v string) (lat, lon string) {
	sep := ","
	if strings.Contains(v, ";") {
		sep = ";"
	} else if !strings.Contains(v, ",") {
		sep = " "
	}
	lat, lon, _ = strings.Cut(strings.Trim(v, "[]() "), sep)
	return strings.TrimSpace(lat), strings.TrimSpace(lon)
}

// finer is the zone below the one named in which the point lies, where outlines are known.
func (w *work) finer(code string, point *geo.Point) string {
	if point == nil || w.env.Places == nil || w.tree.IsLeaf(code) {
		return code
	}
	if at, ok := w.env.Places.ZoneAt(*point); ok && w.tree.IsWithin(at, code) {
		return at
	}
	return code
}

// zone finds the finest zone: by the name of the city, refined by the postcode; else by the outlines; else by the
// postcode alone.
func (w *work) zone(p *place, point *geo.Point) string {
	city := plainCity(p.city)
	if city != "" {
		if z, _, ok := w.tree.Match(city, p.postcode); ok {
			return w.finer(z.Code, point)
		}
	}
	found := ""
	if point != nil && w.env.Places != nil {
		found, _ = w.env.Places.ZoneAt(*point)
	}
	if found == "" && p.postcode != "" {
		if z, _, ok := w.tree.Match("", p.postcode); ok {
			found = z.Code
		}
	}
	switch {
	case spelling.Plain(city) == "":
	case len(w.tree.Candidates(city, p.postcode)) > 1:
		w.warn("importer.warn.city-ambiguous", "city", args("value", short(p.city)))
	default:
		w.warn("importer.warn.city-unknown", "city", args("value", short(p.city)))
	}
	return found
}
