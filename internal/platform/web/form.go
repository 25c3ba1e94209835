package web

import (
	"errors"
	"net/http"

	"grappe/internal/platform/errs"
)

// ReadForm reads the form of a request into r.Form and r.PostForm. It returns what Unreadable makes of a failure.
func ReadForm(r *http.Request) error { return Unreadable(r.ParseForm()) }

// Unreadable is errs.Usage for a form that could not be read. The error of one that is too large stays as it is, which becomes the
// status 413; nil stays nil.
func Unreadable(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge || err == nil {
		return err
	}
	return errs.Wrap(err, errs.Usage, "web.form_unreadable", nil)
}
