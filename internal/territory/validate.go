package territory

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/spelling"
)

// Ink on the accent colour, by mode (see the house's colours), and the least contrast of WCAG 2.2 AA.
const (
	inkLight      = "#FFFFFF"
	inkDark       = "#10171D"
	leastContrast = 4.5
	mostFaults    = 50
)

// checker gathers the faults of a territory.
type checker struct{ faults []errs.Field }

func (c *checker) fault(name, key string, value any) {
	c.faultWith(name, key, errs.Args{"value": value})
}

func (c *checker) faultWith(name, key string, args errs.Args) {
	if len(c.faults) < mostFaults {
		c.faults = append(c.faults, errs.Field{Name: name, Key: "territory.fault." + key, Args: args})
	}
}

func (c *checker) must(ok bool, name, key string, value any) {
	if !ok {
		c.fault(name, key, value)
	}
}

// faults lists what is wrong with a territory, at most mostFaults of it.
func (t *Territory) faults() []errs.Field {
	var c checker
	code := regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	c.must(code.MatchString(t.Code), "code", "code", clip(t.Code))
	c.must(len(t.Languages) > 0, "languages", "missing", "")
	for _, l := range t.Languages {
		_, err := language.Parse(l)
		c.must(err == nil, "languages", "language", clip(l))
		c.must(t.Names[l] != "", "names."+l, "missing", "")
		c.must(t.Cluster[l] != "", "cluster."+l, "missing", "")
		c.must(t.Tagline[l] != "", "tagline."+l, "missing", "")
	}
	c.accent("accent.light", t.Accent.Light, inkLight)
	c.accent("accent.dark", t.Accent.Dark, inkDark)
	_, err := time.LoadLocation(t.TimeZone)
	c.must(err == nil && t.TimeZone != "" && t.TimeZone != "Local", "time_zone", "time_zone", clip(t.TimeZone))
	_, err = currency.ParseISO(t.Currency)
	c.must(err == nil, "currency", "currency", clip(t.Currency))
	c.must(regexp.MustCompile(`^[A-Z]{2}$`).MatchString(t.Country), "country", "country", clip(t.Country))
	c.must(t.Box.Valid() && !t.Box.IsZero(), "box", "box", fmt.Sprint(t.Box))
	c.must(len(t.Registers) > 0, "registers", "missing", "")
	for _, r := range t.Registers {
		c.must(code.MatchString(r), "registers", "code", clip(r))
	}
	for _, h := range t.Hosts {
		_, ok := CleanHost(h)
		c.must(ok, "hosts", "host", clip(h))
	}
	c.tiles(t.Tiles)
	c.licence(t.Licence)
	c.levels(t)
	c.zones(t)
	return c.faults
}

func (c *checker) accent(name, colour, ink string) {
	ratio, ok := contrast(colour, ink)
	switch {
	case !ok:
		c.fault(name, "colour", clip(colour))
	case ratio < leastContrast:
		c.fault(name, "contrast", colour)
	}
}

func (c *checker) levels(t *Territory) {
	c.must(len(t.Levels) > 0, "levels", "missing", "")
	seen := map[string]bool{}
	for i, l := range t.Levels {
		name := fmt.Sprintf("levels[%d]", i)
		c.must(l.Code != "", name+".code", "missing", "")
		c.must(!seen[l.Code], name+".code", "twice", clip(l.Code))
		seen[l.Code] = true
		for _, lang := range t.Languages {
			c.must(l.Names[lang] != "", name+".names."+lang, "missing", "")
		}
	}
}

func (c *checker) zones(t *Territory) {
	c.must(len(t.Zones) > 0, "zones", "missing", "")
	level := func(code string) int { return slices.IndexFunc(t.Levels, func(l Level) bool { return l.Code == code }) }
	levels, slugs := map[string]int{}, map[string]bool{}
	for i, z := range t.Zones {
		name := fmt.Sprintf("zones[%d] %s", i, clip(z.Code))
		_, twice := levels[z.Code]
		c.must(z.Code != "", name, "missing", "code")
		c.must(!twice, name, "twice", clip(z.Code))
		c.must(z.Name != "", name, "missing", "name")
		c.must(z.Slug != "" && z.Slug == spelling.Slug(z.Slug), name, "slug", clip(z.Slug))
		c.must(!slugs[z.Slug], name, "twice", clip(z.Slug))
		own := level(z.Level)
		c.must(own >= 0, name, "level", clip(z.Level))
		if z.Parent != "" {
			above, ok := levels[z.Parent]
			c.must(ok, name, "parent", clip(z.Parent))
			c.must(!ok || above < own, name, "level_order", clip(z.Parent))
		}
		for _, p := range z.Postcodes {
			c.must(digits(p, 5), name, "postcode", clip(p))
		}
		c.must(z.Centre.IsZero() || t.Box.Contains(z.Centre), name, "centre", fmt.Sprintf("%g, %g", z.Centre.Lat, z.Centre.Lon))
		c.must(z.Population >= 0, name, "population", z.Population)
		levels[z.Code], slugs[z.Slug] = own, true
	}
}

// contrast is the contrast ratio of two colours written #RRGGBB, by WCAG 2.2.
func contrast(a, b string) (float64, bool) {
	la, ok := luminance(a)
	if !ok {
		return 0, false
	}
	lb, ok := luminance(b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05), ok
}

// luminance is the relative luminance of a colour written #RRGGBB, by WCAG 2.2.
func luminance(colour string) (float64, bool) {
	if len(colour) != 7 || colour[0] != '#' {
		return 0, false
	}
	v, err := strconv.ParseUint(colour[1:], 16, 32)
	if err != nil {
		return 0, false
	}
	channel := func(shift uint) float64 {
		s := float64(v>>shift&0xFF) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0), true
}
