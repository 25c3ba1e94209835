package claim

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/ui"
	"grappe/internal/platform/web"
)

// requestPage is the form of a request.
type requestPage struct {
	base
	Taken    bool // people act for the company
	Lead     string
	Action   string
	NameOf   *ui.Field // who asks, where nobody knows
	Message  ui.Field
	Document ui.Field
	Ask      *ui.Choices // who is to decide, where there is a choice
	Managers bool        // those who act for the company are asked, and nobody else
	Next     string
}

func (p *Pages) request(w http.ResponseWriter, r *http.Request) error {
	d, err := p.doorOf(w, r, "/demande")
	if err != nil {
		return quiet(err)
	}
	if d.Standing != Free && d.Standing != Taken || d.Mine != nil && d.Mine.State == Waiting && !d.overtaken() {
		return ui.SeeOther(w, r, office.ClaimPath(d.Card.Listing.Slug))
	}
	return p.showRequest(w, r, d, web.Resumed(r), nil)
}

func (p *Pages) showRequest(w http.ResponseWriter, r *http.Request, d Door, typed url.Values, fault error) error {
	l, t := d.Card.Listing, ui.Of(r).P.T
	page := requestPage{base: begin(r, l, office.ClaimPath(l.Slug)+"/demande", t("claim.request_title")), Taken: d.Standing == Taken}
	status, ok := page.refused(fault)
	if !ok {
		return fault
	}
	page.Action = page.Here + "/demande"
	page.Message = ui.Field{
		Name: messageField, Label: t("claim.message_label"), Hint: t("claim.message_hint"), Rows: 5, Max: MostMessage, Required: true,
		Value: typed.Get(messageField), Error: page.Errors.For(messageField),
	}
	page.Document = ui.Field{
		Name: documentField, Type: "file", Label: t("claim.document_label"), Hint: t("claim.document_hint", "megabytes", MostDocument>>20, "days", int(DocumentFor.Hours())/24),
		Error: page.Errors.For(documentField), Required: !page.Taken, Optional: page.Taken,
	}
	if fault == nil && typed != nil && page.Document.Required {
		page.Document.Error = t("claim.document_again")
	}
	page.Lead, page.Next = t("claim.request_lead"), t("claim.request_next")
	if by := account.Of(r.Context()); by.Name == "" {
		page.NameOf = &ui.Field{
			Name: nameField, Label: t("claim.name_label"), Autocomplete: "name", Required: true, Value: typed.Get(nameField), Error: page.Errors.For(nameField),
		}
	}
	if page.Taken {
		page.Lead, page.Next = t("claim.join_lead"), t("claim.join_next")
		page.Document.Hint = t("claim.document_join_hint", "megabytes", MostDocument>>20, "days", int(DocumentFor.Hours())/24)
		if d.overtaken() {
			page.Lead, page.Managers = t("claim.join_instead"), true
			page.Document = ui.Field{}
			return p.views.Render(w, r, status, "demande", page)
		}
		page.Ask = &ui.Choices{Name: askField, Legend: t("claim.ask_whom"), Options: []ui.Option{
			{Value: string(AskManagers), Label: t("claim.ask_managers"), Detail: t("claim.ask_managers_detail"), Selected: typed.Get(askField) != string(AskTeam)},
			{Value: string(AskTeam), Label: t("claim.ask_team"), Detail: t("claim.ask_team_detail"), Selected: typed.Get(askField) == string(AskTeam)},
		}}
	}
	return p.views.Render(w, r, status, "demande", page)
}

