package listing

import (
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"grappe/internal/platform/errs"
)

// Categories lists the categories in the order shown.
func Categories() []Category {
	return []Category{Company, ThirdPlace, Incubator, School, Investor, Community, PublicBody}
}

// Key is the key of the category's name: "listing.category.third-place".
func (c Category) Key() string { return "listing.category." + string(c) }

// States lists the states in the order shown.
func States() []State { return []State{Published, Lapsed, Hidden, Draft, Merged} }

// Key is the key of the state's name: "listing.state.published".
func (s State) Key() string { return "listing.state." + string(s) }

// Key is the key of the words for the age: "listing.age.fresh".
func (a Age) Key() string { return "listing.age." + string(a) }

// Key is the key of the reason's words: "listing.reason.same_name".
func (r Reason) Key() string { return "listing.reason." + string(r) }

// Networks lists the social networks that a card may name.
func Networks() []string {
	return []string{
		"facebook", "linkedin", "x", "instagram", "youtube", "tiktok", "mastodon", "github", "viadeo", "googleplus",
	}
}

// NetworkKey is the key of the network's name: "listing.network.linkedin".
func NetworkKey(network string) string { return "listing.network." + network }

// WeekdayKey is the key of a day's name, by time.Weekday: "listing.weekday.1" is Monday.
func WeekdayKey(weekday int) string { return "listing.weekday." + strconv.Itoa(weekday) }

// FieldKey is the key of a field's name, by its JSON name: "listing.field.opening_hours".
func FieldKey(field string) string { return "listing.field." + field }

// Limits of what a card holds, in characters, whether a person types it or a file brings it. MaxItem is for each
// element of a list, MaxItems for their number.
const (
	MaxName        = 200
	MaxHeadline    = 200
	MaxDescription = 10_000
	MaxHours       = 500
	MaxAddress     = 500
	MaxPostcode    = 20
	MaxCity        = 200
	MaxItem        = 500
	MaxItems       = 50
)

// Validate checks the content of a card, and returns errs.Invalid with every faulty field, or nil. An import mends or
// leaves out what would not pass, and says so.
func (c *Content) Validate() error {
	v := validation{}
	v.check("name", strings.TrimSpace(c.Name) != "", "listing.name_missing", nil)
	v.length("name", c.Name, MaxName)
	v.check("category", slices.Contains(Categories(), c.Category), "listing.category_unknown", nil)
	v.length("headline", c.Headline, MaxHeadline)
	v.length("description", c.Description, MaxDescription)
	v.length("opening_hours", c.OpeningHours, MaxHours)
	v.length("address", c.Address, MaxAddress)
	v.length("postcode", c.Postcode, MaxPostcode)
	v.length("city", c.City, MaxCity)
	for field, items := range map[string][]string{
		"competences": c.Competences, "sectors": c.Sectors, "tags": c.Tags, "phones": c.Phones, "emails": c.Emails,
		"websites": c.Websites, "accessibility": c.Accessibility, "languages": c.Languages,
	} {
		v.items(field, items)
	}
	for _, email := range c.Emails {
		v.check("emails", ValidEmail(email), "listing.email_wrong", errs.Args{"email": email})
	}
	for _, site := range c.Websites {
		_, ok := ParseWebsite(site)
		v.check("websites", ok, "listing.website_wrong", errs.Args{"website": site})
	}
	v.items("social", make([]string, len(c.Social)))
	for _, s := range c.Social {
		_, ok := ParseWebsite(s.URL)
		v.check("social", ok && slices.Contains(Networks(), s.Network), "listing.social_wrong", errs.Args{"address": s.URL})
	}
	v.check("logo", c.Logo == "" || ValidLogo(c.Logo), "listing.logo_wrong", nil)
	v.check("point", c.Point == nil || c.Point.Valid(), "listing.point_wrong", nil)
	if len(v.fields) == 0 {
		return nil
	}
	slices.SortStableFunc(v.fields, func(a, b errs.Field) int { return fieldOrder(a.Name) - fieldOrder(b.Name) })
	return &errs.E{Kind: errs.Invalid, Key: "listing.invalid", Args: errs.Args{"n": len(v.fields)}, Fields: v.fields}
}

// ValidEmail reports whether the text is one address and nothing else.
func ValidEmail(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

func fieldOrder(name string) int { return slices.Index(FieldNames(), name) }

// validation collects faults, the first of each field.
type validation struct{ fields []errs.Field }

func (v *validation) check(field string, ok bool, key string, args errs.Args) {
	if ok || slices.ContainsFunc(v.fields, func(f errs.Field) bool { return f.Name == field }) {
		return
	}
	v.fields = append(v.fields, errs.Field{Name: field, Key: key, Args: args})
}

func (v *validation) length(field, text string, most int) {
	v.check(field, utf8.RuneCountInString(text) <= most, "listing.too_long", errs.Args{"most": most})
}

func (v *validation) items(field string, items []string) {
	v.check(field, len(items) <= MaxItems, "listing.too_many", errs.Args{"most": MaxItems})
	for _, item := range items {
		v.length(field, item, MaxItem)
	}
}
