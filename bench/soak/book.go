package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"grappe/bench/instance"
)

// What may differ between the first and the last third of the time, once warm: a little noise, and no growth.
const (
	mayGrowShare = 0.10
	mayGrowBytes = 8 << 20
	mayStay      = 5 // goroutines: those of pools that grew under load
)

// sampleEvery is how often the figures are noted.
const sampleEvery = time.Second

// The figures that are compared. The size at which the next collection begins is twice that of what lived at the last one.
const (
	resident = "process_resident_memory_bytes"
	living   = "go_memstats_next_gc_bytes"
	stacks   = "go_memstats_stack_inuse_bytes"
	routines = "go_goroutines"
	files    = "process_open_fds"
)

// book notes the figures of a process over time.
type book struct {
	p       *instance.Process
	from    time.Time // when it is warm
	figures []map[string]float64
}

func newBook(p *instance.Process, warm time.Duration) *book {
	return &book{p: p, from: time.Now().Add(warm)}
}

// keep notes figures until ctx ends.
func (b *book) keep(ctx context.Context) error {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if now.Before(b.from) {
				continue
			}
			figures, err := b.p.Figures(ctx)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return err
			}
			b.figures = append(b.figures, figures)
		}
	}
}

// judge compares the first third of the time with the last.
func (b *book) judge() error {
	third := len(b.figures) / 3
	if third == 0 {
		return errors.New("it was too short for figures to be compared")
	}
	var faults []error
	for _, name := range []string{resident, living, stacks, routines, files} {
		first, last := middle(b.figures[:third], name), middle(b.figures[len(b.figures)-third:], name)
		room := first*mayGrowShare + mayStay
		if first > mayGrowBytes/4 {
			room = first*mayGrowShare + mayGrowBytes
		}
		verdict := "ok"
		if last > first+room {
			verdict = "GROWS"
			faults = append(faults, fmt.Errorf("%s grew from %.0f to %.0f", name, first, last))
		}
		fmt.Printf("%-32s %12.0f at first %12.0f at last  %s\n", name, first, last, verdict)
	}
	return errors.Join(faults...)
}

func middle(figures []map[string]float64, name string) float64 {
	values := make([]float64, len(figures))
	for i, f := range figures {
		values[i] = f[name]
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// mustComeDown waits until the process has no more goroutines and files than before the visitors came.
func mustComeDown(ctx context.Context, p *instance.Process, before map[string]float64) error {
	var now map[string]float64
	for range 60 {
		var err error
		if now, err = p.Figures(ctx); err != nil {
			return err
		}
		if now[routines] <= before[routines]+mayStay && now["live_connections"] == 0 {
			fmt.Printf("goroutines: %.0f before, %.0f after; open files: %.0f, %.0f\n", before[routines], now[routines], before[files], now[files])
			return nil
		}
		time.Sleep(time.Second)
	}
	return fmt.Errorf("goroutines are left: %.0f before, %.0f after, %.0f live connections", before[routines], now[routines], now["live_connections"])
}
