package curation_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/mail"
)

// What a preview shows is what is sent, and to whom: what the owner wrote is passed on to them, and the author hears nothing yet.
func TestPreviewsAreWhatIsSent(t *testing.T) {
	each(t, func(h *house) {
		for name, c := range map[string]struct {
			take   []string
			done   bool
			reason string
			owners bool // are written to
			author string
		}{
			"passed on":         {take: []string{"phones"}, owners: true},
			"in part passed on": {take: []string{"phones", "city"}, owners: true, author: "Merci, la fiche est corrigée en partie"},
			"in part":           {take: []string{"city"}, author: "Merci, la fiche est corrigée en partie"},
			"settled otherwise": {done: true, author: "Votre signalement sur la fiche"},
			"refused":           {reason: "Non.", author: "Votre signalement sur la fiche"},
		} {
			l := h.imported("Atelier " + name)
			address := strings.ReplaceAll(name, " ", "-") + "@atelier.example"
			out, err := h.s.Submit(t.Context(), h.owner(address, "Ada", l), l.ID, l.Version, listing.Content{Phones: []string{"+687250000"}}, []string{"phones"})
			h.must(err)
			change := h.suggest(out.Listing, listing.Content{Phones: []string{"+687259999"}, City: "Dumbéa"}, "phones", "city")
			d := curation.Decision{Take: c.take, Done: c.done, Reason: c.reason, Seen: out.Listing.Version}
			before := [2]int{len(h.letters(address)), len(h.letters("passant@exemple.example"))}
			previews, err := h.s.Previews(t.Context(), h.lise, change.ID, []curation.Decision{d})
			h.must(err)
			_, err = h.s.Decide(t.Context(), h.lise, change.ID, d)
			h.must(err)
			sent := [2][]mail.Message{h.letters(address)[before[0]:], h.letters("passant@exemple.example")[before[1]:]}
			if c.owners != (len(sent[0]) == 1) || (c.author != "") != (len(sent[1]) == 1) {
				t.Fatalf("%s: %+v", name, sent)
			}
			if addressees := previews[0][len(previews[0])-1].To; c.author != "" && !slices.Equal(addressees, []string{"Un passant"}) {
				t.Errorf("%s: to %q", name, addressees)
			}
			shown := [2][]mail.Letter{}
			for _, p := range previews[0] {
				i := map[bool]int{true: 0, false: 1}[p.Owners]
				shown[i] = append(shown[i], p.Letter)
			}
			for i := range sent {
				if len(shown[i]) != len(sent[i]) {
					t.Fatalf("%s: shown %+v, sent %+v", name, shown[i], sent[i])
				}
				for j, m := range sent[i] {
					if got := shown[i][j]; got.Subject != m.Letter.Subject || !slices.Equal(got.Paragraphs, m.Letter.Paragraphs) {
						t.Errorf("%s: shown %+v, sent %+v", name, got, m.Letter)
					}
				}
			}
			if c.author != "" && !strings.HasPrefix(sent[1][0].Letter.Subject, c.author) {
				t.Errorf("%s: %q", name, sent[1][0].Letter.Subject)
			}
		}
	})
}

// Of a report that was settled in another way than by its fields, the letter does not say that the card was corrected.
func TestSettledOtherwise(t *testing.T) {
	each(t, func(h *house) {
		l := h.imported("Atelier du Lagon")
		c := h.propose(curation.Change{
			Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, About: curation.AboutOther, Message: "Un mot.", Mail: "passant@exemple.example", Lang: "fr",
		})
		_, err := h.s.Decide(t.Context(), h.lise, c.ID, curation.Decision{Done: true})
		h.must(err)
		letter := h.letters("passant@exemple.example")[0].Letter
		if text := letter.Subject + strings.Join(letter.Paragraphs, " "); strings.Contains(text, "corrigée") || !strings.Contains(text, "a vérifié et fait le nécessaire") {
			t.Errorf("%q", text)
		}
	})
}

// Who said the same is written to as well, each in their language, and is told what the preview shows: that the card is gone, too.
func TestPreviewsForMany(t *testing.T) {
	each(t, func(h *house) {
		h.s.Follow = func(context.Context, *db.Tx, string) (string, error) { return "/suivi/x", nil }
		l := h.imported("Atelier du Lagon")
		var first curation.Change
		for _, who := range []struct{ name, lang string }{{"Ada", "fr"}, {"Bob", "fr"}, {"Cleo", "en"}} {
			c := h.propose(curation.Change{
				Kind: curation.Suggestion, State: curation.Waiting, Territory: "nc", Listing: l.ID, About: curation.AboutClosed, Mail: who.name + "@exemple.example", Name: who.name, Lang: who.lang,
			})
			first = map[bool]curation.Change{true: c, false: first}[first.ID == ""]
		}
		d := curation.Decision{Done: true, End: curation.FlagHidden, Card: l.ID, Seen: l.Version}
		previews, err := h.s.Previews(t.Context(), h.lise, first.ID, []curation.Decision{d})
		h.must(err)
		if p := previews[0]; len(p) != 2 || !slices.Equal(p[0].To, []string{"Ada", "Bob"}) || !slices.Equal(p[1].To, []string{"Cleo"}) {
			t.Fatalf("%+v", p)
		}
		_, err = h.s.Decide(t.Context(), h.lise, first.ID, d)
		h.must(err)
		for address, p := range map[string]curation.Preview{"bob@exemple.example": previews[0][0], "cleo@exemple.example": previews[0][1]} {
			sent := h.letters(address)
			if len(sent) != 1 || sent[0].Letter.Action.Label != p.Letter.Action.Label || sent[0].Letter.Subject != p.Letter.Subject {
				t.Errorf("%s: shown %+v, sent %+v", address, p.Letter, sent)
			}
		}
	})
}
