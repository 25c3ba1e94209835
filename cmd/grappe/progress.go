package main

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// busy shows on a terminal, once the work has lasted for a while, that it goes on; stop takes it away.
func (o *output) busy(key string) (stop func()) {
	if !o.terminal() {
		return func() {}
	}
	var mu sync.Mutex
	var bar *progressbar.ProgressBar
	stopped := false
	timer := time.AfterFunc(patience, func() {
		mu.Lock()
		defer mu.Unlock()
		if !stopped {
			bar = progressbar.NewOptions(-1, progressbar.OptionSetWriter(o.stderr), progressbar.OptionSetDescription(o.T(key)),
				progressbar.OptionSetElapsedTime(true), progressbar.OptionClearOnFinish())
			_ = bar.RenderBlank() // what cannot be drawn stops no work
		}
	})
	return func() {
		timer.Stop()
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		if bar != nil {
			_ = bar.Finish()
		}
	}
}

// reading shows on a terminal how much of a file has been read, once that has lasted for a while.
func (o *output) reading(r io.Reader, size int64, now func() time.Time) io.Reader {
	show := o.progress(now)
	if show == nil || size <= 0 {
		return r
	}
	return &watched{r: r, size: size, show: show}
}

// watched tells how far a reader has come, in thousandths.
type watched struct {
	r          io.Reader
	size, done int64
	show       func(done, total int)
}

const thousand = 1000

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.done += int64(n)
	w.show(int(w.done*thousand/w.size), thousand)
	return n, err
}
