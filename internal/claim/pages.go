package claim

import (
	"errors"
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
	"grappe/internal/territory"
)

// Pages are those of claims.
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
	return &Pages{service: s, views: views}, nil
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	router.Handle("GET /annuaire/{slug}/revendiquer", web.Secret(p.door))
	router.Handle("POST /annuaire/{slug}/revendiquer", own(p.take))
	router.Handle("GET /annuaire/{slug}/revendiquer/code", own(p.code))
	router.Handle("POST /annuaire/{slug}/revendiquer/code", own(p.sendOrTry))
	router.Handle("GET /annuaire/{slug}/revendiquer/demande", own(p.request))
	router.Handle("POST /annuaire/{slug}/revendiquer/demande", web.Secret(p.sendRequest))
	router.Handle("GET "+ClaimPath("{id}"), own(p.follow))
	router.Handle("POST "+ClaimPath("{id}"), own(p.answer))
	router.Handle("POST "+ClaimPath("{id}")+"/retrait", own(p.withdraw))
	router.Handle("GET "+DisputePath+"{token}", web.Secret(p.dispute))
	router.Handle("POST "+DisputePath+"{token}", web.Secret(p.sendDispute))
	router.Handle("GET "+DocumentPath("{id}"), own(p.document))
}

// DocumentPath is where the team saves the document of a claim.
func DocumentPath(id string) string { return "/gestion/revendications/" + id + "/document" }

// own is for who has signed in.
func own(h web.Handler) web.Handler { return web.Secret(office.SignedIn(h)) }

// base is what all pages about a card have.
type base struct {
	ui.Frame
	Crumbs ui.Breadcrumb
	Errors ui.FormErrors
	Name   string // of the card
	Here   string // address of the page on which the card is claimed
}

// begin is the base of a page about a card.
func begin(r *http.Request, l listing.Listing, path, title string) base {
	f := ui.Private(r, title, path)
	b := base{Frame: f, Name: l.Name, Here: f.Path(office.ClaimPath(l.Slug))}
	b.Crumbs = ui.Breadcrumb{{Label: f.P.T("claim.directory"), URL: f.Path("/annuaire")}}
	if l.State == listing.Published {
		b.Crumbs = append(b.Crumbs, ui.Link{Label: l.Name, URL: f.Path("/annuaire/" + l.Slug)})
	}
	b.Crumbs = append(b.Crumbs, ui.Link{Label: title, Current: true})
	return b
}

// refused notes why a form was refused, and gives the status of the page that shows it again; ok is false for an error that the
// page cannot show.
func (b *base) refused(err error) (status int, ok bool) {
	if err == nil {
		return http.StatusOK, true
	}
	more := errs.Gone
	if e := errs.As(err); e != nil && e.Key == KeyNoProof {
		more = e.Kind
	}
	b.Errors, status, ok = ui.Refused(b.P, err, more)
	return status, ok
}

// errLed is that of a request that was answered by a redirect already.
var errLed = errors.New("claim: led on")

// doorOf finds the card of a request, and leads on where it has another address now: errLed then.
func (p *Pages) doorOf(w http.ResponseWriter, r *http.Request, rest string) (Door, error) {
	slug := r.PathValue("slug")
	d, err := p.service.Door(r.Context(), account.Of(r.Context()), territory.Of(r.Context()).Code, slug)
	if errs.Is(err, errs.NotFound) {
		return d, absent()
	}
	if now := d.Card.Listing.Slug; err == nil && now != slug && r.Method != http.MethodPost {
		http.Redirect(w, r, ui.Of(r).Path(office.ClaimPath(now)+rest+"?"+ledParam+"=oui"), http.StatusSeeOther)
		return d, errLed
	}
	return d, err
}

// ledParam says that somebody came by an address that the card had before, or by that of a card that is a part of it now.
const ledParam = "menee"

// quiet is the error of a handler that may have led on.
func quiet(err error) error {
	if errors.Is(err, errLed) {
		return nil
	}
	return err
}

