package importer_test

import (
	"testing"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
)

// persons imports a file of which the column mots says whether a row is about a natural person.
func (b *testBench) persons(source string, s sheet) importer.Report {
	b.t.Helper()
	o := b.options(source, s)
	m, err := importer.ParseMapping("test.yaml", []byte("key: "+source+`
id: id
fields:
  name: nom
  city: ville
  description: texte
  identifiers.siret: siret
  natural_person: {from: mots, steps: [{lookup: {EI: oui, "*": non}}]}
`))
	if err != nil {
		b.t.Fatal(err)
	}
	o.Mapping = m
	report, err := b.service.Import(b.ctx, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return report
}

// called is the card of a name, in whatever state.
func (b *testBench) called(name string) listing.Record {
	b.t.Helper()
	for _, r := range b.records() {
		if r.Listing.Name == name {
			return r
		}
	}
	b.t.Fatalf("no card is called %q", name)
	return listing.Record{}
}

// shows fails the test unless the card of a name is in a state, of a natural person or not.
func (b *testBench) shows(what, name string, state listing.State, withheld, natural bool) listing.Record {
	b.t.Helper()
	r := b.called(name)
	if r.Listing.State != state || r.Listing.Withheld != withheld || r.Company.NaturalPerson != natural {
		b.t.Fatalf("%s: %s is %s, withheld %t, natural %t", what, name, r.Listing.State, r.Listing.Withheld, r.Company.NaturalPerson)
	}
	return r
}

func (b *testBench) consents(company string, given bool) {
	b.t.Helper()
	err := b.db.Write(b.ctx, func(tx *db.Tx) error {
		_, err := listing.Store{}.Consent(b.ctx, tx, company, given, db.FromMillis(b.clock.Load()))
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

const marie, lagon = "Marie Exemple", "Lagon Web"

func people() sheet {
	return sheet{
		{"id": "1", "nom": marie, "ville": "Nouméa", "texte": "Des photos.", "mots": "EI", "siret": "73282932000074"},
		{"id": "2", "nom": lagon, "ville": "Nouméa", "texte": "Des sites.", "mots": "SARL", "siret": "43527435200036"},
	}
}

// A natural person's card waits for consent, and stays public through later imports once it is there.
func TestNaturalPersonWaitsForConsent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		report := b.persons("a", people())
		r := b.shows("imported", marie, listing.Draft, true, true)
		b.shows("imported", lagon, listing.Published, false, false)
		if source := r.Company.Provenance["natural_person"]; source.Name != "a" || source.Run != report.ID {
			t.Errorf("provenance %+v", source)
		}
		if len(report.Warnings) != 1 || report.Warnings[0].Code != "natural-person" || report.Warnings[0].Row != 2 {
			t.Errorf("told: %+v", report.Warnings)
		}
		b.consents(r.Company.ID, true)
		b.shows("consented", marie, listing.Published, false, true)
		b.want(b.persons("a", people().with("1", map[string]string{"texte": "Des portraits."})), importer.Counts{Rows: 2, Updated: 1, Unchanged: 1})
		b.shows("imported with a consent", marie, listing.Published, false, true)
		b.consents(r.Company.ID, false)
		b.persons("a", people().with("1", map[string]string{"texte": "Des films."}))
		b.shows("imported without", marie, listing.Hidden, true, true)
		b.persons("a", people().with("1", map[string]string{"mots": "SARL"}))
		b.shows("the file is corrected", marie, listing.Published, false, false)
	})
}

// A record that is surely a card that is public already joins it, which then waits for the person's consent; undone, the card is
// what it was.
func TestNaturalPersonJoinsACard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		plain := people()
		plain[0]["mots"] = ""
		b.persons("a", plain)
		before := b.picture(b.records())
		first := b.shows("as an organisation", marie, listing.Published, false, false)
		run := b.persons("b", people()[:1])
		b.want(run, importer.Counts{Rows: 1, Merged: 1})
		joined := b.records()[first.Listing.ID]
		if joined.Listing.State != listing.Hidden || !joined.Listing.Withheld || joined.Company.NaturalPerson || !joined.Listing.KinNatural {
			t.Fatalf("joined: %+v", joined.Listing)
		}
		b.consents(first.Company.ID, true)
		if l := b.records()[first.Listing.ID].Listing; l.State != listing.Published {
			t.Errorf("consented: %s", l.State)
		}
		b.consents(first.Company.ID, false)
		// The family is parted and joined again by what changes a card of it.
		b.want(b.persons("b", people()[:1].with("1", map[string]string{"texte": "Des films."})), importer.Counts{Rows: 1, Updated: 1})
		if l := b.records()[first.Listing.ID].Listing; l.State != listing.Hidden || !l.KinNatural {
			t.Errorf("changed since: %+v", l)
		}
		b.want(b.persons("b", people()[:1].with("1", map[string]string{"mots": "SARL"})), importer.Counts{Rows: 1, Updated: 1})
		if l := b.records()[first.Listing.ID].Listing; l.State != listing.Published || l.KinNatural {
			t.Errorf("corrected: %+v", l)
		}
		for _, id := range []string{runsOf(t, b)[0].ID, runsOf(t, b)[1].ID, run.ID} {
			b.undo(id)
		}
		b.same("after the undo", b.picture(b.records()), before)
	})
}

// Undoing the run that said who is a natural person shows again what it hid; the card that it made, and that somebody has written
// to since, still presents that person.
func TestUndoOfNaturalPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		plain := people()
		plain[0]["mots"] = ""
		b.persons("a", plain)
		run := b.persons("a", people())
		b.want(run, importer.Counts{Rows: 2, Updated: 1, Unchanged: 1})
		b.shows("told so", marie, listing.Hidden, true, true)
		b.undo(run.ID)
		r := b.shows("undone", marie, listing.Published, false, false)
		if _, held := r.Company.Provenance["natural_person"]; held {
			t.Error("its provenance is left")
		}
		made := b.persons("c", sheet{{"id": "9", "nom": "Paul Essai", "ville": "Nouméa", "mots": "EI", "siret": "35600000000048"}})
		b.edit(b.shows("made", "Paul Essai", listing.Draft, true, true).Listing.ID, listing.Content{Headline: "Mes mots"}, "headline")
		if report := b.undo(made.ID); report.Held != 1 {
			t.Fatalf("%+v", report)
		}
		b.shows("kept", "Paul Essai", listing.Draft, true, true)
	})
}
