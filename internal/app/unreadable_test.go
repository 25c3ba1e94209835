package app

import (
	"net/http"
	"testing"
)

// A form that cannot be read is no failure of ours, and its page says what to do.
func TestUnreadableForms(t *testing.T) {
	f, _ := real(t, Options{})
	v := f.visitor(t)
	v.signIn(louise)
	for _, path := range []string{"/connexion", "/connexion/code", "/connexion/confirmer", "/espace/courriels"} {
		got := v.send(http.MethodPost, "/nc"+path+"?x=%zz", nil)
		if got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", path, got.status)
			continue
		}
		mustHold(t, path, got.body, "Le formulaire n’est pas arrivé en entier.")
	}
}
