package territory

import "context"

type contextKey struct{}

// With hands the territory of a request to the handlers behind.
func With(ctx context.Context, t *Territory) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}

// Of is the territory that With put in the context, nil where there is none.
func Of(ctx context.Context) *Territory {
	t, _ := ctx.Value(contextKey{}).(*Territory)
	return t
}
