package web

import (
	"context"
	"net/http"
	"net/url"
)

type resumedKey struct{}

// WithResumed hands on the values of a form whose sending was interrupted by the end of a session, for the page of that form.
func WithResumed(ctx context.Context, v url.Values) context.Context {
	return context.WithValue(ctx, resumedKey{}, v)
}

// Resumed are the values of WithResumed, nil where no form was interrupted: a form's page fills its fields with them.
func Resumed(r *http.Request) url.Values {
	v, _ := r.Context().Value(resumedKey{}).(url.Values)
	return v
}
