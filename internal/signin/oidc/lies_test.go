package oidc

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/platform/errs"
)

func set(name string, value any) func(map[string]any) {
	return func(m map[string]any) {
		if m[name] = value; value == nil {
			delete(m, name)
		}
	}
}

// What a provider may say and be believed.
func TestBelieved(t *testing.T) {
	w := newWorld(t)
	mail := func(value any) func(map[string]any) { return set("email_verified", value) }
	for name, tt := range map[string]struct {
		change func(l *liar)
		mail   string
	}{
		"nothing odd":         {func(*liar) {}, "marie@exemple.nc"},
		"verified as text":    {func(l *liar) { l.claims = mail("true") }, "marie@exemple.nc"},
		"several audiences":   {func(l *liar) { l.claims = func(c map[string]any) { c["aud"], c["azp"] = []string{"them", "us"}, "us" } }, "marie@exemple.nc"},
		"the access token's":  {func(l *liar) { l.claims = set("at_hash", accessHash("secret-access")) }, "marie@exemple.nc"},
		"its clock is behind": {func(l *liar) { l.claims = set("exp", l.w.Now().Add(-30*time.Second).Unix()) }, "marie@exemple.nc"},
		"its clock is ahead":  {func(l *liar) { l.claims = set("iat", l.w.Now().Add(2*time.Minute).Unix()) }, "marie@exemple.nc"},
		"it names itself": {func(l *liar) {
			l.describes, l.answers = set("authorization_response_iss_parameter_supported", true), func(q url.Values) { q.Set("iss", l.url) }
		}, "marie@exemple.nc"},
		"no key identifier": {func(l *liar) { l.kid = "" }, "marie@exemple.nc"},
		"mail in userinfo": {func(l *liar) {
			l.claims, l.userInfo = set("email", nil), map[string]any{"sub": "s1", "email": "paul@exemple.nc", "email_verified": "true"}
		}, "paul@exemple.nc"},
		"an accent in the place": {func(l *liar) { l.claims = set("email", "marie@Numéa.nc") }, "marie@xn--numa-dpa.nc"},
	} {
		t.Run(name, func(t *testing.T) {
			w.door.proofs = nil
			l := newLiar(t, w, "a")
			l.change(func() { tt.change(l) })
			got := w.browser(t).get(w.url + Path("a"))
			proof, n := w.door.last()
			want := Proof{
				Territory: "nc", Provider: "a", Issuer: l.url, Subject: "s1", Mail: tt.mail, Name: "Marie", SpeaksFor: strings.HasSuffix(tt.mail, "@exemple.nc"),
			}
			if n != 1 || proof != want || got.status != http.StatusOK {
				t.Errorf("%d %s: %+v\n%s", got.status, got.key, proof, w.log)
			}
		})
	}
}

