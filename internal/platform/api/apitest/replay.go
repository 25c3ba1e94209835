package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"grappe/internal/platform/api"
)

// Replay makes the request of each example, and fails the test unless it is answered by 200 with what the document
// announces, by 304 to whoever has that answer, and by the same headers to HEAD. base is what stands before the paths:
// "http://example.com/nc".
func Replay(t testing.TB, a *api.API, document []byte, h http.Handler, base string) {
	t.Helper()
	doc, err := load(t, document)
	if err != nil {
		t.Fatal(err)
	}
	strict(doc)
	for _, op := range a.Operations() {
		for _, e := range op.Examples {
			address := base + op.Address(e)
			answer := ask(t, h, http.MethodGet, address, nil)
			if answer.Code != http.StatusOK {
				t.Errorf("%s, example %s: %d %s", address, e.Name, answer.Code, answer.Body)
				continue
			}
			Answer(t, doc, op.Path, answer)
			if !op.Stream {
				checkCopies(t, op, h, address, answer)
			}
		}
	}
}

// strict makes of what answers may hold all that they may hold.
func strict(doc *openapi3.T) {
	no := false
	for _, schema := range doc.Components.Schemas {
		if len(schema.Value.Properties) > 0 {
			schema.Value.AdditionalProperties = openapi3.BoolSchema{Has: &no}
		}
	}
}

// checkCopies asks as a client does that has the answer already, and as one that wants no body.
func checkCopies(t testing.TB, op api.Operation, h http.Handler, address string, answer *httptest.ResponseRecorder) {
	t.Helper()
	tag := answer.Header().Get("ETag")
	if tag == "" || op.Modified != (answer.Header().Get("Last-Modified") != "") || answer.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%s: ETag %q, Last-Modified %q, Access-Control-Allow-Origin %q", address, tag, answer.Header().Get("Last-Modified"), answer.Header().Get("Access-Control-Allow-Origin"))
	}
	if again := ask(t, h, http.MethodGet, address, http.Header{"If-None-Match": {tag}}); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
		t.Errorf("%s, If-None-Match %s: %d with %d bytes", address, tag, again.Code, again.Body.Len())
	}
	if head := ask(t, h, http.MethodHead, address, nil); head.Code != http.StatusOK || head.Header().Get("ETag") != tag {
		t.Errorf("HEAD %s: %d, ETag %q, want %q", address, head.Code, head.Header().Get("ETag"), tag)
	}
}

// Answer fails the test unless an answer of the operation at the path is what the document announces for its status.
func Answer(t testing.TB, doc *openapi3.T, path string, answer *httptest.ResponseRecorder) {
	t.Helper()
	if err := judge(doc, path, answer); err != nil {
		t.Errorf("%s, %d: %v", path, answer.Code, err)
	}
}

func ask(t testing.TB, h http.Handler, method, address string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return send(t, h, method, u, header)
}

func send(t testing.TB, h http.Handler, method string, u *url.URL, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, u.Scheme+"://"+u.Host+"/", nil)
	r.URL, r.RequestURI = u, u.RequestURI()
	for name, values := range header {
		r.Header[name] = values
	}
	ctx, enough := context.WithCancel(r.Context())
	defer enough()
	w := httptest.NewRecorder()
	h.ServeHTTP(&beginning{w, enough}, r.WithContext(ctx))
	return w
}

// beginning leaves once something of an answer was sent before its end: an endless one has no end to wait for.
type beginning struct {
	*httptest.ResponseRecorder
	enough context.CancelFunc
}

func (b *beginning) Flush() {
	b.ResponseRecorder.Flush()
	b.enough()
}

// judge compares status, type and body with the document.
func judge(doc *openapi3.T, path string, answer *httptest.ResponseRecorder) error {
	item := doc.Paths.Find(path)
	if item == nil || item.Get == nil {
		return errNotDescribed{"path " + path}
	}
	response := item.Get.Responses.Status(answer.Code)
	if response == nil {
		return errNotDescribed{"status"}
	}
	for name := range response.Value.Headers {
		if name != "RateLimit" && name != "RateLimit-Policy" && name != "Retry-After" && answer.Header().Get(name) == "" {
			return errNotDescribed{"absence of the header " + name}
		}
	}
	mediaType, _, err := mime.ParseMediaType(answer.Header().Get("Content-Type"))
	if err != nil {
		return err
	}
	content := response.Value.Content[mediaType]
	if content == nil {
		return errNotDescribed{"type " + mediaType}
	}
	texts := [][]byte{answer.Body.Bytes()}
	if mediaType == "text/event-stream" {
		texts = eventData(answer.Body.Bytes())
	}
	for _, text := range texts {
		var body any
		if err := json.Unmarshal(text, &body); err != nil {
			return err
		}
		if err := content.Schema.Value.VisitJSON(body, openapi3.EnableJSONSchema2020(), openapi3.MultiErrors()); err != nil {
			return err
		}
	}
	return nil
}

// eventData is the data of each event.
func eventData(stream []byte) [][]byte {
	var all [][]byte
	for line := range bytes.Lines(stream) {
		if data, ok := bytes.CutPrefix(line, []byte("data: ")); ok {
			all = append(all, data)
		}
	}
	return all
}

type errNotDescribed struct{ what string }

func (e errNotDescribed) Error() string { return "not described: " + e.what }
