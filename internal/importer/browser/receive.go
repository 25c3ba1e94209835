package browser

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/tabular"
	"grappe/internal/territory"
)

const (
	partBytes = 1 << 20
	// readAtOnce is how large a file may be to be read while the person waits for the answer.
	readAtOnce = 2 << 20
	// unpackedAtOnce is how much of a workbook may be unpacked meanwhile.
	unpackedAtOnce = 24 << 20
	// aLargeFile is read as long work is done: nobody's mail waits behind it.
	aLargeFile   = 8 << 20
	cleanUpAfter = 5 * time.Second
)

// Receive keeps a file, in parts that every node sees, and reads it: at once where it is small. What holds no table is refused and
// leaves nothing behind; the errors are those of tabular.Open and Reader.Next, errs.TooLarge, errs.Forbidden for a territory that is
// a copy.
func (s *Service) Receive(ctx context.Context, by account.Actor, name string, in io.Reader) (u Upload, err error) {
	if err := s.mayImport(ctx, by); err != nil {
		return u, err
	}
	u = Upload{ID: db.NewID(), Territory: by.Territory, Person: by.Person, File: cmp.Or(files.CleanName(name), "fichier"), State: Receiving, CreatedAt: s.Now(), Version: 1}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.insert(ctx, tx, u) }); err != nil {
		return u, err
	}
	defer func() {
		if err != nil {
			s.drop(ctx, u.ID)
		}
	}()
	small, err := s.keep(ctx, &u, in)
	if err != nil {
		return u, err
	}
	u.State = Reading
	kind := s.readKind(u)
	if small != nil {
		switch err := s.readIn(ctx, &u, bytes.NewReader(small), unpackedAtOnce, nil); {
		case unpacksSlowly(err):
			kind = kindReadLarge
		case err != nil:
			return u, err
		}
	}
	return u, s.DB.Write(ctx, func(tx *db.Tx) error {
		next := u
		if err := s.store.save(ctx, tx, &next, s.Now()); err != nil {
			return err
		}
		if next.State == Reading {
			if err := s.enqueue(ctx, tx, kind, next, by.Person); err != nil {
				return err
			}
		}
		if err := s.Accounts.Note(ctx, tx, by, audit.Entry{Action: "imports.file_given", Kind: "import_file", Object: u.ID}); err != nil {
			return err
		}
		tx.AfterCommit(func() { u = next })
		return nil
	})
}

// keep writes a file to the base part by part, and gives the whole of one that is small.
func (s *Service) keep(ctx context.Context, u *Upload, in io.Reader) (small []byte, err error) {
	buffer := make([]byte, partBytes)
	for {
		n, err := fill(in, buffer)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		part := buffer[:n]
		if u.Parts == 0 {
			if err := tabular.Refuse(u.File, part); err != nil {
				return nil, err
			}
		}
		if u.Size += int64(n); u.Size > MaxFile {
			return nil, tooLarge(u.File)
		}
		if n > 0 {
			if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.addPart(ctx, tx, u.ID, u.Parts, part) }); err != nil {
				return nil, err
			}
			u.Parts++
		}
		if u.Size <= readAtOnce {
			small = append(small, part...)
		} else {
			small = nil
		}
		if err != nil {
			return small, nil
		}
	}
}

// fill reads until the buffer is full or the file ends, with io.EOF. A file that breaks off is none.
func fill(in io.Reader, buffer []byte) (n int, err error) {
	for n < len(buffer) && err == nil {
		var more int
		more, err = in.Read(buffer[n:])
		n += more
	}
	tooMuch := new(http.MaxBytesError)
	if err == nil || errors.Is(err, io.EOF) || errors.As(err, &tooMuch) {
		return n, err
	}
	return n, errs.Wrap(err, errs.Invalid, "imports.file_broken", nil)
}

func tooLarge(file string) error {
	return errs.New(errs.TooLarge, "imports.too_large", errs.Args{"file": file, "limit": MaxFile / 1_000_000})
}

// drop takes an upload away, whatever became of the request.
func (s *Service) drop(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpAfter)
	defer cancel()
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.delete(ctx, tx, id) }); err != nil {
		s.Log.WarnContext(ctx, "a file that was refused is still in the base", "upload", id, "error", err)
	}
}

// unpacksSlowly reports whether a file was not read because it is a small workbook of much content, though not of too much.
func unpacksSlowly(err error) bool {
	e := errs.As(err)
	if e == nil || e.Key != "tabular.workbook-too-large" {
		return false
	}
	size, ok := e.Args["size"].(int64) // in MB
	return ok && size <= maxUnpacked>>20
}

// readIn reads a file that was kept and chooses how to read it on.
func (s *Service) readIn(ctx context.Context, u *Upload, in io.ReaderAt, unpacked int64, progress func(done, total int64)) error {
	t, err := s.Territory(ctx, u.Territory)
	if err != nil {
		return err
	}
	if u.Sample, err = readSample(ctx, u.File, u.Sample.Sheet, in, u.Size, unpacked, t, progress); err != nil {
		return err
	}
	u.State, u.Fault, u.Trial, u.Done, u.Total = Ready, nil, nil, 0, 0
	return s.chooseBest(ctx, u, t)
}

// chooseBest takes the mapping that fits best: one that was made for such files, else what the columns suggest.
func (s *Service) chooseBest(ctx context.Context, u *Upload, t *territory.Territory) error {
	offers, err := s.offers(ctx, s.DB.Read(), t, *u, t.Languages[0])
	if err != nil {
		return err
	}
	best := offers[len(offers)-1] // the guess
	if offers[0].good() {
		best = offers[0]
	}
	if best.Origin.Kind != fromOwn {
		u.choose(best)
		return nil
	}
	last, _, err := s.Importer.LastOf(ctx, u.Territory, best.mapping.Key)
	if err != nil {
		return err
	}
	if name := nameOf(u.File); name == nameOf(last.File) || name == nameOf(best.mapping.Key) {
		u.choose(best)
	} else {
		u.borrow(best)
	}
	return nil
}

// nameOf is what stays the same in the names of the files of a source: neither days nor versions.
func nameOf(file string) string { return strings.Trim(keyOf(titleFrom(file)), "-0123456789") }

// mayImport returns nil for who may import into their territory: the errors of Require, and errs.Forbidden for a territory whose cards
// are another instance's.
func (s *Service) mayImport(ctx context.Context, by account.Actor) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	copied, err := s.copied(ctx, by.Territory)
	if err == nil && copied {
		err = errs.New(errs.Forbidden, "imports.copy", nil)
	}
	return err
}

// copied reports whether the cards of a territory are another instance's.
func (s *Service) copied(ctx context.Context, territory string) (bool, error) {
	kept, err := s.listings.Keeper(ctx, s.DB.Read(), territory)
	return kept != "", err
}
