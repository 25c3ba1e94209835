package curation_test

import (
	"context"
	"strings"
	"testing"

	"grappe/internal/curation"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

// The letter about a refused edit quotes what was written, each field on a line and cut where it is long.
func TestRefusedEditIsQuoted(t *testing.T) {
	each(t, func(h *house) {
		l := h.imported("Atelier du Lagon")
		ada := h.owner("ada@atelier.example", "Ada", l)
		h.write(func(ctx context.Context, tx *db.Tx) error {
			return h.s.SetTrustIn(ctx, tx, l.CompanyID, curation.Newcomer)
		})
		written := listing.Content{Headline: "Nos mots", Description: strings.Repeat("Long texte.\n", 40)}
		out, err := h.s.Submit(t.Context(), ada, l.ID, l.Version, written, []string{"headline", "description", "phones"})
		h.must(err)
		_, err = h.s.Decide(t.Context(), h.lise, out.Change.ID, curation.Decision{Reason: "Non.", Seen: l.Version})
		h.must(err)
		letters := h.letters("ada@atelier.example")
		if len(letters) != 1 {
			t.Fatalf("%d letters", len(letters))
		}
		lines := letters[0].Letter.Paragraphs
		lines = lines[len(lines)-3:]
		if !strings.Contains(lines[0], "« Nos mots »") || !strings.HasSuffix(lines[1], "… »") || len(lines[1]) > 200 || strings.Contains(lines[1], "\n") || !strings.Contains(lines[2], "vidé") {
			t.Errorf("%q", lines)
		}
	})
}
