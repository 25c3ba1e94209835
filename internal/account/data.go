package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
)

// Holder is a room that holds something about persons: app hands all of them in (Rooms.Holders).
type Holder interface {
	// PersonalData gives all that the room holds about a person.
	PersonalData(ctx context.Context, q db.Querier, person string) ([]DataSection, error)
	// Erase takes out all that names a person, in the transaction that erases them. What the law asks to keep may keep the
	// identifier, which names nobody from then on.
	Erase(ctx context.Context, tx *db.Tx, person string) error
}

// Mails is the outbox as this room asks it about the mails of a person; mail.Outbox is one. Where Rooms.Outbox is one, export and
// erasure ask it.
type Mails interface {
	ByPerson(ctx context.Context, q db.Querier, person string) ([]mail.Mail, error)
	Erase(ctx context.Context, tx *db.Tx, person string) error
	EraseAddress(ctx context.Context, tx *db.Tx, address string) error
	Forget(ctx context.Context, tx *db.Tx, kind string, before time.Time) error
}

var _ Mails = (*mail.Outbox)(nil)

// mails gives the outbox as one that knows the mails of a person.
func (s *Service) mails() (Mails, error) {
	if mails, ok := s.Outbox.(Mails); ok {
		return mails, nil
	}
	return nil, errors.New("account: the outbox does not know the mails of a person")
}

// DataSection is what is held about a person for one purpose.
type DataSection struct {
	Name    string    // key of its name: "account.data.sessions"
	Purpose string    // key of the sentence that says what it is for
	Rows    []DataRow // one for each thing
}

// DataRow is one thing: its fields, in the order in which a page shows them.
type DataRow []DataField

// DataField is a value with its name.
type DataField struct {
	Name  string // key of its label; what follows the last dot names it in JSON
	Value any    // a string, a number, a bool, a time.Time, or a []string
	Words string // key of the words for a value that is one of a few, "" for none
}

// short is the name of a section or field in JSON.
func short(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// MarshalJSON writes the row as an object, its fields in their order.
func (r DataRow) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range r {
		if i > 0 {
			b.WriteByte(',')
		}
		value := f.Value
		if at, ok := value.(time.Time); ok && at.IsZero() {
			value = nil
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		name, err := json.Marshal(short(f.Name))
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// MarshalJSON writes the section with the last part of its name.
func (s DataSection) MarshalJSON() ([]byte, error) {
	rows := s.Rows
	if rows == nil {
		rows = []DataRow{}
	}
	return json.Marshal(struct {
		Name string    `json:"name"`
		Rows []DataRow `json:"rows"`
	}{short(s.Name), rows})
}

// field, and the like below, make a field of this room.
func field(name string, value any) DataField {
	return DataField{Name: "account.data.field." + name, Value: value}
}

func roleField(role Role) DataField {
	f := field("role", string(role))
	f.Words = "account.role." + string(role)
	return f
}

// section is a section of this room.
func section(name string, rows []DataRow) DataSection {
	return DataSection{Name: "account.data." + name, Purpose: "account.data.for." + name, Rows: rows}
}

// Export is all that is held about a person.
type Export struct {
	At       time.Time     `json:"at"`
	Person   string        `json:"person"`
	Sections []DataSection `json:"sections"`
}

// JSON writes the export for a machine: the same bytes for the same data.
func (e Export) JSON() ([]byte, error) { return json.MarshalIndent(e, "", "  ") }

// Kept are the keys of the sentences that say what is kept of a person who is erased, and why.
func Kept() []string {
	return []string{"account.kept.audit", "account.kept.consents", "account.kept.invitations", "account.kept.changes", "account.kept.mail", "account.kept.backups"}
}
