package embed

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"grappe/internal/directory"
	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// framePage is a whole document without the header and footer of our pages.
type framePage struct {
	ui.Frame
	Theme   string // for <html data-theme>
	Heading string
	Written string // the language of what organisations wrote, where it is not the page's
	Action  string // of the field to search in; no field when empty
	More    string
	Hidden  []ui.Pair
	Count   string
	Cards   []cardView
	Empty   string
	Pager   ui.Pager
	Fault   string
	Whole   ui.Link // the whole directory, beside a fault
	Credit  ui.Link
}

// cardView is one card in the frame.
type cardView struct {
	URL, Name, Headline, Kind, Competences string
	Contacts                               []contact
}

// contact is a way to reach an organisation. Its address is made here, of tel:, mailto: or the web.
type contact struct {
	Label string
	Href  template.URL // html/template would hold "tel:" for unsafe
	Web   bool         // it opens in another tab
}

// frame answers with a search as other sites show it. It is the one page that they may frame: what goes wrong is told in the
// frame as well, since a browser would show nothing of a page that may not be framed.
func (p *Pages) frame(w http.ResponseWriter, r *http.Request) error {
	s, err := parse(r.URL.Query())
	v := frameView{Frame: ui.Of(r), territory: territory.Of(r.Context()), settings: s}
	page := v.page()
	if err == nil {
		err = p.fill(r, &v, &page)
	}
	web.Framable(w)
	status := http.StatusOK
	if err != nil {
		failure := web.FailureOf(r.Context(), err)
		if failure.Status >= http.StatusInternalServerError {
			web.Logger(r.Context()).Error("frame failed", "error", err.Error())
		}
		status, page.Fault, page.Cards, page.Pager = failure.Status, v.P.Text(failure.Key, failure.Args), nil, ui.Pager{}
		page.Place("/annuaire")
		page.Whole = ui.Link{Label: v.P.T("embed.whole"), URL: page.Canonical}
		page.Credit.URL = page.Canonical
	}
	if err != nil || s.Query.Near != nil { // a position stays in no cache
		web.CacheNever(w)
	} else {
		w.Header().Set("Cache-Control", "public, max-age=60")
	}
	return p.views.Fragment(w, r, status, "cadre", "document", page)
}

// frameView is what a frame shows, and to whom.
type frameView struct {
	ui.Frame
	territory *territory.Territory
	settings  settings
	words     directory.Words
}

func (v *frameView) page() framePage {
	page := framePage{Frame: v.Frame, Heading: v.P.T("embed.title", "place", v.territory.Name(v.Lang)), More: v.settings.More}
	page.Title, page.Robots = page.Heading, "noindex"
	if lang := v.territory.Languages[0]; lang != v.Lang {
		page.Written = lang
	}
	page.Theme = map[string]string{themeLight: "light", themeDark: "dark"}[v.settings.Theme]
	page.Place(v.settings.live())
	page.Credit = ui.Link{Label: v.P.T("embed.credit", "title", page.Heading, "cluster", v.Brand.Cluster), URL: v.URL(v.settings.live())}
	return page
}

func (p *Pages) fill(r *http.Request, v *frameView, page *framePage) error {
	var err error
	if v.words, err = p.directory.Words(v.Frame, v.territory.Code); err != nil {
		return err
	}
	if v.settings.Card != "" {
		return p.fillCard(r, v, page)
	}
	s := &v.settings
	nothing, err := p.check(v.territory.Code, s.Query)
	if err != nil {
		return err
	}
	if nothing {
		page.Heading, page.Count, page.Empty = v.heading(), v.P.T("embed.count", "n", 0), v.P.T("embed.none")
		page.Title = page.Heading
		return nil
	}
	found, err := p.directory.Search(r.Context(), v.territory.Code, s.asked(), directory.Options{Limit: s.Size})
	if err != nil {
		return err
	}
	page.Heading = v.heading()
	page.Title = page.Heading
	if s.Field {
		page.Action, page.Hidden = v.Path(framePath), s.hidden()
	}
	page.Count = v.P.T("embed.count", "n", found.Total)
	for _, hit := range found.Hits {
		page.Cards = append(page.Cards, v.card(hit.Listing))
	}
	switch {
	case found.Total == 0:
		page.Empty = v.P.T("embed.none")
	case len(found.Hits) == 0:
		page.Empty = v.P.T("embed.no_page")
	}
	pages := min((found.Total+s.Size-1)/s.Size, directory.MaxPage)
	page.Pager = ui.NewPager(s.Query.Page, pages, func(n int) string {
		other := *s
		other.Query = s.Query.WithPage(n)
		return v.Path(other.address())
	})
	return nil
}

// check refuses a query that asks for what the directory does not know: a list that showed everything instead would stand on
// a site whose readers take it for what was chosen. nothing reports that no card can be found.
func (p *Pages) check(code string, q directory.Query) (nothing bool, err error) {
	_, nothing, err = p.directory.Strict(code, q.Values(), func(param, value string) errs.Field {
		return errs.Field{Name: param, Key: "embed.unknown_choice", Args: errs.Args{"value": value}}
	})
	return nothing, err
}

// fillCard shows one card with its contacts.
func (p *Pages) fillCard(r *http.Request, v *frameView, page *framePage) error {
	record, err := p.directory.Card(r.Context(), v.territory.Code, v.settings.Card)
	if err != nil {
		return err
	}
	v.settings.Card = record.Listing.Slug
	view := v.card(record.Listing)
	view.Contacts = v.contacts(listing.PublicOf(record, view.URL))
	page.Cards = []cardView{view}
	page.Title = record.Listing.Name
	page.Place(v.settings.live())
	page.Credit.URL = page.Canonical
	return nil
}

// heading names the territory, and what the site chose to show of it.
func (v *frameView) heading() string {
	return headingOf(v.P, v.territory.Name(v.Lang), v.words.Asked(v.settings.Query))
}

// headingOf names a directory and what is asked of it: "Annuaire – Nouvelle-Calédonie : Photographie".
func headingOf(p *locale.Printer, place string, parts []directory.Asked) string {
	title := p.T("embed.title", "place", place)
	asked := make([]string, 0, len(parts))
	for _, part := range parts {
		asked = append(asked, p.ListOr(part.Values))
	}
	if len(asked) == 0 {
		return title
	}
	return p.T("embed.title_asked", "title", title, "asked", strings.Join(asked, ", "))
}

func (v *frameView) card(l listing.Listing) cardView {
	return cardView{
		URL: v.URL("/annuaire/" + l.Slug), Name: l.Name, Headline: l.Headline, Kind: v.words.Kind(l),
		Competences: strings.Join(v.words.Competences(l, 3), ", "),
	}
}

func (v *frameView) contacts(public listing.Public) []contact {
	var all []contact
	for _, phone := range public.Phones {
		label := strings.ReplaceAll(listing.DisplayPhone(phone, v.territory.Country), " ", locale.NoBreak)
		all = append(all, contact{label, template.URL(listing.PhoneLink(phone)), false}) //nolint:gosec // tel: or nothing
	}
	for _, mail := range public.Emails {
		all = append(all, contact{mail, template.URL("mailto:" + url.PathEscape(mail)), false}) //nolint:gosec // escaped
	}
	for _, site := range public.Websites {
		if u, err := url.Parse(site); err == nil {
			all = append(all, contact{strings.TrimPrefix(u.Host, "www."), template.URL(site), true}) //nolint:gosec // of the web, see PublicOf
		}
	}
	return all
}
