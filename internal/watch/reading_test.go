package watch

import (
	"strings"
	"sync"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
	"grappe/internal/territory"
	"grappe/presets"
)

func manager() account.Actor {
	return account.Actor{Person: "jules", Name: "Jules", Territory: "nc", Roles: []account.Role{account.ProjectManager}}
}

func (h *house) take(file string, dry bool, day time.Time) (Reading, error) {
	return h.s.Take(h.t.Context(), manager(), h.nc, Register{File: "r.csv", Input: strings.NewReader(file), Size: int64(len(file)), Day: day, DryRun: dry})
}

func (h *house) count(table string) (n int) {
	h.t.Helper()
	h.must(h.db.Read().QueryRowContext(h.t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

func TestDayOf(t *testing.T) {
	for code, now := range map[string]string{"nc": "2026-11-30T13:30:00Z", "pf": "2026-12-01T09:30:00Z", "wf": "2026-11-30T12:30:00Z"} {
		place, err := territory.Load(presets.FS, code)
		if err != nil {
			t.Fatal(err)
		}
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		today := at.In(place.Location()).Format(time.DateOnly)
		for written, want := range map[string]string{
			"": today, today: today, "2026-11-01": "2026-11-01", "1/11/2026": "2026-11-01", "01.11.2026": "2026-11-01",
			at.In(place.Location()).AddDate(0, 0, 1).Format(time.DateOnly): "watch.register_day_ahead", "2026-11-31": "watch.register_day", "hier": "watch.register_day", "2027-01-01": "watch.register_day_ahead",
		} {
			day, err := DayOf(place, written, at)
			got := day.In(place.Location()).Format(time.DateTime)
			if e := errs.As(err); e != nil {
				got = e.Key + " 00:00:00"
				if e.Kind != errs.Invalid || e.Fields[0].Name != FieldDay {
					t.Errorf("%s %q: %v", code, written, err)
				}
			}
			if got != want+" 00:00:00" {
				t.Errorf("%s at %s: %q is %s, want %s", code, now, written, got, want)
			}
		}
	}
}

// What ended on the very day of the data has ended, and what ends on the next has not, wherever the territory is.
func TestEndsOnTheDayOfTheData(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	over, live := h.card("Finie", listing.Content{}, rid("0132720")), h.card("Vivante", listing.Content{}, rid("0002345"))
	file := "RID;date de radiation\n0132720;30/11/2026\n0002345;01/12/2026\n"
	day, err := DayOf(h.nc, "2026-11-30", h.clock)
	h.must(err)
	if _, err := h.take(file, false, day); err != nil {
		t.Fatal(err)
	}
	if h.flag(over, listing.StruckOff) != "0 132 720 (2026-11-30; 2026-11-30)" || h.flag(live, listing.StruckOff) != "" {
		t.Errorf("%q %q", h.flag(over, listing.StruckOff), h.flag(live, listing.StruckOff))
	}
}

// A trial is stored without its file, once, and within a day.
func TestATrialIsStored(t *testing.T) {
	each(t, func(h *house) {
		ctx := t.Context()
		struck, live := h.card("Radiée", listing.Content{}, rid("0132720")), h.card("Vivante", listing.Content{}, rid("0002345"))
		file := "RID;état\n0132720;radiée\n0002345;active\n0999999;radiée\n"
		trial, err := h.take(file, true, time.Time{})
		if err != nil || !trial.Report.DryRun || trial.Report.Flagged != 1 || trial.Report.StruckOff != 1 || h.flag(struck, listing.StruckOff) != "" {
			t.Fatalf("%+v %v", trial, err)
		}
		if s := trial.Report.Struck; len(s) != 1 || s[0] != (Struck{struck.ID, "Radiée", "0 132 720", ""}) {
			t.Errorf("names %+v", s)
		}
		if last, err := h.s.Registers(ctx, manager()); err != nil || len(last) != 0 {
			t.Errorf("a trial counts as read: %+v %v", last, err)
		}
		kept, err := h.s.Reading(ctx, manager(), trial.ID)
		if err != nil || kept.Report.Rows != 3 || len(kept.said.Active) != 1 || kept.said.Ended[struck.CompanyID] != "0 132 720" {
			t.Fatalf("%+v %v", kept, err)
		}
		for range 2 { // the second time it stays as it is
			done, err := h.s.Store(ctx, manager(), h.nc, trial.ID)
			if err != nil || done.Report.DryRun || done.Report.Flagged != 1 || done.Report.Changed != 2 || len(done.Report.Struck) != 1 {
				t.Fatalf("%+v %v", done.Report, err)
			}
		}
		if h.flag(struck, listing.StruckOff) != "0 132 720 (2026-12-01)" || h.standing(live) != company.Active {
			t.Errorf("%q %s", h.flag(struck, listing.StruckOff), h.standing(live))
		}
		if kept, err = h.s.Reading(ctx, manager(), trial.ID); err != nil || len(kept.said.Ended) != 0 || kept.Report.DryRun {
			t.Errorf("what the file said is kept: %+v %v", kept, err)
		}
		if entries, err := audit.Read(ctx, h.db.Read(), audit.Filter{Action: "watch.register_read"}); err != nil || len(entries) != 1 || entries[0].Actor != "jules" {
			t.Errorf("%+v %v", entries, err)
		}
		last, err := h.s.Registers(ctx, manager())
		if err != nil || len(last) != 1 || last[0].Register != company.SchemeRID || last[0].By != "Jules" || !last[0].Read.Equal(h.clock) || last[0].Data.In(h.nc.Location()).Format(time.DateOnly) != "2026-12-01" {
			t.Errorf("%+v %v", last, err)
		}
		h.clock = h.clock.Add(KeptFor + time.Minute)
		if _, err := h.s.Reading(ctx, manager(), trial.ID); !errs.Is(err, errs.Gone) {
			t.Errorf("after a day: %v", err)
		}
		if _, err := h.s.Store(ctx, manager(), h.nc, trial.ID); !errs.Is(err, errs.Gone) {
			t.Errorf("stored after a day: %v", err)
		}
		h.must(h.s.Reconcile(ctx))
		if n := h.count("watch_readings"); n != 0 {
			t.Errorf("%d readings after the night", n)
		}
	})
}

// Between a trial and its storing others read more recent files: theirs stays.
func TestATrialThatIsOutdated(t *testing.T) {
	each(t, func(h *house) {
		struck := h.card("Radiée", listing.Content{}, rid("0132720"))
		trial, err := h.take("RID;état\n0132720;radiée\n", true, on(-2))
		h.must(err)
		if _, err := h.take("RID;état\n0132720;active\n", false, on(-1)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.s.Store(t.Context(), manager(), h.nc, trial.ID); !errs.Is(err, errs.Conflict) || errs.As(err).Key != KeyOlder {
			t.Errorf("stored all the same: %v", err)
		}
		if h.flag(struck, listing.StruckOff) != "" || h.standing(struck) != company.Active {
			t.Errorf("%q %s", h.flag(struck, listing.StruckOff), h.standing(struck))
		}
		// A more recent one that another process has begun meanwhile is seen by each transaction.
		report := RegisterReport{Day: midnight(on(-1), h.nc.Location())}
		h.must(h.db.Write(t.Context(), func(tx *db.Tx) error { return h.s.dated(t.Context(), tx, h.nc, "rid", on(0), time.Time{}) }))
		found := said{Ended: map[string]string{struck.CompanyID: "0 132 720"}}
		if err := h.s.applyTo(t.Context(), h.nc, found.companies(), found, "rid", &report); !errs.Is(err, errs.Conflict) || h.flag(struck, listing.StruckOff) != "" {
			t.Errorf("%v %q", err, h.flag(struck, listing.StruckOff))
		}
		if last, err := h.s.Registers(t.Context(), manager()); err != nil || len(last) != 1 || !last[0].Read.IsZero() {
			t.Errorf("a reading that has only begun: %+v %v", last, err)
		}
	})
}

// Many at once: each tells what it found, all is flagged once.
func TestRegistersAtOnce(t *testing.T) {
	each(t, func(h *house) {
		struck := h.card("Radiée", listing.Content{}, rid("0132720"))
		var together sync.WaitGroup
		flagged := make(chan int, 8)
		for range cap(flagged) {
			together.Go(func() {
				r, err := h.take("RID;état\n0132720;radiée\n", false, time.Time{})
				if err != nil {
					t.Error(err)
				}
				flagged <- r.Report.Flagged
			})
		}
		together.Wait()
		close(flagged)
		sum := 0
		for n := range flagged {
			sum += n
		}
		if sum != 1 || h.flag(struck, listing.StruckOff) == "" {
			t.Errorf("flagged %d times", sum)
		}
	})
}

func TestWhoMayReadRegisters(t *testing.T) {
	each(t, func(h *house) {
		ctx := t.Context()
		trial, err := h.take("RID;état\n0132720;radiée\n", true, time.Time{})
		h.must(err)
		reader, elsewhere := manager(), manager()
		reader.Roles = []account.Role{account.Reader}
		elsewhere.Territory = "pf"
		for name, do := range map[string]func(by account.Actor) error{
			"list":  func(by account.Actor) error { _, err := h.s.Registers(ctx, by); return err },
			"admit": func(by account.Actor) error { return h.s.Admit(ctx, by) },
			"see":   func(by account.Actor) error { _, err := h.s.Reading(ctx, by, trial.ID); return err },
			"store": func(by account.Actor) error { _, err := h.s.Store(ctx, by, h.nc, trial.ID); return err },
			"take": func(by account.Actor) error {
				_, err := h.s.Take(ctx, by, h.nc, Register{Input: strings.NewReader("")})
				return err
			},
		} {
			if err := do(reader); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s, a reader: %v", name, err)
			}
			if err := do(account.Actor{Territory: "nc"}); !errs.Is(err, errs.Unauthenticated) {
				t.Errorf("%s, a visitor: %v", name, err)
			}
		}
		if _, err := h.s.Reading(ctx, elsewhere, trial.ID); !errs.Is(err, errs.Gone) {
			t.Errorf("another territory's team: %v", err)
		}
		for range rule().Most {
			h.must(h.s.Admit(ctx, manager()))
		}
		if err := h.s.Admit(ctx, manager()); !errs.Is(err, errs.TooMany) {
			t.Errorf("one too many: %v", err)
		}
		other := manager()
		other.Person = "camille"
		h.must(h.s.Admit(ctx, other))
		copied := listing.KeptBy("https://annuaire.example.org")
		h.must(h.db.Write(ctx, func(tx *db.Tx) error { return copied.Keep(ctx, tx, "nc") }))
		if err := h.s.Admit(ctx, other); !errs.Is(err, errs.Forbidden) {
			t.Errorf("a copy: %v", err)
		}
	})
}

// Data cannot be older than the ends that they know of.
func TestDayBeforeTheEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		file := "RID;date de radiation\n0132720;15/10/2024\n0002345;\n"
		for written, refused := range map[string]bool{"1990-01-01": true, "2022-09-01": true, "2024-01-01": false, "2026-02-01": false} {
			day, err := DayOf(h.nc, written, h.clock)
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.readOf(Register{File: "r.csv", Input: strings.NewReader(file), Size: int64(len(file)), Day: day, DryRun: true})
			if got := err != nil && errs.As(err).Key == "watch.register_day_before"; got != refused || err != nil && !refused {
				t.Errorf("data of %s: %v", written, err)
			}
		}
	})
}
