package directory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// How many cards one statement reads, and how many at most go into the index at once: memory while a territory is read does not
// grow with it. Two processors make two segments of a batch, three quarters as large as segments may be: none of them is merged, and
// each learns its words once; larger ones would take more memory while they are made. Who reads waits while the index takes a batch in,
// but for some ranges: the index has all processors by then.
const (
	cardsPerRange = 5_000
	cardsPerBatch = 100_000
	rangesWaiting = 2
)

// Load reads the cards of the territories, of all where none is named, into fresh indexes, or an index that was kept on disk and what
// changed since. Each takes its place when it is whole: until then the former one answers and follows the changes. The smallest come
// first, so that a large one delays nobody. It gives the position in the change log from which to Apply what follows.
func (s *Service) Load(ctx context.Context, codes ...string) (int64, error) {
	after, err := db.LastChange(ctx, s.db.Read())
	if err != nil {
		return 0, err
	}
	territories, err := s.territories.List(ctx)
	if err != nil {
		return 0, err
	}
	sizes, err := s.listings.Sizes(ctx, s.db.Read())
	if err != nil {
		return 0, err
	}
	slices.SortStableFunc(territories, func(a, b *territory.Territory) int { return cmp.Compare(sizes[a.Code], sizes[b.Code]) })
	var failed []error
	for _, t := range territories {
		if len(codes) > 0 && !slices.Contains(codes, t.Code) {
			continue
		}
		if err := s.load(ctx, t.Code); err != nil {
			failed = append(failed, fmt.Errorf("directory: index of %s: %w", t.Code, err))
		}
	}
	return after, errors.Join(failed...)
}

// load reads the cards of a territory, again where the territory changes meanwhile in what the index knows of it.
func (s *Service) load(ctx context.Context, code string) error {
	s.count(code, 1)
	defer s.count(code, -1)
	for {
		t, err := s.territoryNow(ctx, code)
		if err != nil || t == nil {
			return err
		}
		fresh, err := s.recall(ctx, t)
		if err == nil && fresh == nil {
			fresh, err = s.anew(ctx, t)
		}
		if err != nil {
			return err
		}
		if installed, err := s.install(ctx, fresh); installed || err != nil {
			return err
		}
	}
}

// anew is the catalogue of a territory with all cards of the base.
func (s *Service) anew(ctx context.Context, t *territory.Territory) (*catalogue, error) {
	after, err := db.LastChange(ctx, s.db.Read())
	if err != nil {
		return nil, err
	}
	c := newCatalogue(t, s.taxonomies, s.synonyms)
	c.made, c.upTo = s.now(), after
	return c, s.readCards(ctx, c)
}

func (s *Service) count(code string, more int) {
	s.applying.Lock()
	defer s.applying.Unlock()
	s.loading[code] += more
}

// territoryNow is the territory as the base has it, nil where it is gone or cannot be read.
func (s *Service) territoryNow(ctx context.Context, code string) (*territory.Territory, error) {
	list, err := s.territories.List(ctx)
	for _, t := range list {
		if t.Code == code {
			return t, err
		}
	}
	return nil, err
}

// install brings a catalogue up to what changed behind its position of the log, and lets it answer. Changes are not applied
// meanwhile, so that it misses none; most of what came while it was read is caught up with before. It reports false where the
// territory became another one for the index.
func (s *Service) install(ctx context.Context, c *catalogue) (bool, error) {
	before, err := db.LastChange(ctx, s.db.Read())
	if err != nil {
		return false, err
	}
	if err := s.catchUp(ctx, c, c.upTo); err != nil {
		return false, err
	}
	s.applying.Lock()
	defer s.applying.Unlock()
	t, err := s.territoryNow(ctx, c.territory.Code)
	switch {
	case err != nil:
		return false, err
	case t == nil:
		s.put(c.territory.Code, nil)
		return true, nil
	case !indexedAlike(t, c.territory):
		return false, nil
	}
	if err := s.catchUp(ctx, c, before); err != nil {
		return false, err
	}
	c.upTo = before
	at, err := lastChanged(ctx, s.db.Read(), t.Code)
	if err != nil {
		return false, err
	}
	c.notes.touch(at)
	if former := s.catalogueOf(t.Code); former != nil {
		c.notes.touch(former.notes.updatedAt())
	}
	if s.renewing != nil {
		defer s.renewing(t.Code)()
	}
	s.put(t.Code, c.of(t))
	return true, nil
}

