package embed_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"grappe/internal/directory/embed"
	"grappe/internal/platform/locale/localetest"
	"grappe/internal/platform/ui/uitest"
)

func TestTexts(t *testing.T) {
	localetest.Used(t, ".", localetest.Catalogue(t, embed.Texts))
}

// Any site may frame the frame, errors of it included, and no site any other page.
func TestOnlyTheFrameMayBeFramed(t *testing.T) {
	s := open(t, true, cards(30)...)
	for path, framable := range map[string]bool{
		"/integration/annuaire": true, "/integration/annuaire?fiche=atelier-1": true, "/integration/annuaire?nombre=zz": true,
		"/integration/annuaire?fiche=nulle": true, "/integrer": false, "/annuaire": false, "/annuaire/atelier-1": false, "/nulle-part": false, "/integrer?nombre=zz": false,
	} {
		w := s.get(t, path)
		policy := w.Header().Get("Content-Security-Policy")
		if got := strings.Contains(policy, "frame-ancestors *"); got != framable || got == strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", path, policy)
		}
		if got := w.Header().Get("X-Frame-Options"); (got == "") != framable {
			t.Errorf("%s: X-Frame-Options is %q", path, got)
		}
		if !strings.Contains(policy, "script-src 'self'") || !strings.Contains(policy, "default-src 'self'") {
			t.Errorf("%s: the rest of the policy is gone: %s", path, policy)
		}
	}
}

func TestFrame(t *testing.T) {
	s := open(t, true, cards(30)...)
	for _, lang := range []string{"fr", "en"} {
		w := s.get(t, "/integration/annuaire?competence=developpement-web&nombre=5&theme=sombre", "Test-Language", lang)
		body := w.Body.String()
		if w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, body)
		}
		uitest.Count(t, body, "article.frame-card", 5)
		for selector, want := range map[string]string{"#total": "15 ", "h1": ": "} {
			if got := strings.ReplaceAll(uitest.Texts(t, body, selector)[0], "\u202f", ""); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q", lang, selector, got)
			}
		}
		uitest.One(t, body, "html[data-theme=dark][lang="+lang+"]")
		uitest.One(t, body, "meta[name=robots][content=noindex]")
		canonical := uitest.Attr(uitest.One(t, body, "link[rel=canonical]"), "href")
		if !strings.HasSuffix(canonical, "/annuaire?competence=developpement-web") {
			t.Errorf("canonical: %s", canonical)
		}
		uitest.Count(t, body, "header.header, nav.menu-nav, [style], script:not([src])", 0)
		for _, a := range uitest.Find(t, body, "article a[href^=http], footer a") {
			if uitest.Attr(a, "target") != "_blank" || uitest.Attr(a, "rel") != "noopener" || !strings.HasPrefix(uitest.Attr(a, "href"), "https://grappe.example/nc") {
				t.Errorf("%s: a link stays in the frame, or leads elsewhere: %s", lang, uitest.Attr(a, "href"))
			}
		}
	}
}

// What the site chose stays, whatever the reader does in the frame: other pages, other words.
func TestFrameKeepsItsFilters(t *testing.T) {
	s := open(t, true, cards(30)...)
	const chosen = "competence=developpement-web&nombre=5&q=atelier&theme=clair"
	body := s.get(t, "/integration/annuaire?"+chosen+"&page=2").Body.String()
	for _, a := range uitest.Find(t, body, ".pager a") {
		u, err := url.Parse(uitest.Attr(a, "href"))
		if err != nil || u.Path != "/nc/integration/annuaire" {
			t.Fatalf("the pager leads to %s", uitest.Attr(a, "href"))
		}
		v := u.Query()
		v.Del("page")
		if v.Encode() != chosen {
			t.Errorf("the pager forgets something: %s", u)
		}
	}
	form := url.Values{}
	for _, input := range uitest.Find(t, body, "form input") {
		form.Add(uitest.Attr(input, "name"), uitest.Attr(input, "value"))
	}
	form.Set("mots", "12")
	if got := form.Encode(); got != "competence=developpement-web&mots=12&nombre=5&q=atelier&theme=clair" {
		t.Errorf("the form sends %s", got)
	}
	found := s.get(t, "/integration/annuaire?"+form.Encode()).Body.String()
	if first := uitest.Texts(t, found, "article h2")[0]; !strings.HasPrefix(first, "Atelier 12") {
		t.Errorf("the first answer is %q", first)
	}
	uitest.One(t, found, "input[name=mots][value='12']")
	if canonical := uitest.Attr(uitest.One(t, found, "link[rel=canonical]"), "href"); !strings.Contains(canonical, "q=atelier+12") {
		t.Errorf("canonical: %s", canonical)
	}
	uitest.Count(t, s.get(t, "/integration/annuaire?champ=0").Body.String(), "form", 0)
}

