package query

import (
	"fmt"
	"strings"
	"testing"
)

// TestRead proves how a query falls into units. A unit is shown as its word, its parts in brackets, a quotation in quotes; with an
// ellipsis where its end may be missing.
func TestRead(t *testing.T) {
	show := func(units []Unit, text string) string {
		var out []string
		for _, u := range units {
			s := u.Word
			if u.Word == "" {
				s = fmt.Sprintf("%q", strings.Join(u.Phrase, " "))
			}
			if u.Parts != nil {
				s += fmt.Sprint(u.Parts)
			}
			if u.Last {
				s += "…"
			}
			if u.Start < 0 || u.End > len(text) || u.Start >= u.End && u.Word != "" {
				t.Errorf("%q: %s stands from %d to %d", text, s, u.Start, u.End)
			}
			out = append(out, s)
		}
		return strings.Join(out, " ")
	}
	var p Parser
	for _, c := range []struct{ text, wanted, unwanted string }{
		{"Site Vitrine", "site vitrine…", ""},
		{"site vitrine ", "site vitrine", ""},
		{"un site de l'île", "site ile…", ""},
		{"e-commerce", "ecommerce[e commerce]…", ""},
		{"e commerce local", "ecommerce[e commerce] local…", ""},
		{"Mont-Dore -nouméa", "montdore[mont dore]", "noumea"},
		{`"site internet" -"en ligne"`, `"site internet"`, `"ligne"`},
		{"site -", "site", ""},
		{"de la", `de la…`, ""},
		{`"de la"`, `"de" "la"`, ""},
		{"-de site", "site…", ""},
		{"site sites site", "site… sites", ""},
		{"impression 3 D", "impression 3d…", ""},
		{"«site", `"site"`, ""},
		{"-", "", ""},
		{"", "", ""},
	} {
		q := p.Read(c.text)
		if got, out := show(q.Wanted, q.Text), show(q.Unwanted, q.Text); got != c.wanted || out != c.unwanted || q.Cut || q.Text != c.text {
			t.Errorf("%q: wants %s, not %s; should want %s, not %s", c.text, got, out, c.wanted, c.unwanted)
		}
	}
	if q := p.Read(strings.Repeat("mot ", 2000)); !q.Cut || len(q.Text) > maxText {
		t.Errorf("a text of 8,000 bytes: cut is %v, %d bytes are read", q.Cut, len(q.Text))
	}
	many := ""
	for i := range 100 {
		many += fmt.Sprintf("m%dx ", i)
	}
	if q := p.Read(many); !q.Cut || len(q.Wanted) != MaxWords {
		t.Errorf("100 words: cut is %v, %d are read", q.Cut, len(q.Wanted))
	}
}
