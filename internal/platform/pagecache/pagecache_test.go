package pagecache

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func noon() time.Time { return time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC) }

func answerOf(text string) Answer {
	return Answer{Header: http.Header{"Content-Type": {"text/html"}, "Content-Language": {"fr"}}, Body: []byte(text), Route: "GET /"}
}

func key(uri string) Key { return Key{Host: "annuaire.example", URI: uri} }

func TestFind(t *testing.T) {
	v := Version{Scope: "nc", Own: 1, All: 10, Day: 5}
	other := func(change func(*Version)) Version { w := v; change(&w); return w }
	until := noon().Add(time.Minute)
	for name, tt := range map[string]struct {
		answer func(*Answer)
		v      Version
		at     time.Time
		found  bool
	}{
		"the same":                        {nil, v, noon(), true},
		"later":                           {nil, v, noon().Add(time.Hour), true},
		"its scope changed":               {nil, other(func(w *Version) { w.Own++ }), noon(), false},
		"another scope changed":           {nil, other(func(w *Version) { w.All++ }), noon(), true},
		"another day":                     {nil, other(func(w *Version) { w.Day++ }), noon(), false},
		"another scope at the address":    {nil, other(func(w *Version) { w.Scope = "pf" }), noon(), false},
		"wide":                            {func(a *Answer) { a.Wide = true }, v, noon(), true},
		"wide, another scope changed":     {func(a *Answer) { a.Wide = true }, other(func(w *Version) { w.All++ }), noon(), false},
		"before the moment it ends":       {func(a *Answer) { a.Until = until }, v, until.Add(-1), true},
		"at the moment it ends":           {func(a *Answer) { a.Until = until }, v, until, false},
		"before it was made":              {nil, v, noon().Add(-1), false},
		"ended before it could be kept":   {func(a *Answer) { a.Until = noon() }, v, noon(), false},
		"ended long before":               {func(a *Answer) { a.Until = noon().Add(-time.Hour) }, v, noon(), false},
		"ends later than anybody asks it": {func(a *Answer) { a.Until = until.Add(time.Hour) }, v, until, true},
	} {
		c := New(1 << 20)
		a := answerOf("bonjour")
		if tt.answer != nil {
			tt.answer(&a)
		}
		c.Keep(key("/a"), v, a, noon(), noon())
		if p := c.Find(key("/a"), tt.v, tt.at); (p != nil) != tt.found {
			t.Errorf("%s: found %v", name, p != nil)
		}
		if pages, size := c.Usage(); !tt.found && (pages != 0 || size != 0) {
			t.Errorf("%s: %d pages of %d bytes stay", name, pages, size)
		}
	}
}

func TestKeyIsTheWholeRequest(t *testing.T) {
	c := New(1 << 20)
	k := Key{Host: "a.example", URI: "/a?q=1"}
	c.Keep(k, Version{}, answerOf("x"), noon(), noon())
	for _, other := range []Key{{true, "a.example", "/a?q=1"}, {false, "b.example", "/a?q=1"}, {false, "a.example", "/a?q=2"}, {false, "a.example", "/a"}} {
		if c.Find(other, Version{}, noon()) != nil {
			t.Errorf("%v is answered by the page of %v", other, k)
		}
	}
	if (Key{URI: strings.Repeat("x", 2000)}).Fits() || !k.Fits() {
		t.Error("an address is too long, or not, for no reason")
	}
}

