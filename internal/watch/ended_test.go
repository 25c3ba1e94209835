package watch

import (
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/db/dbtest"
)

// The column of the day is that of the end where it is called a date, else another one that is; never an establishment's where the
// state is that of the legal unit.
func TestColumnOfTheDay(t *testing.T) {
	for _, tt := range []struct {
		names string
		given Columns
		want  string
	}{
		{"RID|date de radiation", Columns{}, "date de radiation"},
		{"RID|État|date de radiation", Columns{State: "État"}, "date de radiation"},
		{"RID|Radiée|Date de radiation", Columns{}, "Date de radiation"},
		{"RID|Radiée", Columns{}, "Radiée"},
		{"RID|date de radiation", Columns{Closed: true}, "date de radiation"},
		{"RID|fin|date de radiation", Columns{Ended: "fin"}, "date de radiation"},
		{"RID|état", Columns{}, ""},
		{"siret|etatAdministratifUniteLegale|dateFermetureEtablissement", Columns{}, ""},
		{"siret|etatAdministratifEtablissement|dateFermetureEtablissement", Columns{}, "dateFermetureEtablissement"},
	} {
		if as, err := guess(tt.given, strings.Split(tt.names, "|")); err != nil || as.Dated != tt.want {
			t.Errorf("%s: %q, not %q, %v", tt.names, as.Dated, tt.want, err)
		}
	}
}

// When a company has ended is the last day that all rows about it name, where all of them name one; it may be still to come.
func TestWhenACompanyEnded(t *testing.T) {
	for file, want := range map[string]string{
		"RID;date de radiation\n0132720;12/03/2026\n":                                         "2026-03-12",
		"RID;état;date de radiation\n0132720;radiée;2026-03-12\n":                             "2026-03-12",
		"RID;état;date de radiation\n0132720;radiée;\n":                                       "",
		"RID;état;date de radiation\n0132720;radiée;15/12/2027\n":                             "2027-12-15", // still to come
		"RID;état;date de radiation\n0132720;radiée;31/12/9999\n":                             "",
		"RID;état;date de radiation\n0132720;radiée;bientôt\n":                                "",
		"RID;radiée\n0132720;oui\n":                                                           "",
		"RIDET;état;date de fermeture\n0132720001;F;12/03/2026\n0132720002;F;20/02/2026\n":    "2026-03-12",
		"RIDET;état;date de fermeture\n0132720001;F;12/03/2026\n0132720002;F;\n":              "",
		"RIDET;état;date de fermeture\n0132720;R;10/03/2026\n0132720001;F;12/04/2026\n":       "2026-03-10", // the legal unit's own row
		"RIDET;état;date de fermeture\n0132720001;F;12/03/2026\n0132720001;fermé;2026-03-12 ": "2026-03-12",
	} {
		h := newHouse(t, dbtest.SQLite(t))
		struck := h.card("Radiée", listing.Content{}, rid("0132720"))
		trial, err := h.take(file, true, time.Time{})
		if err != nil || trial.Report.StruckOff != 1 || trial.Report.Struck[0].Ended != want {
			t.Fatalf("%q: %+v, %v", file, trial.Report, err)
		}
		if _, err := h.s.Store(t.Context(), manager(), h.nc, trial.ID); err != nil {
			t.Fatal(err)
		}
		d, ok := ReadStruckDetail(h.flag(struck, listing.StruckOff), h.nc.Location())
		if got := dayWords(d.Ended); !ok || got != want || d.Number.Scheme != company.SchemeRID || d.Said.Format(time.DateOnly) != "2026-12-01" {
			t.Errorf("%q: %+v, not %q", file, d, want)
		}
	}
}

// A file that gives no day leaves the one that an earlier file gave, of the same number alone.
func TestAKnownDayOfTheEndIsKept(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	struck := h.card("Radiée", listing.Content{}, rid("0132720"))
	for _, file := range []string{"RID;état;date de radiation\n0132720;radiée;12/03/2026\n", "RID;état\n0132720;radiée\n"} {
		h.clock = h.clock.Add(day)
		r, err := h.take(file, false, time.Time{})
		if err != nil || len(r.Report.Struck) != 1 || r.Report.Struck[0].Ended != "2026-03-12" {
			t.Fatalf("%+v, %v", r.Report, err)
		}
	}
	if d, ok := ReadStruckDetail(h.flag(struck, listing.StruckOff), h.nc.Location()); !ok || dayWords(d.Ended) != "2026-03-12" {
		t.Errorf("%+v", d)
	}
	if got := knownDay([]listing.Flag{{Kind: listing.StruckOff, Detail: "0 132 720 (2026-11-30; 2026-03-12)"}}, "732 829 320", time.UTC); got != "" {
		t.Errorf("the day of another company: %s", got)
	}
}
