package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
)

// count adds one row of an outcome.
func (c *Counts) count(outcome string) {
	c.Rows++
	switch outcome {
	case RowCreated:
		c.Created++
	case RowUpdated:
		c.Updated++
	case RowUnchanged:
		c.Unchanged++
	case RowMerged:
		c.Merged++
	case RowRejected:
		c.Rejected++
	}
}

// record is one row of the file, mapped and ready for a batch.
type record struct {
	row       int
	key       string // the external id, made unique in the file
	hash      string
	draft     Draft
	rejection *Rejection
	size      int // about, in bytes
}

// keyer makes external ids unique: the second record of an id is another record, and stays so from one import to the
// next as long as their order does.
type keyer struct {
	seen     map[string]int
	nameless map[uint64]bool // ids made of the row itself, which the first reading does not count
}

// repeatMark cannot stand in an external id, whose blanks are single.
const repeatMark = "  #"

func (k *keyer) key(d Draft) string {
	if d.Repeats == 0 && !k.again(d) {
		return d.ExternalID
	}
	if k.seen == nil {
		k.seen = map[string]int{}
	}
	k.seen[d.ExternalID]++
	return d.ExternalID + repeatMark + strconv.Itoa(1+k.seen[d.ExternalID])
}

// again reports whether an earlier row without an id of its own was given the same.
func (k *keyer) again(d Draft) bool {
	if !slices.ContainsFunc(d.Warnings, func(w Warning) bool { return w.Key == "importer.warn.id-missing" }) {
		return false
	}
	if k.nameless == nil {
		k.nameless = map[uint64]bool{}
	}
	h := hashID(d.ExternalID)
	held := k.nameless[h]
	k.nameless[h] = true
	return held
}

// hashOf is the same for records that say the same. Tags count by their key, since their spelling also depends on
// other rows; what was odd about the row does not count.
func hashOf(d Draft) (string, error) {
	tags := make([]string, len(d.Content.Tags))
	for i, tag := range d.Content.Tags {
		tags[i] = listing.TagKey(tag)
	}
	slices.Sort(tags)
	content := d.Content
	content.Tags = nil
	text, err := json.Marshal(struct {
		Content            listing.Content
		Company            company.Company
		Tags               []string
		Updated, Confirmed int64
		Fields             []string
	}{content, d.Company, tags, millis(d.Updated), millis(d.Confirmed), slices.Sorted(maps.Keys(d.Fields))})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func toMilli(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// effect is what a run did to one card and one ref, with what stood there before: all that undoing needs.
type effect struct {
	Kind      string      `json:"kind,omitempty"` // effectCreated or effectUpdated; empty for a ref alone
	Listing   *beforeCard `json:"card,omitempty"`
	Company   *beforeFirm `json:"company,omitempty"`
	Slug      string      `json:"slug,omitempty"`      // before a renaming
	Confirmed *confirmed  `json:"confirmed,omitempty"` // when the run moved the date
	Ref       *beforeRef  `json:"ref,omitempty"`       // when the run wrote the ref
}

const (
	effectCreated = "created"
	effectUpdated = "updated"
)

// beforeCard holds the fields of a card that a run changed, as they were.
type beforeCard struct {
	Fields     []string           `json:"fields"`
	Content    listing.Content    `json:"content"`
	Provenance company.Provenance `json:"provenance,omitempty"`
}

// beforeFirm is the same for a company.
type beforeFirm struct {
	Fields     []string           `json:"fields"`
	Company    company.Company    `json:"company"`
	Provenance company.Provenance `json:"provenance,omitempty"`
}

type confirmed struct {
	Before int64 `json:"before"` // milliseconds
	After  int64 `json:"after"`
}

type beforeRef struct {
	Was *ref `json:"was,omitempty"` // nil: there was none
}

// fieldsBefore copies the named fields of a record and their sources.
func fieldsBefore[T any](fields []company.Field[T], names []string, from *T, sources company.Provenance) (T, company.Provenance) {
	var held T
	provenance := company.Provenance{}
	for _, f := range fields {
		if !slices.Contains(names, f.Name) {
			continue
		}
		f.Copy(&held, from)
		if source, ok := sources[f.Name]; ok {
			provenance[f.Name] = source
		}
	}
	return held, provenance
}

func cardBefore(names []string, l listing.Listing) *beforeCard {
	if len(names) == 0 {
		return nil
	}
	held, provenance := fieldsBefore(listing.Fields(), names, &l.Content, l.Provenance)
	return &beforeCard{Fields: names, Content: held, Provenance: provenance}
}

func firmBefore(names []string, c company.Company) *beforeFirm {
	if len(names) == 0 {
		return nil
	}
	held, provenance := fieldsBefore(company.Fields(), names, &c, c.Provenance)
	return &beforeFirm{Fields: names, Company: held, Provenance: provenance}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func anyOf(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}
