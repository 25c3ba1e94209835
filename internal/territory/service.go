package territory

import (
	"context"
	"io"
	"io/fs"
	"slices"
	"sync"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
)

// Service keeps the territories of an instance: built-in presets that were added, and territories of its own. What it
// hands out must not be changed. It is safe for any number of callers, and sees within one call what another
// process wrote.
type Service struct {
	db      *db.DB
	presets fs.FS
	now     func() time.Time

	mu       sync.Mutex
	parsed   map[string]parsed   // by code
	outlined map[string]outlined // by code
}

type parsed struct {
	version   int64
	territory *Territory
}

type outlined struct {
	version  int64
	outlines *Outlines
}

// NewService makes the service over a database and the folder of presets.
func NewService(d *db.DB, presets fs.FS) *Service {
	return &Service{db: d, presets: presets, now: time.Now, parsed: map[string]parsed{}, outlined: map[string]outlined{}}
}

// Presets lists the codes of the built-in territories, whether added or not.
func (s *Service) Presets() ([]string, error) { return Codes(s.presets) }

// Faulty is a territory of the instance that cannot be read: what was written in its YAML is not understood, or its preset is
// no longer built in.
type Faulty struct {
	Code string
	Err  error // an errs.E
}

// List gives the territories of the instance, in the order of their codes, without those that cannot be read: see Survey.
func (s *Service) List(ctx context.Context) ([]*Territory, error) {
	list, _, err := s.Survey(ctx)
	return list, err
}

// Survey gives the territories of the instance, in the order of their codes, and apart from them those that cannot be read:
// one of them must not take the others down.
func (s *Service) Survey(ctx context.Context) ([]*Territory, []Faulty, error) {
	rows, err := records(ctx, s.db.Read())
	if err != nil {
		return nil, nil, err
	}
	list := make([]*Territory, 0, len(rows))
	var faulty []Faulty
	for _, r := range rows {
		t, err := s.parse(r)
		if err != nil {
			faulty = append(faulty, Faulty{r.code, err})
			continue
		}
		list = append(list, t)
	}
	return list, faulty, nil
}

// Get gives one territory of the instance, with errs.NotFound where it was not added.
func (s *Service) Get(ctx context.Context, code string) (*Territory, error) {
	r, err := s.record(ctx, code)
	if err != nil {
		return nil, err
	}
	return s.parse(r)
}

func (s *Service) record(ctx context.Context, code string) (record, error) {
	rows, err := records(ctx, s.db.Read())
	if err != nil {
		return record{}, err
	}
	known := make([]string, 0, len(rows))
	for _, r := range rows {
		if r.code == code {
			return r, nil
		}
		known = append(known, r.code)
	}
	builtin, err := s.Presets()
	if err != nil {
		return record{}, err
	}
	if slices.Contains(builtin, code) {
		return record{}, errs.New(errs.NotFound, "territory.not_added", errs.Args{"code": code})
	}
	known = append(known, builtin...)
	slices.Sort(known)
	return record{}, unknown(code, slices.Compact(known))
}

// parse reads the YAML of a row, or the preset of its code, once per version.
func (s *Service) parse(r record) (*Territory, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.parsed[r.code]; ok && p.version == r.version {
		return p.territory, nil
	}
	var t *Territory
	var err error
	if r.source == "" {
		t, err = Load(s.presets, r.code)
	} else {
		t, err = Parse([]byte(r.source))
	}
	if err != nil {
		return nil, err
	}
	t.Hosts = inOrder(append(cleanHosts(t.Hosts), r.hosts...))
	if r.contact != "" {
		t.Contact = r.contact
	}
	if !r.tiles.IsZero() {
		t.Tiles = r.tiles
	}
	if !r.licence.IsZero() {
		t.Licence = r.licence
	}
	t.OutlineCredit = r.outline
	s.parsed[r.code] = parsed{version: r.version, territory: t}
	return t, nil
}

func cleanHosts(hosts []string) []string {
	out := make([]string, 0, len(hosts))
	for _, h := range hosts {
		if c, ok := CleanHost(h); ok {
			out = append(out, c)
		}
	}
	return out
}

// inOrder keeps the first of each: the first host of the YAML stands for the territory.
func inOrder(in []string) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func distinct(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

// Add adds a built-in territory to the instance, or brings one that the cluster had changed back to the built-in one.
// It returns errs.NotFound for an unknown code.
func (s *Service) Add(ctx context.Context, code string) (*Territory, error) {
	if _, err := Load(s.presets, code); err != nil {
		return nil, err
	}
	return s.save(ctx, code, "")
}

// AddYAML adds a territory that the cluster wrote itself, or replaces the one of the same code. It returns the errors of
// Parse, and errs.Conflict where a host of it belongs to another territory.
func (s *Service) AddYAML(ctx context.Context, source []byte) (*Territory, error) {
	t, err := Parse(source)
	if err != nil {
		return nil, err
	}
	others, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		for _, h := range cleanHosts(t.Hosts) {
			if other.Code != t.Code && slices.Contains(other.Hosts, h) {
				return nil, taken(h, other.Code)
			}
		}
	}
	return s.save(ctx, t.Code, string(source))
}

func (s *Service) save(ctx context.Context, code, source string) (*Territory, error) {
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		return saveTerritory(ctx, tx.Serialize("territory", code), code, source, s.now())
	})
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, code)
}

