package mail_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"grappe/internal/platform/locale"
	"grappe/internal/platform/mail"
)

func letter() mail.Letter {
	return mail.Letter{
		Subject: "Votre code : 6 chiffres", Heading: "Votre code de connexion",
		Paragraphs: []string{
			"Bonjour,", "From here on, ceci est un paragraphe assez long pour devoir être coupé plusieurs fois, avec des guillemets «\u202fcomme ceci\u202f» et 12\u202f500\u00a0F\u00a0CFP au bout de la ligne, sans couper les espaces fines.",
			"> pas une citation",
		},
		Code:   "428 913",
		Action: &mail.Action{Label: "Ouvrir ma fiche", URL: "https://cluster.example/annuaire/" + strings.Repeat("a", 90) + "?x=1&y=2"},
		Second: &mail.Action{Label: "Modifier <ma> fiche", URL: "https://cluster.example/espace?a=1&b=2"},
		After:  []string{"Ce code vaut quinze minutes."}, Why: "Vous recevez ce courrier parce que quelqu’un a demandé à se connecter avec votre adresse.",
	}
}

func TestText(t *testing.T) {
	l := letter()
	got := mail.RenderText(l, mail.Look{Lang: "fr", From: "Cluster", Unsubscribe: "https://cluster.example/stop"})
	joined := strings.ReplaceAll(strings.ReplaceAll(got, " \n", " "), "\n ", "\n") // as RFC 3676 reads it, the foot's mark apart
	for _, want := range append(l.Paragraphs, l.Heading, "\n428 913\n", "Ouvrir ma fiche\u202f:\n"+l.Action.URL+"\n", "Modifier <ma> fiche\u202f:\n"+l.Second.URL+"\n", l.After[0], l.Why, "Cluster", "https://cluster.example/stop") {
		if !strings.Contains(joined, want) {
			t.Errorf("%q is not in:\n%s", want, got)
		}
	}
	for l := range strings.Lines(got) {
		l = strings.TrimSuffix(l, "\n")
		if n := utf8.RuneCountInString(l); n > 74 && !strings.HasPrefix(l, "https://") {
			t.Errorf("a line of %d characters: %q", n, l)
		}
		if strings.HasPrefix(l, ">") || strings.HasPrefix(l, "From ") {
			t.Errorf("%q is read as something else", l)
		}
	}
	if strings.Count(got, "\n-- \n") != 1 || strings.HasSuffix(got, "\n\n") {
		t.Errorf("the foot:\n%s", got)
	}
}

func TestHTML(t *testing.T) {
	for _, lang := range locale.Languages() {
		l := letter()
		got := mail.RenderHTML(l, mail.Look{Lang: lang, From: "Cluster", Accent: "#0A5A78", Unsubscribe: "https://cluster.example/stop"})
		doc := plainDocument(t, got)
		links, h1, roles, tables := map[string][]string{}, 0, 0, 0
		for n := range doc.Descendants() {
			attrs := map[string]string{}
			if n.Type != html.ElementNode {
				continue
			}
			for _, a := range n.Attr {
				attrs[a.Key] = a.Val
			}
			switch n.Data {
			case "html":
				if attrs["lang"] != lang {
					t.Errorf("lang %q", attrs["lang"])
				}
			case "a":
				links[attrs["href"]] = append(links[attrs["href"]], textOf(n))
			case "h1":
				h1++
			case "table":
				tables++
				if attrs["role"] == "presentation" {
					roles++
				}
			}
		}
		if words := links[l.Action.URL]; len(words) != 2 || words[0] != l.Action.Label || words[1] != l.Action.URL {
			t.Errorf("the action: %q", words)
		}
		if words := links[l.Second.URL]; len(words) != 1 || words[0] != l.Second.Label {
			t.Errorf("the second link: %q", words)
		}
		if len(links) != 3 || len(links["https://cluster.example/stop"]) != 1 || h1 != 1 || tables != roles {
			t.Errorf("%v, %d headings, %d tables, %d of them for layout only", links, h1, tables, roles)
		}
		for _, want := range []string{`<meta name="color-scheme" content="light dark">`, "prefers-color-scheme: dark", "user-select:all", ">428 913</p>"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s is not there", want)
			}
		}
		if len(got) > 9000 {
			t.Errorf("%d bytes", len(got))
		}
	}
	least := mail.RenderHTML(mail.Letter{Subject: "x", Paragraphs: []string{"x"}}, mail.Look{Lang: "fr"})
	plainDocument(t, least)
	if strings.Contains(least, "<a ") || strings.Contains(least, "<h1") || strings.Contains(least, `class="code"`) {
		t.Errorf("an empty part is shown:\n%s", least)
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

// Whatever the accent, what is written on it and in it can be read.
func TestAccentsCanBeRead(t *testing.T) {
	accents := []string{"#0A5A78", "#1F6B3B", "#A3244F", "#6E5200", "#2A4CA0", "#FFFFFF", "#000000", "#777777", "#767676", "#FFFF00", "#00F", "red", "", "#12345G", "#0A5A78;}"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		accents = append(accents, fmt.Sprintf("#%06X", random.IntN(1<<24)))
	}
	for _, accent := range accents {
		c := mail.ColoursOf(accent)
		for what, pair := range map[string][2]string{
			"button": {c.OnButton, c.Button}, "link": {c.Link, "#FAF9F6"}, "link on white": {c.Link, "#FFFFFF"},
			"link, dark": {c.LinkDark, "#18222B"}, "link at the foot, dark": {c.LinkDark, "#10171D"},
		} {
			if ratio := mail.Contrast(pair[0], pair[1]); ratio < 4.5 {
				t.Errorf("%s: %s: %s on %s is %.2f", accent, what, pair[0], pair[1], ratio)
			}
		}
	}
	if c := mail.ColoursOf("#0A5A78"); c.Button != "#0A5A78" || c.OnButton != "#FFFFFF" || c.Link != "#0A5A78" {
		t.Errorf("%+v", c)
	}
}
