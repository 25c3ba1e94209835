package freshness

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Pages are the pages of this room: that of a letter's button, which needs no sign-in, and those of the team.
type Pages struct {
	service *Service
	views   *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(s *Service) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{s, views}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET "+ExactPath+"{token}", web.Secret(p.exact))
	router.Handle("POST "+ExactPath+"{token}", web.Secret(p.vouch))
	for pattern, h := range map[string]web.Handler{
		"GET " + HealthPath:    p.health,
		"GET " + ExportPath:    p.export,
		"GET " + SettingsPath:  p.settings,
		"POST " + SettingsPath: p.setPolicy,
	} {
		router.Handle(pattern, web.NoStore(h))
	}
}

// Entries are the lines of the desk's menu.
func (s *Service) Entries() []office.Entry {
	return []office.Entry{{Office: office.Desk, Label: "freshness.menu", Path: HealthPath, Icon: "heart-pulse", Needs: account.Reader, Rank: 47}}
}

// exactPage is what the button of a letter leads to.
type exactPage struct {
	ui.Frame
	Heading string
	Told    *ui.Notice
	Lead    string
	Card    ui.Summary
	Action  string     // where the button sends
	Version int64      // of the card that is shown
	Button  *ui.Button // nil where there is nothing to confirm
	Help    string     // why there is no button, or what it means
	Links   []ui.Button
}

// exact shows what the link is about. It changes nothing: programs that look for viruses follow links.
func (p *Pages) exact(w http.ResponseWriter, r *http.Request) error {
	seen, err := p.service.Look(r.Context(), territory.Of(r.Context()), r.PathValue("token"))
	if err != nil {
		return err
	}
	return p.showExact(w, r, seen)
}

// vouch does what the button says.
func (p *Pages) vouch(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(r); err != nil {
		return err
	}
	token := r.PathValue("token")
	version, _ := strconv.ParseInt(r.PostForm.Get(fieldVersion), 10, 64) // one that is none is of no card: it is shown again
	seen, err := p.service.Vouch(r.Context(), territory.Of(r.Context()), account.Of(r.Context()), token, version)
	switch {
	case errs.Is(err, errs.Conflict): // somebody wrote the card in this moment: the page shows how it stands
	case err != nil:
		return err
	case seen.Standing != Done:
		return p.showExact(w, r, seen)
	}
	return ui.SeeDone(w, r, ExactPath+token, "1")
}

func (p *Pages) showExact(w http.ResponseWriter, r *http.Request, seen Seen) error {
	f := ui.Private(r, "", r.URL.Path)
	say := func(part string) string {
		return f.P.T("freshness.exact."+string(seen.Standing)+"_"+part, "name", seen.Card.Name, "cluster", f.Brand.Cluster, "date", f.P.Date(seen.Card.ConfirmedAt))
	}
	page := exactPage{Frame: f, Heading: say("heading"), Lead: say("lead"), Action: f.Path(r.URL.Path)}
	page.Title = page.Heading
	status := http.StatusGone
	switch seen.Standing {
	case Asked, Left:
		status = http.StatusOK
		page.Card, page.Help, page.Version = p.summary(r, f, seen.Card), say("help"), seen.Card.Version
		if seen.Moved {
			status, page.Told = http.StatusConflict, moved(f, seen)
		}
		page.Button = &ui.Button{Label: f.P.T("freshness.exact.button"), Kind: "main", Icon: "circle-check", Wide: true}
		page.Links = p.ways(f, seen)
	case Done:
		status = http.StatusOK
		if r.URL.Query().Get(ui.DoneParam) != "" {
			page.Heading, page.Title = f.P.T("freshness.exact.thanks"), f.P.T("freshness.exact.thanks")
			page.Told = &ui.Notice{Tone: ui.OK, Title: f.P.T("freshness.exact.thanks_title", "name", seen.Card.Name), Text: f.P.T("freshness.exact.thanks_text"), Alert: true}
			page.Lead = ""
		}
		page.Help = again(f, seen)
		page.Links = p.ways(f, seen)
	case Joined:
		if seen.Card.Slug != "" {
			page.Help = say("help")
			page.Links = []ui.Button{{Label: f.P.T("freshness.exact.see", "name", seen.Card.Name), URL: f.Path("/annuaire/" + seen.Card.Slug), Kind: "main"}}
		}
	case Away, Gone, Over:
		page.Help, page.Links = say("help"), p.onward(r, f, seen)
		if seen.Standing == Away && !seen.Owned {
			page.Help = f.P.T("freshness.exact.away_help_free", "cluster", f.Brand.Cluster)
		}
	}
	return p.views.Render(w, r, status, "exacte", page)
}

