package importer

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

// Rooms are what the importer needs of the rest of the house.
type Rooms struct {
	DB *db.DB
	// Outlines gives the outlines of a territory, nil where none are loaded. Without it no point is checked.
	Outlines func(ctx context.Context, territory string) (*territory.Outlines, error)
	// Taxonomy names competences. Without it no card gets any from its tags.
	Taxonomy Taxonomy
	// Abroad gives the code of the territory that a name means, for cards that serve it from another. Without it none is known.
	Abroad func(name string) (code string, ok bool)
	// Now is the clock, time.Now when nil.
	Now func() time.Time
}

// Service imports files, tells what an import did, undoes it, and settles duplicates. Who may do so is the caller's
// to have checked.
type Service struct {
	db       *db.DB
	rooms    Rooms
	listings listing.Store
	store    store
	now      func() time.Time
}

// New makes the service.
func New(r Rooms) *Service {
	if r.Now == nil {
		r.Now = time.Now
	}
	return &Service{db: r.DB, rooms: r, now: r.Now}
}

// Options say what to import, and how.
type Options struct {
	Territory *territory.Territory
	Mapping   *Mapping
	File      string // its name, for people
	Input     io.ReaderAt
	Size      int64 // of Input, in bytes
	// DryRun gives the same report and writes nothing: it runs on a copy of the database in a temporary folder, and
	// nobody waits for it.
	DryRun bool
	// Ready, where given, is called when the whole file has been read and goes with the mapping, before anything is
	// written. Its error ends the import.
	Ready func(ctx context.Context) error
	// Full, where given, takes the whole report as JSON: every warning and the outcome of every row.
	Full io.Writer
	// Printer writes the sentences of the report; nil leaves them out.
	Printer *locale.Printer
	// Progress, where given, is told after each commit how many rows are safe in the database, of how many.
	Progress func(done, total int)
	// Person is who imports, "" for the command line.
	Person string
	// Began, where given, is called when the run stands in the base and before it writes a row; its error ends the import.
	Began func(ctx context.Context, r Run) error
	// Findings, where given, is called when all rows are done, to read what the run did: of a dry run, before that is gone.
	Findings func(ctx context.Context, f Findings) error
	// BatchRows is how many rows a transaction writes; 0 for the usual 200.
	BatchRows int
}

// Sniff opens the file and closes it again: an error is what Import would say of its form at the latest.
func Sniff(ctx context.Context, m *Mapping, file string, input io.ReaderAt, size int64) error {
	rows, err := open(ctx, m, file, input, size)
	if err != nil {
		return err
	}
	return rows.Close()
}

// open opens a file of rows as the mapping reads it.
func open(ctx context.Context, m *Mapping, file string, input io.ReaderAt, size int64) (*tabular.Reader, error) {
	rows, err := tabular.Open(ctx, file, input, size, m.Format.Options())
	if e := errs.As(err); e != nil && e.Key == "tabular.json-expected" {
		return nil, errs.Wrap(err, errs.Invalid, "importer.mapping.json-expected", errs.Args{"file": file, "mapping": m.Key})
	}
	return rows, err
}

// outlinePlaces finds zones by outlines.
type outlinePlaces struct {
	territory *territory.Territory
	outlines  *territory.Outlines
}

// ZoneAt gives the zone that holds the point, or whose outline is near.
func (o outlinePlaces) ZoneAt(p geo.Point) (string, bool) {
	placed, ok := o.territory.Place(o.outlines, p)
	return placed.Zone.Code, ok
}

// places gives the outlines of a territory as Places, nil where there are none.
func (s *Service) places(ctx context.Context, t *territory.Territory) (Places, error) {
	if s.rooms.Outlines == nil {
		return nil, nil
	}
	o, err := s.rooms.Outlines(ctx, t.Code)
	if err != nil || o.Len() == 0 {
		return nil, err
	}
	return outlinePlaces{territory: t, outlines: o}, nil
}

// mappingFolder is where the presets keep mappings.
const mappingFolder = "mappings"

// LoadMapping reads a mapping: one of the presets by its name, else a YAML file. errs.Usage, naming the presets, when
// there is neither; the errors of ParseMapping.
func LoadMapping(presets fs.FS, name string) (*Mapping, error) {
	known, err := Mappings(presets)
	if err != nil {
		return nil, err
	}
	if slices.Contains(known, name) {
		source, err := PresetMapping(presets, name)
		if err != nil {
			return nil, err
		}
		return ParseMapping(name+".yaml", source)
	}
	source, err := os.ReadFile(name)
	if err != nil {
		return nil, errs.Wrap(err, errs.Usage, "importer.run.unknown_mapping",
			errs.Args{"name": name, "known": strings.Join(known, ", ")})
	}
	return ParseMapping(name, source)
}

// PresetMapping is the text of a mapping of the presets.
func PresetMapping(presets fs.FS, name string) ([]byte, error) {
	return fs.ReadFile(presets, path.Join(mappingFolder, name+".yaml"))
}

// Mappings names the mappings of the presets.
func Mappings(presets fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(presets, mappingFolder)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".yaml"); ok && name != "template" {
			names = append(names, name)
		}
	}
	return names, nil
}
