package office

import (
	"net/http"

	"grappe/internal/account"
	"grappe/internal/platform/web"
)

// SignedIn is h for who has signed in.
func SignedIn(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := account.Of(r.Context()).RequireSignedIn(); err != nil {
			return err
		}
		return h(w, r)
	}
}