func (p *Pages) sendRequest(w http.ResponseWriter, r *http.Request) error {
	by := account.Of(r.Context())
	in, err := readRequest(w, r, by.SignedIn())
	_, tooLong := errors.AsType[*http.MaxBytesError](err)
	cut := errors.Is(err, errCut)
	if err != nil && !tooLong && !cut {
		return err
	}
	if err := by.RequireSignedIn(); err != nil { // what was typed is kept meanwhile
		return err
	}
	d, err := p.doorOf(w, r, "/demande")
	if err != nil {
		return quiet(err)
	}
	if d.Standing == Closed { // its name is not told
		return p.showDoor(w, r, d, nil)
	}
	if tooLong {
		return p.showRequest(w, r, d, r.PostForm, invalid(documentField, "claim.document_large", errs.Args{"megabytes": MostDocument >> 20}))
	}
	if cut {
		return p.showRequest(w, r, d, r.PostForm, again(invalid(messageField, "claim.typed_cut", nil), in.Document))
	}
	if typed := r.PostForm.Get(nameField); by.Name == "" {
		in.Name = &typed
	}
	in.Listing = d.Card.Listing.ID
	made, err := p.service.Request(r.Context(), by, in)
	if e := errs.As(err); e != nil && e.Kind == errs.Invalid || errs.Is(err, errs.TooMany) {
		return p.showRequest(w, r, d, r.PostForm, again(err, in.Document))
	}
	if err != nil {
		return p.showAgain(w, r, err)
	}
	return ui.SeeDone(w, r, ClaimPath(made.ID), "envoyee")
}

// again adds to why a form was refused that its document is to be chosen once more: no browser keeps it.
func again(err error, document []byte) error {
	e := errs.As(err)
	if e == nil || len(document) == 0 || slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == documentField }) {
		return err
	}
	out := *e
	out.Fields = append(slices.Clone(e.Fields), errs.Field{Name: documentField, Key: "claim.document_again"})
	return &out
}

// errCut is that of a form of which more was typed than is kept.
var errCut = errors.New("claim: too much was typed")

// How much of a form with a document is read: more than is accepted, so that who chose too large a file is told so, with all they
// typed.
const (
	mostRead    = 4 * MostDocument
	mostTyped   = 256 << 10        // bytes of a field: what is too long is given back whole, to be made shorter
	uploadingIn = 10 * time.Minute // ten megabytes over a slow link
)

// readRequest reads the form, which may hold a file, and leaves what was typed in r.PostForm. No part of it touches the disk. Who
// is not signed in gets no more time than for any other form, and no file is kept in memory.
func readRequest(w http.ResponseWriter, r *http.Request, signedIn bool) (in Request, err error) {
	within := time.Duration(0)
	if signedIn {
		within = uploadingIn
	}
	typed := url.Values{}
	cut := false
	err = web.ReadParts(w, r, mostRead, within, func(part *multipart.Part) error {
		err := readPart(typed, part, &in, signedIn)
		if errors.Is(err, errCut) {
			cut, err = true, nil
		}
		return err
	})
	if errors.Is(err, http.ErrNotMultipart) {
		err = web.ReadForm(r)
		return requestOf(r.PostForm), err
	}
	if r.PostForm = typed; err != nil {
		return in, web.Unreadable(err)
	}
	made := requestOf(r.PostForm)
	made.Document, made.DocumentName = in.Document, in.DocumentName
	if cut {
		return made, errCut
	}
	return made, nil
}

// readPart reads one part of the form: the document, or something that was typed.
func readPart(typed url.Values, part *multipart.Part, in *Request, keep bool) error {
	isDocument, most := part.FormName() == documentField, int64(mostTyped+1)
	if isDocument {
		most = MostDocument + 1 // one more than is accepted
	}
	if isDocument && !keep {
		most = 0
	}
	data, err := io.ReadAll(io.LimitReader(part, most))
	switch {
	case err != nil:
	case isDocument:
		in.Document, in.DocumentName = data, part.FileName()
	case part.FormName() != "" && len(typed) < 20:
		typed.Set(part.FormName(), strings.ToValidUTF8(string(data[:min(len(data), mostTyped)]), ""))
		if len(data) > mostTyped {
			return errCut
		}
	}
	return err
}

func requestOf(v url.Values) Request {
	return Request{Message: v.Get(messageField), Ask: Ask(v.Get(askField))}
}

// saveFile answers with a file that the reader may have.
func saveFile(w http.ResponseWriter, r *http.Request, f files.File) error { return files.Save(w, r, f) }

// cardLink leads to a card where it is public.
func cardLink(f ui.Frame, l listing.Listing) string {
	if l.State != listing.Published {
		return ""
	}
	return f.Path("/annuaire/" + l.Slug)
}