func TestForms(t *testing.T) {
	c := New(1 << 20)
	text := strings.Repeat("bonjour ", 500)
	p := c.Keep(key("/a"), Version{}, answerOf(text), noon(), noon())
	_, before := c.Usage()
	for _, tt := range []struct{ accept, want string }{
		{"", ""},
		{"gzip", "gzip"},
		{"br", ""},
		{"gzip, deflate, br, zstd", "zstd"},
		{"zstd;q=0, gzip", "gzip"},
		{"gzip;q=0", ""},
		{"zstd;q=0.1, gzip;q=0.5", "gzip"},
		{"gzip;q=junk", ""},
		{"identity", ""},
		{"GZIP", ""},
		{"gzip, zstd", "zstd"},
		{"", ""},
	} {
		body, h := p.Form(tt.accept)
		if got := h.Get("Content-Encoding"); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.accept, got, tt.want)
		}
		if h.Get("Content-Length") != fmt.Sprint(len(body)) || h.Get("Etag") != p.Tag() || h.Get("Vary") != "Accept-Encoding" || h.Get("Content-Type") != "text/html" {
			t.Errorf("%q: headers %v", tt.accept, h)
		}
		c := map[string]coding{"": identity, "gzip": gzipped, "zstd": zstandard}[tt.want]
		if plain := newPacker().unpack(c, body); string(plain) != text {
			t.Errorf("%q: unpacks to %.40q", tt.accept, plain)
		}
		if again, _ := p.Form(tt.accept); tt.want != "" && &again[0] != &body[0] {
			t.Errorf("%q: packed twice", tt.accept)
		}
	}
	if _, after := c.Usage(); after >= before {
		t.Errorf("%d bytes when packed, %d before", after, before)
	}
	h := p.Unchanged()
	if h.Get("Content-Type") != "" || h.Get("Content-Length") != "" || h.Get("Etag") != p.Tag() {
		t.Errorf("a 304 says %v", h)
	}
	small, _ := c.Keep(key("/b"), Version{}, answerOf("court"), noon(), noon()).Form("gzip")
	if string(small) != "court" {
		t.Errorf("a small page is packed: %q", small)
	}
}

// What a form shares with the page can be copied and added to, and changes nothing of the page.
func TestHeadersAreNotWrittenTo(t *testing.T) {
	c := New(1 << 20)
	values := append(make([]string, 0, 8), "a")
	p := c.Keep(key("/a"), Version{}, Answer{Header: http.Header{"Link": values}, Body: []byte("x")}, noon(), noon())
	_, shared := p.Form("")
	mine := http.Header{}
	for name, v := range shared {
		mine[name] = v
	}
	mine.Add("Link", "b")
	mine.Set("Etag", "c")
	if _, h := p.Form(""); len(h["Link"]) != 1 || h.Get("Etag") != p.Tag() || values[:2][1] != "" {
		t.Errorf("the page now says %v", h)
	}
}

func TestMemoryIsBounded(t *testing.T) {
	const most = 200 << 10
	c := New(most)
	v := Version{Scope: "nc"}
	hot := make([]Key, 10)
	for i := range hot {
		hot[i] = key(fmt.Sprintf("/hot/%d", i))
		c.Keep(hot[i], v, answerOf(strings.Repeat("x", 8000)), noon(), noon())
		c.Find(hot[i], v, noon())
	}
	for i := range 1000 {
		c.Keep(key(fmt.Sprintf("/flood?%d", i)), v, answerOf(strings.Repeat("y", 8000)), noon(), noon())
		if _, size := c.Usage(); size > most {
			t.Fatalf("%d bytes after %d pages", size, i)
		}
	}
	for _, k := range hot {
		if c.Find(k, v, noon()) == nil {
			t.Errorf("a flood of pages that nobody asks for again pushed %s out", k.URI)
		}
	}
	c.Keep(key("/vast"), v, answerOf(strings.Repeat("z", most)), noon(), noon())
	if c.Find(key("/vast"), v, noon()) != nil {
		t.Error("one page fills the cache")
	}
	for i := range 100 {
		k := key(fmt.Sprintf("/other/%d", i))
		c.Keep(k, v, answerOf(strings.Repeat("x", 8000)), noon(), noon())
		c.Find(k, v, noon())
	}
	if pages, size := c.Usage(); size > most || pages < 10 || c.sizeSeen > most*shareSeen/10 {
		t.Errorf("%d pages, %d bytes, %d of them asked for again", pages, size, c.sizeSeen)
	}
}

// Pages of a version that is over go, though nobody asks for them again.
func TestFormerVersionsGo(t *testing.T) {
	c := New(1 << 20)
	old, now := Version{Scope: "nc", Own: 1}, Version{Scope: "nc", Own: 2}
	stays := Version{Scope: "pf", Own: 1}
	c.Find(key("/pf"), stays, noon())
	c.Keep(key("/pf"), stays, answerOf("x"), noon(), noon())
	for i := range 50 {
		c.Find(key(fmt.Sprint(i)), old, noon())
		c.Keep(key(fmt.Sprint(i)), old, answerOf("x"), noon(), noon())
	}
	c.Find(key("/new"), now, noon())
	c.Keep(key("/new"), now, answerOf("x"), noon(), noon().Add(2*sweepEvery))
	if pages, _ := c.Usage(); pages != 2 {
		t.Errorf("%d pages, want that of the new version and that of another scope", pages)
	}
}

func TestJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(1 << 20)
		k, v := key("/a"), Version{}
		var renders atomic.Int32
		get := func(ctx context.Context, fails bool) *Page {
			p, made, err := c.Join(ctx, k, v)
			if p != nil || err != nil {
				return p
			}
			renders.Add(1)
			<-time.After(time.Second)
			if fails {
				made(nil)
				return nil
			}
			p = c.Keep(k, v, answerOf("x"), noon(), noon())
			made(p)
			made(nil) // the second time it does nothing
			return p
		}
		var waiting sync.WaitGroup
		for range 20 {
			waiting.Go(func() {
				if get(t.Context(), false) == nil {
					t.Error("no page")
				}
			})
		}
		waiting.Wait()
		if n := renders.Swap(0); n != 1 {
			t.Errorf("20 at once: made %d times", n)
		}

		for range 3 { // each of those that wait makes its own
			waiting.Go(func() { get(t.Context(), true) })
		}
		waiting.Wait()
		if n := renders.Load(); n != 3 || len(c.flights) != 0 {
			t.Errorf("after a failure it was made %d times, and %d are under way", n, len(c.flights))
		}

		_, made, err := c.Join(t.Context(), k, v)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if p, _, err := c.Join(ctx, k, v); p != nil || err == nil {
			t.Error("it waits longer than its context")
		}
		if _, other, err := c.Join(ctx, k, Version{Own: 1}); other == nil && err == nil {
			t.Error("another version waits for this one")
		}
		made(nil)
	})
}

func TestConcurrency(t *testing.T) {
	c := New(100 << 10)
	var running sync.WaitGroup
	packed := newPacker()
	text := strings.Repeat("bonjour ", 500)
	for g := range 8 {
		running.Go(func() {
			for i := range 300 {
				k, v := key(fmt.Sprint(i%37)), Version{Scope: "nc", Own: uint64(i / 100)}
				p := c.Find(k, v, noon())
				if p == nil {
					p = c.Keep(k, v, answerOf(text), noon(), noon())
				}
				accept := []string{"", "gzip", "zstd"}[(i+g)%3]
				body, h := p.Form(accept)
				if got := packed.unpack(map[string]coding{"": identity, "gzip": gzipped, "zstd": zstandard}[h.Get("Content-Encoding")], body); !bytes.Equal(got, []byte(text)) {
					t.Errorf("%q: %.30q", accept, got)
				}
			}
		})
	}
	running.Wait()
	if _, size := c.Usage(); size > 100<<10 || size < 0 {
		t.Errorf("%d bytes", size)
	}
}

// A page that is found costs no memory.
func TestFindAllocatesNothing(t *testing.T) {
	c := New(1 << 20)
	k, v := key("/a"), Version{Scope: "nc"}
	c.Keep(k, v, answerOf(strings.Repeat("bonjour ", 500)), noon(), noon())
	n := testing.AllocsPerRun(100, func() {
		c.Find(k, v, noon()).Form("gzip, deflate, br, zstd")
	})
	if n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Those who wait for a page of which nothing can be kept go on side by side: an edit must not line them up.
func TestNobodyQueuesBehindWhatIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(1 << 20)
		k, v := Key{Host: "example.org", URI: "/nulle-part"}, Version{Scope: "nc"}
		_, made, err := c.Join(t.Context(), k, v)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var waiting sync.WaitGroup
		for range 30 {
			waiting.Go(func() {
				page, mine, err := c.Join(t.Context(), k, v)
				if page != nil || mine == nil || err != nil {
					t.Errorf("%v, %v", page, err)
					return
				}
				<-time.After(time.Second) // in the bubble's own time: the making of a page
				mine(nil)
			})
		}
		synctest.Wait()
		made(nil)
		waiting.Wait()
		if took := time.Since(began); took != time.Second {
			t.Errorf("thirty pages of a second take %v", took)
		}
	})
}
