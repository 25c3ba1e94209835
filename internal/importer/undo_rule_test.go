package importer

import (
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
)

func TestWhoVouchesForACard(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 8, 0, 0, 0, time.UTC) }
	by := func(n int, act listing.Act, kind company.SourceKind, name, run string) listing.Revision {
		return listing.Revision{At: day(n), Act: act, Source: company.Source{Kind: kind, Name: name, Run: run, At: day(n)}}
	}
	imported := by(2, listing.Imported, company.FromImport, "a", "run")
	owner := company.Source{Kind: company.FromOwner, At: day(3)}
	for name, c := range map[string]struct {
		revisions []listing.Revision // the latest first
		want      company.Source
	}{
		"nobody":                        {},
		"the owner published":           {[]listing.Revision{by(3, listing.Edited, company.FromOwner, "", ""), imported}, owner},
		"the owner confirmed":           {[]listing.Revision{by(3, listing.Confirmed, company.FromOwner, "", "")}, owner},
		"a lapsed card is revived":      {[]listing.Revision{by(3, listing.Revived, company.FromOwner, "", "")}, owner},
		"the button of a letter":        {[]listing.Revision{by(3, listing.Confirmed, company.FromOwner, listing.ByLetter, "")}, company.Source{Kind: company.FromOwner, Name: listing.ByLetter, At: day(3)}},
		"the latest word counts":        {[]listing.Revision{by(4, listing.Confirmed, company.FromOwner, "", ""), by(3, listing.Edited, company.FromOwner, "", "")}, company.Source{Kind: company.FromOwner, At: day(4)}},
		"and what others did since":     {[]listing.Revision{by(5, listing.Edited, company.FromStaff, "", ""), by(4, listing.Imported, company.FromImport, "b", "other"), by(3, listing.Edited, company.FromOwner, "", ""), imported}, owner},
		"only before the run wrote":     {[]listing.Revision{imported, by(1, listing.Edited, company.FromOwner, "", "")}, company.Source{}},
		"the team":                      {[]listing.Revision{by(3, listing.Confirmed, company.FromStaff, "", ""), imported}, company.Source{}},
		"the owner only hid it":         {[]listing.Revision{by(3, listing.Concealed, company.FromOwner, "", ""), imported}, company.Source{}},
		"the owner took one field back": {[]listing.Revision{by(3, listing.Restored, company.FromOwner, "", ""), imported}, company.Source{}},
		"the undo has begun on its kin": {[]listing.Revision{by(4, listing.Parted, company.FromImport, "a", "run"), by(3, listing.Edited, company.FromOwner, "", ""), imported}, owner},
	} {
		got, ok := vouchedSince(c.revisions, "run")
		if ok != (c.want.Kind != "") || !got.Equal(c.want) {
			t.Errorf("%s: %+v %v, want %+v", name, got, ok, c.want)
		}
	}
}

func TestAdoptedFields(t *testing.T) {
	run, other := company.Source{Kind: company.FromImport, Run: "run"}, company.Source{Kind: company.FromImport, Run: "other"}
	owner := company.Source{Kind: company.FromOwner, At: time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC)}
	p := company.Provenance{"name": run, "phones": other}
	if !adopt(p, "run", owner) || p["name"] != owner || p["phones"] != other {
		t.Errorf("%+v", p)
	}
	if adopt(p, "run", owner) {
		t.Error("there was something to adopt twice")
	}
}