// put lets a catalogue answer, or none.
func (s *Service) put(code string, c *catalogue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.preparing, code)
	if c == nil {
		delete(s.catalogues, code)
	} else {
		s.catalogues[code] = c
	}
}

// catchUp applies what changed in a territory's cards behind a position of the log.
func (s *Service) catchUp(ctx context.Context, c *catalogue, after int64) error {
	rows, err := s.db.Read().QueryContext(ctx, "SELECT DISTINCT id FROM changes WHERE territory = $1 AND kind = $2 AND seq > $3",
		c.territory.Code, listing.ChangeKind, after)
	if err != nil {
		return err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for part := range slices.Chunk(ids, cardsPerRange) {
		if err := s.refresh(ctx, c, part); err != nil {
			return err
		}
	}
	return nil
}

// drafts are the cards of a range, written for the index.
type drafts struct {
	cards  []listing.Outline
	docs   []search.Doc
	reach  [][]string
	faulty []*listing.Faulty
}

// readCards fills a fresh catalogue with the published cards of the base. Reading and writing documents takes several goroutines,
// while the index takes up what they made.
func (s *Service) readCards(ctx context.Context, c *catalogue) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ranges, made := make(chan listing.Range), make(chan drafts, rangesWaiting)
	var readers sync.WaitGroup
	readers.Go(func() {
		defer close(ranges)
		err := s.listings.Ranges(ctx, s.db.Read(), c.territory.Code, cardsPerRange, func(r listing.Range) error {
			select {
			case ranges <- r:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		if err != nil {
			cancel(err)
		}
	})
	for range runtime.GOMAXPROCS(0) {
		readers.Go(func() {
			if err := s.draftRanges(ctx, c, ranges, made); err != nil {
				cancel(err)
			}
		})
	}
	go func() {
		readers.Wait()
		close(made)
	}()
	b := batch{index: c.index, most: cardsPerBatch}
	for d := range made {
		s.notePart(ctx, c, d)
		b.add(d.docs)
	}
	b.flush()
	return context.Cause(ctx)
}

// batch gathers documents for an index, which takes many at once.
type batch struct {
	index *search.Index
	most  int
	docs  []search.Doc
}

func (b *batch) add(docs []search.Doc) {
	if len(b.docs)+len(docs) > b.most {
		b.flush()
	}
	b.docs = append(b.docs, docs...)
}

func (b *batch) flush() {
	b.index.Apply(b.docs, nil)
	clear(b.docs)
	b.docs = b.docs[:0]
}

// draftRanges reads ranges of cards and makes their documents, until there are no more.
func (s *Service) draftRanges(ctx context.Context, c *catalogue, ranges <-chan listing.Range, made chan<- drafts) error {
	drafter := c.newDrafter()
	for r := range ranges {
		cards, faulty, err := s.listings.Outlines(ctx, s.db.Read(), c.territory.Code, r)
		if err != nil {
			return err
		}
		d := drafts{cards: cards, docs: make([]search.Doc, len(cards)), reach: make([][]string, len(cards)), faulty: faulty}
		for i := range cards {
			d.docs[i], d.reach[i] = drafter.document(&cards[i])
		}
		select {
		case made <- d:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (s *Service) notePart(ctx context.Context, c *catalogue, d drafts) {
	for i := range d.cards {
		c.notes.note(&d.cards[i], d.reach[i])
	}
	s.tellFaulty(ctx, c, d.faulty)
}

// tellFaulty logs each card that cannot be read, once.
func (s *Service) tellFaulty(ctx context.Context, c *catalogue, faulty []*listing.Faulty) {
	for _, f := range faulty {
		if c.notes.fault(f.ID) {
			s.log.ErrorContext(ctx, "a card cannot be read and is left out", "territory", c.territory.Code, "card", f.ID, "error", f.Err)
		}
	}
}
