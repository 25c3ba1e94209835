package importer_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"unicode/utf8"

	"grappe/internal/importer"
	"grappe/internal/platform/tabular"
)

// FuzzMap: whatever stands in the cells, a row gives a draft that can be stored or a rejection.
func FuzzMap(f *testing.F) {
	place := preset(f, "nc")
	m := shipped(f, "template")
	for _, seed := range []string{
		"", "98800", "+687", "7:30-", "8: - 12: / 13:-15:", "=cmd|' /C calc'!A0", "<b>&#x110000;</b>", "Ã©", "â€", "ð", "0", "1e400",
		"-22.27, 166.44", "446000", "https://[::1", "@", "a@b", "\xff", "99999999999999999999", "htpps://", "NaN", "Inf", "5 mai", "Paris Cedex 16",
	} {
		f.Add(seed, seed)
	}
	paths := []string{
		"id", "commune", "code_postal", "adresse", "latitude", "longitude", "telephone", "courriel", "site", "reseaux", "facebook",
		"lundi", "mardi", "ridet", "code_naf", "creation", "effectif", "modifie_le", "mots_cles", "secteurs", "presentation", "type", "logo",
	}
	f.Fuzz(func(t *testing.T, one, two string) {
		row := tabular.Row{Line: 2, Fields: []tabular.Field{{Path: "nom", Value: one + "x"}}}
		for i, path := range paths {
			value := one
			if i%2 == 1 {
				value = two
			}
			row.Fields = append(row.Fields, tabular.Field{Path: path, Value: value})
		}
		profile := importer.NewProfile(m)
		profile.Add(row)
		profile.Finish()
		draft, rejection := importer.NewMapper(m, importer.Env{Territory: place, Profile: profile, Now: now()}).Map(row)
		if rejection != nil {
			return
		}
		if draft.ExternalID == "" || draft.Content.Name == "" {
			t.Fatalf("an unnamed draft: %+v", draft)
		}
		if p := draft.Content.Point; p != nil && !p.Valid() {
			t.Fatalf("point %v", *p)
		}
		if utf8.ValidString(one) && utf8.ValidString(two) && !utf8.ValidString(draft.ExternalID+draft.Content.Name+draft.Content.Description) {
			t.Fatalf("broken text: %+v", draft)
		}
	})
}

// The two readings of 100,000 rows hold little more than the profile.
func TestMemoryDoesNotGrow(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("reads 100,000 rows twice, one after the other, and what is measured with -race is the detector's memory too")
	}
	const want = 100_000
	path := filepath.Join(t.TempDir(), "big.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "id,nom,presentation,commune,code_postal,latitude,longitude,telephone,mots_cles")
	for i := range want {
		fmt.Fprintf(w, "id-%d,Société %d,Conseil et services numériques,Nouméa,98800,-22.27,166.44,44%04d,tag%d;conseil\n", i, i, i%10000, i%3000)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		t.Fatal(err)
	}
	m := shipped(t, "template")
	first, err := tabular.OpenFile(t.Context(), path, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	profile, err := importer.BuildProfile(t.Context(), first, m)
	if err != nil {
		t.Fatal(err)
	}
	second, err := tabular.OpenFile(t.Context(), path, tabular.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	mapper := importer.NewMapper(m, importer.Env{Territory: preset(t, "nc"), Profile: profile, Now: now()})
	var peak uint64
	rows := 0
	for {
		row, err := second.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, rejection := mapper.Map(row); rejection != nil {
			t.Fatal(rejection)
		}
		if rows++; rows%(want/10) == 0 {
			var mem runtime.MemStats
			runtime.ReadMemStats(&mem)
			peak = max(peak, mem.HeapInuse)
		}
	}
	t.Logf("%d rows, %d MB in use at most", rows, peak>>20)
	if rows != want || peak > 100<<20 {
		t.Errorf("%d rows, %d MB in use", rows, peak>>20)
	}
}
