package registers

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
	"grappe/internal/watch"
)

// The fields of the form that are none of watch's.
const (
	fileField   = "fichier"
	modeField   = "mode"
	closedField = "radiees"

	modeTrial = "essai"
	modeStore = "enregistrer"
	yes       = "oui"
)

// How much of a form is read: more than is accepted, so that who chose too large a file is told so, with all they typed. Sending a file
// over a slow link and reading it may take givingTime.
const (
	mostSent   = 4 * MaxFile
	mostTyped  = 1000
	mostFields = 20
	givingTime = 15 * time.Minute
)

// given is a form that was sent. Its file lies in the temporary folder of this machine until discard.
type given struct {
	typed url.Values
	file  *os.File // nil for none
	name  string
	size  int64
	fault error // about the file
}

func (g given) discard() {
	if g.file != nil {
		g.file.Close()
		os.Remove(g.file.Name())
	}
}

// receive takes a form in, part by part, as it comes. What is wrong with the file is left to register: the error is one of ours.
func receive(w http.ResponseWriter, r *http.Request) (given, error) {
	g := given{typed: url.Values{}, fault: errs.New(errs.Invalid, "registers.no_file", nil)}
	if r.ContentLength > mostSent {
		g.fault = tooLarge()
		return g, nil
	}
	err := web.ReadParts(w, r, mostSent, givingTime, g.take)
	switch _, ours := errors.AsType[*fs.PathError](err); {
	case err == nil, errors.Is(err, http.ErrNotMultipart), errors.Is(err, http.ErrMissingBoundary): // a form without a file
	case ours:
		return g, err
	default:
		g.fault = broken(err)
	}
	return g, nil
}

// take reads one part of the form.
func (g *given) take(part *multipart.Part) error {
	if part.FormName() != fileField {
		text, err := io.ReadAll(io.LimitReader(part, mostTyped))
		if err == nil && len(g.typed) < mostFields {
			g.typed.Set(part.FormName(), company.Storable(string(text)))
		}
		return err
	}
	if part.FileName() == "" || g.file != nil {
		return nil
	}
	file, err := os.CreateTemp("", "grappe-register-*")
	if err != nil {
		return err
	}
	g.file, g.name, g.fault = file, cmp.Or(files.CleanName(part.FileName()), "fichier"), nil
	if g.size, err = io.Copy(file, io.LimitReader(part, MaxFile+1)); g.size > MaxFile {
		g.fault = tooLarge()
	}
	return err
}

func tooLarge() error {
	return errs.New(errs.TooLarge, "registers.too_large", errs.Args{"limit": MaxFile / 1_000_000})
}

// broken is the fault of a form that is too long, or ends before its end.
func broken(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return tooLarge()
	}
	return errs.Wrap(err, errs.Invalid, "registers.broken", nil)
}

// register is what is to be read: errs.Invalid and errs.TooLarge with all that is wrong before a row was read.
func (g given) register(t *territory.Territory, now time.Time) (watch.Register, error) {
	day, err := watch.DayOf(t, strings.TrimSpace(g.typed.Get(watch.FieldDay)), now)
	if e := errs.As(err); e != nil && g.fault != nil {
		about := errs.As(g.fault)
		e.Fields = append([]errs.Field{{Name: fileField, Key: about.Key, Args: about.Args}}, e.Fields...)
		return watch.Register{}, e
	}
	if err == nil {
		err = g.fault
	}
	if err != nil {
		return watch.Register{}, err
	}
	scheme := g.typed.Get(watch.FieldScheme)
	if !company.KnownScheme(scheme) {
		scheme = ""
	}
	return watch.Register{
		File: g.name, Input: g.file, Size: g.size, Unpacked: maxUnpacked, Day: day, DryRun: g.typed.Get(modeField) != modeStore,
		Columns: watch.Columns{
			Number: g.typed.Get(watch.FieldNumber), Scheme: scheme, State: g.typed.Get(watch.FieldState), Ended: g.typed.Get(watch.FieldEnded),
			Closed: g.typed.Get(closedField) == yes,
		},
	}, nil
}
