package fetch

import (
	"io"
	"sync/atomic"
	"time"
)

// watch counts what is read, for whoever judges whether it comes fast enough.
type watch struct {
	r    io.Reader
	read atomic.Int64
}

func newWatch(r io.Reader) *watch { return &watch{r: r} }

func (w *watch) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.read.Add(int64(n))
	return n, err
}

// guard calls slow when fewer than least bytes arrive between two ticks, and ends then or with done.
func (w *watch) guard(ticks <-chan time.Time, done <-chan struct{}, least int64, slow func()) {
	for before := int64(0); ; {
		select {
		case <-done:
			return
		case <-ticks:
		}
		now := w.read.Load()
		if now-before < least {
			slow()
			return
		}
		before = now
	}
}
