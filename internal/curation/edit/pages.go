package edit

import (
	"context"
	"html/template"
	"net/http"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// The paths of the form.
const (
	OwnerPath = office.Space + "/fiches/" // of office.EditPath
	DeskPath  = office.Desk + "/fiches/"

	PathCompetences = OwnerPath + "competences.json" // what is typed, completed
	PathZones       = OwnerPath + "communes.json"
)

// OfferPath is where the company of a card answers a correction that is proposed to it.
func OfferPath(card, change string) string { return OwnerPath + card + "/corrections/" + change }

// Drawings are what other rooms draw on these pages.
type Drawings struct {
	// Card is the card as the directory shows it, to be shown within another page where inside is true; nil: there is no preview.
	Card func(r *http.Request, card listing.Record, inside bool) (template.HTML, error)
	// Areas is a map of a territory on which each zone can be told; nil: there is none.
	Areas func(ctx context.Context, territory, lang string) (template.HTML, error)
}

// Pages are the pages of the form over its service.
type Pages struct {
	*Service
	draw  Drawings
	views *ui.Pages
}

// NewPages parses the views; it fails when one does not parse.
func NewPages(s *Service, d Drawings) (*Pages, error) {
	views, err := ui.Parse(viewFiles, "view")
	if err != nil {
		return nil, err
	}
	return &Pages{Service: s, draw: d, views: views}, nil
}

// way is a door with the addresses behind it.
type way struct {
	p    *Pages
	door Door
}

// path is the first page of a card's form.
func (y way) path(id string) string {
	if y.door == Team {
		return DeskPath + id + "/modifier"
	}
	return OwnerPath + id
}

// at is the page of a step.
func (y way) at(id string, step Step) string {
	if step == Essential {
		return y.path(id)
	}
	return y.path(id) + "/" + string(step)
}

// Routes answers for the pages within a territory.
func (p *Pages) Routes(router *web.Router) {
	for _, door := range []Door{Owner, Team} {
		y := way{p, door}
		base := y.path("{id}")
		both := func(path string, show, send web.Handler) {
			router.Handle("GET "+base+path, web.NoStore(show))
			router.Handle("POST "+base+path, web.NoStore(send))
		}
		for _, step := range Steps() {
			if step.asks() {
				both(y.at("", step)[len(y.path("")):], y.step(step), y.save(step))
			}
		}
		both("/logo", y.step(Logo), y.upload)
		router.Handle("POST "+base+"/logo/retrait", web.NoStore(y.dropLogo))
		both("/publier", y.review, y.publish)
		both("/apercu", y.preview, y.refresh)
		both("/difference", y.meeting, y.settle)
		router.Handle("GET "+base+"/fin", web.NoStore(y.done))
		both("/abandon", y.discarding, y.discard)
		router.Handle("POST "+base+"/report", web.NoStore(y.carryOver))
	}
	y := way{p, Owner}
	router.Handle("POST "+OwnerPath+"{id}/confirmation", web.NoStore(y.confirm))
	router.Handle("POST "+OwnerPath+"{id}/reprise", web.NoStore(y.takeUp))
	router.Handle("GET "+OwnerPath+"{id}/attente/retrait", web.NoStore(y.takingBack))
	router.Handle("POST "+OwnerPath+"{id}/attente/retrait", web.NoStore(y.takeBack))
	router.Handle("GET "+OwnerPath+"{id}/corrections/{change}", web.NoStore(y.offer))
	router.Handle("POST "+OwnerPath+"{id}/corrections/{change}", web.NoStore(y.answer))
	router.Handle("GET "+PathCompetences, web.NoStore(p.suggestCompetences))
	router.Handle("GET "+PathZones, web.NoStore(p.suggestZones))
}

// by is who asks.
func by(r *http.Request) account.Actor { return account.Of(r.Context()) }

// open gives the card of a request; done is true where a page was shown instead: of a card that cannot be edited.
func (y way) open(w http.ResponseWriter, r *http.Request) (sheet Sheet, done bool, err error) {
	sheet, err = y.p.Open(r.Context(), by(r), y.door, r.PathValue("id"))
	return sheet, err != nil, y.refuse(w, r, err)
}

// refuse shows the page of a card that cannot be edited; it gives back every other error.
func (y way) refuse(w http.ResponseWriter, r *http.Request, err error) error {
	closed, ok := IsClosed(err)
	if !ok {
		return err
	}
	return y.showClosed(w, r, closed)
}

// The inputs of every form, beside those of the fields.
const (
	inputVersion = "version"
	inputShown   = "vu" // the marks of the fields as they were shown
	inputWindow  = "fenetre"
	inputDo      = "faire" // what the button does that was pressed
	inputGo      = "vers"  // the step that the button leads to, and after a slash the field
	inputStep    = "etape" // of a form that is sent to the preview
)

// What the buttons do.
const (
	doNext    = "suite"
	doSave    = "enregistrer"
	doPublish = "publier"
	doPreview = "apercu"
	doSend    = "envoyer" // the file of a logo
	doCopy    = "copier"
	doUsual   = "bureau"
	doRestore = "remettre" // the logo that the card has; what a browser had kept of a form
)

// version is the one of the card that a form showed, 0 for what is no number.
func version(r *http.Request) int64 { return number(r.PostFormValue(inputVersion)) }

func inputOf(r *http.Request) Input {
	return Input{Version: version(r), Shown: r.PostFormValue(inputShown), Window: r.PostFormValue(inputWindow), Form: r.PostForm}
}
