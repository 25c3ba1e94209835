package web

import (
	"context"
	"net/http"
	"net/url"
)

type resumedKey struct{}

// WithResumed hands the fields of a form whose sending was interrupted, by the end of a session for one, to the page that shows
// the form again.
func WithResumed(ctx context.Context, v url.Values) context.Context {
	return context.WithValue(ctx, resumedKey{}, v)
}

// Resumed are the fields that WithResumed put before the request, none where there are none.
func Resumed(r *http.Request) url.Values {
	v, _ := r.Context().Value(resumedKey{}).(url.Values)
	return v
}
