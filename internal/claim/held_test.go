package claim_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/errs"
)

// erasing is the service of a bench which erases a person in another transaction, once, while it stores what it was asked for: only
// PostgreSQL lets two write.
func (b *bench) erasing(person string) *claim.Service {
	var armed atomic.Bool
	armed.Store(true)
	rooms := b.s.Rooms
	rooms.Now = func() time.Time {
		if armed.CompareAndSwap(true, false) {
			b.must(b.d.Write(context.Background(), func(tx *db.Tx) error {
				if _, err := b.accounts.Here(context.Background(), tx, person); err != nil {
					return err
				}
				return b.s.Erase(context.Background(), tx, person)
			}))
		}
		return b.now()
	}
	return claim.New(rooms)
}

// Who is erased while somebody decides about them stays erased: their claim does not come back with what it said.
func TestEraseWhileSomebodyDecides(t *testing.T) {
	b := newBench(t, dbtest.Postgres(t))
	lise := b.staff("lise@grappe.example", account.ProjectManager)
	claims := func() (n int) {
		b.must(b.d.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM claims").Scan(&n))
		return n
	}
	rosa := b.by("rosa@gmail.com")
	c := b.ask(rosa, b.card(nil))
	b.want(b.erasing(rosa.Person).Decide(t.Context(), lise, c.ID, claim.Decision{Reason: "Nous ne trouvons pas de lien."}), errs.NotFound, "claim.not_found")
	if n := claims(); n != 0 {
		t.Errorf("%d claims after the refusal of one that was erased", n)
	}
	card, ada := b.card(nil), b.by("ada@gmail.com")
	c = b.ask(ada, card)
	b.ask(rosa, card)
	b.must(b.erasing(rosa.Person).Decide(t.Context(), lise, c.ID, claim.Decision{Grant: true}))
	if n := claims(); n != 1 || len(b.people(card.Company.ID)) != 1 {
		t.Errorf("%d claims after a grant whose rival was erased, %v act", n, b.people(card.Company.ID))
	}
}