// doorPage is the first page of a claim.
type doorPage struct {
	base
	Door
	Lead      string
	Notes     []string // what else is to be known
	Next      *ui.Button
	Join      *ui.Button // beside it: to ask those who act for the company already
	Take      string     // what the button says by which the card is taken in hand, "" for none
	ProofText string
	Codes     ui.Choices // addresses of the card that a code can go to
	Single    *ui.Pair   // the only one
	Request   string     // address of the form of a request, "" for none
	Refusing  []string   // addresses that no code can go to
	Works     string     // which addresses prove it at once, "" for none
	Leave     string     // where one leaves, to sign in with another address, "" where that is not offered
	Then      string     // where that leads on to
}

func (p *Pages) door(w http.ResponseWriter, r *http.Request) error {
	d, err := p.doorOf(w, r, "")
	if err != nil {
		return quiet(err)
	}
	return p.showDoor(w, r, d, nil)
}

func (p *Pages) showDoor(w http.ResponseWriter, r *http.Request, d Door, fault error) error {
	l, t := d.Card.Listing, ui.Of(r).P.T
	name := l.Name
	if d.Standing == Closed {
		l.Name = "" // what is not public is not said
		name = t("claim.closed_name")
	}
	page := doorPage{Door: d, base: begin(r, l, office.ClaimPath(l.Slug), t("claim.title"))}
	page.Name = name
	status, ok := page.refused(fault)
	if !ok {
		return fault
	}
	if d.Standing == Closed && status == http.StatusOK {
		status = http.StatusGone
	}
	page.Lead = t("claim.lead." + string(d.Standing))
	if r.URL.Query().Get(ledParam) != "" {
		page.Notes = append(page.Notes, t("claim.led"))
	}
	by := account.Of(r.Context())
	switch d.Standing {
	case Elsewhere:
		if d.Original != "" {
			page.Next = &ui.Button{Label: t("claim.to_original"), Kind: ui.Main, Icon: "external-link", URL: d.Original}
		}
	case Closed:
		page.closed(r, l, by)
	case Yours:
		page.Next = &ui.Button{Label: t("claim.to_card"), Kind: ui.Main, Icon: "pencil", URL: page.Path(Next(d.Card))}
	case Free, Taken:
		page.offer(d, by)
	}
	page.unlink()
	return p.views.Render(w, r, status, "revendiquer", page)
}

// closed says what the reader can do about a card that is not public.
func (b *doorPage) closed(r *http.Request, l listing.Listing, by account.Actor) {
	if !by.SignedIn() {
		b.Next = &ui.Button{Label: b.P.T("claim.sign_in"), Kind: ui.Main, Icon: "log-in", URL: b.signIn(l)}
		return
	}
	b.Lead = b.P.T("claim.lead.closed_known", "mail", by.Mail)
	if contact := territory.Of(r.Context()).Contact; contact != "" {
		b.Next = &ui.Button{Label: b.P.T("claim.write_team"), Kind: ui.Main, Icon: "mail", URL: "mailto:" + contact}
	}
}

// unlink takes the links out of the list of faults that lead to what is not offered any more.
func (b *doorPage) unlink() {
	for i := range b.Errors.Items {
		if len(b.Codes.Options) == 0 {
			b.Errors.Items[i].ID = ""
		}
	}
}

// signIn is where somebody signs in who comes back to the card.
func (b *base) signIn(l listing.Listing) string {
	return b.Path("/connexion?" + url.Values{"suite": {office.ClaimPath(l.Slug)}}.Encode())
}

