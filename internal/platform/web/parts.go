package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"time"
)

// ReadParts reads a form that may hold a file, part by part as it comes, and hands each of them on; what is left of a part then is read
// to its end. It may have most bytes, and take within, 0 for no longer than any other. Nothing of it touches the disk. It returns
// http.ErrNotMultipart or http.ErrMissingBoundary for another form, the *http.MaxBytesError of one that is too large, the errors of
// each, and any other of a form that breaks off; Unreadable makes of these what a person may see.
func ReadParts(w http.ResponseWriter, r *http.Request, most int64, within time.Duration, each func(*multipart.Part) error) error {
	LimitBody(w, r, most)
	if within > 0 {
		if err := Extend(w, r, within); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return err
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF { // as it is: wrapped, it is that of a form that breaks off
			return nil
		}
		if err == nil {
			err = each(part)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, part)
		}
		if err != nil {
			return err
		}
	}
}
