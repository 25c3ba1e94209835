package web

import (
	"context"
	"net/http"
	"net/url"
)

type resumedKey struct{}

// WithResumed hands the handlers what somebody typed into the form of this address before they had to sign in again.
func WithResumed(ctx context.Context, v url.Values) context.Context {
	return context.WithValue(ctx, resumedKey{}, v)
}

// Resumed is what was typed into the form of this address and not taken yet, nil for nothing: its page shows the form with
// these values.
func Resumed(r *http.Request) url.Values {
	v, _ := r.Context().Value(resumedKey{}).(url.Values)
	return v
}
