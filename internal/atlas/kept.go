package atlas

import (
	"context"
	"fmt"
	"sync"
)

// kept is a value that is made once, when it is first asked for, and then kept. Many may ask at once: one making serves them
// all, goes on when any of them leaves, and none waits longer than its own context. The zero value is ready.
type kept[T any] struct {
	once  sync.Once
	done  chan struct{}
	value T
	err   error
}

// get gives the value, which the first caller's make makes; its error is kept as well.
func (k *kept[T]) get(ctx context.Context, draw func() (T, error)) (T, error) {
	k.once.Do(func() {
		k.done = make(chan struct{})
		go func() {
			defer close(k.done)
			defer func() {
				if r := recover(); r != nil {
					k.err = fmt.Errorf("atlas: %v", r)
				}
			}()
			k.value, k.err = draw()
		}()
	})
	select {
	case <-k.done:
		return k.value, k.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
