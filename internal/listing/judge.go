package listing

import (
	"strings"

	"grappe/internal/company"
	"grappe/internal/platform/geo"
)

// Candidate is what the search for duplicates looks at in a card and its company.
type Candidate struct {
	ID          string
	Name        string
	Category    Category
	Identifiers []company.Identifier
	Phones      []string
	Emails      []string
	Websites    []string
	Address     string
	Postcode    string
	City        string
	Zone        string
	Point       *geo.Point
}

// CandidateOf takes from a card and its company what the search for duplicates looks at.
func CandidateOf(l Listing, c company.Company) Candidate {
	return Candidate{
		ID: l.ID, Name: l.Name, Category: l.Category, Identifiers: c.Identifiers,
		Phones: l.Phones, Emails: l.Emails, Websites: l.Websites,
		Address: l.Address, Postcode: l.Postcode, City: l.City, Zone: l.Zone, Point: l.Point,
	}
}

// Judgement is the outcome of a comparison.
type Judgement string

// The judgements: Sure ones are merged, Doubtful ones wait for a person, Distinct ones are left alone.
const (
	Sure     Judgement = "sure"
	Doubtful Judgement = "doubtful"
	Distinct Judgement = "distinct"
)

// Reason is one thing found in comparing, for or against. Its text is at "listing.reason." + the reason.
type Reason string

// The reasons.
const (
	SameIdentifier  Reason = "same_identifier"
	SameUnit        Reason = "same_unit" // two establishments of one legal unit
	OtherIdentifier Reason = "other_identifier"
	SameName        Reason = "same_name"
	CloseName       Reason = "close_name"
	OtherName       Reason = "other_name"
	SameAddress     Reason = "same_address"
	ClosePlace      Reason = "close_place"
	OtherPlace      Reason = "other_place"
	SamePhone       Reason = "same_phone"
	SameEmail       Reason = "same_email"
	SameDomain      Reason = "same_domain"
	OtherCategory   Reason = "other_category"
)

// Verdict is a judgement with its reasons.
type Verdict struct {
	Judgement Judgement
	Reasons   []Reason
}

// Distances in km: under closeBy two points are one place, over apart two.
const (
	closeBy = 0.150
	apart   = 1.0
)

type place uint8

const (
	placeUnknown place = iota
	placeSame          // the same address, or points within closeBy
	placeAround        // the same town, not the same place
	placeFar
)

type signs struct {
	identifier, unit, otherIdentifier bool
	name                              Likeness
	place                             place
	phone, email, domain              bool
	otherCategory                     bool
}

// Judge compares two cards of one territory.
//
// One register number does not make one card (a network of offices shares its SIRET), nor does one address (an
// incubator houses fifty companies), nor one web domain (a chain): only a name that is the same or nearly so, together
// with the place or a contact, is sure; what speaks against it makes it doubtful.
func Judge(a, b Candidate) Verdict {
	s, reasons := compare(a, b)
	verdict := Verdict{Judgement: s.judge(), Reasons: reasons}
	if verdict.Judgement == Sure && s.otherCategory && !s.identifier {
		verdict.Judgement = Doubtful // a school and its incubator may share all but what they are
	}
	return verdict
}

func (s signs) judge() Judgement {
	contact := s.phone || s.email || s.domain
	switch {
	case s.identifier:
		return s.judgeSameNumber()
	case s.name >= Close && s.otherIdentifier:
		return orDistinct(s.place == placeSame && (s.name == Equal || contact))
	case s.name == Equal:
		return s.judgeSameName(contact)
	case s.name == Close:
		return s.judgeCloseName(contact)
	case s.name == Near:
		return orDistinct(!s.otherIdentifier && (s.place == placeSame && contact || s.phone && s.place != placeFar))
	}
	return orDistinct(s.place == placeSame && s.phone && s.domain && !s.otherIdentifier)
}

// judgeSameNumber: two cards of one number in two towns are offices of one company, unless someone says otherwise.
func (s signs) judgeSameNumber() Judgement {
	if s.name >= Close && s.place != placeFar || s.name == Near && s.place == placeSame {
		return Sure
	}
	return Doubtful
}

