package opendata_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/directory/opendata"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/geo"
	"grappe/internal/platform/tabular"
)

// cards are as many cards as one wants, made when they are asked for.
type cards struct {
	rows    int
	fail    int           // the row at which reading fails, 0 for none
	gate    chan struct{} // holds back what comes after the first rows, where there is one
	stopped chan error
}

func (c *cards) Published(ctx context.Context, _ string, f func(listing.Record) error) (err error) {
	defer func() {
		if c.stopped != nil {
			c.stopped <- err
		}
	}()
	for i := range c.rows {
		if c.fail > 0 && i == c.fail {
			return errors.New("the base is gone")
		}
		if i == 20 && c.gate != nil {
			<-c.gate
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(numbered(i)); err != nil {
			return err
		}
	}
	return nil
}

func (c *cards) IDs(context.Context, string, directory.Query) ([]string, error) {
	return make([]string, c.rows), nil
}

func (c *cards) Records(ctx context.Context, code string, _ []string, f func(listing.Record) error) error {
	return c.Published(ctx, code, f)
}

func (c *cards) Strict(_ string, v url.Values, _ func(string, string) errs.Field) (directory.Query, bool, error) {
	q, err := directory.ParseQuery(v)
	return q, false, err
}

func (c *cards) Addresses(_ string, f func(string, time.Time)) error {
	for i := range c.rows {
		f(fmt.Sprintf("organisation-numero-%06d", i), now().Add(-time.Duration(i)*time.Minute))
	}
	return nil
}

func (c *cards) Updated(string) time.Time { return now() }

func numbered(i int) listing.Record {
	r := card(fmt.Sprintf("Organisation %d", i), "web-development", "training")
	r.Listing.ID, r.Listing.Slug = fmt.Sprintf("01997a52-7c1e-7b3a-9d2f-%012d", i), fmt.Sprintf("organisation-numero-%06d", i)
	r.Listing.Description = strings.Repeat("Une présentation de plusieurs phrases, avec des virgules. ", 8)
	r.Listing.Tags, r.Listing.Phones = []string{"site vitrine", "référencement"}, []string{"+687271234"}
	r.Listing.Point = &geo.Point{Lat: -22.2711, Lon: 166.4416}
	r.Company.Identifiers = []company.Identifier{{Scheme: "rid", Value: "0132720", Valid: true}}
	return r
}

// TestMemoryOfALargeFile writes 100,000 cards in each format that streams, and looks at what is held meanwhile.
func TestMemoryOfALargeFile(t *testing.T) {
	if raced {
		t.Skip("300,000 cards are written one after the other, and what is measured is the detector's memory too: run it without -race")
	}
	h := open(t)
	const rows = 100_000
	for _, format := range []tabular.Format{tabular.CSV, tabular.JSONLines, tabular.GeoJSON} {
		var written counting
		out, err := opendata.NewWriter(&written, opendata.File{Format: format, Territory: h.territory, Printer: printer(t, "fr")})
		if err != nil {
			t.Fatal(err)
		}
		before, peak, n, began := heap(), uint64(0), 0, time.Now()
		var start runtime.MemStats
		runtime.ReadMemStats(&start)
		err = (&cards{rows: rows}).Published(t.Context(), "nc", func(r listing.Record) error {
			if n++; n%20_000 == 0 {
				peak = max(peak, heap())
			}
			return out.Write(listing.PublicOf(r, "https://grappe.example/annuaire/"+r.Listing.Slug))
		})
		if err := errors.Join(err, out.Close()); err != nil {
			t.Fatal(err)
		}
		var end runtime.MemStats
		runtime.ReadMemStats(&end)
		grown := int64(peak) - int64(before)
		t.Logf("%s: %d rows, %d MB in %v, %d bytes allocated a row, heap grew by %d KB", format, rows, written.n>>20, time.Since(began).Round(time.Millisecond), (end.TotalAlloc-start.TotalAlloc)/rows, grown>>10)
		if grown > 4<<20 {
			t.Errorf("%s: the heap grew by %d bytes over %d rows", format, grown, rows)
		}
	}
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

type counting struct{ n int64 }

func (c *counting) Write(b []byte) (int, error) { c.n += int64(len(b)); return len(b), nil }

var _ io.Writer = (*counting)(nil)

type sitemapFile struct {
	XMLName xml.Name
	URLs    []struct {
		Loc     string `xml:"loc"`
		Lastmod string `xml:"lastmod"`
	} `xml:"url"`
	Parts []struct {
		Loc     string `xml:"loc"`
		Lastmod string `xml:"lastmod"`
	} `xml:"sitemap"`
}

func (h *house) sitemapAt(t *testing.T, path string) sitemapFile {
	t.Helper()
	got := h.get(t, path)
	if got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), "application/xml") {
		t.Fatalf("%s: %d %s", path, got.Code, got.Header().Get("Content-Type"))
	}
	if got.Body.Len() > 50<<20 {
		t.Errorf("%s has %d bytes, more than 50 MB", path, got.Body.Len())
	}
	var s sitemapFile
	if err := xml.Unmarshal(got.Body.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	if s.XMLName.Space != "http://www.sitemaps.org/schemas/sitemap/0.9" {
		t.Errorf("%s: %v", path, s.XMLName)
	}
	return s
}

func TestSitemapIsSplit(t *testing.T) {
	if raced {
		t.Skip("120,000 addresses are written one after the other: run it without -race")
	}
	h := open(t)
	h.serve(t, opendata.Rooms{Cards: &cards{rows: 120_000}, Competences: []string{"developpement-web"}, Now: now})
	index := h.sitemapAt(t, "/sitemap.xml")
	if index.XMLName.Local != "sitemapindex" || len(index.Parts) != 3 || len(index.URLs) != 0 {
		t.Fatalf("%s with %d parts", index.XMLName.Local, len(index.Parts))
	}
	seen := map[string]bool{}
	for i, part := range index.Parts {
		if want := fmt.Sprintf("https://grappe.example/nc/sitemap-%d.xml", i+1); part.Loc != want || part.Lastmod == "" {
			t.Errorf("part %d: %+v, want %s", i, part, want)
		}
		path := strings.TrimPrefix(part.Loc, "https://grappe.example/nc")
		set, again := h.sitemapAt(t, path), h.sitemapAt(t, path)
		if set.XMLName.Local != "urlset" || len(set.URLs) > 50_000 || !slices.Equal(set.URLs, again.URLs) {
			t.Errorf("%s: %s of %d addresses, or not the same twice", path, set.XMLName.Local, len(set.URLs))
		}
		for _, u := range set.URLs {
			if seen[u.Loc] {
				t.Fatalf("%s stands twice", u.Loc)
			}
			seen[u.Loc] = true
		}
	}
	if want := 120_000 + 5 + 1 + len(h.territory.Zones); len(seen) != want {
		t.Errorf("%d addresses, want %d", len(seen), want)
	}
	if got := h.get(t, "/sitemap-4.xml"); got.Code != http.StatusNotFound {
		t.Errorf("a part too many: %d", got.Code)
	}
}

func TestSitemapOfASmallDirectory(t *testing.T) {
	h := open(t, samples()...)
	set := h.sitemapAt(t, "/sitemap.xml")
	seen := map[string]string{}
	for _, u := range set.URLs {
		if _, twice := seen[u.Loc]; twice || strings.Contains(u.Loc, "secret") {
			t.Errorf("%s stands twice, or is nobody’s to see", u.Loc)
		}
		seen[u.Loc] = u.Lastmod
	}
	for _, want := range []string{"", "/annuaire", "/competences", "/communes", "/donnees", "/annuaire/lagon-web", "/annuaire/point-nul", "/annuaire?competence=cybersecurite", "/annuaire?zone=lifou", "/annuaire?zone=province-sud"} {
		if _, ok := seen["https://grappe.example/nc"+want]; !ok {
			t.Errorf("%q is missing", want)
		}
	}
	if seen["https://grappe.example/nc/annuaire/lagon-web"] != "2026-02-02T22:30:00Z" || len(seen) != 5+32+36+5 {
		t.Errorf("%d addresses, last change %q", len(seen), seen["https://grappe.example/nc/annuaire/lagon-web"])
	}
	if got := h.get(t, "/sitemap-1.xml"); got.Code != http.StatusNotFound {
		t.Errorf("a part of what has none: %d", got.Code)
	}
}