func TestFrameOfACard(t *testing.T) {
	s := open(t, true, cards(3)...)
	body := s.get(t, "/integration/annuaire?fiche=atelier-1").Body.String()
	uitest.Count(t, body, "article", 1)
	for _, href := range []string{"tel:+687271234", "mailto:a@atelier.example", "https://www.atelier.example/"} {
		uitest.One(t, body, ".frame-contacts a[href='"+href+"']")
	}
	uitest.One(t, body, "link[rel=canonical][href='https://grappe.example/nc/annuaire/atelier-1']")
}

// What goes wrong is said in the frame, with its status.
func TestFrameTellsWhatIsWrong(t *testing.T) {
	s := open(t, true, cards(3)...)
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"?nombre=2":             {400, "de 3 à 50"},
		"?nombre=x":             {400, "de 3 à 50"},
		"?champ=oui":            {400, "(1) ou non (0)"},
		"?theme=rose":           {400, "sombres"},
		"?bbox=1":               {400, ""},
		"?fiche=nulle":          {404, ""},
		"?q=zzzzqqqq":           {200, "Aucune fiche"},
		"?page=400":             {200, "première"},
		"?mots=%ff%00&q=%fe":    {200, "3 fiches"},
		"?fiche=..%2f..%2fetc":  {404, ""},
		"?competence=inconnue":  {400, "inconnue"},
		"?zone=zorglub":         {400, "https://grappe.example/nc/annuaire"},
		"?ou=zorglub":           {400, "Si ce site est le vôtre"},
		"?tag=nobodys":          {200, "Aucune fiche"},
		"?nombre=50&theme=":     {200, "3 fiches"},
		"?q=a&mots=b&page=1":    {200, ""},
		"?ou=lifou&surplace=1":  {200, "1 fiche"},
		"?zone=lifou&champ=1":   {200, ""},
		"?categorie=entreprise": {200, "3 fiches"},
	} {
		w := s.get(t, "/integration/annuaire"+path)
		text := strings.ReplaceAll(w.Body.String(), "\u202f", " ")
		if w.Code != want.status || !strings.Contains(text, want.says) || !strings.Contains(text, "frame.js") {
			t.Errorf("%s: %d, want %d and %q:\n%.900s", path, w.Code, want.status, want.says, text)
		}
		if w.Code != 200 && w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: an error may be kept: %s", path, w.Header().Get("Cache-Control"))
		}
	}
	if w := open(t, false).get(t, "/integration/annuaire"); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `role="alert"`) {
		t.Errorf("while the directory is being read: %d %s", w.Code, w.Body)
	}
}

