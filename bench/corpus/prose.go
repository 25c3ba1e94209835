package corpus

import (
	"fmt"
	"math"
	"strings"

	"grappe/internal/platform/search"
	"grappe/internal/territory"
)

// name is that of a company: nickname, trade, place or family.
func (d *draft) name(z territory.Zone) string {
	nick := capital(d.word("nicknames").forms[0])
	switch d.IntN(6) {
	case 0:
		return nick + " " + d.proper()
	case 1:
		return capital(d.noun().forms[0]) + " " + d.proper()
	case 2:
		return d.proper() + " " + capital(d.noun().forms[d.IntN(2)])
	case 3:
		return nick + " " + d.word("nicknames").forms[0] + " " + z.Name
	case 4:
		return d.proper() + " & " + d.proper()
	}
	return d.proper() + " " + nick
}

func (d *draft) noun() word {
	kinds := [...]string{"masculine", "feminine", "agents"}
	return d.word(kinds[[...]int{0, 0, 0, 1, 1, 1, 2}[d.IntN(7)]])
}

// tag is one of the words that people use for what the listing does, else any noun.
func (d *draft) tag(competences []string) string {
	if d.IntN(3) > 0 {
		return d.related(competences)
	}
	n := d.noun()
	return n.forms[d.IntN(2)]
}

// related is a phrase of the taxonomy for one of the competences.
func (d *draft) related(competences []string) string {
	code := competences[d.IntN(len(competences))]
	for _, t := range d.terms {
		if t.Code == code && len(t.Synonyms) > 0 {
			return t.Synonyms[d.IntN(len(t.Synonyms))]
		}
	}
	return "service"
}

func (d *draft) headline() string {
	d.b.Reset()
	d.group(d.IntN(2) == 0)
	d.b.WriteString(" et ")
	d.group(d.IntN(2) == 0)
	return capital(d.b.String())
}

// description is of 3 to about 100 words, mostly of 15 to 50.
func (d *draft) description(competences []string) string {
	d.b.Reset()
	words := int(3 + 22*math.Exp(0.65*d.NormFloat64()))
	words = min(words, 100)
	written := 0
	for written < words {
		start := d.b.Len()
		if start > 0 {
			d.b.WriteString(". ")
		}
		d.sentence(competences)
		text := d.b.String()[start:]
		written += strings.Count(text, " ") + 1
	}
	d.b.WriteString(".")
	return d.b.String()
}

func (d *draft) sentence(competences []string) {
	switch d.IntN(8) {
	case 0, 1:
		v := d.word("verbs")
		d.b.WriteString("Nous " + v.forms[2] + " ")
		d.group(true)
		d.b.WriteString(" pour ")
		d.group(true)
	case 2:
		d.b.WriteString(d.proper() + " " + d.word("verbs").forms[1] + " ")
		d.group(false)
		d.b.WriteString(" à " + d.zone().Name)
	case 3:
		d.b.WriteString("Spécialiste en " + d.related(competences) + " depuis " + fmt.Sprint(1985+d.IntN(41)))
	case 4:
		d.b.WriteString("Avec " + d.proper() + ", " + d.word("agents").forms[d.IntN(2)] + ", pour ")
		d.group(true)
	case 5:
		d.b.WriteString(capital(d.related(competences)) + ", ")
		d.bare()
		d.b.WriteString(", ")
		d.bare()
	case 6:
		d.b.WriteString("Pour " + d.word("verbs").forms[0] + " et " + d.word("verbs").forms[0] + " ")
		d.group(d.IntN(2) == 0)
	default:
		d.b.WriteString("Aussi : ")
		d.bare()
		d.b.WriteString(" et ")
		d.bare()
		d.b.WriteString(" sur ")
		d.group(false)
	}
}

// bare is a noun with an adjective that agrees with it, and no article.
func (d *draft) bare() { d.agree(d.noun(), d.IntN(2) == 0, false) }

// group is an article, a noun and often an adjective.
func (d *draft) group(many bool) { d.agree(d.noun(), many, true) }

func (d *draft) agree(n word, many, article bool) {
	she, form := n.kind == "feminine", 0
	switch {
	case n.kind == "agents":
		she = d.IntN(3) == 0
		form = index(she, many)
	case many:
		form = 1
	}
	text := n.forms[form]
	if article {
		d.b.WriteString(articleOf(text, she, many, d.IntN(2) == 0))
	}
	d.b.WriteString(text)
	if d.IntN(5) < 3 {
		d.b.WriteString(" " + d.word("adjectives").forms[index(she, many)])
	}
}

func index(she, many bool) int {
	at := 0
	if she {
		at = 1
	}
	if many {
		at += 2
	}
	return at
}

func articleOf(text string, she, many, definite bool) string {
	switch {
	case many && definite:
		return "les "
	case many:
		return "des "
	case !definite && she:
		return "une "
	case !definite:
		return "un "
	case strings.ContainsAny(search.Fold(text)[:1], "aeiouhy"):
		return "l’"
	case she:
		return "la "
	}
	return "le "
}