// offer says what the reader can do about a card that can be claimed.
func (b *doorPage) offer(d Door, by account.Actor) {
	t, l := b.P.T, d.Card.Listing
	if l.State == listing.Lapsed {
		b.Notes = append(b.Notes, t("claim.note_lapsed"))
	}
	if d.Natural {
		b.Notes = append(b.Notes, t("claim.note_natural"))
	}
	switch {
	case !by.SignedIn():
		b.atOnce(d)
		b.Next = &ui.Button{Label: t("claim.sign_in"), Kind: ui.Main, Icon: "log-in", URL: b.signIn(l)}
		return
	case d.Mine != nil && d.Mine.State == Waiting:
		b.Lead = t("claim.lead.asked", "day", d.Mine.CreatedAt)
		b.Next = &ui.Button{Label: t("claim.follow"), Kind: ui.Main, URL: b.Path(ClaimPath(d.Mine.ID))}
		if d.Standing == Taken {
			b.overtaken(d)
			return
		}
	case d.Standing == Taken:
		b.Next = &ui.Button{Label: t("claim.ask_join"), Kind: ui.Main, Icon: "user-plus", URL: b.Here + "/demande"}
		return
	}
	if d.Others {
		b.Notes = append(b.Notes, t("claim.note_others"))
	}
	if d.Proof != "" {
		b.Lead, b.Take = "", t("claim.take")
		b.ProofText = t("claim.proved."+string(d.Proof), "mail", by.Mail, "domain", account.Domain(by.Mail))
		return
	}
	b.offerCodes(d)
	if d.Mine != nil && d.Mine.State == Coded {
		b.Next = &ui.Button{Label: t("claim.type_code"), Icon: "arrow-right", URL: b.Here + "/code"}
	}
	if d.Mine == nil || d.Mine.State != Waiting {
		b.Lead, b.Request = t("claim.lead.unproved", "mail", by.Mail), b.Here+"/demande"
		if len(b.Codes.Options) == 0 {
			b.Lead = t("claim.lead.unproved_request", "mail", by.Mail)
		}
		b.atOnce(d)
		b.Leave, b.Then = b.Path("/deconnexion"), office.ClaimPath(l.Slug)
	}
}

// atOnce says which addresses need no code.
func (b *doorPage) atOnce(d Door) {
	if d.Domain != "" {
		b.Works = b.P.T("claim.works", "domain", d.Domain)
	}
}

// overtaken says that others act for the company, to who waits for an answer.
func (b *doorPage) overtaken(d Door) {
	b.Notes = append(b.Notes, b.P.T("claim.note_taken"))
	if d.overtaken() {
		b.Join = &ui.Button{Label: b.P.T("claim.ask_join"), Icon: "user-plus", URL: b.Here + "/demande"}
	}
}

// offerCodes lists the addresses of the card that a code can go to.
func (b *doorPage) offerCodes(d Door) {
	b.Codes = ui.Choices{Name: addressField, Legend: b.P.T("claim.code_where"), Error: b.Errors.For(addressField)}
	for _, a := range d.Addresses {
		if a.Refuses {
			b.Refusing = append(b.Refusing, a.Shown)
			continue
		}
		b.Codes.Options = append(b.Codes.Options, ui.Option{Value: a.Key, Label: a.Shown, Selected: len(b.Codes.Options) == 0})
	}
	if len(b.Codes.Options) == 1 {
		b.Single = &ui.Pair{Name: b.Codes.Options[0].Value, Value: b.Codes.Options[0].Label}
	}
}

func (p *Pages) take(w http.ResponseWriter, r *http.Request) error {
	d, err := p.doorOf(w, r, "")
	if err != nil {
		return quiet(err)
	}
	card, err := p.service.Take(r.Context(), account.Of(r.Context()), d.Card.Listing.ID)
	if err != nil {
		return p.showAgain(w, r, err)
	}
	return inHand(w, r, card)
}

// showAgain shows the first page of a claim as the card stands now, with why it went no further.
func (p *Pages) showAgain(w http.ResponseWriter, r *http.Request, fault error) error {
	d, err := p.doorOf(w, r, "")
	if err != nil {
		return quiet(err)
	}
	return p.showDoor(w, r, d, fault)
}

// inHand leads on who has just taken a card in hand.
func inHand(w http.ResponseWriter, r *http.Request, card listing.Record) error {
	next := Next(card)
	if next == office.EditPath(card.Listing.ID) {
		return ui.SeeDone(w, r, next, "prise") // the form says that it worked
	}
	return ui.SeeOther(w, r, next)
}

// document hands the document of a claim to the team, to be saved.
func (p *Pages) document(w http.ResponseWriter, r *http.Request) error {
	f, err := p.service.Document(r.Context(), account.Of(r.Context()), r.PathValue("id"))
	if err != nil {
		return err
	}
	return saveFile(w, r, f)
}

// space is the address of the reader's space.
func space(f ui.Frame) string { return f.Path(office.Space) }