// The page offers what was chosen, and the code it gives shows just that.
func TestPageGivesTheCode(t *testing.T) {
	s := open(t, true, cards(30)...)
	for _, lang := range []string{"fr", "en"} {
		w := s.get(t, "/integrer", "Test-Language", lang)
		uitest.CheckPage(t, w.Body.String())
		if w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	body := s.get(t, "/integrer?q=photo+%22%3Cvid%C3%A9o%3E&competence=developpement-web&ou=Lifou&categorie=entreprise&nombre=20&champ=0&theme=clair").Body.String()
	uitest.CheckPage(t, body)
	const want = "/integration/annuaire?categorie=entreprise&champ=0&competence=developpement-web&nombre=20&q=photo+%22%3Cvid%C3%A9o%3E&theme=clair&zone=lifou"
	if src := uitest.Attr(uitest.One(t, body, "iframe.embed-frame"), "src"); src != "/nc"+want {
		t.Errorf("the preview shows %s", src)
	}
	code := uitest.Text(uitest.One(t, body, "#copie-cadre"))
	frame := uitest.One(t, code, "iframe")
	for name, value := range map[string]string{
		"src": "https://grappe.example/nc" + want, "width": "100%", "height": "760", "loading": "lazy", "referrerpolicy": "strict-origin-when-cross-origin",
		"title": "Annuaire – Nouvelle-Calédonie\u202f: photo \"<vidéo>, Développement web, Lifou, Entreprise",
	} {
		if got := uitest.Attr(frame, name); got != value {
			t.Errorf("%s of the frame is %q, want %q", name, got, value)
		}
	}
	uitest.One(t, code, "script[src='https://grappe.example/nc/integrer.js'][async]")
	for _, script := range uitest.Find(t, code, "script") {
		if script.FirstChild != nil && script.FirstChild.Type == html.TextNode && strings.TrimSpace(script.FirstChild.Data) != "" {
			t.Error("the code holds a script of its own")
		}
	}
	link := uitest.One(t, uitest.Text(uitest.One(t, body, "#copie-lien")), "a")
	live := "https://grappe.example/nc/annuaire?categorie=entreprise&competence=developpement-web&q=photo+%22%3Cvid%C3%A9o%3E&zone=lifou"
	if uitest.Attr(link, "href") != live || uitest.Text(uitest.One(t, body, "#copie-adresse")) != live {
		t.Errorf("the link leads to %s", uitest.Attr(link, "href"))
	}
	for _, id := range []string{"cadre", "lien", "adresse"} {
		field := strings.Join(strings.Fields(uitest.Text(uitest.One(t, body, "#copie-"+id))), " ")
		if len(uitest.Find(t, body, "button[data-copy]")) != 3 || !strings.Contains(strings.Join(copied(t, body), "\x00"), field) {
			t.Errorf("no button copies %s", id)
		}
	}
	uitest.One(t, body, "select[name=competence] option[value=developpement-web][selected]")
	uitest.One(t, body, "input[name=ou][value=Lifou]")
	if english := s.get(t, "/integrer", "Test-Language", "en").Body.String(); !strings.Contains(english, "https://grappe.example/nc/integrer.js") || !strings.Contains(english, "/nc/en/integration/annuaire") {
		t.Error("in English, the frame is English and the script the same")
	}
	card := s.get(t, "/integrer?fiche=atelier-1&q=x&competence=developpement-web&theme=clair").Body.String()
	uitest.Count(t, card, "form .field", 1)
	uitest.One(t, card, "iframe[src='/nc/integration/annuaire?fiche=atelier-1&theme=clair'][title='Atelier 1']")
	if w := s.get(t, "/integrer?fiche=nulle"); w.Code != http.StatusNotFound {
		t.Errorf("a card that is not there: %d", w.Code)
	}
	if unknown := s.get(t, "/integrer?ou=atlantide").Body.String(); len(uitest.Find(t, unknown, ".notice")) != 1 || strings.Contains(uitest.Attr(uitest.One(t, unknown, "iframe"), "src"), "atlantide") {
		t.Error("a place that nobody knows is passed over in silence")
	}
}

func copied(t testing.TB, body string) []string {
	var texts []string
	for _, b := range uitest.Find(t, body, "button[data-copy]") {
		texts = append(texts, strings.Join(strings.Fields(uitest.Attr(b, "data-copy")), " "))
	}
	return texts
}

func TestOEmbed(t *testing.T) {
	s := open(t, true, cards(30)...)
	type answer struct {
		Type         string `json:"type" xml:"type"`
		Version      string `json:"version" xml:"version"`
		Title        string `json:"title" xml:"title"`
		ProviderName string `json:"provider_name" xml:"provider_name"`
		ProviderURL  string `json:"provider_url" xml:"provider_url"`
		CacheAge     int    `json:"cache_age" xml:"cache_age"`
		HTML         string `json:"html" xml:"html"`
		Width        int    `json:"width" xml:"width"`
		Height       int    `json:"height" xml:"height"`
	}
	ask := func(v url.Values) (answer, http.Header) {
		t.Helper()
		w := s.get(t, "/oembed?"+v.Encode())
		var a answer
		var err error
		if v.Get("format") == "xml" {
			err = xml.Unmarshal(w.Body.Bytes(), &a)
		} else {
			err = json.Unmarshal(w.Body.Bytes(), &a)
		}
		if w.Code != http.StatusOK || err != nil {
			t.Fatalf("%v: %d %s: %v", v, w.Code, w.Body, err)
		}
		return a, w.Header()
	}
	for _, format := range []string{"", "json", "xml"} {
		a, h := ask(url.Values{"url": {"https://grappe.example/nc/annuaire?competence=developpement-web&page=2&tri=nom"}, "format": {format}, "maxwidth": {"500"}, "maxheight": {"400"}})
		if a.Type != "rich" || a.Version != "1.0" || a.Width != 500 || a.Height != 400 || a.CacheAge != 3600 || a.ProviderURL != "https://grappe.example/nc" ||
			a.ProviderName == "" || a.Title != "Annuaire – Nouvelle-Calédonie\u202f: Développement web" {
			t.Errorf("%s: %+v", format, a)
		}
		frame := uitest.One(t, a.HTML, "iframe")
		if uitest.Attr(frame, "src") != "https://grappe.example/nc/integration/annuaire?competence=developpement-web" || uitest.Attr(frame, "width") != "500" {
			t.Errorf("%s: %s", format, a.HTML)
		}
		if h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Content-Type"), map[string]string{"": "json", "json": "json", "xml": "xml"}[format]) {
			t.Errorf("%s: %v", format, h)
		}
	}
	if a, _ := ask(url.Values{"url": {"http://grappe.example/nc/en/annuaire/atelier-1/"}}); a.Title != "Atelier 1" || !strings.Contains(a.HTML, "https://grappe.example/nc/en/integration/annuaire?fiche=atelier-1") {
		t.Errorf("a card in English: %+v", a)
	}
	if a, _ := ask(url.Values{"url": {"https://grappe.example/nc/annuaire"}, "maxwidth": {"5000"}}); a.Width != 720 || a.Title != "Annuaire – Nouvelle-Calédonie" {
		t.Errorf("a wide place: %+v", a)
	}
}

