package demo

import (
	"cmp"
	"slices"
	"strings"

	"grappe/internal/listing"
)

// writer composes the texts of one entry.
type writer struct {
	d      dice
	b      *banks
	role   role
	trade  trade
	values map[string]string
	alone  bool // says "je"
	area   listing.ServiceArea
	abroad bool   // also works in English
	island string // code of the zone of the Îles Loyauté
}

// bank takes the frames of a sort in the voice of the writer.
func (w *writer) bank(sort string) []string {
	if w.alone && len(w.b.frames[sort+"_je"]) > 0 {
		return w.b.frames[sort+"_je"]
	}
	return w.b.frames[sort]
}

// say fills one frame of a sort.
func (w *writer) say(sort string) string { return w.put(pick(w.d, w.bank(sort))) }

func (w *writer) put(frame string) string { return fill(frame, w.values) }

// headline is one line: one written for the trade, or one composed of what is offered, where and for whom.
func (w *writer) headline() string {
	two := some(w.d, w.trade.List, 2)
	switch at := w.d.IntN(100); {
	case at < 50:
		return pick(w.d, w.trade.Heads)
	case at < 60:
		return capital(two[0]) + " " + w.values["lieu"]
	case at < 72:
		return capital(two[0]) + " pour " + w.values["aud"]
	case at < 86:
		return capital(two[0]) + ", " + two[1]
	case at < 93 && !w.alone:
		return capital(w.values["kind"]) + " pour " + w.values["aud"]
	}
	return capital(two[0]) + " et " + two[1] + ", " + w.values["lieu"]
}

// description is two or three paragraphs of Markdown, in one of eight orders.
func (w *writer) description() string {
	does := some(w.d, w.trade.Does, 3)
	slices.SortStableFunc(does, func(a, b string) int { return cmp.Compare(joined(a), joined(b)) })
	for i, slot := range []string{"do1", "do2", "do3"} {
		w.values[slot], w.values["D"+slot[1:]] = does[i], capital(does[i])
	}
	open, do, who := w.say("open"), w.say("do"), w.say("who")
	gains, ways := some(w.d, w.trade.Gains, 2), some(w.d, w.trade.Ways, 2)
	more, end := w.more(), w.end()
	orders := [][][]string{
		{{open, who}, {do, gains[0], more}, {ways[0], end}},
		{{open, do}, {w.list(4)}, {gains[0], ways[0], end}},
		{{open, gains[0]}, {do, ways[0], more}, {who, end}},
		{{open, w.colour()}, {do, more, gains[0]}, {who, ways[0], end}},
		{{open, do, gains[0]}, {who, ways[0], more, end}},
		{{open, who}, {w.list(3 + w.d.IntN(2))}, {ways[0], gains[0], end}},
		{{open, w.colour(), do}, {gains[0], more, end}},
		{{do, gains[0]}, {open, who}, {w.list(3)}, {ways[1], end}},
		{{open, do}, {w.colour(), gains[1]}, {ways[0], more, end}},
		{{open, do}, {gains[0], gains[1], ways[1]}, {end}},
	}
	return paragraphs(pick(w.d, orders))
}

// joined counts the "et" of a phrase: those without come first, where a frame may add another.
func joined(phrase string) int { return strings.Count(phrase, " et ") }

// more tells of another competence, and is empty where there is none.
func (w *writer) more() string {
	if len(w.role.secondary) == 0 {
		return ""
	}
	does := w.b.trades[pick(w.d, w.b.byCode[w.role.secondary[0]])].Does
	w.values["do1"] = pick(w.d, does)
	return w.say("more")
}

// colour is a sentence about the place. It speaks of "nous": who says "je" leaves it out.
func (w *writer) colour() string {
	if w.alone {
		return ""
	}
	return w.put(pick(w.d, w.b.places[w.role.commune.sort]))
}

// end closes a text: where the work is done, how to begin, and a line in English where it is spoken.
func (w *writer) end() string {
	var parts []string
	switch {
	case w.serves(w.island) && !w.role.commune.loyal():
		parts = append(parts, w.say("islands"))
	case w.area.Everywhere:
		parts = append(parts, w.say("everywhere"))
	case w.area.Remote:
		parts = append(parts, w.say("remote"))
	case w.d.chance(50):
		parts = append(parts, w.say("local"))
	}
	if len(parts) == 0 || w.d.chance(55) {
		parts = append(parts, w.say("close"))
	}
	if w.abroad && w.d.chance(45) {
		parts = append(parts, w.say("english"))
	}
	return strings.Join(parts, " ")
}

func (w *writer) serves(zone string) bool {
	for _, z := range w.area.Zones {
		if z == zone {
			return true
		}
	}
	return false
}

// list is a line that announces it and n offers, as Markdown.
func (w *writer) list(n int) string {
	return w.say("intro") + "\n\n" + bullets(some(w.d, w.trade.List, n))
}

func bullets(items []string) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("- " + capital(item))
	}
	return b.String()
}

// paragraphs joins sentences by spaces and paragraphs by blank lines, without the empty ones.
func paragraphs(in [][]string) string {
	var out []string
	for _, sentences := range in {
		var kept []string
		for _, s := range sentences {
			if s != "" {
				kept = append(kept, s)
			}
		}
		if len(kept) > 0 {
			out = append(out, strings.Join(kept, " "))
		}
	}
	return strings.Join(out, "\n\n")
}

// presentation is the description of an organisation that is no company.
func (w *writer) presentation(o organisation) string {
	open := w.put(pick(w.d, o.Open))
	gains, ways := some(w.d, o.Gains, 2), some(w.d, o.Ways, 2)
	list := pick(w.d, w.b.frames["offer"]) + "\n\n" + bullets(some(w.d, o.List, 3+w.d.IntN(3)))
	end := ""
	if w.abroad {
		end = w.say("english")
	}
	orders := [][][]string{
		{{open, gains[0]}, {list}, {ways[0], end}},
		{{open, ways[0]}, {list}, {gains[0], gains[1], end}},
		{{open, gains[0], ways[0]}, {list}, {ways[1], end}},
		{{open, ways[1]}, {list}, {ways[0], gains[1], end}},
	}
	return paragraphs(pick(w.d, orders))
}
