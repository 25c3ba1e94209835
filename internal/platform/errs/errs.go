// Package errs is the one shape of an error that a person may see: a kind, which decides the HTTP status and
// the exit code; a key, which names the translated sentence that says what to do next; and the inner error,
// which only the log reads. It must not know languages, HTTP routes or features.
package errs

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Kind says what sort of failure it is.
type Kind uint8

// The kinds, each with its HTTP status and its exit code.
const (
	Internal Kind = iota
	Invalid
	Usage
	NotFound
	Gone
	Conflict
	Unauthenticated
	Forbidden
	TooLarge
	TooMany
	Unavailable
)

var statuses = [...]int{
	Internal: http.StatusInternalServerError, Invalid: http.StatusUnprocessableEntity, Usage: http.StatusBadRequest,
	NotFound: http.StatusNotFound, Gone: http.StatusGone, Conflict: http.StatusConflict,
	Unauthenticated: http.StatusUnauthorized, Forbidden: http.StatusForbidden,
	TooLarge: http.StatusRequestEntityTooLarge, TooMany: http.StatusTooManyRequests,
	Unavailable: http.StatusServiceUnavailable,
}

// Status is the HTTP status of the kind.
func (k Kind) Status() int { return statuses[k] }

// ExitCode is 2 for a wrong call and 1 for any other failure.
func (k Kind) ExitCode() int {
	if k == Usage {
		return 2
	}
	return 1
}

// Args are the values that the sentence behind a key names.
type Args map[string]any

// Field is one faulty field of a form or parameter of a call, with the key of its sentence.
type Field struct {
	Name string
	Key  string
	Args Args
}

// E is an error with a sentence for the person and, apart from it, the inner error for the log.
type E struct {
	Kind   Kind
	Key    string
	Args   Args
	Fields []Field
	Err    error
}

// New makes an error of a kind whose sentence is at key.
func New(kind Kind, key string, args Args) *E { return &E{Kind: kind, Key: key, Args: args} }

// Wrap makes an error of a kind around the inner one, which no person is shown.
func Wrap(err error, kind Kind, key string, args Args) *E {
	return &E{Kind: kind, Key: key, Args: args, Err: err}
}

// Error is the text for the log. The arguments are not in it: they hold what people typed, and no log may.
func (e *E) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Key)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Unwrap gives the inner error.
func (e *E) Unwrap() error { return e.Err }

// As finds the first E in the chain of err, nil where there is none.
func As(err error) *E {
	if e, ok := errors.AsType[*E](err); ok {
		return e
	}
	return nil
}

// KindOf is the kind of err, Internal for an error that names none.
func KindOf(err error) Kind {
	if e := As(err); e != nil {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
