package uitest

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// CheckPage fails the test on what no page of the house may do: inline scripts, styles or handlers; a missing language,
// title, h1 or main; a heading that skips a level; an id twice; a reference to an id that is not there; a field without
// label; an image without alternative; a button without words; text of a template that failed.
func CheckPage(t testing.TB, page string) {
	t.Helper()
	for _, fault := range Faults(t, page) {
		t.Error(fault)
	}
}

// Faults are the sentences of CheckPage.
func Faults(t testing.TB, page string) []string {
	t.Helper()
	c := checker{t: t, doc: Parse(t, page), ids: map[string]bool{}}
	c.inline()
	c.skeleton()
	c.references()
	c.words()
	for _, trace := range []string{"<no value>", "ZgotmplZ", "%!", "{{"} {
		if strings.Contains(page, trace) {
			c.fault("the page holds %q: a template or a format went wrong", trace)
		}
	}
	return c.faults
}

type checker struct {
	t      testing.TB
	doc    *html.Node
	ids    map[string]bool
	faults []string
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *checker) inline() {
	for n := range c.doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				c.fault("<%s> has %s=%q: the policy of content security forbids it", n.Data, a.Key, a.Val)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				c.fault("<%s> leads to %q", n.Data, a.Val)
			}
		}
		if n.Data == "style" {
			c.fault("<style> in the page: the policy of content security forbids it")
		}
		if _, external := attr(n, "src"); n.Data == "script" && !external && Attr(n, "type") != "application/ld+json" {
			c.fault("inline <script>: the policy of content security forbids it")
		}
	}
}

func (c *checker) skeleton() {
	for _, rule := range []string{"html[lang]", "html[dir]", "head > title", "h1", "main", "main#main", "a.skip[href='#main']"} {
		if n := len(find(c.t, c.doc, rule)); n != 1 {
			c.fault("%d elements match %q, want one", n, rule)
		}
	}
	last := 0
	for _, h := range find(c.t, c.doc, "main h1, main h2, main h3, main h4, main h5, main h6") {
		level := int(h.Data[1] - '0')
		if level > last+1 {
			c.fault("<%s> %q comes after a heading of level %d", h.Data, Text(h), last)
		}
		last = level
	}
}

func (c *checker) references() {
	for _, n := range find(c.t, c.doc, "[id]") {
		id := Attr(n, "id")
		if c.ids[id] || id == "" {
			c.fault("id %q stands twice or is empty", id)
		}
		c.ids[id] = true
	}
	for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "data-dialog", "data-count", "data-sheet"} {
		for _, n := range find(c.t, c.doc, "["+name+"]") {
			for id := range strings.FieldsSeq(Attr(n, name)) {
				if !c.ids[id] {
					c.fault("<%s> has %s=%q, and no element has that id", n.Data, name, id)
				}
			}
		}
	}
	for _, n := range find(c.t, c.doc, "a[href^='#']") {
		if id := Attr(n, "href")[1:]; id != "" && !c.ids[id] {
			c.fault("a link leads to #%s, and no element has that id", id)
		}
	}
}

func (c *checker) words() {
	labels := map[string]bool{}
	for _, n := range find(c.t, c.doc, "label[for]") {
		labels[Attr(n, "for")] = Text(n) != ""
	}
	wrapped := map[*html.Node]bool{}
	for _, label := range find(c.t, c.doc, "label") {
		for n := range label.Descendants() {
			wrapped[n] = Text(label) != ""
		}
	}
	for _, n := range find(c.t, c.doc, "input:not([type=hidden]), select, textarea, progress") {
		if !wrapped[n] && !labels[Attr(n, "id")] && Attr(n, "aria-label") == "" && Attr(n, "aria-labelledby") == "" {
			c.fault("<%s name=%q> has no label", n.Data, Attr(n, "name"))
		}
	}
	for _, n := range find(c.t, c.doc, "img") {
		if _, ok := attr(n, "alt"); !ok {
			c.fault("<img src=%q> has no alternative text", Attr(n, "src"))
		}
	}
	for _, n := range find(c.t, c.doc, "a, button, summary, h1, h2, h3, h4, h5, h6, th, title, legend") {
		if Text(n) == "" && Attr(n, "aria-label") == "" && len(find(c.t, n, "img[alt]:not([alt=''])")) == 0 {
			c.fault("<%s class=%q> has no words", n.Data, Attr(n, "class"))
		}
	}
}
