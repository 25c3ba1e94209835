// Package listing is the public card of a company or organisation: what it says, whom it serves, where it is,
// with the source of each field, how complete, fresh and sure it is, what became of it and what speaks against it. It knows
// companies and territories; it must not know pages, the search index or imports, nor who may do what.
package listing

import (
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/geo"
)

// Category is what sort of organisation the card presents.
type Category string

// The categories of the directory.
const (
	Company    Category = "company"
	ThirdPlace Category = "third-place"
	Incubator  Category = "incubator"
	School     Category = "school"
	Investor   Category = "investor"
	Community  Category = "community"
	PublicBody Category = "public-body"
)

// State is where a card stands in its life.
type State string

// The states of a card: only Published ones are public; Merged ones redirect to MergedInto.
const (
	Draft     State = "draft"
	Published State = "published"
	Hidden    State = "hidden"
	Merged    State = "merged"
	Lapsed    State = "lapsed" // nobody vouched for it for so long that it left the public; a confirmation brings it back
)

// Listing is one card.
type Listing struct {
	ID         string `json:"id"`
	Territory  string `json:"territory"`
	Slug       string `json:"slug"`
	CompanyID  string `json:"company_id"`
	State      State  `json:"state"`
	MergedInto string `json:"merged_into,omitempty"`
	Withheld   bool   `json:"withheld,omitempty"`    // a draft or hidden card that waits for nothing but a natural person's consent
	KinNatural bool   `json:"kin_natural,omitempty"` // a card that was merged into it presents a natural person

	Content

	Provenance   company.Provenance `json:"provenance,omitempty"`
	Completeness int                `json:"completeness"`          // 0 to 100
	ConfirmedAt  time.Time          `json:"confirmed_at,omitzero"` // when someone last vouched for it
	CreatedAt    time.Time          `json:"created_at"`
	UpdatedAt    time.Time          `json:"updated_at"`
	Version      int64              `json:"version"` // grows by one with each write; 0 has never been stored
}

// Content is what a card says; every field has its own provenance, under its JSON name.
type Content struct {
	Name          string      `json:"name"`
	Category      Category    `json:"category"`
	Headline      string      `json:"headline,omitempty"`
	Description   string      `json:"description,omitempty"` // Markdown, rendered safely
	Competences   []string    `json:"competences,omitempty"` // codes of the taxonomy
	Sectors       []string    `json:"sectors,omitempty"`     // codes of the sectors served
	Tags          []string    `json:"tags,omitempty"`        // as written
	ServiceArea   ServiceArea `json:"service_area,omitzero"`
	Phones        []string    `json:"phones,omitempty"` // E.164 when understood, else as written
	Emails        []string    `json:"emails,omitempty"`
	Websites      []string    `json:"websites,omitempty"`
	Social        []Social    `json:"social,omitempty"`
	OpeningHours  string      `json:"opening_hours,omitempty"` // OpenStreetMap syntax
	Accessibility []string    `json:"accessibility,omitempty"` // codes or text as written
	Languages     []string    `json:"languages,omitempty"`     // BCP 47
	Logo          string      `json:"logo,omitempty"`          // https address, the path of a file that was handed in, or empty
	Address       string      `json:"address,omitempty"`       // as written, lines joined by "\n"
	Postcode      string      `json:"postcode,omitempty"`
	City          string      `json:"city,omitempty"`
	Zone          string      `json:"zone,omitempty"` // code of the finest zone of the territory
	Point         *geo.Point  `json:"point,omitempty"`
}

// ServiceArea is where the organisation works, beyond where it sits.
type ServiceArea struct {
	Zones      []string `json:"zones,omitempty"`
	Everywhere bool     `json:"everywhere,omitempty"` // the whole territory
	Remote     bool     `json:"remote,omitempty"`     // at a distance
}

// Social is one account on a network.
type Social struct {
	Network string `json:"network"` // "facebook", "linkedin", "x", "instagram", "youtube", "viadeo", "googleplus", "tiktok", "mastodon", "github"
	URL     string `json:"url"`
}
