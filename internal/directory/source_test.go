package directory

import (
	"testing"
	"time"

	"grappe/internal/company"
)

// A card is of the day on which its source last wrote any of it, not of the day on which it gave the name.
func TestLastOf(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 7, n, 0, 0, 0, 0, time.UTC) }
	owner := company.Source{Kind: company.FromOwner, At: day(3)}
	open := company.Source{Kind: company.FromImport, Name: "open-nc", At: day(2)}
	all := company.Provenance{
		"name": owner, "logo": {Kind: company.FromOwner, At: day(20)}, "city": {Kind: company.FromStaff, At: day(25)},
		"phones": {Kind: company.FromImport, Name: "autre", At: day(26)}, "zone": open,
	}
	if got := lastOf(all, owner); !got.Equal(day(20)) {
		t.Errorf("the owner's: %v", got)
	}
	if got := lastOf(all, open); !got.Equal(day(2)) {
		t.Errorf("the import's: %v", got)
	}
}
