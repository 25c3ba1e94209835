package listing

import (
	"testing"

	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/locale/localetest"
)

// A company's cards are all found, whatever became of them, but what another card took in.
func TestOwnedBy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, reader := t.Context(), Reader{}
		first := save(t, d, card("Zèbre"))[0]
		second, third, hidden := card("Abeille"), card("Zèbre bis"), card("Mouette")
		hidden.Listing.State = Hidden
		for _, r := range []*Record{&second, &third, &hidden} {
			r.Listing.CompanyID, r.Company = first.Company.ID, first.Company
		}
		saved := save(t, d, second, third, hidden)
		other := save(t, d, card("Ailleurs"))[0]
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := NewService(d, clock).MergeIn(ctx, tx, Author{}, first.Listing.ID, saved[1].Listing.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		var names []string
		found, err := reader.OwnedBy(ctx, d.Read(), []string{first.Company.ID})
		for _, l := range found {
			names = append(names, l.Name)
		}
		if err != nil || len(names) != 3 || names[0] != "Abeille" || names[1] != "Mouette" || names[2] != "Zèbre" {
			t.Errorf("%q, %v", names, err)
		}
		if found, err := reader.OwnedBy(ctx, d.Read(), []string{first.Company.ID, other.Company.ID}); err != nil || len(found) != 4 {
			t.Errorf("of two: %d, %v", len(found), err)
		}
		if found, err := reader.OwnedBy(ctx, d.Read(), nil); err != nil || found != nil {
			t.Errorf("of none: %v, %v", found, err)
		}
	})
}

func TestLanguageNames(t *testing.T) {
	fr, en := localetest.Printer(t, "fr", Texts), localetest.Printer(t, "en", Texts)
	for tag, want := range map[string][2]string{
		"en": {"anglais", "English"}, "fr": {"français", "French"}, "dhv": {"drehu", "Drehu"}, "zz-?": {"zz-?", "zz-?"},
	} {
		if got := [2]string{LanguageName(fr, tag), LanguageName(en, tag)}; got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
	for _, code := range Accessibilities() {
		if !fr.Has(AccessibilityKey(code)) || !en.Has(AccessibilityKey(code)) {
			t.Errorf("no words for %s", code)
		}
	}
}
