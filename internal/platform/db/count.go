package db

import (
	"context"
	"sync/atomic"
)

// Counter counts statements.
type Counter struct{ n atomic.Int64 }

// N is the number of statements so far.
func (c *Counter) N() int64 { return c.n.Load() }

type counterKey struct{}

// CountStatements gives a context that counts the statements run under it, so that a test can say how many a page
// or a use case may take.
func CountStatements(ctx context.Context) (context.Context, *Counter) {
	c := new(Counter)
	return context.WithValue(ctx, counterKey{}, c), c
}

func (d *DB) count(ctx context.Context, query string) {
	if c, ok := ctx.Value(counterKey{}).(*Counter); ok {
		c.n.Add(1)
	}
	if d.observe != nil {
		d.observe(query)
	}
}
