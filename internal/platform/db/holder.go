package db

import (
	"context"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Holder names one piece of work in a lease, and the process that does it.
type Holder struct {
	ID   string
	Host string
	PID  int64
}

// NewHolder is a holder in this process. It names the machine as far as process numbers mean anything in it: two containers
// of one machine may have one host name, but not one namespace.
func NewHolder() Holder {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err == nil {
		host += " " + space
	}
	return Holder{ID: NewID(), Host: host, PID: int64(os.Getpid())}
}

// Machine is the name of the host as people know it.
func (h Holder) Machine() string {
	name, _, _ := strings.Cut(h.Host, " ")
	return name
}

// Process is the number of the process as people know it.
func (h Holder) Process() string { return strconv.FormatInt(h.PID, 10) }

// MayRun reports whether the process of the holder may still be there, as far as another holder can see: one of another
// machine always may.
func (h Holder) MayRun(asks Holder) bool { return h.Host != asks.Host || processRuns(h.PID) }

// processRuns asks the system for a process of this machine; true where it cannot tell.
func processRuns(pid int64) bool {
	if runtime.GOOS == "windows" {
		return true
	}
	p, err := os.FindProcess(int(pid))
	if err != nil {
		return false
	}
	defer p.Release() //nolint:errcheck // nothing to release on Unix
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, syscall.EPERM)
}

// Beat calls do again and again while a lease is held, which do renews. It ends with ctx or by stop, which waits for a call that
// goes on.
func Beat(ctx context.Context, every time.Duration, do func(ctx context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				do(ctx)
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}
