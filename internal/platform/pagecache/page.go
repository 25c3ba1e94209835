package pagecache

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Answer is what a handler has said to a request, with status 200.
type Answer struct {
	Header http.Header // without what belongs to the one request alone
	Body   []byte      // the cache's from now on
	Route  string      // the pattern that it was found by, for the log
	Wide   bool        // it shows more than its scope
	Until  time.Time   // from then on it may be another one; the zero time for no such moment
}

// Page is an answer that is kept, in the forms in which it is sent. It does not change, but for the forms that are made and
// those that no longer have to be there.
type Page struct {
	cache     *Cache
	key       Key
	version   Version
	answer    Answer // without its body
	from      time.Time
	tag       []string
	unchanged http.Header
	small     bool // not worth packing
	forms     [codings]atomic.Pointer[form]

	// Under the cache's lock.
	kept  bool
	again bool // asked for since it was kept
	size  int64
}

// form is one way in which a page is sent: its bytes, and all headers.
type form struct {
	body   []byte
	header http.Header
}

// overhead is about what a page takes beside its bytes: headers, lists, maps.
const overhead = 2 << 10

func newPage(c *Cache, k Key, v Version, a Answer, from time.Time) *Page {
	p := &Page{cache: c, key: k, version: v, answer: a, from: from, small: len(a.Body) < smallest}
	sum := sha256.Sum256(a.Body)
	// Weak, because all forms share it: what is the same is what they unpack to.
	p.tag = []string{`W/"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`}
	p.unchanged = p.headers()
	delete(p.unchanged, "Content-Type")
	delete(p.unchanged, "Content-Language")
	p.forms[identity].Store(p.form(identity, a.Body))
	p.answer.Body = nil
	p.size = int64(len(a.Body)+len(k.Host)+len(k.URI)) + overhead
	return p
}

// headers are those of every form. The values have no room to be appended to, so that maps may share them.
func (p *Page) headers() http.Header {
	h := make(http.Header, len(p.answer.Header)+4)
	for name, values := range p.answer.Header {
		h[name] = values[:len(values):len(values)]
	}
	h["Etag"], h["Vary"] = p.tag, []string{"Accept-Encoding"}
	return h
}

func (p *Page) form(c coding, body []byte) *form {
	h := p.headers()
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	if c != identity {
		h["Content-Encoding"] = []string{c.name()}
	}
	return &form{body, h}
}

// holds reports whether the page is what would be answered now.
func (p *Page) holds(v Version, now time.Time) bool {
	if p.version.Scope != v.Scope || p.version.Own != v.Own || p.version.Day != v.Day || p.answer.Wide && p.version.All != v.All {
		return false
	}
	return !now.Before(p.from) && (p.answer.Until.IsZero() || now.Before(p.answer.Until))
}

// Tag is the entity tag.
func (p *Page) Tag() string { return p.tag[0] }

// Route is the pattern that the answer was found by.
func (p *Page) Route() string { return p.answer.Route }

// Unchanged are the headers of a 304: those of the answer, without what describes its content (RFC 9110, 15.4.5). The map is
// shared: it is for copying.
func (p *Page) Unchanged() http.Header { return p.unchanged }

// Plain is the page as it was made: its bytes, and all headers, shared as those of Form.
func (p *Page) Plain() ([]byte, http.Header) { return p.get(identity) }

// Form is the page as a client takes it, by its Accept-Encoding: the bytes, and all headers. Both are shared: the map is for
// copying. A form is made when it is first asked for; the plain one then goes, being many times as large and made again from
// any other.
func (p *Page) Form(acceptEncoding string) ([]byte, http.Header) {
	if p.small {
		return p.get(identity)
	}
	return p.get(preferred(acceptEncoding))
}

func (p *Page) get(c coding) ([]byte, http.Header) {
	if f := p.forms[c].Load(); f != nil {
		return f.body, f.header
	}
	plain := p.unpacked()
	if c == identity {
		f := p.form(c, plain)
		return f.body, f.header
	}
	f := p.form(c, p.cache.packer.pack(c, plain))
	grew := int64(0)
	if p.forms[c].CompareAndSwap(nil, f) {
		grew = int64(len(f.body))
	}
	if p.forms[identity].Swap(nil) != nil {
		grew -= int64(len(plain))
	}
	p.cache.grew(p, grew)
	return f.body, f.header
}

// unpacked are the bytes as they were made. There is a form at any time: the plain one goes after another has come.
func (p *Page) unpacked() []byte {
	for {
		for c := range codings {
			if f := p.forms[c].Load(); f != nil {
				return p.cache.packer.unpack(c, f.body)
			}
		}
	}
}
