package curation

import (
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
)

// Clash is the errs.Conflict of who writes fields that somebody else has written since.
type Clash struct {
	Now  listing.Listing // the card as it stands
	Both []string        // fields that both have changed
}

// Error implements error.
func (c *Clash) Error() string { return c.Unwrap().Error() }

// Unwrap gives the error as a person sees it.
func (c *Clash) Unwrap() error {
	return errs.New(errs.Conflict, "curation.clash", errs.Args{"n": len(c.Both)})
}

// Moved is the errs.Conflict of a decision about fields that the card no longer has as they were shown.
type Moved struct {
	Now    listing.Listing
	Fields []string
}

// Error implements error.
func (m *Moved) Error() string { return m.Unwrap().Error() }

// Unwrap gives the error as a person sees it.
func (m *Moved) Unwrap() error {
	return errs.New(errs.Conflict, "curation.moved", errs.Args{"n": len(m.Fields)})
}