// moved says what of a card is not as it was shown.
func moved(f ui.Frame, seen Seen) *ui.Notice {
	n := &ui.Notice{Tone: ui.Warn, Title: f.P.T("freshness.exact.moved"), Text: f.P.T("freshness.exact.moved_text"), Alert: true}
	if len(seen.Changed) > 0 {
		names := make([]string, len(seen.Changed))
		for i, field := range seen.Changed {
			names[i] = f.P.T(listing.FieldKey(field))
		}
		n.Text = f.P.T("freshness.exact.moved_fields", "fields", strings.Join(names, ", ")) + " " + n.Text
	}
	return n
}

// again says when a card that is confirmed is asked about again, or that it is not.
func again(f ui.Frame, seen Seen) string {
	switch {
	case !seen.Until.IsZero():
		return f.P.T("freshness.exact.until", "date", f.P.Date(seen.Until))
	case !seen.Silent.IsZero():
		return f.P.T("freshness.exact.silent", "date", f.P.Date(seen.Silent))
	}
	return ""
}

// onward is where one goes on from a link that finds nothing to confirm: to one's space, or to the team about a card that nobody holds.
func (p *Pages) onward(r *http.Request, f ui.Frame, seen Seen) []ui.Button {
	first := ui.Button{Label: f.P.T("freshness.exact.sign_in"), URL: f.Path(office.Space), Kind: ui.Main}
	if contact := territory.Of(r.Context()).Contact; seen.Standing == Away && !seen.Owned && contact != "" {
		first = ui.Button{Label: f.P.T("freshness.exact.write"), URL: "mailto:" + contact, Kind: ui.Main, Icon: "mail"}
	}
	return []ui.Button{first, {Label: f.P.T("freshness.exact.directory"), URL: f.Path("/annuaire")}}
}

// ways are where one goes on from a card: to change it, and to read all of it.
func (p *Pages) ways(f ui.Frame, seen Seen) []ui.Button {
	edit := ui.Button{Label: f.P.T("freshness.exact.edit"), URL: f.Path(office.EditPath(seen.Card.ID)), Icon: "pencil"}
	if !seen.Owned {
		edit.URL = f.Path(office.ClaimPath(url.PathEscape(seen.Card.Slug)))
	}
	links := []ui.Button{edit}
	if seen.Standing != Left {
		links = append(links, ui.Button{Label: f.P.T("freshness.exact.whole"), URL: f.Path("/annuaire/" + url.PathEscape(seen.Card.Slug)), Icon: "eye"})
	}
	return links
}

// summary is what a card says, in short: nothing that its public page does not.
func (p *Pages) summary(r *http.Request, f ui.Frame, l listing.Listing) ui.Summary {
	var rows []ui.SummaryRow
	add := func(field string, values ...string) {
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		if len(values) > 0 {
			rows = append(rows, ui.SummaryRow{Name: f.P.T(listing.FieldKey(field)), Value: strings.Join(values, ", ")})
		}
	}
	t := territory.Of(r.Context())
	add("name", l.Name)
	add("headline", l.Headline)
	add("description", listing.PlainText(l.Description))
	var competences []string
	for _, code := range l.Competences {
		if term, ok := p.service.Competences.Term(code); ok {
			competences = append(competences, term.Name(f.Lang))
		}
	}
	add("competences", competences...)
	var phones []string
	for _, phone := range l.Phones {
		phones = append(phones, listing.DisplayPhone(phone, t.Country))
	}
	add("phones", phones...)
	add("emails", l.Emails...)
	add("websites", slices.DeleteFunc(slices.Clone(l.Websites), func(s string) bool { return !listing.IsWeb(s) })...)
	place := l.City
	if z, ok := t.Zone(l.Zone); ok && place == "" {
		place = z.NameIn(f.Lang)
	}
	add("address", strings.ReplaceAll(l.Address, "\n", ", "), strings.TrimSpace(l.Postcode+" "+place))
	for _, field := range []string{"service_area", "opening_hours"} {
		add(field, p.service.Says(t, f.P, l.Content, field)...)
	}
	return ui.Summary{Rows: rows}
}
