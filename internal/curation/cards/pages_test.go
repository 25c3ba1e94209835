package cards_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"grappe/internal/account"
	"grappe/internal/curation"
	"grappe/internal/curation/cards"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/ui/uitest"
)

func version(l listing.Listing) string { return strconv.FormatInt(l.Version, 10) }

// Every page in every state, in both languages, is sound.
func TestPages(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	l, other := h.imported(content("Atelier <du> Lagon")), h.imported(content("Atelier du Lagon SARL"))
	nameless := h.imported(listing.Content{Category: listing.Company})
	ada := h.owner("ada@atelier.example", "Ada", l)
	h.edit(h.lise, l.ID, listing.Content{City: "Dumbéa"}, "city")
	h.edit(ada, l.ID, listing.Content{Headline: "Nos <b>mots</b>"}, "headline")
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := listing.Store{}.Raise(ctx, tx, listing.Flag{Listing: l.ID, Territory: "nc", Kind: listing.DeadSite, Detail: "https://x.example", Since: h.now(), Seen: h.now()})
		return err
	})
	h.must(second(h.listings.Merge(t.Context(), listing.Author{}, l.ID, h.imported(content("Jumelle")).ID)))
	lapsed := h.imported(content("Endormie"))
	h.must(second(h.listings.Lapse(t.Context(), listing.Author{}, lapsed.ID, lapsed.Version)))
	history, err := h.s.History(t.Context(), h.lise, l.ID, "", "fr")
	h.must(err)
	edited := history.Steps[1].ID
	for _, lang := range []string{"fr", "en"} {
		for path, by := range map[string]account.Actor{
			cards.Path: h.lea, cards.Path + "?q=lagon&etat=published&zone=98818&remplissage=moyen&age=unconfirmed&signalees=oui&sans-compte=oui&tri=anciennete&page=7": h.lea,
			cards.Path + "?q=rien":                                          h.lea,
			cards.CardPath(l.ID):                                            h.lea,
			cards.CardPath(other.ID):                                        h.lise,
			cards.CardPath(nameless.ID):                                     h.lise,
			cards.CardPath(lapsed.ID):                                       h.lise,
			cards.HistoryPath(l.ID):                                         h.lea,
			cards.HistoryPath(other.ID):                                     h.lise,
			cards.OwnHistoryPath(l.ID):                                      ada,
			cards.MergePath(l.ID):                                           h.lise,
			cards.MergePath(nameless.ID):                                    h.lise,
			cards.SplitPath(l.ID):                                           h.lise,
			cards.SplitPath(other.ID):                                       h.lise,
			cards.MergePath(l.ID) + "?q=x":                                  h.lise,
			cards.MergePath(l.ID) + "?avec=" + other.ID:                     h.lise,
			cards.MergePath(l.ID) + "?avec=" + other.ID + "&garder=" + l.ID: h.lise,
			cards.MergePath(l.ID) + "?avec=" + lapsed.ID:                    h.lise,
			cards.HistoryPath(l.ID) + "/" + edited:                          h.lise,
			cards.OwnHistoryPath(l.ID) + "/" + edited:                       ada,
			cards.CardPath(l.ID) + "?fait=fusion":                           h.lise,
			cards.HistoryPath(l.ID) + "?avant=" + edited + "&fait=retabli":  h.lise,
		} {
			if got := h.ask(by, lang, http.MethodGet, path, nil); got.status != http.StatusOK {
				t.Errorf("%s in %s: %d", path, lang, got.status)
			}
		}
	}
}

// On phones the filters are behind one button, which is open where one of them is set; the words are not.
func TestFoldedFilters(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	for query, open := range map[string]int{"": 0, "?q=lagon&tri=nom&etat=": 0, "?etat=published": 1, "?q=lagon&sans-compte=oui": 1} {
		page := h.get(h.lise, cards.Path+query).body
		uitest.Count(t, page, "main form.filter > .filter-fold", 1)
		uitest.Count(t, page, "main form.filter > .filter-fold[open]", open)
		uitest.Count(t, page, "main .filter-fold select", 6)
		uitest.Count(t, page, "main .filter-fold [type=checkbox]", 2)
		uitest.Count(t, page, "main .filter-fold [type=search], main .filter-fold [type=submit]", 0)
	}
}

