package app

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/curation"
	"grappe/internal/curation/edit"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/db"
	"grappe/internal/platform/picture"
	"grappe/internal/platform/ui"
)

// picturesAtOnce is how many pictures that were handed in are read at the same time: the largest takes 200 MB.
const picturesAtOnce = 1

// openClaims makes the room by which companies take hold of their cards, and what it does every day.
func (a *App) openClaims() {
	a.Picture = picture.InTurn(picturesAtOnce)
	a.Claims = claim.New(claim.Rooms{
		DB: a.DB, Accounts: a.Accounts, Outbox: a.Outbox, Sites: sites{a}, Key: a.secrets.key, Now: a.now, Demo: a.options.Fictional,
		Trust: a.trust, Silence: a.silence, Original: a.original, Picture: a.Picture,
	})
	a.Queue.Daily("claim.purge", 3*time.Hour+5*time.Minute, a.Claims.Purge)
}

// trust notes how far a company is trusted whose card somebody has taken in hand: what is proved publishes at once, what was
// decided or is disputed is read first. Whom the team watches it goes on watching.
func (a *App) trust(ctx context.Context, tx *db.Tx, company string, proven bool) error {
	if proven {
		return a.Curation.ClaimedIn(ctx, tx, company, curation.Trusted)
	}
	return a.Curation.ClaimedIn(ctx, tx, company, curation.Newcomer)
}

// silence withdraws what persons wrote for a company of which they are no more.
func (a *App) silence(ctx context.Context, tx *db.Tx, by account.Actor, company string, persons []string) error {
	return a.Curation.WithdrawOf(ctx, tx, by, company, persons)
}

// claims adds the pages of claims.
func (h *house) claims() error {
	pages, err := claim.NewPages(h.app.Claims)
	if err != nil {
		return err
	}
	pages.Routes(h.inside)
	h.toClaim, err = h.app.toClaim(context.Background())
	return err
}

// doors are what somebody can do who stands before a card: say that it is theirs, or change it where they are known to act for its
// company, or say that it says something wrong.
func (h *house) doors(r *http.Request, l listing.Listing) []ui.Link {
	f := ui.Of(r)
	label := "app.door_claim"
	if l.Category != listing.Company {
		label = "app.door_claim_other"
	}
	links := []ui.Link{{Label: f.P.T(label), URL: f.Path(office.ClaimPath(l.Slug)), Icon: "badge-check"}}
	if account.Of(r.Context()).For(l.CompanyID, account.CompanyEditor) {
		links = []ui.Link{{Label: f.P.T("app.door_edit"), URL: f.Path(edit.OwnerPath + l.ID), Icon: "pencil"}}
	}
	if report := "/annuaire/" + l.Slug + "/signaler"; h.inside.Answers(http.MethodGet, report) {
		links = append(links, ui.Link{Label: f.P.T("app.door_report"), URL: f.Path(report), Icon: "flag"})
	}
	return links
}

// ongoing are the features that have things go on which ask nothing of a person.
func (h *house) ongoing() []office.Waiter {
	return []office.Waiter{claimsUnderWay{h.app}, wordsUnderWay{h.app}}
}

// claimsUnderWay tells a person of their requests that wait for an answer.
type claimsUnderWay struct{ app *App }

// claimsToAnswer tells the managers of a company who asks to join them.
type claimsToAnswer struct{ app *App }

var (
	_ office.Waiter = claimsUnderWay{}
	_ office.Waiter = claimsToAnswer{}
)

// Waiting implements office.Waiter.
func (c claimsUnderWay) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	own, err := c.app.Claims.Mine(ctx, by)
	if err != nil {
		return nil, err
	}
	names, err := c.app.claimedCards(ctx, own)
	p := c.app.printer(ctx, lang)
	var list []office.Waiting
	for _, one := range own {
		w := office.Waiting{
			Title: p.T("app.claim_waits", "name", names[one.Listing]), Action: p.T("app.claim_follow"), Path: claim.ClaimPath(one.ID), Icon: "hourglass",
		}
		switch one.State {
		case claim.Refused:
			w.Title, w.Detail = p.T("app.claim_refused", "name", names[one.Listing]), p.T("app.claim_refused_detail", "day", one.EndedAt)
			w.Action = p.T("app.claim_see")
		case claim.Disputed:
			w.Title, w.Detail = p.T("app.claim_disputed", "name", names[one.Listing]), p.T("app.claim_disputed_detail", "day", one.DisputedAt)
		default:
			w.Detail = p.T("app.claim_waits_for."+string(one.Ask), "day", one.CreatedAt)
		}
		list = append(list, w)
	}
	return list, err
}

// Waiting implements office.Waiter.
func (c claimsToAnswer) Waiting(ctx context.Context, by account.Actor, lang string) ([]office.Waiting, error) {
	asked, err := c.app.Claims.ToAnswer(ctx, by)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	names, err := c.app.claimedCards(ctx, asked)
	p := c.app.printer(ctx, lang)
	var list []office.Waiting
	for _, one := range asked {
		list = append(list, office.Waiting{
			Title:  p.T("app.claim_asks", "who", cmp.Or(one.Name, one.Mail), "name", names[one.Listing]),
			Detail: p.T("app.claim_asks_detail", "day", one.CreatedAt), Action: p.T("app.claim_answer"), Path: claim.ClaimPath(one.ID), Icon: "user-plus",
		})
	}
	return list, err
}

// claimedCards are the names of the cards of claims, by the cards' identifiers.
func (a *App) claimedCards(ctx context.Context, claims []claim.Claim) (map[string]string, error) {
	ids := make([]string, len(claims))
	for i, c := range claims {
		ids[i] = c.Listing
	}
	cards, err := a.Listings.ByIDs(ctx, a.DB.Read(), ids)
	names := make(map[string]string, len(cards))
	for _, l := range cards {
		names[l.ID] = l.Name
	}
	return names, err
}
