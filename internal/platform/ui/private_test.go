package ui_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/ui/uitest"
)

func TestPrivate(t *testing.T) {
	f := uitest.Frame(t, "fr")
	f.Languages = []string{"fr", "en"}
	r := httptest.NewRequestWithContext(ui.With(t.Context(), f), http.MethodGet, "/a?fait=form", nil)
	got := ui.Private(r, "Titre", "/a")
	if got.Title != "Titre" || got.Robots != "noindex" || got.Canonical != "" || len(got.Alternates) != 2 {
		t.Errorf("%+v", got)
	}
	w := httptest.NewRecorder()
	if err := ui.SeeDone(w, r, "/b", "é t"); err != nil || w.Code != http.StatusSeeOther || w.Header().Get("Location") != f.Path("/b")+"?fait=%C3%A9+t" {
		t.Errorf("%v: %d %v", err, w.Code, w.Header())
	}
	if said := ui.Done(r, "ui.error.text."); said != "" {
		t.Errorf("an unknown word says %q", said)
	}
	if n := ui.DoneNotice(r, "ui.error.text."); n != nil {
		t.Errorf("an unknown word gives %+v", n)
	}
	r = httptest.NewRequestWithContext(r.Context(), http.MethodGet, "/a?fait=gone", nil)
	said := f.P.T("ui.error.text.gone")
	if n := ui.DoneNotice(r, "ui.error.text."); ui.Done(r, "ui.error.text.") != said || n == nil || *n != (ui.Notice{Tone: ui.OK, Title: said, Alert: true}) {
		t.Errorf("%+v", n)
	}
}

func TestRefused(t *testing.T) {
	p := uitest.Frame(t, "fr").P
	for _, tt := range []struct {
		err  error
		more []errs.Kind
		want int
	}{
		{nil, nil, 0},
		{errors.New("x"), nil, 0},
		{errs.New(errs.Forbidden, "x", nil), nil, 0},
		{errs.New(errs.Gone, "x", nil), nil, 0},
		{errs.New(errs.Gone, "x", nil), []errs.Kind{errs.Gone}, http.StatusGone},
		{errs.New(errs.Invalid, "x", nil), []errs.Kind{errs.Gone}, http.StatusUnprocessableEntity},
		{errs.New(errs.Conflict, "x", nil), nil, http.StatusConflict},
		{errs.New(errs.TooMany, "x", nil), nil, http.StatusTooManyRequests},
	} {
		form, status, ok := ui.Refused(p, tt.err, tt.more...)
		if status != tt.want || ok != (tt.want != 0) || (form.Title != "") != ok {
			t.Errorf("%v: %d, %t, %+v", tt.err, status, ok, form)
		}
	}
}

func TestMoment(t *testing.T) {
	p := uitest.Frame(t, "fr").P
	at := time.Date(2026, 2, 3, 1, 30, 0, 0, time.UTC)
	m := ui.NewMoment(p, at, at.Add(72*time.Hour))
	if m.Full != p.DateTime(at) || m.Day != p.ShortDate(at) || m.Short != m.Day+", "+p.Clock(at) || m.Ago != p.Ago(at, at.Add(72*time.Hour)) || m.ISO != "2026-02-03T01:30:00Z" || m.IsZero() {
		t.Errorf("%+v", m)
	}
	if c := ui.DayCell(p, at); c.Text != m.Day || c.When != m.ISO || ui.DayCell(p, time.Time{}) != (ui.Cell{}) {
		t.Errorf("%+v", c)
	}
	if none := ui.NewMoment(p, time.Time{}, at); !none.IsZero() {
		t.Errorf("%+v", none)
	}
}