func TestPageOfACard(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	l := h.imported(content("Atelier du Lagon"))
	ada := h.owner("ada@atelier.example", "Ada", l)
	l = h.edit(ada, l.ID, listing.Content{Headline: "Nos mots"}, "headline")
	at := cards.CardPath(l.ID)
	page := h.get(h.lise, at)
	for _, words := range []string{"Annuaire 2025", "25.10.10", "Nos mots", "/nc/gestion/entreprises/" + l.CompanyID, "Publie directement", "/modifier", "/historique", "/fusion"} {
		if !strings.Contains(page.body, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
	reader := h.get(h.lea, at)
	uitest.Count(t, reader.body, "main form", 0)
	uitest.Count(t, reader.body, `a[href$="/modifier"]`, 0)

	got := h.send(h.lise, at, url.Values{"faire": {"masquer"}, "version": {version(l)}}) // Ada acts for the company
	if got.status != http.StatusUnprocessableEntity || h.card(l.ID).State != listing.Published {
		t.Errorf("hide without a reason: %d", got.status)
	}
	uitest.Count(t, got.body, "details[open] textarea[name=reason][aria-invalid]", 1)
	got = h.send(h.lise, at, url.Values{"faire": {"masquer"}, "version": {version(l)}, "reason": {"Adresse fausse."}})
	if got.status != http.StatusSeeOther || got.location != "/nc"+at+"?fait=masquer" || h.card(l.ID).State != listing.Hidden {
		t.Errorf("hide: %d to %q", got.status, got.location)
	}
	got = h.send(h.lise, at, url.Values{"faire": {"publier"}, "version": {version(l)}})
	if got.status != http.StatusConflict || uitest.Text(uitest.One(t, got.body, ".errors-title")) == "" {
		t.Errorf("an old version: %d", got.status)
	}
	if got = h.send(h.lise, at, url.Values{"faire": {"confiance"}, "confiance": {"watched"}}); got.status != http.StatusSeeOther {
		t.Errorf("trust: %d", got.status)
	}
	if trust, err := h.changes.TrustOf(t.Context(), h.db.Read(), l.CompanyID); err != nil || trust != curation.Watched {
		t.Errorf("trusted %s, %v", trust, err)
	}
	if got = h.send(h.lise, at, url.Values{"faire": {"confiance"}, "confiance": {"aveugle"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown trust: %d", got.status)
	}
	if got = h.send(h.lea, at, url.Values{"faire": {"publier"}, "version": {version(h.card(l.ID))}}); got.status != http.StatusForbidden {
		t.Errorf("a reader: %d", got.status)
	}
	if got = h.send(ada, at, url.Values{"faire": {"publier"}}); got.status != http.StatusForbidden {
		t.Errorf("an owner at the desk: %d", got.status)
	}
	if got = h.get(h.lise, cards.CardPath("none")); got.status != http.StatusNotFound {
		t.Errorf("no card: %d", got.status)
	}
}

// What speaks against a card is said in words.
func TestFlagOfACard(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	l := h.imported(content("Atelier du Lagon"))
	h.write(func(ctx context.Context, tx *db.Tx) error {
		_, err := listing.Store{}.Raise(ctx, tx, listing.Flag{Listing: l.ID, Territory: "nc", Kind: listing.StruckOff, Detail: "0 132 720", Since: h.now(), Seen: h.now()})
		return err
	})
	if said := uitest.Text(uitest.One(t, h.get(h.lea, cards.CardPath(l.ID)).body, ".todo-words .muted")); !strings.Contains(said, "Constaté : 0 132 720") {
		t.Error(said)
	}
}

func TestPageOfTheHistory(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	l := h.imported(content("Atelier du Lagon"))
	ada := h.owner("ada@atelier.example", "Ada", l)
	h.edit(h.lise, l.ID, listing.Content{City: "Dumbéa"}, "city")
	h.edit(ada, l.ID, listing.Content{Headline: "Sites et magasins"}, "headline")
	team, own := h.get(h.lea, cards.HistoryPath(l.ID)).body, h.get(ada, cards.OwnHistoryPath(l.ID)).body
	for _, words := range []string{"Lise, pour l’équipe", "Ada, pour l’entreprise", "Commune", "applications</del>", "magasins</ins>"} {
		if !strings.Contains(team, words) && words != "Commune" {
			t.Errorf("the team does not read %q", words)
		}
	}
	if strings.Contains(own, "Lise") || !strings.Contains(own, "l’équipe d’OPEN NC") || !strings.Contains(own, "· vous</p>") || strings.Contains(own, "Ada, pour") {
		t.Error("owners read who of the team it was, or do not read that it was the team")
	}
	if strings.Contains(own, "/gestion/") {
		t.Error("owners are led to the desk")
	}
	if got := h.get(h.lise, cards.OwnHistoryPath(l.ID)); got.status != http.StatusOK || strings.Contains(got.body, "/gestion/fiches") {
		t.Errorf("the team in the space: %d", got.status)
	}
}

func TestPageOfAReturn(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	l := h.imported(content("Atelier du Lagon"))
	ada := h.owner("ada@atelier.example", "Ada", l)
	h.edit(ada, l.ID, listing.Content{Headline: "Nos mots", City: "Dumbéa"}, "headline", "city")
	history, err := h.s.History(t.Context(), ada, l.ID, "", "fr")
	h.must(err)
	at := "/" + history.Steps[0].ID
	whole := h.get(h.lise, cards.HistoryPath(l.ID)).body
	uitest.Count(t, whole, ".timeline .details a.button", 0)
	if !strings.Contains(whole, "elle seule peut les rétablir") {
		t.Error("the history does not say why nothing can be put back")
	}
	uitest.Count(t, h.get(ada, cards.OwnHistoryPath(l.ID)).body, ".timeline .details a.button", 1)
	page := h.get(h.lise, cards.HistoryPath(l.ID)+at)
	uitest.Count(t, page.body, `input[name="champ"]`, 0)
	uitest.Count(t, page.body, `main form [type="submit"]`, 0)
	if !strings.Contains(page.body, "elle seule peut les rétablir") {
		t.Error("the page does not say why nothing can be put back")
	}
	h.edit(h.lise, l.ID, listing.Content{Description: "Par l’équipe"}, "description")
	page = h.get(h.lise, cards.HistoryPath(l.ID)+at)
	uitest.Count(t, page.body, `input[name="champ"][disabled]`, 2)
	uitest.Count(t, page.body, `input[name="champ"]`, 3)
	uitest.Count(t, page.body, `main form [type="submit"]`, 1)
	got := h.send(h.lise, cards.HistoryPath(l.ID)+at, url.Values{"champ": {"city"}, "version": {version(h.card(l.ID))}})
	if got.status != http.StatusForbidden || !strings.Contains(got.body, "Rempli par l’entreprise elle-même") {
		t.Errorf("the team over the owner: %d", got.status)
	}
	page = h.get(ada, cards.OwnHistoryPath(l.ID)+at)
	uitest.Count(t, page.body, `input[name="champ"][checked]`, 2)
	if got = h.send(ada, cards.OwnHistoryPath(l.ID)+at, url.Values{"version": {version(h.card(l.ID))}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing chosen: %d", got.status)
	}
	uitest.Count(t, got.body, `input[name="champ"][checked]`, 0)
	got = h.send(ada, cards.OwnHistoryPath(l.ID)+at, url.Values{"champ": {"city"}, "version": {version(h.card(l.ID))}})
	if now := h.card(l.ID); got.status != http.StatusSeeOther || got.location != "/nc"+cards.OwnHistoryPath(l.ID)+"?fait=retabli" || now.City != "Nouméa" || now.Headline != "Nos mots" {
		t.Errorf("%d to %q, %+v", got.status, got.location, now)
	}
	h.must(h.changes.SetTrust(t.Context(), h.lise, l.CompanyID, curation.Newcomer))
	got = h.send(ada, cards.OwnHistoryPath(l.ID)+at, url.Values{"champ": {"headline"}, "version": {version(h.card(l.ID))}})
	if got.location != "/nc"+cards.OwnHistoryPath(l.ID)+"?fait=attente" || h.card(l.ID).Headline != "Nos mots" {
		t.Errorf("who is not trusted yet: %d to %q", got.status, got.location)
	}
}

func TestPagesOfMergeAndSplit(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	bare := h.imported(listing.Content{Name: "Atelier Lagon", Category: listing.Company, Emails: []string{"contact@atelier.example"}})
	full := h.imported(content("Atelier du Lagon"))
	page := h.get(h.lise, cards.MergePath(bare.ID)).body
	if link := uitest.One(t, page, ".roster .button"); uitest.Attr(link, "href") != "/nc"+cards.MergePath(bare.ID)+"?avec="+full.ID {
		t.Errorf("leads to %q", uitest.Attr(link, "href"))
	}
	page = h.get(h.lise, cards.MergePath(bare.ID)+"?avec="+full.ID+"&garder="+bare.ID).body
	form := url.Values{}
	for _, hidden := range uitest.Find(t, page, `main form[method="post"] input[type="hidden"]`) {
		form.Set(uitest.Attr(hidden, "name"), uitest.Attr(hidden, "value"))
	}
	if form.Get("garder") != bare.ID || !strings.Contains(page, "Ce que la fiche reprend") || !strings.Contains(page, "25.10.10") {
		t.Fatalf("the form holds %v", form)
	}
	got := h.send(h.lise, cards.MergePath(bare.ID), form)
	if got.location != "/nc"+cards.CardPath(bare.ID)+"?fait=fusion" || h.card(full.ID).MergedInto != bare.ID {
		t.Fatalf("%d to %q", got.status, got.location)
	}
	if got = h.send(h.lise, cards.MergePath(bare.ID), form); got.status != http.StatusConflict {
		t.Errorf("sent twice: %d", got.status)
	}
	page = h.get(h.lise, cards.CardPath(bare.ID)+"?fait=fusion").body
	if !strings.Contains(page, cards.SplitPath(bare.ID)+"?fiche="+full.ID) {
		t.Error("nothing leads back")
	}
	if got = h.get(h.lise, cards.SplitPath(full.ID)); got.location != "/nc"+cards.SplitPath(bare.ID)+"?fiche="+full.ID {
		t.Errorf("from the card that is gone: %q", got.location)
	}
	if page = h.get(h.lise, cards.CardPath(full.ID)).body; !strings.Contains(page, "Réunie avec la fiche « Atelier Lagon »") {
		t.Error("the merged card does not say with which")
	}
	got = h.send(h.lise, cards.SplitPath(bare.ID), url.Values{"fiche": {full.ID}})
	if got.location != "/nc"+cards.CardPath(bare.ID)+"?fait=separation" || h.card(full.ID).State != listing.Published || len(h.card(bare.ID).Phones) != 0 {
		t.Errorf("%d to %q", got.status, got.location)
	}
	if got = h.send(h.lise, cards.SplitPath(bare.ID), url.Values{"fiche": {full.ID}}); got.status != http.StatusConflict {
		t.Errorf("split twice: %d", got.status)
	}
	for _, path := range []string{cards.MergePath(bare.ID), cards.SplitPath(bare.ID)} {
		if got := h.get(h.lea, path); got.status != http.StatusForbidden {
			t.Errorf("a reader at %s: %d", path, got.status)
		}
	}
}
