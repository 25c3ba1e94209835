package ui

import (
	"net/http"
	"net/url"
	"slices"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
)

// Private is the frame of a page that is nobody's but its reader's: it is not to be found, and has no address for others.
func Private(r *http.Request, title, path string) Frame {
	f := Of(r)
	f.Title, f.Robots = title, "noindex"
	f.Place(path)
	f.Canonical = ""
	return f
}

// SeeOther leads to a page of the territory: after a form, or from the address of a form that has no page of its own.
func SeeOther(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, Of(r).Path(path), http.StatusSeeOther)
	return nil
}

// DoneParam is the parameter by which a page is told what the form before it has done.
const DoneParam = "fait"

// SeeDone leads to a page that says what was done, a word that Done finds its sentence by.
func SeeDone(w http.ResponseWriter, r *http.Request, path, what string) error {
	return SeeOther(w, r, path+"?"+url.Values{DoneParam: {what}}.Encode())
}

// Done says what the form before has done: the text at texts and the word of SeeDone, "" where there is none.
func Done(r *http.Request, texts string) string {
	p, key := Of(r).P, texts+r.URL.Query().Get(DoneParam)
	if !p.Has(key) {
		return ""
	}
	return p.T(key)
}

// DoneNotice is Done as a notice, nil for nothing.
func DoneNotice(r *http.Request, texts string) *Notice {
	said := Done(r, texts)
	if said == "" {
		return nil
	}
	return &Notice{Tone: OK, Title: said, Alert: true}
}

// Refused reports whether a form comes back with an error, what it says on top then, and the status: an errs.Invalid, Conflict or
// TooMany, and the kinds that a room adds.
func Refused(p *locale.Printer, err error, more ...errs.Kind) (FormErrors, int, bool) {
	kind := errs.KindOf(err)
	if !slices.Contains(append(more, errs.Invalid, errs.Conflict, errs.TooMany), kind) {
		return FormErrors{}, 0, false
	}
	return NewFormErrors(p, err), kind.Status(), true
}
