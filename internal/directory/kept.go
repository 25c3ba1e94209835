package directory

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/search"
	"grappe/internal/platform/sections"
	"grappe/internal/territory"
)

// Keeping says where indexes are kept on disk, so that a start reads them there and then what changed since, rather than all cards.
type Keeping struct {
	Folder string // "" for nowhere; it is made when something is kept
	// Program names the running program: what another one wrote is not read, since it may index otherwise.
	Program func() (string, error)
	Fewest  int // cards; fewer are read anew as quickly. 0 for the usual number
}

const (
	keptFormat  = 1
	keptSuffix  = ".index"
	fewestKept  = 5_000
	longestKept = 35 * 24 * time.Hour // as long as backups: what was taken off the site is then gone from there as well
	mostChanges = 10_000              // applying so many again takes about a second
	lateShare   = 4                   // when a fourth of the cards changed, all are read as quickly
)

// keeper writes indexes to disk, one at a time.
type keeper struct {
	Keeping
	turn sync.Mutex
}

func (k *keeper) path(code string) string { return filepath.Join(k.Folder, code+keptSuffix) }

// These say of a file that it is whole, but not of use here and now.
var (
	errOther    = errors.New("another program wrote it, or the territory changed since")
	errOtherLog = errors.New("the change log has another change at its position, or none")
	errLate     = errors.New("reading all cards is quicker than what changed since")
	errOld      = errors.New("it is too old")
)

// useless reports whether a file will never be of use.
func useless(err error) bool {
	return slices.ContainsFunc([]error{sections.ErrDamaged, errOther, errOtherLog, errLate, errOld}, func(e error) bool { return errors.Is(err, e) })
}

// recall is the catalogue of a territory as it was kept on disk: up to a position of the change log. It is nil where there is none that
// can be used: one that cannot is said and removed.
func (s *Service) recall(ctx context.Context, t *territory.Territory) (*catalogue, error) {
	if s.keeper.Folder == "" {
		return nil, nil
	}
	c := newCatalogue(t, s.taxonomies, s.synonyms)
	path := s.keeper.path(t.Code)
	err := s.readKept(ctx, c, path)
	if err == nil {
		c.onDisk.Store(c.upTo)
		s.log.InfoContext(ctx, "an index was read from disk", "territory", t.Code, "cards", c.index.Len(), "position", c.upTo)
		return c, s.refreshFaulty(ctx, c)
	}
	if ctx.Err() != nil || errors.Is(err, fs.ErrNotExist) {
		return nil, ctx.Err()
	}
	s.log.InfoContext(ctx, "an index on disk is not used, all cards are read", "territory", t.Code, "file", path, "reason", err)
	if useless(err) { // else it could not be read, which may pass
		s.removeKept(ctx, filepath.Base(path))
	}
	return nil, nil
}

