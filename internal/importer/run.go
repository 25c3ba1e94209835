package importer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// Bounds of one transaction: rows, and bytes of their values.
const (
	rowsPerBatch  = 200
	bytesPerBatch = 4 << 20
)

// runner does one call of Import.
type runner struct {
	s       *Service
	o       Options
	holder  db.Holder
	run     Run
	profile *Profile
	places  Places
	started time.Time
	resumed bool
	// write runs a transaction of its own, or for a dry run within the one that does it all.
	write func(ctx context.Context, f func(tx *db.Tx) error) error
	// read is where the outcomes are read back for the report.
	read db.Querier
}

// Import brings a file into a territory and tells what became of each row. A file that cannot be read to its end
// changes nothing.
//
// The same file may be imported again: what it says already stands, and nothing changes. A run that was killed or
// interrupted goes on where its last commit was when the same file is imported with the same mapping; its report
// accounts for all rows. After an error the report only holds the run, with the rows that are safe. errs.Conflict when the source is being imported or undone by another process; the errors of
// tabular.Open and Reader.Next for the file; errs.Invalid when it is not the mapping's.
func (s *Service) Import(ctx context.Context, o Options) (Report, error) {
	r := &runner{s: s, o: o, holder: db.NewHolder(), started: s.now(), write: s.commit, read: s.db.Read()}
	if err := r.study(ctx); err != nil {
		return Report{}, err
	}
	if o.Ready != nil {
		if err := o.Ready(ctx); err != nil {
			return Report{}, err
		}
	}
	if o.DryRun {
		return r.try(ctx)
	}
	report, err := r.do(ctx)
	if err == nil {
		s.purge(ctx)
	}
	return report, err
}

// attempts is how often a batch is tried again when a person wrote to one of its cards in between.
const attempts = 5

// commit runs a transaction again when somebody else was faster at one of its cards.
func (s *Service) commit(ctx context.Context, f func(tx *db.Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := s.db.Write(ctx, f)
		e := errs.As(err)
		if e == nil || attempt == attempts || e.Key != "listing.changed" && e.Key != "company.changed" {
			return err
		}
	}
}

// study reads the whole file once: it must be readable to its end, and some things only the whole tells.
func (r *runner) study(ctx context.Context) (err error) {
	if r.places, err = r.s.places(ctx, r.o.Territory); err != nil {
		return err
	}
	rows, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	if r.profile, err = BuildProfile(ctx, rows, r.o.Mapping); err != nil {
		return err
	}
	if r.run.Fingerprint, err = r.fingerprint(); err != nil {
		return err
	}
	return r.chooseSpellings(ctx)
}

func (r *runner) open(ctx context.Context) (*tabular.Reader, error) {
	return open(ctx, r.o.Mapping, r.o.File, r.o.Input, r.o.Size)
}

