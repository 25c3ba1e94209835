package listing

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/platform/geo"
)

// KeyKind is one of the ways to look for duplicates.
type KeyKind string

// The kinds of match key. An address or a cell is joined with the beginning of the name, so that the hundred
// companies of one building are not compared with each other.
const (
	KeyIdentifier KeyKind = "id"
	KeyName       KeyKind = "name"
	KeyPhone      KeyKind = "phone"
	KeyEmail      KeyKind = "email"
	KeyDomain     KeyKind = "web"
	KeyAddress    KeyKind = "addr"
	KeyCell       KeyKind = "cell"
)

// Key is one match key. Two cards without a key in common are never compared.
type Key struct {
	Kind  KeyKind
	Value string
}

// String is the key as stored: "phone:+687445728", at most 200 bytes.
func (k Key) String() string {
	s := string(k.Kind) + ":" + k.Value
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "")
	}
	return s
}

// Keys lists the match keys under which a card is stored, each once.
func Keys(c Candidate) []Key {
	keys := placelessKeys(c)
	start := nameStart(c.Name)
	if start == "" {
		return keys
	}
	if k := addressKey(c); k != "" {
		keys = append(keys, Key{KeyAddress, k + "|" + start})
	}
	if c.Point != nil {
		keys = append(keys, cellKey(*c.Point, 0, 0, start))
	}
	return keys
}

// SearchKeys lists the match keys to look under for duplicates of a card: its own and the cells around.
func SearchKeys(c Candidate) []Key {
	keys := Keys(c)
	start := nameStart(c.Name)
	if c.Point == nil || start == "" {
		return keys
	}
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			if dx != 0 || dy != 0 {
				keys = append(keys, cellKey(*c.Point, dx, dy, start))
			}
		}
	}
	return keys
}

func placelessKeys(c Candidate) []Key {
	var keys []Key
	add := func(kind KeyKind, value string) {
		if k := (Key{kind, value}); value != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for _, id := range c.Identifiers {
		if id.Valid {
			add(KeyIdentifier, id.Scheme+":"+id.Value)
		}
	}
	name := strings.Fields(NormalizeName(c.Name))
	add(KeyName, strings.Join(name, ""))
	if len(name) > 1 {
		slices.Sort(name)
		add(KeyName, strings.Join(slices.Compact(name), " "))
	}
	for _, phone := range c.Phones {
		add(KeyPhone, phoneKey(phone))
	}
	for _, email := range c.Emails {
		add(KeyEmail, emailKey(email))
	}
	for _, site := range c.Websites {
		add(KeyDomain, WebDomain(site))
	}
	return keys
}

// nameStart is the first three letters of the normalised name.
func nameStart(name string) string {
	r := []rune(strings.ReplaceAll(NormalizeName(name), " ", ""))
	return string(r[:min(3, len(r))])
}

// addressKey is the street without its number, and the town. A street of an unknown town is no key.
func addressKey(c Candidate) string {
	s, l := streetOf(c.Address), localitiesOf(c)
	town := l.city
	if town == "" {
		town = l.postcode
	}
	if s.name == "" || town == "" {
		return ""
	}
	return s.name + "|" + town
}

// cellSize is the side of a cell in degrees of latitude, about 220 m: more than closeBy, so that two points closer
// than closeBy lie in one cell or in two that touch.
const cellSize = 0.002

func cellKey(p geo.Point, dx, dy int, start string) Key {
	row := int(math.Floor(p.Lat/cellSize)) + dy
	width := cellSize / math.Max(0.05, math.Cos(float64(row)*cellSize*math.Pi/180))
	column := int(math.Floor(p.Lon/width)) + dx
	return Key{KeyCell, strconv.Itoa(row) + "/" + strconv.Itoa(column) + "|" + start}
}