// Source gives the YAML of a territory: what the cluster wrote, else the built-in preset, whether it was added or not. It
// is what somebody edits to make a territory of their own. It returns errs.NotFound for a code that is neither.
func (s *Service) Source(ctx context.Context, code string) ([]byte, error) {
	r, err := s.record(ctx, code)
	switch {
	case err == nil && r.source != "":
		return []byte(r.source), nil
	case err != nil && !errs.Is(err, errs.NotFound):
		return nil, err
	}
	return presetSource(s.presets, code)
}

// Ensure gives a territory of the instance, adding the built-in one of that code where it is missing; added reports
// that it did. It returns errs.NotFound for a code that is neither.
func (s *Service) Ensure(ctx context.Context, code string) (t *Territory, added bool, err error) {
	t, err = s.Get(ctx, code)
	if err == nil || !errs.Is(err, errs.NotFound) {
		return t, false, err
	}
	t, err = s.Add(ctx, code)
	return t, err == nil, err
}

func taken(host, by string) *errs.E {
	return errs.New(errs.Conflict, "territory.host_taken", errs.Args{"host": host, "code": by})
}

// SetHosts sets the host names that a territory claims beside those of its YAML. It returns errs.Invalid for what is no
// host name and errs.Conflict for one that another territory claims.
func (s *Service) SetHosts(ctx context.Context, code string, hosts []string) error {
	if err := CheckHosts(hosts); err != nil {
		return err
	}
	clean := distinct(cleanHosts(hosts))
	all, err := s.List(ctx)
	if err != nil {
		return err
	}
	for _, t := range all {
		for _, h := range clean {
			if t.Code != code && slices.Contains(t.Hosts, h) {
				return taken(h, t.Code)
			}
		}
	}
	return s.change(ctx, code, func(tx *db.Tx) error { return replaceHosts(ctx, tx, code, clean) })
}

// change runs f on a territory of the instance and raises its version.
func (s *Service) change(ctx context.Context, code string, f func(tx *db.Tx) error) error {
	if _, err := s.record(ctx, code); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ok, err := touch(ctx, tx.Serialize("territory", code), code, s.now())
		if err != nil {
			return err
		}
		if !ok {
			return errs.New(errs.NotFound, "territory.not_added", errs.Args{"code": code})
		}
		return f(tx)
	})
}

// LoadGeometry reads zone outlines from a GeoJSON file and, where at least one feature matches a zone, puts them in
// the place of those that the territory had; credit says whose they are. It returns the errors of LoadGeometry and of
// CheckOutlineCredit, and errs.Invalid with the key territory.no_match, beside the report, where nothing matches.
func (s *Service) LoadGeometry(ctx context.Context, code string, r io.Reader, credit OutlineCredit) (GeometryReport, error) {
	if err := CheckOutlineCredit(credit); err != nil {
		return GeometryReport{}, err
	}
	t, err := s.Get(ctx, code)
	if err != nil {
		return GeometryReport{}, err
	}
	o, report, err := LoadGeometry(t, r)
	if err != nil {
		return report, err
	}
	if len(report.Matched) == 0 {
		return report, errs.New(errs.Invalid, "territory.no_match", errs.Args{"code": code, "features": report.Features})
	}
	return report, s.SaveGeometry(ctx, code, o, credit)
}

// SaveGeometry puts outlines in the place of those that a territory had, and says whose they are; nil or none removes them.
func (s *Service) SaveGeometry(ctx context.Context, code string, o *Outlines, credit OutlineCredit) error {
	if o.Len() == 0 {
		credit = OutlineCredit{}
	}
	credit.Licence = credit.Licence.Completed()
	byCode := map[string]geo.Outline{}
	if o != nil {
		for _, sh := range o.placed {
			byCode[o.tree.zones[sh.zone].Code] = sh.outline
		}
	}
	return s.change(ctx, code, func(tx *db.Tx) error { return replaceOutlines(ctx, tx, code, byCode, credit) })
}

// Outlines gives the outlines of a territory, nil where none were loaded.
func (s *Service) Outlines(ctx context.Context, code string) (*Outlines, error) {
	r, err := s.record(ctx, code)
	if err != nil {
		return nil, err
	}
	t, err := s.parse(r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	held, ok := s.outlined[code]
	s.mu.Unlock()
	if ok && held.version == r.version {
		return held.outlines, nil
	}
	byCode, err := outlines(ctx, s.db.Read(), code)
	if err != nil {
		return nil, err
	}
	var o *Outlines
	if len(byCode) > 0 {
		o = NewOutlines(t.Tree(), byCode)
	}
	s.mu.Lock()
	s.outlined[code] = outlined{version: r.version, outlines: o}
	s.mu.Unlock()
	return o, nil
}

// Place says in which zone of a territory a point lies: see Territory.Place.
func (s *Service) Place(ctx context.Context, code string, p geo.Point) (Placement, bool, error) {
	t, err := s.Get(ctx, code)
	if err != nil {
		return Placement{}, false, err
	}
	o, err := s.Outlines(ctx, code)
	if err != nil {
		return Placement{}, false, err
	}
	placement, ok := t.Place(o, p)
	return placement, ok, nil
}

// ByHost finds the territory that claims a host name, as the Host header gives it.
func (s *Service) ByHost(ctx context.Context, host string) (*Territory, bool, error) {
	h, ok := CleanHost(host)
	if !ok {
		return nil, false, nil
	}
	all, err := s.List(ctx)
	if err != nil {
		return nil, false, err
	}
	for _, t := range all {
		if slices.Contains(t.Hosts, h) {
			return t, true, nil
		}
	}
	return nil, false, nil
}
