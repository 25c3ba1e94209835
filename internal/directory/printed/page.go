package printed

import (
	"net/http"
	"slices"
	"strconv"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// How much stands on one page: of more cards than wholeUpTo, each section has its own pages of as many.
const (
	wholeUpTo    = 300
	namesPerPage = 1000
)

// indexSlug is the part of the booklet that holds the names of all cards.
const indexSlug = "index"

// paperPage is the booklet, or a section of it, for the screen, screen readers and the reader's own printer.
type paperPage struct {
	ui.Frame
	Crumbs   ui.Breadcrumb
	Heading  string
	Written  string // the language of what organisations wrote, where it is not the page's
	Asked    []string
	Facts    string // how many cards, and of when
	Cut      string
	PDF      ui.Button
	Search   ui.Link
	Contents []contentsGroup
	Sections []sectionView
	Names    []ui.Link // the index, where all cards are on the page
	Pager    ui.Pager
	Credits  []ui.Link
}

type contentsGroup struct {
	Label string
	Links []ui.Link
}

// sectionView is a section with links to the cards that stand elsewhere.
type sectionView struct {
	ID, Title, Count string
	Cards            []*card
	Also             []ui.Link
}

// page answers with the search as a page of the same content as the PDF.
func (p *Pages) page(w http.ResponseWriter, r *http.Request) error {
	values := r.URL.Query()
	chosen := values.Get("section")
	values.Del("section")
	a, err := p.asked(r, values)
	if err != nil {
		return err
	}
	if a.query.Near != nil { // it tells where somebody stands
		web.CacheNever(w)
	}
	b, err := p.gather(r.Context(), a)
	if err != nil {
		return err
	}
	v := paperView{asked: a, booklet: b, whole: len(b.Cards) <= wholeUpTo}
	page := v.page()
	page.PDF = v.pdf(p.press, p.key(a))
	page.Facts = joined(" · ", v.frame.P.T("printed.count", "n", b.Total), v.frame.P.Date(a.day))
	if err := v.fill(&page, chosen); err != nil {
		return err
	}
	return p.views.Render(w, r, http.StatusOK, "imprimer", page)
}

// paperView is a booklet being shown.
type paperView struct {
	asked
	booklet *booklet
	whole   bool // all cards on one page
}

func (v *paperView) page() paperPage {
	f := v.frame
	page := paperPage{Frame: f, Heading: f.P.T("printed.title", "place", v.territory.Name(f.Lang)), Asked: v.booklet.Asked, Credits: v.booklet.Credits}
	if lang := v.territory.Languages[0]; lang != f.Lang {
		page.Written = lang
	}
	page.Title = page.Heading
	page.Robots = "noindex, follow" // the same cards as /annuaire
	page.Crumbs = ui.Breadcrumb{{Label: f.P.T("directory.title"), URL: f.Path("/annuaire")}, {Label: f.P.T("printed.crumb"), Current: true}}
	address := f.URL(v.search())
	page.Search = ui.Link{Label: bare(address), URL: address}
	if v.booklet.Total > len(v.booklet.Cards) {
		page.Cut = f.P.T("printed.cut", "n", len(v.booklet.Cards))
	}
	page.Place(v.on("/annuaire/imprimer"))
	return page
}

// fill adds the contents and all cards, or those of the chosen section.
func (v *paperView) fill(page *paperPage, chosen string) error {
	switch {
	case chosen == indexSlug:
		return v.index(page)
	case chosen != "":
		return v.section(page, chosen)
	case v.whole:
		for _, s := range v.booklet.Sections {
			page.Sections = append(page.Sections, v.sectionView(s, s.Cards))
		}
		for _, c := range v.booklet.Cards {
			page.Names = append(page.Names, ui.Link{Label: c.Name, URL: "#" + c.ID()})
		}
	}
	page.Contents = v.contents()
	return nil
}

// index shows the names of all cards, in pages where they are many.
func (v *paperView) index(page *paperPage) error {
	title := v.frame.P.T("printed.index")
	shown, err := v.turn(page, title, indexSlug, len(v.booklet.Cards), namesPerPage)
	if err != nil {
		return err
	}
	for _, c := range v.booklet.Cards[shown.from:shown.to] {
		page.Names = append(page.Names, ui.Link{Label: c.Name, URL: v.cardURL(c)})
	}
	return nil
}

// stretch are the items of one page of many.
type stretch struct {
	from, to int
	last     bool
}

// turn opens the asked page of a part of the booklet that has so many items. It returns errs.NotFound beyond the last.
func (v *paperView) turn(page *paperPage, title, slug string, items, perPage int) (stretch, error) {
	pages := max(1, (items+perPage-1)/perPage)
	n := v.query.Page
	if n > pages {
		return stretch{}, errs.New(errs.NotFound, "printed.no_section", nil)
	}
	page.Crumbs = slices.Insert(page.Crumbs, 1, ui.Link{Label: page.Crumbs[1].Label, URL: v.frame.Path(v.on("/annuaire/imprimer"))})
	page.Crumbs[2].Label = title
	page.Pager = ui.NewPager(n, pages, func(n int) string { return v.frame.Path(v.partPath(slug, n)) })
	page.Title = title + " – " + page.Title
	page.Place(v.partPath(slug, n))
	return stretch{(n - 1) * perPage, min(items, n*perPage), n == pages}, nil
}

// section shows one section, in pages where it is long. It returns errs.NotFound for one that the search does not have.
func (v *paperView) section(page *paperPage, slug string) error {
	i := slices.IndexFunc(v.booklet.Sections, func(s *section) bool { return s.Slug == slug })
	if i < 0 {
		return errs.New(errs.NotFound, "printed.no_section", nil)
	}
	s := v.booklet.Sections[i]
	shown, err := v.turn(page, s.Title, s.Slug, len(s.Cards), wholeUpTo)
	if err != nil {
		return err
	}
	view := v.sectionView(s, s.Cards[shown.from:shown.to])
	if !shown.last {
		view.Also = nil // they stand on the last page
	}
	page.Sections = []sectionView{view}
	return nil
}

func (v *paperView) sectionView(s *section, cards []*card) sectionView {
	view := sectionView{ID: s.ID(), Title: s.Title, Count: v.frame.P.T("printed.count", "n", s.Count()), Cards: cards}
	for _, c := range s.Also {
		view.Also = append(view.Also, ui.Link{Label: c.Name, URL: v.cardURL(c)})
	}
	return view
}

// cardURL leads to a card in full.
func (v *paperView) cardURL(c *card) string {
	if v.whole {
		return "#" + c.ID()
	}
	at := slices.Index(c.section.Cards, c)
	return v.frame.Path(v.partPath(c.section.Slug, at/wholeUpTo+1)) + "#" + c.ID()
}

// partPath is the address of a page of a part of the booklet.
func (v *paperView) partPath(slug string, n int) string {
	values := v.query.Filters().Values()
	values.Set("section", slug)
	if n > 1 {
		values.Set("page", strconv.Itoa(n))
	}
	return "/annuaire/imprimer?" + values.Encode()
}

func (v *paperView) contents() []contentsGroup {
	var groups []contentsGroup
	for _, s := range v.booklet.Sections {
		if len(groups) == 0 || groups[len(groups)-1].Label != s.Group {
			groups = append(groups, contentsGroup{Label: s.Group})
		}
		link := ui.Link{Label: s.Title, URL: "#" + s.ID(), Count: s.Count()}
		if !v.whole {
			link.URL = v.frame.Path(v.partPath(s.Slug, 1))
		}
		last := &groups[len(groups)-1]
		last.Links = append(last.Links, link)
	}
	if !v.whole {
		index := ui.Link{Label: v.frame.P.T("printed.index"), URL: v.frame.Path(v.partPath(indexSlug, 1)), Count: len(v.booklet.Cards)}
		groups = append(groups, contentsGroup{Links: []ui.Link{index}})
	}
	return groups
}

// pdf is the link to the document, with its size: exact where it was made a short while ago, else nearly so.
func (v *paperView) pdf(made *press, key string) ui.Button {
	f := v.frame
	b := ui.Button{Kind: ui.Main, Icon: "file-down", URL: f.Path(v.on("/annuaire.pdf"))}
	if done, ok := made.find(key); ok {
		b.Label = f.P.T("printed.pdf", "n", done.pages, "size", locale.Size(len(done.body)))
		return b
	}
	pages, size := estimate(v.booklet)
	b.Label = f.P.T("printed.pdf_about", "n", pages, "size", locale.Size(size))
	return b
}
