package browsertest

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/company"
	"grappe/internal/listing"
)

// twins makes two cards that present the same organisation, of which the second says less.
func (s *stage) twins(t *testing.T) (name string, full, bare listing.Listing) {
	t.Helper()
	name = fmt.Sprintf("Cerfs-volants %d", s.next.Add(1))
	source := company.Source{Kind: company.FromImport, Name: "annuaire", At: time.Now()}
	var records []listing.Record
	for i, c := range []listing.Content{
		{
			Name: name, Category: listing.Company, Headline: "Des ailes pour les sites", Phones: []string{"+687251010"}, City: "Nouméa", Zone: "98818",
			Description: "Nous dessinons des sites, et nous les tenons en l’air.", OpeningHours: "Mo-Fr 08:00-12:00",
		},
		{Name: name + " SARL", Category: listing.Company, Headline: "Sites et cerfs-volants", Emails: []string{"vent@exemple.nc"}, City: "Nouméa", Zone: "98818", Phones: []string{"+687251010"}},
	} {
		l, _ := listing.Merge(listing.Listing{Territory: territory, State: listing.Published}, c, nil, source)
		records = append(records, listing.Record{Listing: l, Company: company.Company{UsualName: fmt.Sprint(name, " ", i)}})
	}
	ids := s.save(t, records)
	cards, err := s.app.Listings.ByIDs(t.Context(), s.app.DB.Read(), ids)
	if err != nil {
		t.Fatal(err)
	}
	return name, cards[0], cards[1]
}

// card reads a card as it stands.
func (s *stage) card(t *testing.T, id string) listing.Listing {
	t.Helper()
	l, err := s.app.Listings.ByID(t.Context(), s.app.DB.Read(), id)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The team finds two cards of one organisation, compares them, reunites them, reads the history, and parts them again; it takes back
// an edit, and the owner another.
func cardsOfTheTeam(t *testing.T) {
	each(t, ways(), func(t *testing.T, w way) {
		s := theStage(t)
		name, full, bare := s.twins(t)
		b, mail := s.trip(t, w), s.somebody("fiches")
		p := s.person(t, mail, "Iris Fichier")
		s.appoints(t, mail, account.ProjectManager)
		b.enters(t, p)
		b.opens("/gestion/fiches?" + url.Values{"q": {name}}.Encode())
		b.look("fiches")
		b.want("both cards are found", `document.querySelectorAll("main tbody tr").length === 2`)
		b.sends("the card", `main tbody a[href$="`+bare.ID+`"]`)
		b.look("fiche-gestion")
		b.reunites(t, s, full, bare)
		b.partsAgain(t, s, full, bare)
		b.takesBack(t, s, full)
		b.ownerTakesBack(t, s, full)
	})
}

// reunites goes from the page of one card to both as one.
func (b *trip) reunites(t *testing.T, s *stage, full, bare listing.Listing) {
	t.Helper()
	b.sends("with which", `main a[href$="/fusion"]`)
	b.look("fusion-choix")
	b.want("the other one is offered", `document.querySelectorAll(".roster li").length >= 1`)
	b.sends("both beside each other", `.roster a.button[href*="`+full.ID+`"]`)
	b.look("fusion")
	b.want("the one that says more is to stay", `document.querySelector("main .panel a.button").href.includes("garder=`+bare.ID+`")`)
	b.sends("the other way round", `main .panel a.button`)
	b.want("then it takes over what it lacks", `document.querySelector("#champ-opening_hours ins, #champ-opening_hours .diff-after")`)
	b.sends("the first way round again", `main .panel a.button`)
	b.want("it takes over the address of the other", `document.querySelector("#repris ~ .diffs").textContent.includes("vent@exemple.nc")`)
	b.sends("the card that stays", submit)
	b.here("/gestion/fiches/" + full.ID)
	b.look("fiche-reunie")
	if l := s.card(t, bare.ID); l.State != listing.Merged || l.MergedInto != full.ID {
		t.Errorf("the other card is %s, in %q", l.State, l.MergedInto)
	}
	if l := s.card(t, full.ID); len(l.Emails) != 1 {
		t.Errorf("the card that stays says %v", l.Emails)
	}
}

// partsAgain goes back by the link that stands where one reunited them.
func (b *trip) partsAgain(t *testing.T, s *stage, full, bare listing.Listing) {
	t.Helper()
	b.sends("what would go back", `main .notice a[href*="/separation"]`)
	b.look("separation")
	b.want("it shows what goes back", `document.querySelector("main details[open] del").textContent.includes("vent@exemple.nc")`)
	b.sends("the card", `main details[open] form [type=submit]`)
	b.here("/gestion/fiches/" + full.ID)
	if one, other := s.card(t, full.ID), s.card(t, bare.ID); len(one.Emails) != 0 || other.State != listing.Published {
		t.Errorf("parted: %v, %s", one.Emails, other.State)
	}
}

// takesBack has the team put back what a card said before one of its own edits.
func (b *trip) takesBack(t *testing.T, s *stage, l listing.Listing) {
	t.Helper()
	by := listing.Author{Source: company.Source{Kind: company.FromStaff}, Person: s.person(t, s.somebody("lea"), "Léa Colère").ID}
	said := listing.Content{Headline: "N’importe quoi pour les sites", City: "Païta"}
	if _, _, err := listing.NewService(s.app.DB, time.Now).Edit(t.Context(), by, l.ID, s.card(t, l.ID).Version, said, []string{"headline", "city"}); err != nil {
		t.Fatal(err)
	}
	b.opens("/gestion/fiches/" + l.ID + "/historique")
	b.look("historique")
	b.want("who it was", `document.querySelector(".timeline .event").textContent.includes("Léa Colère")`)
	b.want("word by word", `document.querySelector(".timeline ins").textContent.includes("N’importe quoi")`)
	b.sends("what goes back", `.timeline .event:first-child a.button`)
	b.look("retour")
	b.want("both fields are chosen", `document.querySelectorAll("[name=champ]:checked").length === 2`)
	b.click(`[name=champ][value=city]`)
	b.sends("the history", submit)
	b.here("/gestion/fiches/" + l.ID + "/historique")
	if now := s.card(t, l.ID); now.Headline != "Des ailes pour les sites" || now.City != "Païta" {
		t.Errorf("the card says %q, %q", now.Headline, now.City)
	}
}

// ownerTakesBack has an owner put back what their card said before the team wrote to it.
func (b *trip) ownerTakesBack(t *testing.T, s *stage, l listing.Listing) {
	t.Helper()
	owner := s.trip(t, b.way)
	owner.enters(t, s.person(t, s.somebody("patronne"), "Ada Patronne", l.CompanyID))
	owner.opens("/espace/fiches/" + l.ID + "/historique")
	owner.look("historique-espace")
	owner.want("of the team nobody is named", `!document.querySelector("main").textContent.includes("Léa") && document.querySelector("main").textContent.includes("OPEN NC")`)
	owner.click(`.timeline .event:nth-child(2) summary`)
	owner.sends("what goes back", `.timeline .event:nth-child(2) a.button`)
	owner.want("what went back already is not asked again", `document.querySelectorAll("[name=champ]").length === 1`)
	owner.sends("the history", submit)
	owner.here("/espace/fiches/" + l.ID + "/historique")
	if now := s.card(t, l.ID); now.City != "Nouméa" || now.Provenance["city"].Kind != company.FromOwner {
		t.Errorf("the card says %q, by %+v", now.City, now.Provenance["city"])
	}
}