func (s *Service) removeKept(ctx context.Context, name string) {
	if err := os.Remove(filepath.Join(s.keeper.Folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.WarnContext(ctx, "an index on disk cannot be removed", "file", name, "error", err)
	}
}

// readKept fills a catalogue from a file.
func (s *Service) readKept(ctx context.Context, c *catalogue, path string) error {
	r, err := sections.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := s.readHead(ctx, c, r); err != nil {
		return err
	}
	if c.index, err = search.Read(searchConfig(c.territory, s.synonyms), r); err != nil {
		return err
	}
	c.notes = readNotes(r)
	return r.End()
}

// head is what a file begins with: of what it is.
type head struct {
	means    string // see meaning
	position int64  // of the change log, up to which it is right
	change   string // the change there, see changeAt
	made     time.Time
	cards    int
}

func (h head) write(w *sections.Writer) {
	w.Number(keptFormat)
	w.Text(h.means)
	w.Number(int(h.position))
	w.Text(h.change)
	w.Number(int(db.ToMillis(h.made)))
	w.Number(h.cards)
	w.End()
}

// readHead reads the head of a file into a catalogue, and says why the rest is of no use for it.
func (s *Service) readHead(ctx context.Context, c *catalogue, r *sections.Reader) error {
	r.Next()
	if format := r.Number(); r.Err() == nil && format != keptFormat {
		return errOther
	}
	h := head{means: r.Text(), position: int64(r.Number()), change: r.Text(), made: db.FromMillis(int64(r.Number())), cards: r.Number()}
	if err := r.Err(); err != nil {
		return err
	}
	c.upTo, c.made = h.position, h.made
	means, err := s.meaning(c)
	if err != nil {
		return err
	}
	change, err := changeAt(ctx, s.db.Read(), h.position)
	if err != nil {
		return err
	}
	changes, err := s.changesSince(ctx, c, h.position)
	switch {
	case err != nil:
		return err
	case h.means != means:
		return errOther
	case change == "" || h.change != change:
		return errOtherLog
	case s.tooOld(c):
		return errOld
	case changes > h.cards/lateShare:
		return errLate
	}
	return nil
}

// refreshFaulty looks again at the cards that could not be read, so that the log tells of them at each start.
func (s *Service) refreshFaulty(ctx context.Context, c *catalogue) error {
	faulty := slices.Collect(maps.Keys(c.notes.faulty))
	clear(c.notes.faulty)
	if len(faulty) == 0 {
		return nil
	}
	return s.refresh(ctx, c, faulty)
}

// meaning tells one way of making the documents of a catalogue from every other: the program, and what the index knows of the
// territory and of what codes mean. Synonyms and rules of French are part of the program.
func (s *Service) meaning(c *catalogue) (string, error) {
	program, err := s.keeper.Program()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %q", program, c.territory.Code, c.territory.TimeZone, c.territory.Languages, *c.glossary)
	for _, z := range c.territory.Zones {
		fmt.Fprintf(h, " %q", [...]string{z.Code, z.Parent, z.Name, z.Slug})
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// changeAt is the change of a position of the log, in words that no other base has for it; "" where the log has no such position. An index
// that is right up to a position is right for every base that has the same change there: the same one, or one restored from a
// backup of it. For a log that begins later it is not, since changes between may be missing.
func changeAt(ctx context.Context, q db.Querier, position int64) (string, error) {
	var code, kind, id string
	var at int64
	err := q.QueryRowContext(ctx, "SELECT territory, kind, id, at FROM changes WHERE seq = $1", position).Scan(&code, &kind, &id, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return fmt.Sprintf("%q %q %q %d", code, kind, id, at), err
}

func (s *Service) tooOld(c *catalogue) bool { return s.now().Sub(c.made) > longestKept }

// Keep writes the indexes to disk of which there is none, or one since which much changed; whatever else lies in their folder from
// territories that are gone and from writings that were broken off goes. Call it once all have been loaded, and then from time to
// time: it holds up nobody. What fails is told in the log.
func (s *Service) Keep(ctx context.Context) {
	if s.keeper.Folder == "" {
		return
	}
	s.keeper.turn.Lock()
	defer s.keeper.turn.Unlock()
	s.applying.Lock()
	s.mu.RLock()
	list, followed := slices.Collect(maps.Values(s.catalogues)), s.followed
	s.mu.RUnlock()
	s.applying.Unlock()
	s.clearKept(ctx, list)
	for _, c := range list {
		upTo := max(c.upTo, followed)
		wanted, err := s.wantsKeeping(ctx, c)
		if err == nil && wanted {
			err = s.keep(ctx, c, upTo)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.log.WarnContext(ctx, "an index cannot be kept on disk", "territory", c.territory.Code, "error", err)
		}
	}
}

// wantsKeeping reports whether an index should be written: as long as the next start would have little to catch up with, no.
func (s *Service) wantsKeeping(ctx context.Context, c *catalogue) (bool, error) {
	least := s.keeper.Fewest
	if least == 0 {
		least = fewestKept
	}
	if c.index.Len() < least || s.tooOld(c) {
		return false, nil
	}
	on := c.onDisk.Load()
	if _, err := os.Stat(s.keeper.path(c.territory.Code)); err != nil || on == 0 {
		return true, nil
	}
	changes, err := s.changesSince(ctx, c, on)
	return changes > min(c.index.Len()/100, mostChanges), err
}

// changesSince is how many changes of a territory's cards the log has behind a position.
func (s *Service) changesSince(ctx context.Context, c *catalogue, position int64) (n int, err error) {
	err = s.db.Read().QueryRowContext(ctx, "SELECT count(*) FROM changes WHERE territory = $1 AND kind = $2 AND seq > $3",
		c.territory.Code, listing.ChangeKind, position).Scan(&n)
	return n, err
}

// keep writes a catalogue whose index is right up to a position. What changes behind it while it is written may be in the file or not:
// who reads it applies it again.
func (s *Service) keep(ctx context.Context, c *catalogue, upTo int64) error {
	at, err := changeAt(ctx, s.db.Read(), upTo)
	if err != nil || at == "" {
		return err
	}
	means, err := s.meaning(c)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.keeper.Folder, 0o700); err != nil {
		return err
	}
	err = sections.Write(s.keeper.path(c.territory.Code), func(w *sections.Writer) error {
		head{means, upTo, at, c.made, c.index.Len()}.write(w)
		c.index.Write(w)
		c.notes.write(w)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	c.onDisk.Store(upTo)
	s.log.InfoContext(ctx, "an index was written to disk", "territory", c.territory.Code, "cards", c.index.Len(), "position", upTo)
	return nil
}

// clearKept removes the files that no catalogue of the list has a use for.
func (s *Service) clearKept(ctx context.Context, list []*catalogue) {
	entries, err := os.ReadDir(s.keeper.Folder)
	if err != nil {
		return // there is no folder yet
	}
	for _, e := range entries {
		name := e.Name()
		code, whole := strings.CutSuffix(name, keptSuffix)
		used := slices.ContainsFunc(list, func(c *catalogue) bool { return c.territory.Code == code && !s.tooOld(c) })
		half := strings.Contains(name, keptSuffix+".") && strings.HasSuffix(name, sections.HalfWritten)
		if whole && !used || half {
			s.removeKept(ctx, name)
		}
	}
}
