package app

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
)

const apiBase = "http://annuaire.test/nc/api/v1"

// cards is a page of /api/v1/listings.
type cards struct {
	Total    int
	Listings []map[string]any
	Next     string
	Dropped  []string
}

func (c cards) ids() []string {
	var ids []string
	for _, card := range c.Listings {
		id, _ := card["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

// walk reads all pages of a query, and gives the identifiers in their order.
func walk(t *testing.T, f *front, query string) []string {
	t.Helper()
	var ids []string
	next := apiBase + "/listings?" + query
	for pages := 0; next != ""; pages++ {
		got := f.get(t, next)
		page := decoded[cards](t, got)
		ids = append(ids, page.ids()...)
		link := got.header.Get("Link")
		if (link != "") != (page.Next != "") || pages > 100 {
			t.Fatalf("%s: next %q, Link %q", next, page.Next, link)
		}
		next = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
		if page.Next != "" && !strings.Contains(next, "cursor="+page.Next) {
			t.Fatalf("Link %q, next %q", link, page.Next)
		}
	}
	return ids
}

// Pages joined by their cursors are the whole answer, in its order, whatever the order and the size of a page.
func TestAPIPagesAreTheWholeAnswer(t *testing.T) {
	limits := []string{"&limit=200", "&limit=7"}
	if raced {
		limits = limits[:1] // hundreds of small pages, one after the other, are read without the detector
	}
	f := newFront(t, filled(t))
	for _, query := range []string{
		"tri=pertinence", "q=site+internet", "tri=nom", "tri=recents", "pres=-22.27,166.44&tri=distance", "competence=developpement-web&zone=noumea",
		"pres=-22.27,166.44&rayon=20", "bbox=166,-22.5,167,-22", "categorie=entreprise&categorie=tiers-lieu", "zone=lifou&surplace=1", "q=zzzzzzzzq",
	} {
		v, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		q, err := directory.ParseQuery(v)
		if err != nil {
			t.Fatal(err)
		}
		want, err := f.app.Directory.IDs(t.Context(), "nc", q)
		if err != nil {
			t.Fatal(err)
		}
		for _, limit := range limits {
			if got := walk(t, f, query+limit); !slices.Equal(got, want) {
				t.Errorf("%s%s: %d cards, want %d", query, limit, len(got), len(want))
			}
		}
		total := decoded[cards](t, f.get(t, apiBase+"/listings?limit=1&"+query)).Total
		clusters := decoded[struct{ Total, Unplaced int }](t, f.get(t, apiBase+"/clusters?zoom=9&"+query))
		if total != len(want) || clusters.Total+clusters.Unplaced != total {
			t.Errorf("%s: total %d of %d, on the map %d and %d", query, total, len(want), clusters.Total, clusters.Unplaced)
		}
	}
	second := decoded[cards](t, f.get(t, apiBase+"/listings?tri=nom&limit=10&page=2")).ids()
	if first := decoded[cards](t, f.get(t, apiBase+"/listings?tri=nom")).ids(); !slices.Equal(first[10:], second) {
		t.Error("the second page of ten is not the second half of a page of twenty")
	}
}

// The address of any page of the directory is that of its data, by its path alone.
func TestAPITakesTheAddressesOfPages(t *testing.T) {
	f := newFront(t, filled(t))
	for _, query := range []string{
		"?q=drone&zone=noumea&surplace=1&tri=nom&page=1&carte=-22.27,166.44,11&fiche=x&vue=carte", "?page=2", "?ou=noumea", "?tag=wordpress", "?q=&zone=",
	} {
		if got := f.get(t, apiBase+"/listings"+query); got.status != http.StatusOK {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
		if got := f.get(t, apiBase+"/clusters"+query+"&zoom=5"); got.status != http.StatusOK {
			t.Errorf("clusters of %s: %d %s", query, got.status, got.body)
		}
	}
}

// What is wrong with a request is told by the name of the parameter.
func TestAPIRefuses(t *testing.T) {
	f := newFront(t, filled(t))
	cursor := decoded[cards](t, f.get(t, apiBase+"/listings?q=site&limit=2")).Next
	changes := decoded[feedPage](t, f.get(t, apiBase+"/changes?limit=2")).Next
	for address, want := range map[string]struct {
		status int
		name   string
	}{
		"/listings?bbox=170,-20,165,-23":            {400, "bbox"},
		"/listings?bbox=165,-20,170,-23":            {400, "bbox"},
		"/listings?bbox=165,-95,170,-20":            {400, "bbox"},
		"/listings?limit=0":                         {400, "limit"},
		"/listings?limit=201":                       {400, "limit"},
		"/listings?limit=99999999999999999999":      {400, "limit"},
		"/listings?fields=name,colour":              {400, "fields"},
		"/listings?zone=atlantide":                  {400, "zone"},
		"/listings?ou=atlantide":                    {400, "ou"},
		"/listings?competence=x&competence=drones":  {400, "competence"},
		"/listings?categorie=x":                     {400, "categorie"},
		"/listings?secteur=x":                       {400, "secteur"},
		"/listings?colour=red":                      {400, "colour"},
		"/listings?rayon=5":                         {400, "rayon"},
		"/listings?tri=distance":                    {400, "tri"}, // from where?
		"/listings?bbox=":                           {400, "bbox"},
		"/listings?bbox=170,-20,160,-20":            {400, "bbox"},
		"/listings?fields=":                         {400, "fields"},
		"/listings?cursor=x":                        {400, "cursor"},
		"/listings?cursor=" + cursor:                {400, "cursor"}, // of another question
		"/listings?q=site&tri=nom&cursor=" + cursor: {400, "cursor"}, // in another order
		"/changes?cursor=" + cursor:                 {400, "cursor"},
		"/listings?q=site&cursor=" + changes:        {400, "cursor"},
		"/listings?q=site&page=2&cursor=" + cursor:  {400, "page"},
		"/clusters":                                 {400, "zoom"},
		"/clusters?zoom=23":                         {400, "zoom"},
		"/clusters?zoom=3&zone=x":                   {400, "zone"},
		"/changes?limit=501":                        {400, "limit"},
		"/suggestions":                              {400, "q"},
		"/suggestions?q=a&limit=21":                 {400, "limit"},
	} {
		got := f.get(t, apiBase+address)
		var problem struct {
			Status int
			Detail string
			Errors []struct{ Name, Detail string }
		}
		if err := json.Unmarshal([]byte(got.body), &problem); err != nil || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v, %q", address, err, got.header.Get("Content-Type"))
		}
		if address == "/listings?bbox=170,-20,165,-23" {
			want.name = "bbox" // south of north, whatever the date line
		}
		if got.status != want.status || len(problem.Errors) == 0 || problem.Errors[0].Name != want.name || problem.Detail == "" {
			t.Errorf("%s: %d %s, want %d that names %q", address, got.status, got.body, want.status, want.name)
		}
	}
	for address, list := range map[string]string{
		"/listings?zone=atlantide": "/zones", "/listings?ou=atlantide": "/zones", "/clusters?zoom=3&competence=x": "/competences", "/listings?secteur=x": "/sectors",
	} {
		if got := f.get(t, apiBase+address); !strings.Contains(got.body, apiBase+list+`"`) || f.get(t, apiBase+list).status != http.StatusOK {
			t.Errorf("%s does not lead to %s: %s", address, list, got.body)
		}
	}
	if got := f.get(t, "http://annuaire.test/nc/annuaire?tri=distance&bbox="); got.status != http.StatusOK {
		t.Errorf("a page is as strict as the API: %d", got.status)
	}
	if got := f.get(t, apiBase+"/listings?tag=nobody+ever+wrote+this"); decoded[cards](t, got).Total != 0 || !strings.Contains(got.body, `"listings":[]`) {
		t.Errorf("a tag that nobody uses: %.200s", got.body)
	}
	if got := f.get(t, "http://annuaire.test/nc/en/api/v1/listings?limit=0"); !strings.Contains(got.body, "The parameter") {
		t.Errorf("in English: %s", got.body)
	}
}

// Whoever misses the operations is led to them.
func TestAPILeadsToItsOperations(t *testing.T) {
	f := newFront(t, filled(t))
	index := decoded[struct {
		Documentation, OpenAPI string
		Operations             []struct{ ID, Summary, URL string }
	}](t, f.get(t, apiBase))
	if len(index.Operations) < 9 {
		t.Errorf("the index names %+v", index.Operations)
	}
	for _, address := range []string{index.Documentation, index.OpenAPI} {
		if got := f.get(t, address); got.status != http.StatusOK {
			t.Errorf("%s: %d", address, got.status)
		}
	}
	for _, op := range index.Operations {
		if !strings.HasPrefix(op.URL, apiBase+"/") || op.Summary == "" {
			t.Errorf("%+v", op)
		}
		if got := f.get(t, op.URL); got.status == http.StatusNotFound && !strings.Contains(op.URL, "{") {
			t.Errorf("%s leads nowhere", op.URL)
		}
	}
	for _, test := range []struct {
		method, path string
		status       int
		says         string
	}{
		{"GET", "/nothing", http.StatusNotFound, apiBase + `"`},
		{"POST", "/nothing", http.StatusNotFound, apiBase + `"`},
		{"POST", "/listings", http.StatusMethodNotAllowed, "GET"},
		{"DELETE", "/listings/x", http.StatusMethodNotAllowed, "GET"},
		{"POST", "", http.StatusMethodNotAllowed, "GET"},
	} {
		got := f.ask(t, test.method, apiBase+test.path)
		if got.status != test.status || got.header.Get("Content-Type") != "application/problem+json" || !strings.Contains(got.body, test.says) ||
			got.header.Get("Access-Control-Allow-Origin") != "*" || test.status == 405 && got.header.Get("Allow") == "" {
			t.Errorf("%s %s: %d %v %s", test.method, test.path, got.status, got.header, got.body)
		}
	}
	if got := f.ask(t, "OPTIONS", apiBase+"/listings"); got.status != http.StatusNoContent {
		t.Errorf("a preflight: %d", got.status)
	}
}

// A cursor of a search is good for days, not for ever; one of the feed for as long as the base is the same.
func TestAPICursorsGrowOld(t *testing.T) {
	now := today()
	a := stocked(t, Options{Now: func() time.Time { return now }})
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	page := decoded[cards](t, f.get(t, apiBase+"/listings?limit=5"))
	search, feed := apiBase+"/listings?limit=5&cursor="+page.Next, apiBase+"/changes?cursor="+decoded[feedPage](t, f.get(t, apiBase+"/changes")).Next
	want := decoded[cards](t, f.get(t, search)).ids()
	now = now.AddDate(0, 0, 2)
	if got := decoded[cards](t, f.get(t, search)).ids(); !slices.Equal(got, want) {
		t.Error("the order of a search turned between two of its pages")
	}
	now = now.AddDate(0, 0, 5)
	if got := f.get(t, search); got.status != http.StatusGone || !strings.Contains(got.body, `"name":"cursor"`) {
		t.Errorf("a week later: %d %s", got.status, got.body)
	}
	if got := f.get(t, feed); got.status != http.StatusOK {
		t.Errorf("the feed a week later: %d %s", got.status, got.body)
	}
}

// Cursors from before a restore are refused as such: the change log behind them is another one.
func TestAPIForgetsCursorsAfterARestore(t *testing.T) {
	f := newFront(t, filled(t))
	feed := decoded[feedPage](t, f.get(t, apiBase+"/changes?limit=5")).Next
	var backup strings.Builder
	if err := f.app.DB.Backup(t.Context(), &backup); err != nil {
		t.Fatal(err)
	}
	o := Options{Data: t.TempDir(), Now: today}
	for range 2 {
		o.Data = t.TempDir()
		if err := Restore(t.Context(), o, strings.NewReader(backup.String())); err != nil {
			t.Fatal(err)
		}
		restored := start(t, o)
		if _, err := restored.Directory.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		r := newFront(t, restored)
		if got := r.get(t, apiBase+"/changes?cursor="+feed); got.status != http.StatusGone || !strings.Contains(got.body, `"name":"cursor"`) {
			t.Errorf("after a restore: %d %s", got.status, got.body)
		}
		if next := decoded[feedPage](t, r.get(t, apiBase+"/changes?limit=5")).Next; next == feed {
			t.Error("the restored instance makes the cursors of before")
		}
		backup.Reset()
		if err := restored.DB.Backup(t.Context(), &backup); err != nil {
			t.Fatal(err)
		}
	}
	if got := f.get(t, apiBase+"/changes?cursor="+feed); got.status != http.StatusOK {
		t.Errorf("on the instance of the backup: %d", got.status)
	}
	var aheadOf strings.Builder
	fresh := start(t, Options{})
	if err := fresh.DB.Backup(t.Context(), &aheadOf); err != nil {
		t.Fatal(err)
	}
	if err := Restore(t.Context(), Options{Data: t.TempDir()}, strings.NewReader(aheadOf.String())); err != nil {
		t.Errorf("an instance that nobody has asked anything: %v", err)
	}
}

// One card is found by its address and by its identifier, also by former ones, and is linked data for who prefers that.
func TestAPIOfOneCard(t *testing.T) {
	f := newFront(t, filled(t))
	page := decoded[cards](t, f.get(t, apiBase+"/listings?tri=nom&limit=3")).Listings
	service, by := listing.NewService(f.app.DB, today), company.Source{Kind: company.FromStaff}
	var ids, slugs []string
	for _, card := range page {
		ids, slugs = append(ids, card["id"].(string)), append(slugs, card["slug"].(string))
	}
	for _, id := range []string{slugs[0], ids[0], strings.ToUpper(ids[0])} {
		got := f.get(t, apiBase+"/listings/"+id)
		if strings.ToUpper(id) == id {
			if got.status != http.StatusPermanentRedirect || got.header.Get("Location") != "/nc/api/v1/listings/"+ids[0] {
				t.Errorf("%s: %d to %q", id, got.status, got.header.Get("Location"))
			}
			continue
		}
		if card := decoded[map[string]any](t, got); !reflect.DeepEqual(card, page[0]) || got.header.Get("Last-Modified") == "" {
			t.Errorf("%s: %v, want %v", id, card, page[0])
		}
	}
	linked := f.get(t, apiBase+"/listings/"+slugs[0], "Accept", "application/ld+json")
	if o := decoded[map[string]any](t, linked); o["@context"] != "https://schema.org" || o["name"] != page[0]["name"] || o["@id"] != page[0]["url"] ||
		linked.header.Get("Content-Type") != "application/ld+json" || !slices.Contains(linked.header.Values("Vary"), "Accept") {
		t.Errorf("linked: %v %v", linked.header, linked.body)
	}
	if got := f.get(t, apiBase+"/listings/"+slugs[0]+"?format=jsonld"); got.body != linked.body {
		t.Errorf("format=jsonld: %.200s", got.body)
	}

	l, err := f.app.Listings.ByID(t.Context(), f.app.DB.Read(), ids[0])
	if err != nil {
		t.Fatal(err)
	}
	l.Name = "Un tout autre nom"
	if _, _, err := service.Edit(t.Context(), listing.Author{Source: company.Source{Kind: company.FromOwner}}, l.ID, l.Version, l.Content, []string{"name"}); err != nil {
		t.Fatal(err)
	}
	if _, err := service.Merge(t.Context(), listing.Author{Source: by}, ids[0], ids[1]); err != nil {
		t.Fatal(err)
	}
	l, err = f.app.Listings.ByID(t.Context(), f.app.DB.Read(), ids[2])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Hide(t.Context(), listing.Author{}, l.ID, l.Version); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path, to string
		status   int
	}{
		{slugs[0], "/nc/api/v1/listings/un-tout-autre-nom", 308},
		{slugs[0] + "?format=jsonld", "/nc/api/v1/listings/un-tout-autre-nom?format=jsonld", 308},
		{slugs[1], "/nc/api/v1/listings/un-tout-autre-nom", 308},
		{ids[1], "/nc/api/v1/listings/" + ids[0], 308},
		{slugs[2], "", 410},
		{ids[2], "", 410},
		{"nulle-part", "", 404},
		{"01970f3c-7d1e-7a52-9c2b-4f6d8e0a1b2c", "", 404},
	} {
		got := f.get(t, apiBase+"/listings/"+test.path)
		if got.status != test.status || got.header.Get("Location") != test.to {
			t.Errorf("%s: %d to %q, want %d to %q", test.path, got.status, got.header.Get("Location"), test.status, test.to)
		}
	}
}

// Nothing that a page hides is here: drafts, hidden and merged cards, who wrote what, invalid parts of a company's record.
func TestAPITellsWhatPagesTell(t *testing.T) {
	a := empty(t)
	secret := func(name string, state listing.State) listing.Record {
		return listing.Record{
			Company: company.Company{
				UsualName: "Usuel " + name, Activities: []company.Activity{{Nomenclature: company.NAFRev2, Code: "62.01Z"}},
				Provenance: company.Provenance{"legal_name": {Kind: company.FromImport, Name: "registre", Run: "run-secret"}},
			},
			Listing: listing.Listing{
				Territory: "nc", State: state, Completeness: 42, Content: listing.Content{Name: name, Category: listing.Company, Websites: []string{"javascript:alert(1)"}},
				Provenance: company.Provenance{"name": {Kind: company.FromOwner, Name: "Jeanne Secrète"}},
			},
		}
	}
	records := []listing.Record{secret("Visible", listing.Published), secret("Brouillon", listing.Draft), secret("Cachée", listing.Hidden), secret("Réunie", listing.Published)}
	var saved []listing.Record
	err := a.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		saved, err = listing.Store{}.SaveBatch(t.Context(), tx, records, today())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := listing.NewService(a.DB, today).Merge(t.Context(), listing.Author{Source: company.Source{Kind: company.FromStaff, Name: "Paul Secret"}}, saved[0].Listing.ID, saved[3].Listing.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	for _, path := range []string{"/listings", "/listings?tri=nom", "/listings/visible", "/listings/visible?format=jsonld", "/changes", "/clusters?zoom=3", "/suggestions?q=b", "/suggestions?q=c", "/suggestions?q=r"} {
		got := f.get(t, apiBase+path)
		if got.status != http.StatusOK {
			t.Errorf("%s: %d", path, got.status)
		}
		for _, hidden := range []string{"Brouillon", "brouillon", "Cachée", "cachee", "Réunie", "reunie", "ecr", "Usuel", "62.01Z", "javascript", "run-", "owner", "completeness", "provenance", "version"} {
			if strings.Contains(got.body, hidden) {
				t.Errorf("%s tells %q: %s", path, hidden, got.body)
			}
		}
	}
	if page := decoded[cards](t, f.get(t, apiBase+"/listings")); page.Total != 1 || len(page.Listings) != 1 {
		t.Errorf("%d cards, want one", page.Total)
	}
}

// An answer has what caches need, and says no more than that it still holds to who has it.
func TestAPIAnswersOnce(t *testing.T) {
	f := newFront(t, filled(t))
	for _, path := range []string{"/listings", "/clusters?zoom=8", "/zones", "/competences", "/sectors", "/suggestions?q=dr"} {
		got := f.get(t, apiBase+path)
		tag, modified := got.header.Get("ETag"), got.header.Get("Last-Modified")
		if tag == "" || modified == "" || got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Cache-Control") != "public, no-cache" {
			t.Errorf("%s: %v", path, got.header)
		}
		for _, condition := range [][]string{{"If-None-Match", tag}, {"If-Modified-Since", modified}, {"If-None-Match", tag, "If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}} {
			if again := f.get(t, apiBase+path, condition...); again.status != http.StatusNotModified || again.body != "" {
				t.Errorf("%s, %v: %d with %d bytes", path, condition, again.status, len(again.body))
			}
		}
		for _, condition := range [][]string{{"If-None-Match", `W/"x"`, "If-Modified-Since", modified}, {"If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"}} {
			if again := f.get(t, apiBase+path, condition...); again.status != http.StatusOK {
				t.Errorf("%s, %v: %d", path, condition, again.status)
			}
		}
	}
	if got := f.get(t, apiBase+"/listings?pres=-22.27,166.44"); got.header.Get("Cache-Control") != "no-store" {
		t.Errorf("where somebody is may be kept: %v", got.header)
	}
}

// A page of two hundred cards asks the base no more than a page of ten: two questions, and one more for cards that are not held yet.
func TestStatementsPerAPIPage(t *testing.T) {
	f := newFront(t, filled(t))
	f.get(t, apiBase+"/listings?limit=1") // makes the key of cursors
	for path, most := range map[string]int64{
		"/listings?limit=10": 3, "/listings?limit=200": 3, "/listings?q=site&limit=200&fields=name": 3, "/clusters?zoom=8": 1, "/zones": 0,
		"/competences": 2, "/suggestions?q=dr": 0, "/territories": 0, "/changes?limit=500": 5, "/listings/nulle-part": 1,
	} {
		ctx, counter := db.CountStatements(t.Context())
		if got := f.getIn(ctx, t, apiBase+path); got.status >= 500 || counter.N() > most {
			t.Errorf("%s: %d, %d statements, want at most %d", path, got.status, counter.N(), most)
		}
	}
}

// The lists count the cards that their filters find.
func TestAPIListsCountWhatIsFound(t *testing.T) {
	f := newFront(t, filled(t))
	zones := decoded[struct {
		Zones []struct {
			Slug, Code, Parent string
			Names              map[string]string
			Listings           int
		}
	}](t, f.get(t, apiBase+"/zones")).Zones
	met := map[string]bool{"": true}
	for _, z := range zones {
		if !met[z.Parent] || z.Names["fr"] == "" || z.Names["en"] == "" {
			t.Errorf("%+v stands before its parent, or has no name", z)
		}
		met[z.Code] = true
		if got := decoded[cards](t, f.get(t, apiBase+"/listings?limit=1&surplace=1&zone="+z.Slug)).Total; got != z.Listings {
			t.Errorf("%s: %d cards, the list says %d", z.Slug, got, z.Listings)
		}
	}
	for path, param := range map[string]string{"/competences": "competence", "/sectors": "secteur"} {
		terms := decoded[struct {
			Terms []struct {
				Slug     string
				Listings int
			}
		}](t, f.get(t, apiBase+path)).Terms
		most := 0
		for _, term := range terms {
			most = max(most, term.Listings)
			if got := decoded[cards](t, f.get(t, apiBase+"/listings?limit=1&"+param+"="+term.Slug)).Total; got != term.Listings {
				t.Errorf("%s: %d cards, the list says %d", term.Slug, got, term.Listings)
			}
		}
		if len(terms) < 10 || most == 0 {
			t.Errorf("%s: %d terms, the most chosen by %d", path, len(terms), most)
		}
	}
}

// A competence is suggested once, by its name in the reader's language, with the code that filters by it.
func TestAPISuggestsOnce(t *testing.T) {
	f := newFront(t, filled(t))
	for base, want := range map[string]string{apiBase: "Développement web", "http://annuaire.test/nc/en/api/v1": "Web development"} {
		found := decoded[struct {
			Suggestions []struct {
				Text, Kind, Code string
				Listings         int
			}
		}](t, f.get(t, base+"/suggestions?q=dev&limit=20")).Suggestions
		times := 0
		for _, s := range found {
			if s.Code == "web-development" && s.Text == want && s.Kind == "competence" && s.Listings > 0 {
				times++
			}
		}
		if times != 1 || len(found) > 20 {
			t.Errorf("%s: %+v", base, found)
		}
	}
}

// The territories of the instance are listed within each of them, and outside.
func TestAPITerritories(t *testing.T) {
	a := empty(t)
	if _, err := a.Territories.Add(t.Context(), "wf"); err != nil {
		t.Fatal(err)
	}
	if err := a.Territories.SetHosts(t.Context(), "wf", []string{"annuaire.wf.test"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Directory.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := newFront(t, a)
	for address, current := range map[string]string{
		"http://annuaire.test/nc/api/v1/territories":    "nc",
		"http://annuaire.test/api/v1/territories":       "",
		"http://annuaire.wf.test/api/v1/territories":    "wf",
		"http://annuaire.wf.test/api/v1/territories?x=": "?",
		"http://annuaire.test/nc/en/api/v1/territories": "nc",
		"http://annuaire.test/api/v1/territories?x=1":   "?",
	} {
		got := f.get(t, address)
		if current == "?" {
			if got.status < 400 || got.status >= 500 || got.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s: %d %s", address, got.status, got.body)
			}
			continue
		}
		all := decoded[struct {
			Current     string
			Territories []struct {
				Code, URL, API string
				Languages      []string
				Bbox           []float64
				Licence        map[string]string
			}
		}](t, got)
		if all.Current != current || len(all.Territories) != 2 || got.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Fatalf("%s: %s", address, got.body)
		}
		nc, wf := all.Territories[0], all.Territories[1]
		if nc.Code != "nc" || !strings.HasSuffix(nc.URL, "/nc") || wf.URL != "http://annuaire.wf.test" || wf.API != wf.URL+"/api/v1" ||
			len(nc.Bbox) != 4 || nc.Licence["url"] == "" || len(wf.Languages) == 0 {
			t.Errorf("%s: %s", address, got.body)
		}
	}
}

// Only the fields that were asked for are told, and the same as without asking.
func TestAPISparseFields(t *testing.T) {
	f := newFront(t, filled(t))
	whole := decoded[cards](t, f.get(t, apiBase+"/listings?tri=nom&limit=50"))
	sparse := decoded[cards](t, f.get(t, apiBase+"/listings?tri=nom&limit=50&fields=city,phones,service_area"))
	if sparse.Total != whole.Total || len(sparse.Listings) != len(whole.Listings) {
		t.Fatalf("%d of %d cards", len(sparse.Listings), sparse.Total)
	}
	for i, card := range sparse.Listings {
		for name := range maps.Keys(card) {
			if !slices.Contains([]string{"id", "city", "phones", "service_area"}, name) || !reflect.DeepEqual(card[name], whole.Listings[i][name]) {
				t.Errorf("%v says %s, whole it says %v", card, name, whole.Listings[i][name])
			}
		}
	}
}

// getIn asks under a context.
func (f *front) getIn(ctx context.Context, t testing.TB, address string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}
}
