package oidc

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// liar is a provider that says whatever a test wants, and nothing wrong otherwise. Its fields are set between requests.
type liar struct {
	t     testing.TB
	w     *world
	url   string
	mu    sync.Mutex
	codes map[string]url.Values // what each code was asked with
	asked map[string]int        // requests, by path

	key       *rsa.PrivateKey
	kid       string
	published map[string]*rsa.PrivateKey // by kid

	describes func(says map[string]any)     // changes the description
	claims    func(c map[string]any)        // changes the ID token
	token     func(c map[string]any) string // makes the ID token
	answers   func(q url.Values)            // changes the answer by the browser
	tokens    func(says map[string]any)     // changes the answer of the token endpoint
	userInfo  map[string]any                // nil: it has none
	instead   map[string]http.HandlerFunc   // by path
}

// Two keys for all tests: making one takes a while.
var keys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var out [2]*rsa.PrivateKey
	for i := range out {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		out[i] = k
	}
	return out
})

// newLiar starts a provider and writes it down under a code.
func newLiar(t testing.TB, w *world, code string) *liar {
	t.Helper()
	l := &liar{t: t, w: w, codes: map[string]url.Values{}, asked: map[string]int{}, key: keys()[0], kid: "one", instead: map[string]http.HandlerFunc{}}
	l.published = map[string]*rsa.PrivateKey{"one": l.key}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", l.describe)
	mux.HandleFunc("GET /authorize", l.authorize)
	mux.HandleFunc("POST /token", l.exchange)
	mux.HandleFunc("GET /keys", l.keys)
	mux.HandleFunc("GET /keys2", l.keys)
	mux.HandleFunc("GET /userinfo", func(rw http.ResponseWriter, _ *http.Request) { l.write(rw, http.StatusOK, l.userInfo) })
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.asked[r.URL.Path]++
		if h := l.instead[r.URL.Path]; h != nil {
			h(rw, r)
			return
		}
		mux.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	l.url = server.URL
	w.save(t, Provider{Code: code, Name: "Menteur " + code, Issuer: l.url, ClientID: "us", ClientSecret: "secret", Domains: []string{"exemple.nc"}})
	return l
}

// change sets fields of the liar while it may be asked.
func (l *liar) change(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
}

func (l *liar) count(path string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked[path]
}

func (l *liar) write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		l.t.Log(err) // the client may be gone
	}
}

func (l *liar) describe(w http.ResponseWriter, _ *http.Request) {
	says := map[string]any{
		"issuer": l.url, "authorization_endpoint": l.url + "/authorize", "token_endpoint": l.url + "/token", "jwks_uri": l.url + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"},
	}
	if l.userInfo != nil {
		says["userinfo_endpoint"] = l.url + "/userinfo"
	}
	if l.describes != nil {
		l.describes(says)
	}
	l.write(w, http.StatusOK, says)
}

func (l *liar) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": "us", "scope": "openid email profile", "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			l.t.Errorf("asked with %s=%q", name, q.Get(name))
		}
	}
	code := rand.Text()
	l.codes[code] = q
	back := url.Values{"code": {code}, "state": {q.Get("state")}}
	if l.answers != nil {
		l.answers(back)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (l *liar) exchange(w http.ResponseWriter, r *http.Request) {
	asked, ok := l.codes[r.PostFormValue("code")]
	delete(l.codes, r.PostFormValue("code"))
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if !ok || base64url(sum[:]) != asked.Get("code_challenge") || r.PostFormValue("redirect_uri") != asked.Get("redirect_uri") || id != "us" || secret != "secret" {
		l.write(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "secret"})
		return
	}
	now := l.w.Now()
	claims := map[string]any{
		"iss": l.url, "aud": "us", "sub": "s1", "nonce": asked.Get("nonce"), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
		"email": "marie@exemple.nc", "email_verified": true, "name": "Marie",
	}
	if l.claims != nil {
		l.claims(claims)
	}
	id = l.sign(claims)
	if l.token != nil {
		id = l.token(claims)
	}
	says := map[string]any{"access_token": "secret-access", "token_type": "Bearer", "expires_in": 60, "id_token": id}
	if l.tokens != nil {
		l.tokens(says)
	}
	l.write(w, http.StatusOK, says)
}

func (l *liar) keys(w http.ResponseWriter, _ *http.Request) {
	list := []any{}
	for kid, k := range l.published {
		list = append(list, map[string]any{
			"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": base64url(k.N.Bytes()), "e": base64url(big.NewInt(int64(k.E)).Bytes()),
		})
	}
	l.write(w, http.StatusOK, map[string]any{"keys": list})
}

// sign makes a token as the specification says.
func (l *liar) sign(claims map[string]any) string {
	head := tokenPart(l.t, map[string]any{"alg": "RS256", "kid": l.kid}) + "." + tokenPart(l.t, claims)
	sum := sha256.Sum256([]byte(head))
	signature, err := rsa.SignPKCS1v15(rand.Reader, l.key, crypto.SHA256, sum[:])
	if err != nil {
		l.t.Error(err)
	}
	return head + "." + base64url(signature)
}

func tokenPart(t testing.TB, v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		t.Error(err)
	}
	return base64url(text)
}

func base64url(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// accessHash is at_hash of an access token (OpenID Connect Core, 3.1.3.6).
func accessHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64url(sum[:16])
}

// says answers any request.
func says(status int, kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, text)
	}
}
