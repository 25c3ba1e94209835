package printed

import (
	"context"
	"net/http"
	"sync"
	"time"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/typeset"
)

// The limits of the press.
const (
	atOnce     = 2                // documents set at the same time
	queueFor   = 8 * time.Second  // how long a reader waits for a turn
	makeWithin = 60 * time.Second // from then on
	retryAfter = "10"             // seconds, for who had no turn
	keepFor    = 10 * time.Minute
	keepBytes  = 24 << 20 // of all kept documents
)

// printout is a document that was made.
type printout struct {
	body  []byte
	pages int
	made  time.Time
}

// press makes documents, few at once, and keeps the last ones for a while.
type press struct {
	now   func() time.Time
	turns chan struct{}
	codes typeset.Codes

	mu    sync.Mutex
	kept  map[string]printout
	bytes int
}

func newPress(now func() time.Time) *press {
	return &press{now: now, turns: make(chan struct{}, atOnce), kept: map[string]printout{}}
}

// print gives the document of a key, made by f unless it was a short while ago; that of the empty key is always made, and not
// kept. It waits for a turn, and returns
// errs.Unavailable when none comes.
func (p *press) print(ctx context.Context, key string, f func() (printout, error)) (printout, error) {
	if made, ok := p.find(key); ok {
		return made, nil
	}
	wait := time.NewTimer(queueFor)
	defer wait.Stop()
	select {
	case p.turns <- struct{}{}:
	case <-wait.C:
		return printout{}, errs.New(errs.Unavailable, "printed.busy", nil)
	case <-ctx.Done():
		return printout{}, context.Cause(ctx)
	}
	defer func() { <-p.turns }()
	if made, ok := p.find(key); ok { // by whoever had the turn before
		return made, nil
	}
	made, err := f()
	if err == nil && key != "" {
		made.made = p.now()
		p.keep(key, made)
	}
	return made, err
}

// find gives a document that was made a short while ago.
func (p *press) find(key string) (printout, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	made, ok := p.kept[key]
	if ok && p.now().Sub(made.made) > keepFor {
		p.drop(key)
		return printout{}, false
	}
	return made, ok
}

// keep remembers a document, and forgets the oldest where there are too many; the caller may go on using it.
func (p *press) keep(key string, made printout) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(key)
	p.kept[key] = made
	p.bytes += len(made.body)
	for p.bytes > keepBytes {
		oldest := ""
		for k, o := range p.kept {
			if oldest == "" || o.made.Before(p.kept[oldest].made) {
				oldest = k
			}
		}
		p.drop(oldest)
	}
}

// drop forgets a document; the caller holds the lock.
func (p *press) drop(key string) {
	p.bytes -= len(p.kept[key].body)
	delete(p.kept, key)
}

// refused tells a client that had no turn when to come back.
func refused(w http.ResponseWriter, err error) {
	if errs.Is(err, errs.Unavailable) {
		w.Header().Set("Retry-After", retryAfter)
	}
}
