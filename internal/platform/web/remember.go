package web

import (
	"context"
	"time"
)

// Remembered asks at most once in a while, and gives the same answer until then: for what anybody may ask for, as often
// as they please. An asker that leaves before the answer leaves none behind.
func Remembered(d time.Duration, now func() time.Time, ask func(context.Context) error) func(context.Context) error {
	var until time.Time
	var answer error
	one := make(chan struct{}, 1) // who holds it may read and write the two above
	return func(ctx context.Context) error {
		select {
		case one <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		defer func() { <-one }()
		if now().Before(until) {
			return answer
		}
		answer = ask(ctx)
		if ctx.Err() == nil {
			until = now().Add(d)
		}
		return answer
	}
}