// A list of nothing but unknown things shows no card: who reads it would take all of them for what was chosen.
func TestFrameShowsNoOtherCards(t *testing.T) {
	s := open(t, true, cards(3)...)
	for _, query := range []string{"zone=zorglub", "competence=inconnue&q=atelier", "ou=zorglub", "tag=nobodys"} {
		body := s.get(t, "/integration/annuaire?"+query).Body.String()
		uitest.Count(t, body, "article", 0)
		if strings.Contains(query, "tag") {
			continue
		}
		uitest.One(t, body, "main a[href='https://grappe.example/nc/annuaire']")
		uitest.One(t, body, "footer a[href='https://grappe.example/nc/annuaire']")
	}
}

// Where somebody stands is kept nowhere, and never published.
func TestPositions(t *testing.T) {
	s := open(t, true, cards(3)...)
	const from = "pres=-22.2711,166.4416&rayon=3"
	for _, path := range []string{"/integration/annuaire?" + from, "/integrer?" + from, "/oembed?url=" + url.QueryEscape("https://grappe.example/nc/annuaire?"+from)} {
		if w := s.get(t, path); w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d, Cache-Control %q", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if body := s.get(t, "/integrer?"+from+"&q=atelier").Body.String(); strings.Contains(body, "166.44") || strings.Contains(body, "rayon=") {
		t.Error("the code to publish tells where somebody stands")
	}
}

// A frame stays within the page of a telephone, and within what the consumer has room for.
func TestOEmbedFits(t *testing.T) {
	s := open(t, true, cards(3)...)
	w := s.get(t, "/oembed?maxwidth=90&maxheight=100&url="+url.QueryEscape("https://grappe.example/nc/annuaire"))
	var a struct {
		Width, Height int
		HTML          string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.Width != 90 || a.Height != 100 {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	if style := uitest.Attr(uitest.One(t, a.HTML, "iframe"), "style"); !strings.Contains(style, "max-width:100%") {
		t.Errorf("style is %q", style)
	}
}

// What is wrong is told to programs, by the parameter.
func TestOEmbedRefuses(t *testing.T) {
	s := open(t, true, cards(3)...)
	const good = "https%3A%2F%2Fgrappe.example%2Fnc%2Fannuaire"
	for query, want := range map[string]struct {
		status int
		names  string
	}{
		"": {400, "url"}, "url=annuaire": {400, "url"}, "url=%3A%3A": {400, "url"}, "url=https%3A%2F%2Fother.example%2Fnc%2Fannuaire": {404, "url"},
		"url=https%3A%2F%2Fgrappe.example%2Fwf%2Fannuaire": {404, "url"}, "url=https%3A%2F%2Fgrappe.example%2Fncannuaire": {404, "url"},
		"url=https%3A%2F%2Fgrappe.example%2Fnc%2Fintegrer": {404, "url"}, "url=" + good + "%2Fnulle": {404, "url"}, "url=" + good + "%2Fa%2Fb": {404, "url"},
		"url=ftp%3A%2F%2Fgrappe.example%2Fnc%2Fannuaire": {404, "url"}, "url=" + good + "%3Fbbox%3D1": {400, "bbox"},
		"url=" + good + "%3Fzone%3Dzorglub": {400, "url"}, "url=" + good + "&maxheight=0": {400, "maxheight"},
		"url=" + good + "&maxwidth=x": {400, "maxwidth"}, "url=" + good + "&maxwidth=-1": {400, "maxwidth"}, "url=" + good + "&maxheight=99999999": {400, "maxheight"},
		"url=" + good + "&format=yaml": {501, "format"}, "format=yaml": {501, "format"},
	} {
		w := s.get(t, "/oembed?"+query)
		var problem struct {
			Status int
			Detail string
			Errors []struct{ Name, Detail string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || w.Code != want.status || problem.Status != want.status ||
			w.Header().Get("Content-Type") != "application/problem+json" || len(problem.Errors) != 1 || problem.Errors[0].Name != want.names || problem.Detail == "" {
			t.Errorf("%s: %d %s %s", query, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: a script of another site cannot read what is wrong", query)
		}
	}
}