// fingerprint tells one file, read by one mapping, from another.
func (r *runner) fingerprint() (string, error) {
	h := sha256.New()
	mapping, err := json.Marshal(r.o.Mapping)
	if err != nil {
		return "", err
	}
	h.Write(mapping)
	if _, err := io.Copy(h, io.NewSectionReader(r.o.Input, 0, r.o.Size)); err != nil {
		return "", errs.Wrap(err, errs.Invalid, "tabular.unreadable", errs.Args{"file": r.o.File})
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// chooseSpellings lets the tags of the base vote with those of the file for the usual spelling.
func (r *runner) chooseSpellings(ctx context.Context) error {
	uses, err := r.s.listings.TagUses(ctx, r.s.db.Read(), r.o.Territory.Code)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for tag := range r.profile.tags {
		wanted[listing.TagKey(tag)] = true
	}
	all := make(map[string]int, len(r.profile.tags))
	for tag, n := range r.profile.tags {
		all[tag] = n
	}
	for tag, n := range uses {
		if wanted[listing.TagKey(tag)] {
			all[tag] += n
		}
	}
	r.profile.spelling = listing.Spelling(all)
	return nil
}

// do runs the import and makes its report.
func (r *runner) do(ctx context.Context) (Report, error) {
	err := r.write(ctx, func(tx *db.Tx) error { return r.begin(ctx, tx) })
	if err != nil {
		return Report{}, err
	}
	if r.o.Began != nil {
		err = r.o.Began(ctx, r.run)
	}
	if err == nil {
		stop := r.keepAlive(ctx)
		err = r.rows(ctx)
		stop()
	}
	if err != nil {
		r.giveUp(ctx, err)
		return Report{Run: r.run}, err
	}
	if err := r.tellAll(ctx); err != nil {
		return Report{}, err
	}
	report, err := r.s.report(ctx, r.read, r.run, r.o.Printer)
	if err != nil {
		return Report{}, err
	}
	report.DryRun, report.Resumed = r.o.DryRun, r.resumed
	report.PointsUnchecked = r.places == nil && r.profile.givesPoints()
	report.Seconds = r.s.now().Sub(r.started).Seconds()
	if r.o.DryRun {
		report.ID = ""
	}
	if r.o.Full != nil {
		err = r.s.writeFull(ctx, r.read, r.run.ID, report, r.o.Printer, r.o.Full)
	}
	return report, err
}

// tellAll writes down what was told in short, and hands the findings on.
func (r *runner) tellAll(ctx context.Context) error {
	f := Findings{Run: r.run, s: r.s, q: r.read}
	summary, err := f.summarize(ctx)
	if err != nil {
		return err
	}
	if err := r.write(ctx, func(tx *db.Tx) error { return r.s.store.saveSummary(ctx, tx, r.run.ID, summary) }); err != nil {
		return err
	}
	if r.o.Findings == nil {
		return nil
	}
	return r.o.Findings(ctx, f)
}

// rows reads the file a second time and writes it batch by batch.
func (r *runner) rows(ctx context.Context) error {
	rows, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	mapper := NewMapper(r.o.Mapping, Env{
		Territory: r.o.Territory, Places: r.places, Taxonomy: r.s.rooms.Taxonomy, Abroad: r.s.rooms.Abroad, Profile: r.profile, Now: r.run.StartedAt,
	})
	var keys keyer
	var pending []record
	size, limit := 0, r.o.BatchRows
	if limit <= 0 {
		limit = rowsPerBatch
	}
	flush := func() error {
		if len(pending) == 0 {
			return nil
		}
		err := r.batch(ctx, pending)
		pending, size = pending[:0], 0
		return err
	}
	for n := 0; ; n++ {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		rec, err := r.record(mapper, &keys, row)
		if err != nil {
			return err
		}
		if n < r.run.Rows && len(pending) == 0 {
			continue // committed before the run was interrupted
		}
		pending = append(pending, rec)
		if size += rec.size; len(pending) >= limit || size >= bytesPerBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return r.finish(ctx, rows.Warnings())
}

// record maps one row.
func (r *runner) record(m *Mapper, keys *keyer, row tabular.Row) (record, error) {
	draft, rejection := m.Map(row)
	rec := record{row: row.Line, draft: draft, rejection: rejection}
	for _, f := range row.Fields {
		if s, ok := f.Value.(string); ok {
			rec.size += len(s)
		}
	}
	if rejection != nil {
		return rec, nil
	}
	checkPlace(&rec.draft, r.o.Territory, r.places)
	rec.key = keys.key(draft)
	var err error
	rec.hash, err = hashOf(draft)
	return rec, err
}

// checkPlace holds the point against the outlines of the territory and of the commune that the address names. One that lies in none is
// left out.
func checkPlace(d *Draft, t *territory.Territory, places Places) {
	point, zone := d.Content.Point, d.Content.Zone
	if point == nil || places == nil {
		return
	}
	code, ok := places.ZoneAt(*point)
	tree := t.Tree()
	switch {
	case !ok:
		d.Content.Point = nil
		d.Warnings = append(d.Warnings, newWarning(d.Row, keyOutside, "point", errs.Args{"lat": point.Lat, "lon": point.Lon}))
	case zone != "" && !tree.IsWithin(code, zone) && !tree.IsWithin(zone, code):
		said, _ := tree.Zone(zone)
		found, _ := tree.Zone(code)
		d.Warnings = append(d.Warnings, newWarning(d.Row, "importer.run.commune-differs", "zone",
			args("said", said.Name, "found", found.Name)))
	}
}

// batch commits rows and acknowledges them.
func (r *runner) batch(ctx context.Context, rows []record) error {
	next := r.run
	err := r.write(ctx, func(tx *db.Tx) (err error) {
		next, err = r.s.writeBatch(ctx, tx, r.run, r.holder, rows)
		return err
	})
	if err != nil {
		return err
	}
	r.run = next
	if r.o.Progress != nil {
		r.o.Progress(r.run.Rows, r.run.Total)
	}
	return nil
}
