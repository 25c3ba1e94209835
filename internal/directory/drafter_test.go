package directory

import (
	"io/fs"
	"slices"
	"testing"

	"grappe/internal/listing"
	"grappe/internal/platform/search"
	"grappe/internal/taxonomy"
	"grappe/internal/territory"
	"grappe/presets"
)

func emptyCatalogue(t testing.TB) *catalogue {
	t.Helper()
	nc, err := territory.Load(presets.FS, "nc")
	if err != nil {
		t.Fatal(err)
	}
	competences, err := taxonomy.Load(presets.FS, taxonomy.Competences)
	if err != nil {
		t.Fatal(err)
	}
	sectors, err := taxonomy.Load(presets.FS, taxonomy.Sectors)
	if err != nil {
		t.Fatal(err)
	}
	data, err := fs.ReadFile(presets.FS, "vocabulary/fr.yaml")
	if err != nil {
		t.Fatal(err)
	}
	synonyms, err := search.ReadVocabulary(data)
	if err != nil {
		t.Fatal(err)
	}
	return newCatalogue(nc, &Taxonomies{Competences: competences, Sectors: sectors}, synonyms)
}

// Documents share the texts of codes; none may write into what another has.
func TestDocumentsShareWithoutHarm(t *testing.T) {
	c := emptyCatalogue(t)
	d := c.newDrafter()
	one := listing.Outline{ID: "a", Competences: []string{"drones"}, Zone: "98818"}
	two := listing.Outline{ID: "b", Competences: []string{"drones", "audiovisual", "unknown"}, Sectors: []string{"tourism", "retail"}, Zone: "98814"}
	first, _ := d.document(&one)
	want := slices.Clone(first.Text[fieldRelated])
	place := slices.Clone(first.Text[fieldPlace])
	second, _ := d.document(&two)
	again, _ := d.document(&one)
	for _, doc := range []search.Doc{first, again} {
		if !slices.Equal(doc.Text[fieldRelated], want) || !slices.Equal(doc.Text[fieldPlace], place) || !slices.Equal(doc.Facets[1], one.Competences) {
			t.Errorf("after another document, it says %q", doc.Text)
		}
	}
	drones, _ := c.taxonomies.Competences.Term("drones")
	audiovisual, _ := c.taxonomies.Competences.Term("audiovisual")
	if got := second.Text[fieldRelated]; !slices.Equal(got, slices.Concat(drones.Synonyms, audiovisual.Synonyms)) || !slices.Equal(second.Facets[1], two.Competences) {
		t.Errorf("two competences say %q", got)
	}
	if got := second.Text[fieldPlace]; len(got) < 4 || got[2] != "Lifou" {
		t.Errorf("two sectors and a place say %q", got)
	}
}

// A document takes few allocations beside those of what it says, whatever the length of its texts.
func TestAllocationsOfADocument(t *testing.T) {
	d := emptyCatalogue(t).newDrafter()
	o := listing.Outline{
		ID: "0193a1c2-7000-7000-8000-000000000001", Name: "Lagon Web", Category: listing.Company, Headline: "Votre site en trois semaines",
		Description: "Nous créons des sites pour les hôtels, l’été comme l’hiver.", Competences: []string{"web-development"}, Sectors: []string{"tourism"},
		Tags: []string{"WordPress", "site vitrine"}, Zone: "98818",
	}
	if n := testing.AllocsPerRun(1000, func() { d.document(&o) }); n > 8 {
		t.Errorf("%.0f allocations for a document, want at most 8", n)
	}
}
