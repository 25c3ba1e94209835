package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"grappe/internal/platform/errs"
)

// permanent is an error after which there is no further attempt.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks an error after which the job is not tried again, but is a dead letter at once. It gives nil for nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

var (
	errLost    = errors.New("queue: the lease was lost")
	errTimeout = fmt.Errorf("queue: the time of the attempt is over: %w", context.DeadlineExceeded)
	// errDied is what befell a job whose last attempt never ended.
	errDied = errors.New("queue: the process ended before the job")
)

// panicked is the error of a handler that panicked. What it panicked with is not in its text: it may hold anything.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return "queue: " + p.words() }

func (p *panicked) words() string {
	if err, ok := p.value.(runtime.Error); ok {
		return "panic: " + err.Error()
	}
	return fmt.Sprintf("panic: %T", p.value)
}

// guarded calls a handler and makes an error of its panic.
func guarded(ctx context.Context, do func(context.Context, Job) error, j Job) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{value: v, stack: debug.Stack()}
		}
	}()
	return do(ctx, j)
}

// longestReason is how long the text of a failure may be.
const longestReason = 200

// reason says in a few words why a job failed: the key of the error's sentence where it has one, else its type. The text of an
// error is for the log alone; the reason is shown, and errors of others may quote what they were given.
func reason(err error) string {
	words := fmt.Sprintf("%T", innermost(err))
	if p, ok := errors.AsType[*panicked](err); ok {
		words = p.words()
	} else if e := errs.As(err); e != nil {
		words = e.Key
	} else if errors.Is(err, errDied) {
		words = "process ended"
	} else if errors.Is(err, context.DeadlineExceeded) {
		words = "timeout"
	} else if errors.Is(err, context.Canceled) {
		words = "cancelled"
	}
	if r := []rune(words); len(r) > longestReason {
		words = string(r[:longestReason])
	}
	return words
}

func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
