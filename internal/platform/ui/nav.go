package ui

// Breadcrumb is the way from the home page; the last link is this page.
type Breadcrumb []Link

// Tabs are links between views of one thing.
type Tabs struct {
	Label string
	Items []Link
}

// Office is a back office, as its pages show it: a second menu, beside the page where there is room, else behind a line that says
// where one is.
type Office struct {
	Label string // "Gestion"
	Menu  []Link // Count is how many things ask for an action there
	Leave Link   // a button that ends the session: URL takes a POST; none without Label
}

// Here is the entry that the page belongs to, an empty one for none.
func (o Office) Here() Link {
	for _, l := range o.Menu {
		if l.Current {
			return l
		}
	}
	return Link{}
}

// Waiting is how many things ask for an action in all.
func (o Office) Waiting() int {
	n := 0
	for _, l := range o.Menu {
		n += l.Count
	}
	return n
}

// Pager leads through the pages of a list. Make it with NewPager.
type Pager struct {
	Label string // of the landmark, where a page has several pagers
	Page  int
	Pages int
	Prev  string // address; none on the first page
	Next  string
	Items []PagerItem
}

// PagerItem is a page's number, or a gap when Page is 0.
type PagerItem struct {
	Page    int
	URL     string
	Current bool
}

// NewPager lists the first, the last and the neighbouring pages, counted from 1; at gives the address of one. A gap that would
// hide a single page shows it.
func NewPager(page, pages int, at func(page int) string) Pager {
	pages = max(1, pages)
	page = min(max(1, page), pages)
	p := Pager{Page: page, Pages: pages}
	if page > 1 {
		p.Prev = at(page - 1)
	}
	if page < pages {
		p.Next = at(page + 1)
	}
	last := 0
	for n := 1; n <= pages; n = following(n, page, pages) {
		switch n - last {
		case 1:
		case 2:
			p.Items = append(p.Items, PagerItem{Page: n - 1, URL: at(n - 1)})
		default:
			p.Items = append(p.Items, PagerItem{})
		}
		p.Items = append(p.Items, PagerItem{Page: n, URL: at(n), Current: n == page})
		last = n
	}
	return p
}

// following is the next page after n that has its number shown.
func following(n, page, pages int) int {
	switch {
	case n < page-1:
		return page - 1
	case n <= page && n+1 <= pages:
		return n + 1
	case n < pages:
		return pages
	}
	return pages + 1
}

// Stepper is where one is in a form of several screens.
type Stepper struct {
	Label   string
	Steps   []string
	Current int // from 1
}

// Step is one step of the stepper.
type Step struct {
	Number int
	Name   string
	State  string // "done", "current" or ""
}

// List is the steps with their states.
func (s Stepper) List() []Step {
	steps := make([]Step, len(s.Steps))
	for i, name := range s.Steps {
		steps[i] = Step{Number: i + 1, Name: name}
		switch {
		case i+1 < s.Current:
			steps[i].State = "done"
		case i+1 == s.Current:
			steps[i].State = "current"
		}
	}
	return steps
}

// Name is the current step's.
func (s Stepper) Name() string {
	if s.Current < 1 || s.Current > len(s.Steps) {
		return ""
	}
	return s.Steps[s.Current-1]
}

// StepLinks are the steps of a form that one may go to in any order: links, or buttons of the form with that id, which then sends what it
// holds, and the step's value.
type StepLinks struct {
	Label string
	Form  string // id of the form; "" for links
	Name  string // of the buttons
	Steps []StepLink
}

// StepLink is a step that one may go to.
type StepLink struct {
	Name    string
	Value   string // that the button sends
	URL     string // of the link
	Current bool
	Changed bool // something was changed there
	Faulty  bool // something is to be corrected there
}

// Timeline is what happened and what comes, in order.
type Timeline []Event

// Event is one step of a timeline.
type Event struct {
	When   string
	Title  string
	Detail string
	State  string // "done", "current" or "" for what comes
}
