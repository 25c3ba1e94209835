package apitest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"grappe/internal/platform/api"
	"grappe/internal/platform/web"
)

// invented is how many values are drawn for each parameter, beside those that are always tried.
const invented = 40

// Hostile sends each parameter of each operation what nobody means well, and names that no operation has. It fails the test
// unless every answer is below 500 and each refusal is application/problem+json that names the parameter. base is what
// stands before the paths; h must not limit rates.
func Hostile(t testing.TB, a *api.API, h http.Handler, base string) {
	t.Helper()
	root, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range a.Operations() {
		requests := 0
		for _, p := range op.Params {
			for i, raw := range hostileValues(op.ID + p.Name) {
				requests += tryValue(t, h, root, op, p, raw, i%10 == 0)
			}
		}
		for _, name := range []string{"colour", "q[]", "Q", "%00", "%ff", "%zz", "__proto__", "'; DROP TABLE listings; --", strings.Repeat("n", 5000), "<script>", "é"} {
			requests++
			tryName(t, h, root, op, name)
		}
		t.Logf("%s: %d hostile requests", op.ID, requests)
	}
}

// tryValue sends one raw value, beside what is required and beside the parameters of the first example, and twice if so wanted. It counts its
// requests.
func tryValue(t testing.TB, h http.Handler, root *url.URL, op api.Operation, p api.Param, raw string, twice bool) int {
	t.Helper()
	example := op.Examples[0].Values
	if p.Path {
		text, err := url.PathUnescape(raw)
		if err != nil || text == "" || strings.Trim(text, "./") == "" || strings.Contains(text, "/") {
			return 0 // another path, or none
		}
		example = with(example, p.Name, text)
		checkRefusal(t, op, p.Name, raw, get(t, h, root, op, example, ""))
		return 1
	}
	queries := []string{needed(op, p.Name) + p.Name + "=" + raw, others(op, p.Name) + "&" + p.Name + "=" + raw}
	if twice {
		queries = append(queries, queries[0]+"&"+p.Name+"="+raw)
	}
	for _, query := range queries {
		checkRefusal(t, op, p.Name, query, get(t, h, root, op, example, query))
	}
	return len(queries)
}

// tryName sends a parameter that the operation does not have.
func tryName(t testing.TB, h http.Handler, root *url.URL, op api.Operation, name string) {
	t.Helper()
	if slices.ContainsFunc(op.Params, func(p api.Param) bool { return p.Name == name }) {
		return
	}
	escaped := name
	if _, err := url.QueryUnescape(name); err == nil && !strings.HasPrefix(name, "%") {
		escaped = url.QueryEscape(name)
	}
	answer := get(t, h, root, op, op.Examples[0].Values, escaped+"=1")
	checkRefusal(t, op, "", escaped, answer)
	if answer.Code != http.StatusBadRequest {
		t.Errorf("%s with a parameter %q that it does not have: %d", op.Path, name, answer.Code)
	}
}

func get(t testing.TB, h http.Handler, root *url.URL, op api.Operation, values map[string][]string, query string) *httptest.ResponseRecorder {
	t.Helper()
	path, _, _ := strings.Cut(op.Address(api.Example{Values: values}), "?")
	decoded, err := url.PathUnescape(path)
	if err != nil {
		t.Fatal(err)
	}
	u := *root
	u.Path, u.RawPath, u.RawQuery = root.Path+decoded, root.EscapedPath()+path, query
	return send(t, h, http.MethodGet, &u, nil)
}

// checkRefusal fails the test unless the answer is fit for a hostile request: any answer but a failure of ours, and where
// it refuses, a problem that names the parameter; "" for a name that nobody can repeat.
func checkRefusal(t testing.TB, op api.Operation, name, sent string, answer *httptest.ResponseRecorder) {
	t.Helper()
	if len(sent) > 120 {
		sent = fmt.Sprintf("%s… (%d bytes)", sent[:120], len(sent))
	}
	if answer.Code < 400 {
		return
	}
	if answer.Code >= 500 || answer.Code == http.StatusTooManyRequests {
		t.Errorf("%s, %s: %d %s", op.Path, sent, answer.Code, answer.Body)
		return
	}
	var problem web.Problem
	if err := json.Unmarshal(answer.Body.Bytes(), &problem); err != nil || answer.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s, %s: %d is no problem: %v, %q", op.Path, sent, answer.Code, err, answer.Header().Get("Content-Type"))
		return
	}
	if answer.Code == http.StatusNotFound {
		return // the path names what is not there
	}
	named := slices.ContainsFunc(problem.Errors, func(f web.ProblemField) bool { return f.Name == name || name == "" })
	if !named || problem.Detail == "" || problem.Status != answer.Code || answer.Body.Len() > 20_000 {
		t.Errorf("%s, %s: the problem does not name %q: %.500s", op.Path, sent, name, answer.Body)
	}
}

