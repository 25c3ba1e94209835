package browser

import (
	"errors"
	"mime/multipart"
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// givePage is where a file is given.
type givePage struct {
	ui.Frame
	Trail   ui.Breadcrumb
	Steps   ui.Stepper
	Errors  ui.FormErrors
	Action  string
	File    ui.Field
	Most    int64  // bytes
	TooMuch string // what is said of a larger one before it is sent
}

const fileField = "fichier"

// Sending a file may take this long; beside the file there are a few hundred bytes of a form.
const (
	givingTime = 15 * time.Minute
	aroundFile = 64 << 10
)

// steps is where one is on the way of a file, from 1.
func steps(p *locale.Printer, current int) ui.Stepper {
	s := ui.Stepper{Label: p.T("imports.steps"), Current: current}
	for _, name := range []string{"file", "mapping", "trial", "import"} {
		s.Steps = append(s.Steps, p.T("imports.step."+name))
	}
	return s
}

func (p *Pages) give(w http.ResponseWriter, r *http.Request) error { return p.showGive(w, r, nil) }

func (p *Pages) showGive(w http.ResponseWriter, r *http.Request, fault error) error {
	if err := p.service.mayImport(r.Context(), by(r)); err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.new"), newPath)
	page := givePage{
		Frame: f, Trail: trail(f, ui.Link{Label: f.Title, Current: true}), Steps: steps(f.P, 1), Action: f.Path(newPath), Most: MaxFile,
		File:    ui.Field{Name: fileField, Label: f.P.T("imports.file"), Hint: f.P.T("imports.file_hint", "limit", MaxFile/1_000_000)},
		TooMuch: f.P.T("imports.too_large_any", "limit", MaxFile/1_000_000),
	}
	status := http.StatusOK
	if fault != nil {
		page.Errors, status, _ = refused(f.P, fault)
		page.Errors.Items = append(page.Errors.Items, ui.FormError{ID: fileField, Text: page.Errors.Title})
		page.Errors.Title = f.P.T("imports.file_refused")
		page.File.Error = page.Errors.For(fileField)
	}
	return p.views.Render(w, r, status, "nouveau", page)
}

// receive takes a file in, part by part, as it comes.
func (p *Pages) receive(w http.ResponseWriter, r *http.Request) error {
	if err := by(r).Require(account.ProjectManager); err != nil {
		return err
	}
	if r.ContentLength > MaxFile+aroundFile {
		return p.showGive(w, r, errs.New(errs.TooLarge, "imports.too_large_any", errs.Args{"limit": MaxFile / 1_000_000}))
	}
	u, err := p.received(w, r)
	if tooMuch := new(http.MaxBytesError); errors.As(err, &tooMuch) {
		err = errs.New(errs.TooLarge, "imports.too_large_any", errs.Args{"limit": MaxFile / 1_000_000})
	}
	if err == nil {
		return ui.SeeOther(w, r, filePath(u.ID))
	}
	if _, _, ok := refused(ui.Of(r).P, err); ok {
		return p.showGive(w, r, err)
	}
	return err
}

// received is the first file of a form, whatever comes behind it.
func (p *Pages) received(w http.ResponseWriter, r *http.Request) (u Upload, err error) {
	none := errs.New(errs.Invalid, "imports.no_file", nil)
	var given error
	found := false
	err = web.ReadParts(w, r, MaxFile+aroundFile, givingTime, func(part *multipart.Part) error {
		if part.FormName() != fileField || found {
			return nil
		}
		if found, given = true, error(none); part.FileName() != "" {
			u, given = p.service.Receive(r.Context(), by(r), part.FileName(), part)
		}
		return given
	})
	switch {
	case found:
		return u, given
	case err == nil, errors.Is(err, http.ErrNotMultipart), errors.Is(err, http.ErrMissingBoundary):
		return u, none
	}
	return u, broken(err)
}

// broken is the error of a form that ends before its end; one that is too large stays what it is.
func broken(err error) error {
	if tooMuch := new(http.MaxBytesError); errors.As(err, &tooMuch) {
		return err
	}
	return errs.Wrap(err, errs.Invalid, "imports.file_broken", nil)
}