func (s signs) judgeSameName(contact bool) Judgement {
	switch s.place {
	case placeSame:
		return Sure
	case placeUnknown:
		if contact {
			return Sure
		}
		return Doubtful
	case placeAround:
		if s.phone {
			return Sure
		}
		return Doubtful // moved, or a branch in the same town
	}
	return orDistinct(contact || s.unit)
}

func (s signs) judgeCloseName(contact bool) Judgement {
	switch s.place {
	case placeSame:
		if contact {
			return Sure
		}
		return Doubtful
	case placeFar:
		return orDistinct(s.phone)
	}
	return orDistinct(contact || s.unit)
}

func orDistinct(doubtful bool) Judgement {
	if doubtful {
		return Doubtful
	}
	return Distinct
}

func compare(a, b Candidate) (signs, []Reason) {
	var s signs
	var reasons []Reason
	add := func(found bool, reason Reason) bool {
		if found {
			reasons = append(reasons, reason)
		}
		return found
	}
	s.identifier, s.unit, s.otherIdentifier = compareIdentifiers(a.Identifiers, b.Identifiers)
	add(s.identifier, SameIdentifier)
	add(s.unit && !s.identifier, SameUnit)
	add(s.otherIdentifier, OtherIdentifier)
	s.name = CompareNames(a.Name, b.Name)
	add(s.name == Equal, SameName)
	add(s.name == Close || s.name == Near, CloseName)
	add(s.name == Unlike, OtherName)
	var sameAddress bool
	s.place, sameAddress = comparePlaces(a, b)
	add(sameAddress, SameAddress)
	add(s.place == placeSame && !sameAddress, ClosePlace)
	add(s.place == placeFar || s.place == placeAround, OtherPlace)
	s.phone = add(share(a.Phones, b.Phones, phoneKey), SamePhone)
	s.email = add(share(a.Emails, b.Emails, emailKey), SameEmail)
	s.domain = add(share(a.Websites, b.Websites, WebDomain), SameDomain)
	s.otherCategory = add(a.Category != b.Category && a.Category != "" && b.Category != "", OtherCategory)
	return s, reasons
}

// compareIdentifiers: same number, same legal unit, or two different numbers of one scheme and none in common.
func compareIdentifiers(a, b []company.Identifier) (same, unit, other bool) {
	for _, x := range a {
		for _, y := range b {
			if !x.Valid || !y.Valid {
				continue
			}
			if x.Scheme == y.Scheme {
				same = same || x.Value == y.Value
				other = other || x.Value != y.Value
			}
			ux, _ := x.Unit()
			uy, _ := y.Unit()
			unit = unit || ux.Scheme == uy.Scheme && ux.Value == uy.Value
		}
	}
	return same, unit, other && !same
}

func comparePlaces(a, b Candidate) (place, bool) {
	sameTown, townKnown := localitiesOf(a).compare(localitiesOf(b))
	sameStreet := (sameTown || !townKnown) && streetOf(a.Address).same(streetOf(b.Address))
	points := a.Point != nil && b.Point != nil
	var km float64
	if points {
		km = geo.Distance(*a.Point, *b.Point)
	}
	switch {
	case sameStreet && sameTown, points && km < closeBy, sameStreet && (!points || km < apart):
		return placeSame, sameStreet
	case points && km > apart, townKnown && !sameTown:
		return placeFar, false
	case points, sameTown && a.Address != "" && b.Address != "":
		return placeAround, false
	}
	return placeUnknown, false
}

// share reports whether two lists have a value in common under key; values without a key do not count, nor those
// after the twentieth.
func share(a, b []string, key func(string) string) bool {
	a, b = a[:min(len(a), 20)], b[:min(len(b), 20)]
	for _, x := range a {
		k := key(x)
		if k == "" {
			continue
		}
		for _, y := range b {
			if key(y) == k {
				return true
			}
		}
	}
	return false
}

// phoneKey is a stored number's E.164 form, or its digits when it is not one and has enough of them.
func phoneKey(phone string) string {
	if isE164(phone) {
		return phone
	}
	digits := digitsOf(phone)
	if len(digits) < 6 || strings.Trim(digits, digits[:1]) == "" {
		return ""
	}
	return digits
}

func emailKey(email string) string {
	email = strings.ToLower(strings.TrimSpace(email))
	if !strings.Contains(email, "@") {
		return ""
	}
	return email
}
