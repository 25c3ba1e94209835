package api

import (
	"embed"
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

//go:embed view/*.html
var viewFiles embed.FS

// pages are the parsed views.
type pages struct{ views *ui.Pages }

func newPages() (*pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	return &pages{views}, err
}

// page is the description as people read it.
type page struct {
	ui.Frame
	About      About
	Document   string // address
	Server     string
	Rate       *rateView
	Cursors    bool
	Faulty     string // a request that is refused
	Refusal    string // the answer to it, as JSON
	Statuses   []statusView
	Groups     []groupView
	Components []componentView
}

type rateView struct {
	Burst, PerSecond int
	Heavy            int // burst of the heavy budget; 0 where there is no limit
	HeavySeconds     int // in which all of it comes back
}

type statusView struct {
	Status int
	Text   string
}

type groupView struct {
	ID, Name, Text string
	Operations     []operationView
}

type operationView struct {
	ID, Path, Summary, Text string
	Params                  []paramView
	Examples                []exampleView
	Answers                 []answerView
	Statuses                string
	Cost                    int
}

// paramView is a parameter, or several that are read alike and mean the same.
type paramView struct {
	Names      []string
	Kind, Text string
}

type exampleView struct {
	Text, URL string
}

type answerView struct {
	Type      typeView
	MediaType string
}

type componentView struct {
	Name   string
	Fields []fieldView
}

type fieldView struct {
	Name, Text string
	Type       typeView
	Values     string
	Optional   bool
}

// typeView is a type as programmers write it; Ref is the component that it names.
type typeView struct {
	Ref, Text string
}

func (a *API) servePage(w http.ResponseWriter, r *http.Request) error {
	about, err := a.d.About(r)
	if err != nil {
		return err
	}
	return a.pages.views.Render(w, r, http.StatusOK, "docs", a.page(r, about))
}

func (a *API) page(r *http.Request, about About) page {
	frame := ui.Of(r)
	frame.Title, frame.Description = about.Title, about.Description
	frame.Place(PagePath)
	wr := writer{a, frame.P}
	p := page{Frame: frame, About: about, Document: frame.Path(DocumentPath), Server: about.Server}
	p.Rate = a.rate(r)
	p.Faulty, p.Refusal = wr.refusal(r, about)
	for _, status := range append([]int{http.StatusNotModified, http.StatusPermanentRedirect}, describedErrors()...) {
		p.Statuses = append(p.Statuses, statusView{status, frame.P.T("api.status." + strconv.Itoa(status))})
	}
	for _, tag := range a.tags() {
		g := groupView{ID: tag, Name: wr.t(a.d.Keys.Tag, tag, ".name"), Text: wr.t(a.d.Keys.Tag, tag, ".description")}
		for i := range a.d.Operations {
			if op := &a.d.Operations[i]; op.Tag == tag {
				g.Operations = append(g.Operations, wr.operationView(op, about))
			}
		}
		p.Groups = append(p.Groups, g)
	}
	for i := range a.d.Operations {
		for _, param := range a.d.Operations[i].Params {
			p.Cursors = p.Cursors || param.Name == "cursor"
		}
	}
	for _, c := range a.book.components {
		p.Components = append(p.Components, wr.componentView(c))
	}
	return p
}

// rate is what the server allows each client, nil where it sets no limit.
func (a *API) rate(r *http.Request) *rateView {
	requests, heavy := web.Rates(r.Context())
	if requests.PerSecond <= 0 {
		return nil
	}
	v := &rateView{Burst: requests.Burst, PerSecond: max(1, int(requests.PerSecond))}
	if heavy.PerSecond > 0 { // whole files and documents draw on it, whatever the operations cost
		v.Heavy, v.HeavySeconds = heavy.Burst, int(math.Ceil(float64(heavy.Burst)/heavy.PerSecond))
	}
	return v
}

// refusal is a request with a number out of its bounds, or else with an unknown parameter, and the answer to it.
func (wr writer) refusal(r *http.Request, about About) (address, body string) {
	op, wrong := &wr.a.d.Operations[0], errs.Field{}
	name, value := "colour", "blue"
search:
	for i := range wr.a.d.Operations {
		for _, p := range wr.a.d.Operations[i].Params {
			if p.Kind == Integer && !p.Path {
				op, name, value = &wr.a.d.Operations[i], p.Name, strconv.Itoa(int(p.Max)+1)
				if _, fault := p.read([]string{value}); fault != nil {
					wrong = *fault
				}
				break search
			}
		}
	}
	if wrong.Key == "" {
		wrong = op.unknown(name)
	}
	e := &errs.E{Kind: errs.Usage, Key: wrong.Key, Args: wrong.Args, Fields: []errs.Field{wrong}}
	text, err := json.MarshalIndent(web.ProblemOf(web.FailureOf(r.Context(), e), wr.p), "", "  ")
	if err != nil {
		text = nil // cannot be: it is made of texts and numbers
	}
	return about.Server + op.pathOf(op.Examples[0].Values) + "?" + name + "=" + value, string(text)
}

func (wr writer) operationView(op *Operation, about About) operationView {
	key := wr.a.d.Keys.Operation + op.ID
	v := operationView{
		ID: op.ID, Path: op.Path, Summary: wr.t(key, ".summary"), Text: wr.t(key, ".description"), Cost: op.Cost,
	}
	for _, form := range op.forms() {
		v.Answers = append(v.Answers, answerView{typeOf(wr.a.book.answer(form.Answer)), form.MediaType})
	}
	for _, p := range op.Params {
		next := paramView{[]string{p.Name}, wr.kind(p), wr.t(wr.a.paramKey(p))}
		if last := len(v.Params) - 1; last >= 0 && v.Params[last].Kind == next.Kind && v.Params[last].Text == next.Text {
			v.Params[last].Names = append(v.Params[last].Names, p.Name)
		} else {
			v.Params = append(v.Params, next)
		}
	}
	for _, e := range op.Examples {
		v.Examples = append(v.Examples, exampleView{wr.t(wr.a.exampleKey(op, e)), about.Server + op.Address(e)})
	}
	statuses := []string{"200"}
	if !op.Stream {
		statuses = append(statuses, "304")
	}
	if op.Moved {
		statuses = append(statuses, "308")
	}
	for _, status := range op.statuses() {
		statuses = append(statuses, strconv.Itoa(status))
	}
	v.Statuses = strings.Join(statuses, " · ")
	return v
}

func (wr writer) componentView(c *component) componentView {
	v := componentView{Name: c.name}
	for _, f := range c.fields {
		values := f.node.values
		if f.node.items != nil {
			values = f.node.items.values
		}
		v.Fields = append(v.Fields, fieldView{f.name, wr.fieldText(f), typeOf(f.node), strings.Join(values, ", "), !f.required})
	}
	return v
}

func typeOf(n *node) typeView {
	v := typeView{Ref: n.ref, Text: n.kind}
	switch {
	case n.ref != "":
		v.Text = n.ref
	case n.items != nil:
		v = typeOf(n.items)
		v.Text += "[]"
	case n.extra != nil:
		v = typeOf(n.extra)
		v.Text = "{…: " + v.Text + "}"
	case n.format != "":
		v.Text = n.format
	case n.kind == "":
		v.Text = "…"
	}
	if n.nullable {
		v.Text += " | null"
	}
	return v
}

// kind says how a parameter is written.
func (wr writer) kind(p Param) string {
	var said []string
	switch {
	case p.Kind == Integer:
		said = append(said, wr.p.T("api.kind.integer", "min", int(p.Min), "max", int(p.Max)))
	case p.Kind == Number:
		said = append(said, wr.p.T("api.kind.number", "min", written(p.Min), "max", written(p.Max)))
	case len(p.Enum) > 0 && p.Kind == List:
		said = append(said, wr.p.T("api.kind.some", "allowed", strings.Join(p.Enum, ", ")))
	case len(p.Enum) > 0:
		said = append(said, wr.p.T("api.kind.choice", "allowed", strings.Join(p.Enum, ", ")))
	case p.Kind == Text || p.Kind == List:
		said = append(said, wr.p.T("api.kind.text", "n", p.maxLength()))
	default:
		said = append(said, wr.p.T("api.kind."+string(p.Kind)))
	}
	if p.Many {
		said = append(said, wr.p.T("api.kind.many", "n", p.maxItems()))
	}
	if p.Kind == List {
		said = append(said, wr.p.T("api.kind.list", "n", p.maxItems()))
	}
	if p.Default != "" {
		said = append(said, wr.p.T("api.kind.default", "value", p.Default))
	}
	if p.Path || p.Required {
		said = append(said, wr.p.T("api.kind.required"))
	}
	return strings.Join(said, " ")
}
