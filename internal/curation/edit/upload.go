package edit

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// What the form of a logo may weigh before the connection is cut, and how long a slow link may take for it. What is more than MaxLogo
// is read to its end all the same, so that the answer that says so arrives.
const (
	mostUploaded = 32 << 20
	slowUpload   = 3 * time.Minute
)

// uploaded is the form of a logo.
type uploaded struct {
	pressed
	name string
	data []byte
}

// sends reports whether the form was sent for its file alone.
func (u uploaded) sends() bool { return !u.leaves() && (u.do == "" || u.do == doSend) }

// upload takes the file of a logo, and does what the button says that was pressed.
func (y way) upload(w http.ResponseWriter, r *http.Request) error {
	sheet, done, err := y.open(w, r)
	if err != nil || done {
		return err // before a stranger's file is read
	}
	form, err := readUpload(w, r)
	if err == nil && len(form.data) > 0 {
		_, err = y.p.SetLogo(r.Context(), by(r), y.door, r.PathValue("id"), form.version, form.name, form.data)
	}
	switch {
	case errs.Is(err, errs.Invalid):
		return y.showStep(w, r, http.StatusUnprocessableEntity, &sheet, Logo, nil, errs.As(err).Fields)
	case errs.Is(err, errs.TooMany):
		return y.showStep(w, r, http.StatusTooManyRequests, &sheet, Logo, nil, []errs.Field{fault("logo", errs.As(err).Key, errs.As(err).Args)})
	case err != nil:
		return y.refuse(w, r, err)
	}
	if !form.sends() {
		return y.onward(w, r, &sheet, Logo, form.pressed)
	}
	return ui.SeeDone(w, r, y.at(r.PathValue("id"), Logo), "logo")
}

// readUpload reads the picture that a form sends. errs.Invalid, with the field "logo", where it is too large, or there
// is none and the form was sent for it.
func readUpload(w http.ResponseWriter, r *http.Request) (form uploaded, err error) {
	err = web.ReadParts(w, r, mostUploaded, slowUpload, func(part *multipart.Part) error {
		text, err := io.ReadAll(io.LimitReader(part, MaxLogo+1))
		switch part.FormName() {
		case inputVersion:
			form.version = number(string(text))
		case inputDo:
			form.do = string(text)
		case inputGo:
			form.to = string(text)
		case "logo":
			form.name, form.data = files.CleanName(part.FileName()), text
		}
		return err
	})
	if err != nil {
		return form, unreadable(err)
	}
	switch {
	case len(form.data) == 0 && form.sends():
		return form, badLogo("edit.logo_none")
	case len(form.data) > MaxLogo:
		return form, badLogo("edit.logo_too_large")
	}
	return form, nil
}

func unreadable(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return badLogo("edit.logo_too_large")
	}
	return web.Unreadable(err)
}

func badLogo(key string) error {
	return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{fault("logo", key, errs.Args{"megabytes": MaxLogo >> 20})}}
}

func (y way) dropLogo(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	_, err := y.p.DropLogo(r.Context(), by(r), y.door, r.PathValue("id"), version(r), r.PostForm.Get(inputDo) == doRestore)
	if err != nil {
		return y.refuse(w, r, err)
	}
	return ui.SeeOther(w, r, y.at(r.PathValue("id"), Logo))
}
