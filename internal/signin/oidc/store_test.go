package oidc

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

func TestStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{clock: &clock{}, door: &door{}}
		s := newService(t, d, w)
		ctx := t.Context()
		first, err := s.Configure(ctx, "nc", Settings{
			Code: " sud ", Issuer: " https://login.sud.nc/realms/a/ ", ClientID: "us", ClientSecret: "s3cret", Domains: []string{"Sud.nc, @nord.nc", "provincé.nc sud.nc"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if first.Code != "sud" || first.Name != "login.sud.nc" || first.Issuer != "https://login.sud.nc/realms/a/" || first.CreatedAt.IsZero() ||
			strings.Join(first.Domains, " ") != "nord.nc sud.nc xn--provinc-hya.nc" {
			t.Errorf("%+v", first)
		}
		w.pass(time.Hour)
		second, err := s.Configure(ctx, "nc", Settings{Code: "sud", Name: "Province Sud", Issuer: "https://login.sud.nc", ClientID: "we", KeepSecret: true})
		if err != nil || second.ClientSecret != "s3cret" || !second.CreatedAt.Equal(first.CreatedAt) || !second.UpdatedAt.After(first.UpdatedAt) || len(second.Domains) != 0 {
			t.Errorf("%+v %v", second, err)
		}
		if _, err := s.Configure(ctx, "nc", Settings{Code: "nord", KeepSecret: true}); !errs.Is(err, errs.NotFound) {
			t.Errorf("%v", err)
		}
		for _, p := range []Provider{
			{Territory: "nc", Code: "a", Name: "Académie", Issuer: "http://localhost:8080", ClientID: "us"},
			{Territory: "pf", Code: "sud", Name: "Autre", Issuer: "http://[::1]:1", ClientID: "us"},
		} {
			if _, err := s.Save(ctx, p); err != nil {
				t.Error(err)
			}
		}
		buttons, err := s.Buttons(ctx, "nc")
		if err != nil || !slices.Equal(buttons, []Button{{"Académie", "/connexion/oidc/a"}, {"Province Sud", "/connexion/oidc/sud"}}) {
			t.Errorf("%v %v", buttons, err)
		}
		if err := s.Delete(ctx, "nc", "sud"); err != nil {
			t.Error(err)
		}
		if err := s.Delete(ctx, "nc", "sud"); !errs.Is(err, errs.NotFound) {
			t.Errorf("%v", err)
		}
		if got, err := s.Get(ctx, "pf", "sud"); err != nil || got.Name != "Autre" {
			t.Errorf("%+v %v", got, err)
		}
		changes, err := d.Changes(ctx, 0, 10)
		if err != nil || len(changes) != 5 || changes[4].Kind != ChangeKind || !changes[4].Deleted || changes[4].ID != "sud" {
			t.Errorf("%+v %v", changes, err)
		}
		// What the caller refuses is not written.
		err = d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(s.DeleteTx(ctx, tx, "pf", "sud"), errors.New("no"))
		})
		if _, getErr := s.Get(ctx, "pf", "sud"); err == nil || getErr != nil {
			t.Errorf("%v %v", err, getErr)
		}
	})
}

func TestFaultyFields(t *testing.T) {
	good := Provider{Territory: "nc", Code: "a", Name: "A", Issuer: "https://a.nc", ClientID: "us", ClientSecret: "s", Domains: []string{"a.nc"}}
	if _, err := good.clean(); err != nil {
		t.Fatal(err)
	}
	for field, changes := range map[string][]func(*Provider){
		"code":          {func(p *Provider) { p.Code = "" }, func(p *Provider) { p.Code = "A" }, func(p *Provider) { p.Code = "a/b" }, func(p *Provider) { p.Code = strings.Repeat("a", 33) }},
		"name":          {func(p *Provider) { p.Name = strings.Repeat("é", 81) }, func(p *Provider) { p.Name = "a\nb" }},
		"client_id":     {func(p *Provider) { p.ClientID = "" }, func(p *Provider) { p.ClientID = "é" }},
		"client_secret": {func(p *Provider) { p.ClientSecret = "a\n" }, func(p *Provider) { p.ClientSecret = strings.Repeat("a", 1001) }},
		"issuer": {
			func(p *Provider) { p.Issuer = "" }, func(p *Provider) { p.Issuer = "a.nc" }, func(p *Provider) { p.Issuer = "http://a.nc" }, func(p *Provider) { p.Issuer = "http://10.0.0.1" },
			func(p *Provider) { p.Issuer = "http://localhost.evil.nc" }, func(p *Provider) { p.Issuer = "https://a.nc/?x" }, func(p *Provider) { p.Issuer = "https://a.nc/#" },
			func(p *Provider) { p.Issuer = "https://u:p@a.nc" }, func(p *Provider) { p.Issuer = "ftp://a.nc" }, func(p *Provider) { p.Issuer = "https://2130706433" },
		},
		"domains": {
			func(p *Provider) { p.Domains = []string{"a"} }, func(p *Provider) { p.Domains = []string{"a.nc:25"} }, func(p *Provider) { p.Domains = []string{"*.nc"} },
			func(p *Provider) { p.Domains = []string{"x@a.nc"} }, func(p *Provider) { p.Domains = []string{"https://a.nc"} }, func(p *Provider) { p.Domains = []string{"127.0.0.1"} },
			func(p *Provider) { p.Domains = []string{"localhost"} },
		},
	} {
		for i, change := range changes {
			p := good
			change(&p)
			_, err := p.clean()
			if e := errs.As(err); e == nil || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("%s, %d: %v", field, i, err)
			}
		}
	}
}

func TestSpeaksFor(t *testing.T) {
	p := Provider{Domains: []string{"sud.nc", "xn--provinc-hya.nc"}}
	for mail, want := range map[string]bool{
		"a@sud.nc": true, "a@SUD.NC": true, "a@provincé.nc": true, "a@x.sud.nc": false, "a@asud.nc": false, "a@sud.nc.evil.nc": false, "sud.nc": false, "": false,
		"a@evil.nc@sud.nc": false, `"a@evil.nc"@sud.nc`: false, "a@sud.nc,b@evil.nc": false, "a@sud.nc\n": false, "a@sud.nc.": false,
	} {
		if got := p.SpeaksFor(mail); got != want {
			t.Errorf("%q: %v", mail, got)
		}
	}
}

func TestSecretStaysIn(t *testing.T) {
	p := Provider{Territory: "nc", Code: "a", ClientSecret: "s3cret"}
	text, err := json.Marshal(p)
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "provider", p)
	if err != nil || strings.Contains(string(text)+log.String(), "s3cret") || !strings.Contains(log.String(), "provider=nc/a") {
		t.Errorf("%s %s %v", text, &log, err)
	}
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{" Marie  Wamytan\n": "Marie Wamytan", "a\u202eb": "a b", "\x00": "", strings.Repeat("x", 81): "", "": ""} {
		if got := cleanName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}
