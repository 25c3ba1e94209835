package suggest

import (
	"unicode/utf8"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/platform/errs"
)

// The fields of a form that are about who fills it in.
const (
	messageField = "message"
	nameField    = "author"
)

// author is who sends a form, and what they say beside its fields.
type author struct {
	Mail    string
	Name    string
	Message string
}

// parseAuthor reads who sends a form: who is signed in is known by their account. It gives the faults of what was typed.
func parseAuthor(by account.Actor, typed author) (author, []errs.Field) {
	a := author{Message: tidy(typed.Message)}
	var faults []errs.Field
	if n := utf8.RuneCountInString(a.Message); n > curation.MaxMessage {
		faults = append(faults, errs.Field{Name: messageField, Key: "suggest.message_long", Args: errs.Args{"most": curation.MaxMessage, "n": n}})
	}
	if by.SignedIn() {
		a.Mail, a.Name = by.Mail, by.Name
		return a, faults
	}
	var err error
	if a.Mail, err = account.ParseMail(typed.Mail); err != nil {
		faults = append(faults, fieldsOf(err, account.MailField)...)
	}
	if a.Name, err = account.ParseName(typed.Name); err != nil {
		faults = append(faults, fieldsOf(err, nameField)...)
	}
	return a, faults
}

// fieldsOf are the faults of an error, as those of the field of that name.
func fieldsOf(err error, name string) []errs.Field {
	e := errs.As(err)
	if e == nil {
		return nil
	}
	var out []errs.Field
	for _, f := range e.Fields {
		f.Name = name
		out = append(out, f)
	}
	return out
}
