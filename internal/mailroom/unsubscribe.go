package mailroom

import (
	"net/http"

	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// stopPage is what the link of a mail leads to.
type stopPage struct {
	ui.Frame
	Heading string
	Topic   string // its words
	Detail  string
	Stopped bool
	Done    string     // what has just been done, "" for nothing
	Action  string     // where the button sends
	Back    *ui.Button // takes it back; nil when the moment is over
	Pass    ui.Pair
	Choose  string // where the signed-in choose their mails
}

// passName is the parameter that carries the permission to take an unsubscription back.
const passName = "retour"

// asked reads the token of a request.
func (p *Pages) asked(r *http.Request) (tok, person, topic string, err error) {
	tok = r.PathValue("token")
	person, topic, ok := read(p.Key, tok)
	if !ok {
		return "", "", "", errs.New(errs.NotFound, "mailroom.link_broken", nil)
	}
	return tok, person, topic, nil
}

// unsubscribe shows what the link is about. It changes nothing: programs that look for viruses follow links.
func (p *Pages) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	web.CacheNever(w)
	tok, person, topic, err := p.asked(r)
	if err != nil {
		return err
	}
	stopped, err := p.Refusals.Refuses(r.Context(), person, topic)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	gone := err != nil // who is not there gets no mail
	f := p.begin(w, r, "")
	page := stopPage{Frame: f, Stopped: stopped || gone, Action: f.Path("/desabonnement/" + tok), Choose: f.Path(office.Space + "/courriels")}
	page.Topic, page.Detail = p.topic(f, topic)
	page.Heading = f.P.T("mailroom.stop")
	if page.Stopped {
		page.Heading = f.P.T("mailroom.stopped")
	}
	page.Title = page.Heading
	switch given := r.URL.Query().Get(passName); {
	case given == "fait" && !page.Stopped:
		page.Done = f.P.T("mailroom.taken_back")
	case page.Stopped && !gone && passes(p.Key, tok, given, p.Now()):
		page.Back = &ui.Button{Label: f.P.T("mailroom.take_back"), Icon: "undo-2"}
		page.Pass = ui.Pair{Name: passName, Value: given}
	}
	return p.views.Render(w, r, http.StatusOK, "arret", page)
}

// topic gives the words for a topic; one that no feature declares any more has none but general ones.
func (p *Pages) topic(f ui.Frame, name string) (label, detail string) {
	for _, t := range p.Topics() {
		if t.Name == name {
			return f.P.T(t.Label), f.P.T(t.Detail)
		}
	}
	return f.P.T("mailroom.topic_former"), f.P.T("mailroom.topic_former_detail")
}

// stop does what the link is for. A program that reads mail asks so by itself (RFC 8058), without cookies: it is answered
// directly, for it follows no redirect.
func (p *Pages) stop(w http.ResponseWriter, r *http.Request) error {
	web.CacheNever(w)
	tok, person, topic, err := p.asked(r)
	if err != nil {
		return err
	}
	if err := p.Refusals.Refuse(r.Context(), person, topic); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	f := ui.Of(r)
	if r.FormValue("List-Unsubscribe") == "One-Click" {
		return web.Write(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte(f.P.T("mailroom.stopped")+"\n"))
	}
	back := pass(p.Key, tok, p.Now().Add(takeBackFor))
	http.Redirect(w, r, f.Path("/desabonnement/"+tok)+"?"+passName+"="+back, http.StatusSeeOther)
	return nil
}

// takeBack undoes what stop did, for who has just done it.
func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	web.CacheNever(w)
	tok, person, topic, err := p.asked(r)
	if err != nil {
		return err
	}
	if !passes(p.Key, tok, r.FormValue(passName), p.Now()) {
		return errs.New(errs.Gone, "mailroom.too_late", nil)
	}
	if err := p.Refusals.Allow(r.Context(), person, topic); err != nil {
		return err
	}
	http.Redirect(w, r, ui.Of(r).Path("/desabonnement/"+tok)+"?"+passName+"=fait", http.StatusSeeOther)
	return nil
}