// others are the parameters of the first example, without one.
func others(op api.Operation, name string) string {
	_, query, _ := strings.Cut(op.Address(api.Example{Values: with(op.Examples[0].Values, name, "")}), "?")
	return query
}

// needed are the required parameters of the first example, without one.
func needed(op api.Operation, name string) string {
	required := map[string][]string{}
	for _, p := range op.Params {
		if (p.Required || p.Path) && p.Name != name {
			required[p.Name] = op.Examples[0].Values[p.Name]
		}
	}
	if _, query, ok := strings.Cut(op.Address(api.Example{Values: required}), "?"); ok {
		return query + "&"
	}
	return ""
}

func with(values map[string][]string, name, value string) map[string][]string {
	changed := map[string][]string{}
	for n, v := range values {
		changed[n] = v
	}
	delete(changed, name)
	if value != "" {
		changed[name] = []string{value}
	}
	return changed
}

// hostileValues are what is tried for every parameter, as it stands in an address, and some that are drawn: the same ones
// each time for the same parameter.
func hostileValues(seed string) []string {
	plain := []string{
		"", " ", "0", "-1", "1", "00", "+1", "1.5", "-0", "1e9", "1e309", "1e-400", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
		"0x1p-2", "1_000", "NaN", "Inf", "-Infinity", "null", "undefined", "true", "nil", "1,2", "1,2,3,4", "180,90,-180,-90", "-180,-90,180,90",
		"166,-20,165,-23", "0,10,1,-10", "181,0,182,1", "1,2,3,4,5", ",,,", "NaN,NaN,NaN,NaN", "1e308,1e308,1e308,1e308", "90.0001,0", "-22.2,166.4",
		"é", "😀", "\u202e\u200b", "a\u0301", "ﷺ", "\x00", "a\x00b", "a\r\nX-Evil: 1", "\xff\xfe", "\xed\xa0\x80", strings.Repeat("a", 10_000), strings.Repeat("😀", 3000),
		strings.Repeat("9", 10_000), strings.Repeat("1,", 5000), strings.Repeat("(", 2000), strings.Repeat("a ", 3000),
		`{"$gt":""}`, `["a","b"]`, `[]`, "' OR 1=1 --", `"; DROP TABLE listings; --`, "%' UNION SELECT * FROM changes --", "../../etc/passwd", "..", ".", "-", "*", "?", "#", "&", "=",
		"<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "$(id)", "%s%n%d", "\\", "/", "http://127.0.0.1/", "eyJhbGciOiJub25lIn0.e30.", "AAAA", "MTIz", "////", "====",
	}
	values := []string{"%", "%zz", "%0", "%u0041", "a;b", ";", "%c0%ae", "+", "a%", "%25%32%35"}
	for _, text := range plain {
		values = append(values, url.QueryEscape(text))
	}
	draw := rand.New(rand.NewPCG(uint64(len(seed)), hash(seed))) //nolint:gosec // nothing is kept secret
	letters := []rune("0123456789-+.,eE:;/=_ abcXYZé\u00a0\u202f\u0000\n\t'\"<>{}[]()%&*?\\😀\U0010ffff")
	for range invented {
		text := make([]rune, 1+draw.IntN(30))
		for i := range text {
			text[i] = letters[draw.IntN(len(letters))]
		}
		values = append(values, url.QueryEscape(string(text)))
	}
	return values
}

// hash is FNV-1a of a text.
func hash(text string) uint64 {
	sum := uint64(14695981039346656037)
	for _, b := range []byte(text) {
		sum = (sum ^ uint64(b)) * 1099511628211
	}
	return sum
}
