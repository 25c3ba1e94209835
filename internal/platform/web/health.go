package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Check is one thing without which requests cannot be served: the database, the index.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

// checkTimeout bounds all checks together: who asks is a machine that asks again.
const checkTimeout = 5 * time.Second

// Health says whether the process is alive and whether it is ready for requests.
type Health struct {
	checks   []Check
	draining chan struct{}
	once     sync.Once
	log      *slog.Logger // of the server, which sets it before it serves; nil: the request's
}

// NewHealth makes the state of a process that is ready when all checks pass.
func NewHealth(checks ...Check) *Health {
	return &Health{checks: checks, draining: make(chan struct{})}
}

// Drain makes the process unready for good: it is about to stop.
func (h *Health) Drain() { h.once.Do(func() { close(h.draining) }) }

// healthJSON is the body of both addresses.
type healthJSON struct {
	Status string   `json:"status"`
	Failed []string `json:"failed,omitempty"`
}

// Live answers 200 as long as the process can answer at all.
func (h *Health) Live(w http.ResponseWriter, r *http.Request) error {
	CacheNever(w)
	return JSON(w, r, http.StatusOK, healthJSON{Status: "alive"})
}

// Ready runs the checks, all at once, and answers 503 with the names of those that fail; why they do is for the log only.
func (h *Health) Ready(w http.ResponseWriter, r *http.Request) error {
	CacheNever(w)
	select {
	case <-h.draining:
		return JSON(w, r, http.StatusServiceUnavailable, healthJSON{Status: "stopping", Failed: []string{"shutdown"}})
	default:
	}
	if failed := h.run(r.Context()); len(failed) > 0 {
		return JSON(w, r, http.StatusServiceUnavailable, healthJSON{Status: "unready", Failed: failed})
	}
	return JSON(w, r, http.StatusOK, healthJSON{Status: "ready"})
}

func (h *Health) run(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	failures := make([]error, len(h.checks))
	var running sync.WaitGroup
	for i, check := range h.checks {
		running.Go(func() { failures[i] = check.Run(ctx) })
	}
	running.Wait()
	log := h.log
	if log == nil {
		log = Logger(ctx)
	}
	var failed []string
	for i, err := range failures {
		if err != nil {
			failed = append(failed, h.checks[i].Name)
			log.Warn("not ready", "check", h.checks[i].Name, "error", err.Error())
		}
	}
	return failed
}