// What a provider may say and is not believed.
func TestNotBelieved(t *testing.T) {
	w := newWorld(t)
	hmacToken := func(l *liar, secret []byte) func(map[string]any) string {
		return func(c map[string]any) string {
			head := tokenPart(l.t, map[string]any{"alg": "HS256", "kid": l.kid}) + "." + tokenPart(l.t, c)
			mac := hmac.New(sha256.New, secret)
			mac.Write([]byte(head))
			return head + "." + base64url(mac.Sum(nil))
		}
	}
	unsigned := func(l *liar, alg string) func(map[string]any) string {
		return func(c map[string]any) string {
			return tokenPart(l.t, map[string]any{"alg": alg}) + "." + tokenPart(l.t, c) + "."
		}
	}
	claim := func(name string, value any) func(l *liar) { return func(l *liar) { l.claims = set(name, value) } }
	userInfo := func(info map[string]any) func(l *liar) {
		return func(l *liar) { l.claims, l.userInfo = set("email", nil), info }
	}
	instead := func(path string, h http.HandlerFunc) func(l *liar) { return func(l *liar) { l.instead[path] = h } }
	answers := func(name, value string) func(l *liar) {
		return func(l *liar) { l.answers = func(q url.Values) { q.Set(name, value) } }
	}
	broken := says(http.StatusInternalServerError, "text/html", "<h1>secret</h1>")
	for name, tt := range map[string]struct {
		change func(l *liar)
		kind   errs.Kind
		key    string
	}{
		"mail not verified":       {claim("email_verified", false), errs.Forbidden, "oidc.mail_unverified"},
		"verified not said":       {claim("email_verified", nil), errs.Forbidden, "oidc.mail_unverified"},
		"verified by a number":    {claim("email_verified", 1), errs.Forbidden, "oidc.mail_unverified"},
		"verified by TRUE":        {claim("email_verified", "TRUE"), errs.Forbidden, "oidc.mail_unverified"},
		"no mail":                 {claim("email", nil), errs.Forbidden, "oidc.no_mail"},
		"two mails":               {claim("email", "a@exemple.nc, b@exemple.nc"), errs.Forbidden, "oidc.no_mail"},
		"a mail with a name":      {claim("email", "Marie <a@exemple.nc>"), errs.Forbidden, "oidc.no_mail"},
		"a mail with quotes":      {claim("email", `"a@b"@exemple.nc`), errs.Forbidden, "oidc.no_mail"},
		"a mail that is a list":   {claim("email", []string{"a@exemple.nc"}), errs.Forbidden, "oidc.bad_answer"},
		"another nonce":           {claim("nonce", "n"), errs.Forbidden, "oidc.bad_answer"},
		"no nonce":                {claim("nonce", nil), errs.Forbidden, "oidc.bad_answer"},
		"another audience":        {claim("aud", "them"), errs.Forbidden, "oidc.bad_answer"},
		"audiences without party": {claim("aud", []string{"us", "them"}), errs.Forbidden, "oidc.bad_answer"},
		"another party":           {claim("azp", "them"), errs.Forbidden, "oidc.bad_answer"},
		"another issuer":          {claim("iss", "https://accounts.exemple.nc"), errs.Forbidden, "oidc.bad_answer"},
		"no subject":              {claim("sub", nil), errs.Forbidden, "oidc.bad_answer"},
		"a long subject":          {claim("sub", strings.Repeat("s", 256)), errs.Forbidden, "oidc.bad_answer"},
		"expired":                 {func(l *liar) { l.claims = set("exp", l.w.Now().Add(-2*time.Minute).Unix()) }, errs.Forbidden, "oidc.bad_answer"},
		"no expiry":               {claim("exp", nil), errs.Forbidden, "oidc.bad_answer"},
		"issued tomorrow":         {func(l *liar) { l.claims = set("iat", l.w.Now().Add(24*time.Hour).Unix()) }, errs.Forbidden, "oidc.bad_answer"},
		"not valid yet":           {func(l *liar) { l.claims = set("nbf", l.w.Now().Add(24*time.Hour).Unix()) }, errs.Forbidden, "oidc.bad_answer"},
		"another access token":    {claim("at_hash", accessHash("another")), errs.Forbidden, "oidc.bad_answer"},
		"alg none":                {func(l *liar) { l.token = unsigned(l, "none") }, errs.Forbidden, "oidc.bad_answer"},
		"RS256 without signature": {func(l *liar) { l.token = unsigned(l, "RS256") }, errs.Forbidden, "oidc.bad_answer"},
		"signed by our secret":    {func(l *liar) { l.token = hmacToken(l, []byte("secret")) }, errs.Forbidden, "oidc.bad_answer"},
		"signed by its modulus":   {func(l *liar) { l.token = hmacToken(l, l.key.N.Bytes()) }, errs.Forbidden, "oidc.bad_answer"},
		"an unknown key":          {func(l *liar) { l.key = keys()[1] }, errs.Forbidden, "oidc.bad_answer"},
		"an unknown key's name":   {func(l *liar) { l.kid = "two" }, errs.Forbidden, "oidc.bad_answer"},
		"no ID token":             {func(l *liar) { l.tokens = set("id_token", nil) }, errs.Forbidden, "oidc.bad_answer"},
		"an ID token of numbers":  {func(l *liar) { l.tokens = set("id_token", 1) }, errs.Forbidden, "oidc.bad_answer"},
		"no access token":         {func(l *liar) { l.tokens = set("access_token", nil) }, errs.Forbidden, "oidc.bad_answer"},
		"userinfo of another":     {userInfo(map[string]any{"sub": "s2", "email": "a@exemple.nc", "email_verified": true}), errs.Forbidden, "oidc.bad_answer"},
		"userinfo of nobody":      {userInfo(map[string]any{"email": "a@exemple.nc", "email_verified": true}), errs.Forbidden, "oidc.bad_answer"},
		"userinfo not verified":   {userInfo(map[string]any{"sub": "s1", "email": "a@exemple.nc"}), errs.Forbidden, "oidc.mail_unverified"},
		"userinfo without mail":   {userInfo(map[string]any{"sub": "s1", "email_verified": true}), errs.Forbidden, "oidc.no_mail"},
		"mail here, word there": {func(l *liar) {
			l.claims, l.userInfo = func(c map[string]any) { c["email_verified"] = nil }, map[string]any{"sub": "s1", "email": "a@exemple.nc", "email_verified": true}
		}, errs.Forbidden, "oidc.mail_unverified"},

		"description: 500":        {instead("/.well-known/openid-configuration", broken), errs.Unavailable, "oidc.down"},
		"description: HTML":       {instead("/.well-known/openid-configuration", says(200, "text/html", "<h1>secret</h1>")), errs.Unavailable, "oidc.down"},
		"description: too large":  {instead("/.well-known/openid-configuration", says(200, "application/json", `{"issuer":"`+strings.Repeat("secret", mostBytes/6))), errs.Unavailable, "oidc.down"},
		"description: elsewhere":  {instead("/.well-known/openid-configuration", http.RedirectHandler("/keys", http.StatusFound).ServeHTTP), errs.Unavailable, "oidc.down"},
		"description: of another": {func(l *liar) { l.describes = set("issuer", "https://accounts.exemple.nc") }, errs.Unavailable, "oidc.down"},
		"description: no place":   {func(l *liar) { l.describes = set("authorization_endpoint", nil) }, errs.Unavailable, "oidc.down"},
		"description: a script":   {func(l *liar) { l.describes = set("authorization_endpoint", "javascript:alert(1)") }, errs.Unavailable, "oidc.down"},
		"description: metadata":   {func(l *liar) { l.describes = set("token_endpoint", "http://169.254.169.254/token") }, errs.Unavailable, "oidc.down"},
		"tokens: 500":             {instead("/token", broken), errs.Unavailable, "oidc.down"},
		"tokens: HTML":            {instead("/token", says(200, "text/html", "<h1>secret</h1>")), errs.Forbidden, "oidc.bad_answer"},
		"tokens: elsewhere":       {instead("/token", http.RedirectHandler("/keys", http.StatusTemporaryRedirect).ServeHTTP), errs.Unavailable, "oidc.down"},
		"tokens: who are you":     {instead("/token", says(401, "application/json", `{"error":"invalid_client","error_description":"secret"}`)), errs.Unavailable, "oidc.misconfigured"},
		"tokens: used":            {instead("/token", says(400, "application/json", `{"error":"invalid_grant","error_description":"secret"}`)), errs.Usage, "oidc.start_again"},
		"tokens: too large":       {instead("/token", says(200, "application/json", `{"access_token":"`+strings.Repeat("secret", mostBytes/6)+`"}`)), errs.Forbidden, "oidc.bad_answer"},
		"keys: 500":               {instead("/keys", broken), errs.Unavailable, "oidc.down"},
		"keys: none":              {instead("/keys", says(200, "application/json", `{"keys":[]}`)), errs.Forbidden, "oidc.bad_answer"},
		"userinfo: 500": {func(l *liar) {
			l.claims, l.userInfo, l.instead["/userinfo"] = set("email", nil), map[string]any{}, broken
		}, errs.Forbidden, "oidc.bad_answer"},

		"it says no":              {answers("error", "access_denied"), errs.Usage, "oidc.cancelled"},
		"it fails":                {answers("error", "server_error"), errs.Unavailable, "oidc.down"},
		"it does not know us":     {answers("error", "unauthorized_client"), errs.Unavailable, "oidc.misconfigured"},
		"it names another":        {answers("iss", "https://accounts.exemple.nc"), errs.Forbidden, "oidc.other_provider"},
		"it names another, no":    {func(l *liar) { l.answers = func(q url.Values) { q.Set("iss", "x"); q.Set("error", "access_denied") } }, errs.Forbidden, "oidc.other_provider"},
		"it should name itself":   {func(l *liar) { l.describes = set("authorization_response_iss_parameter_supported", true) }, errs.Forbidden, "oidc.other_provider"},
		"another state":           {answers("state", "x"), errs.Usage, "oidc.start_again"},
		"no state":                {answers("state", ""), errs.Usage, "oidc.start_again"},
		"no code":                 {answers("code", ""), errs.Usage, "oidc.start_again"},
		"a code that it gave not": {answers("code", "x"), errs.Usage, "oidc.start_again"},
		"two codes":               {func(l *liar) { l.answers = func(q url.Values) { q.Add("code", "x") } }, errs.Usage, "oidc.start_again"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLiar(t, w, "a")
			l.change(func() { tt.change(l) })
			w.mustFail(t, w.browser(t).get(w.url+Path("a")), tt.kind, tt.key)
		})
	}
}

// Who is known already needs no mail address.
func TestKnownWithoutMail(t *testing.T) {
	w := newWorld(t)
	l := newLiar(t, w, "a")
	w.door.known["s1"] = true
	for _, verified := range []any{nil, false} {
		l.change(func() { l.claims = set("email_verified", verified) })
		if got := w.browser(t).get(w.url + Path("a")); got.status != http.StatusOK {
			t.Errorf("%d %s", got.status, got.key)
		}
		if proof, _ := w.door.last(); proof.Subject != "s1" || proof.Mail != "" || proof.SpeaksFor {
			t.Errorf("%+v", proof)
		}
	}
}
