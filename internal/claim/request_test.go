package claim_test

import (
	"bytes"
	"image"
	"image/png"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/claim"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/files"
	"grappe/internal/platform/picture"
)

func (b *bench) ask(by account.Actor, r listing.Record) claim.Claim {
	b.t.Helper()
	c, err := b.s.Request(b.t.Context(), by, claim.Request{Listing: r.Listing.ID, Message: "Je suis la gérante.", Document: pdf(), DocumentName: "Kbis.pdf"})
	b.must(err)
	return c
}

// state is that of a claim as its owner sees it.
func (b *bench) state(mail string, c claim.Claim) claim.State {
	b.t.Helper()
	got, _, err := b.s.Own(b.t.Context(), b.by(mail), c.ID)
	b.must(err)
	return got.State
}

// decisions are those that a preview is asked for, whatever the claim.
func decisions(all ...claim.Decision) func(claim.Claim) ([]claim.Decision, error) {
	return func(claim.Claim) ([]claim.Decision, error) { return all, nil }
}

// wasShown checks that what a preview showed, and nothing else, is what was mailed last.
func (b *bench) wasShown(previews []claim.Preview, want ...string) {
	b.t.Helper()
	if len(previews) != len(want) {
		b.t.Fatalf("%d letters are shown, not %d: %+v", len(previews), len(want), previews)
	}
	for i, p := range previews {
		kind, address, _ := strings.Cut(want[i], " ")
		m := b.outbox.last(b.t, kind, address)
		if kind == "published" { // the link that disputes is not shown
			m.Letter.Action, p.Letter.Action = nil, nil
		}
		if p.To.Mail != address || !reflect.DeepEqual(p.Letter, m.Letter) {
			b.t.Errorf("to %s is shown %+v, sent %+v", p.To.Mail, p.Letter, m.Letter)
		}
	}
}

// Who acts for a company although its mailbox says that it was none of them comes before all requests, however long these wait.
func TestDisputesComeFirst(t *testing.T) {
	each(t, func(b *bench) {
		pm := b.staff("pm@example.nc", account.ProjectManager)
		b.ask(b.by("rosa@gmail.com"), b.card(func(r *listing.Record) { r.Listing.Emails, r.Listing.Websites = nil, nil }))
		b.pass(time.Hour)
		r := b.card(nil)
		_, err := b.s.Take(t.Context(), b.by("paul@atelier.nc"), r.Listing.ID)
		b.must(err)
		b.must(b.s.Dispute(t.Context(), tokenIn(b.outbox.last(t, "published", "bonjour@atelier.nc").Letter.Action.URL)))
		if waiting, err := b.s.Waiting(t.Context(), pm, 1); err != nil || len(waiting) != 1 || waiting[0].State != claim.Disputed {
			t.Errorf("%+v %v", waiting, err)
		}
	})
}

func TestRequestToTheTeam(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		pm, reader := b.staff("pm@example.nc", account.ProjectManager), b.staff("reader@example.nc", account.Reader)
		c := b.ask(b.by("paul@gmail.com"), r)
		b.pass(time.Minute)
		rival := b.ask(b.by("rosa@gmail.com"), r)
		if d := b.door(b.by("paul@gmail.com"), r); d.Mine == nil || d.Mine.ID != c.ID || !d.Others {
			t.Errorf("%+v", d)
		}
		if d := b.door(b.by("third@gmail.com"), r); d.Mine != nil || !d.Others {
			t.Errorf("%+v", d)
		}
		_, err := b.s.Request(t.Context(), b.by("paul@gmail.com"), claim.Request{Listing: r.Listing.ID, Message: "Encore", Document: pdf()})
		b.want(err, errs.Conflict, "claim.asked_already")
		n, _, err := b.s.Tally(t.Context(), reader)
		if b.must(err); n != 2 {
			t.Errorf("%d wait", n)
		}
		if n, oldest, err := b.s.Tally(t.Context(), reader); err != nil || n != 2 || !oldest.Equal(c.CreatedAt) {
			t.Errorf("%d wait since %v, %v", n, oldest, err)
		}
		previews, err := b.s.Previews(t.Context(), reader, c.ID, decisions(claim.Decision{Grant: true}, claim.Decision{Reason: "Non."}))
		if b.must(err); len(previews) != 2 || len(previews[1]) != 1 || !strings.Contains(strings.Join(previews[1][0].Letter.Paragraphs, " "), "Non.") {
			t.Errorf("%+v", previews)
		}
		waiting, err := b.s.Waiting(t.Context(), reader, 10)
		if b.must(err); len(waiting) != 2 || waiting[0].ID != c.ID || waiting[0].Mail != "paul@gmail.com" || waiting[0].DocumentName != "Kbis.pdf" {
			t.Errorf("%+v", waiting)
		}
		shown, rivals, err := b.s.Shown(t.Context(), reader, rival.ID)
		if b.must(err); shown.Message != "Je suis la gérante." || len(rivals) != 1 || rivals[0].Mail != "paul@gmail.com" {
			t.Errorf("%+v beside %+v", shown, rivals)
		}
		f, err := b.s.Document(t.Context(), pm, c.ID)
		if b.must(err); !bytes.Equal(f.Data, pdf()) || f.Public || f.Owner != "claim/"+c.ID {
			t.Errorf("%+v", f)
		}
		b.want(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{}), errs.Invalid, "claim.reason_missing")
		b.want(b.s.Decide(t.Context(), reader, c.ID, claim.Decision{Grant: true}), errs.Forbidden, account.KeyNotYours)
		b.must(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{Grant: true}))
		if got := b.people(r.Company.ID); len(got) != 1 || got["paul@gmail.com"] != account.CompanyManager {
			t.Errorf("%v act for it", got)
		}
		if proven, told := b.trust[r.Company.ID]; !told || proven {
			t.Error("who was let in by a decision is trusted as one who proved it")
		}
		if b.state("rosa@gmail.com", rival) != claim.Refused || b.state("paul@gmail.com", c) != claim.Granted {
			t.Error("the rival was not refused")
		}
		if letter := b.outbox.last(t, "refused", "rosa@gmail.com").Letter; !strings.Contains(strings.Join(letter.Paragraphs, " "), "Une autre personne agit maintenant") {
			t.Errorf("the rival is told %q", letter.Paragraphs)
		}
		b.wasShown(previews[0], "granted paul@gmail.com", "published bonjour@atelier.nc", "published atelier@lagoon.nc", "refused rosa@gmail.com")
		told := b.outbox.last(t, "published", "bonjour@atelier.nc").Letter
		if !strings.Contains(told.Paragraphs[0], "paul@gmail.com") || strings.Contains(previews[0][1].Letter.Action.URL, claim.DisputePath) {
			t.Errorf("the published address is told %+v", told)
		}
		if disputed, _, err := b.s.Disputable(t.Context(), b.d.Read(), tokenIn(told.Action.URL)); err != nil || disputed.ID != c.ID {
			t.Errorf("its link disputes %+v, %v", disputed, err)
		}
		if after := b.outbox.last(t, "granted", "paul@gmail.com").Letter.After; !slices.Equal(after, []string{"Votre première modification est relue par l’équipe avant d’être publiée."}) {
			t.Errorf("who is the first is told %q", after)
		}
		if got := b.outbox.to("paul@gmail.com"); !slices.Equal(got, []string{"granted"}) {
			t.Errorf("who was granted is told %v", got)
		}
		mine, err := b.s.Mine(t.Context(), b.by("rosa@gmail.com"))
		if b.must(err); len(mine) != 1 || mine[0].ID != rival.ID || !strings.HasSuffix(b.outbox.last(t, "refused", "rosa@gmail.com").Letter.Action.URL, rival.ID) {
			t.Errorf("who was refused sees %+v", mine)
		}
		b.pass(claim.RefusedFor)
		if mine, err := b.s.Mine(t.Context(), b.by("rosa@gmail.com")); err != nil || len(mine) != 0 {
			t.Errorf("long after they see %+v, %v", mine, err)
		}
		b.want(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{Grant: true}), errs.Conflict, "claim.decided")
		b.want(b.s.Decide(t.Context(), pm, rival.ID, claim.Decision{Reason: "Non."}), errs.Conflict, "claim.decided")
		if got := b.actions(r.Company.ID); !slices.Equal(got, []string{"asked", "asked", "granted", "refused"}) {
			t.Errorf("the trail says %v", got)
		}
	})
}

// Who waits for the team while somebody proves that the card is theirs can ask them instead: one request waits.
func TestOvertaken(t *testing.T) {
	each(t, func(b *bench) {
		r, rosa := b.card(nil), b.by("rosa@gmail.com")
		first := b.ask(rosa, r)
		_, err := b.s.Take(t.Context(), b.by("paul@atelier.nc"), r.Listing.ID)
		b.must(err)
		if d := b.door(rosa, r); d.Standing != claim.Taken || d.Mine == nil || d.Mine.ID != first.ID {
			t.Fatalf("%+v", d)
		}
		_, err = b.s.Request(t.Context(), rosa, claim.Request{Listing: r.Listing.ID, Message: "Encore", Document: pdf(), Ask: claim.AskTeam})
		b.want(err, errs.Conflict, "claim.asked_already")
		second, err := b.s.Request(t.Context(), rosa, claim.Request{Listing: r.Listing.ID, Message: "J’y travaille.", Ask: claim.AskManagers})
		if b.must(err); second.Ask != claim.AskManagers || b.state("rosa@gmail.com", first) != claim.Withdrawn {
			t.Errorf("%+v beside the first, %s", second, b.state("rosa@gmail.com", first))
		}
		if mine, err := b.s.Mine(t.Context(), rosa); err != nil || len(mine) != 1 || mine[0].ID != second.ID {
			t.Errorf("%+v %v", mine, err)
		}
		b.outbox.last(t, "asked", "paul@atelier.nc")
		_, err = b.s.Request(t.Context(), rosa, claim.Request{Listing: r.Listing.ID, Message: "Encore", Ask: claim.AskManagers})
		b.want(err, errs.Conflict, "claim.asked_already")
	})
}

func TestRefusals(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		pm := b.staff("pm@example.nc", account.ProjectManager)
		c := b.ask(b.by("paul@gmail.com"), r)
		b.must(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{Reason: "Le document\nne nomme pas l’entreprise."}))
		if b.state("paul@gmail.com", c) != claim.Refused || len(b.people(r.Company.ID)) != 0 {
			t.Error("not refused")
		}
		if text := strings.Join(b.outbox.last(t, "refused", "paul@gmail.com").Letter.Paragraphs, " "); !strings.Contains(text, "Le document ne nomme pas l’entreprise.") {
			t.Errorf("the reason is not told: %s", text)
		}
		again := b.ask(b.by("paul@gmail.com"), r)
		b.want(b.s.Withdraw(t.Context(), b.by("rosa@gmail.com"), again.ID), errs.NotFound, "claim.not_found")
		b.must(b.s.Withdraw(t.Context(), b.by("paul@gmail.com"), again.ID))
		b.want(b.s.Withdraw(t.Context(), b.by("paul@gmail.com"), again.ID), errs.Conflict, "claim.not_waiting")
		b.want(b.s.Decide(t.Context(), pm, again.ID, claim.Decision{Grant: true}), errs.Conflict, "claim.decided")
		if _, err := (files.Store{}).Get(t.Context(), b.d.Read(), again.Document); !errs.Is(err, errs.NotFound) {
			t.Errorf("the document of a request that was withdrawn: %v", err)
		}
		free := b.card(func(r *listing.Record) { r.Listing.Emails, r.Listing.Websites = []string{"lea@gmail.com"}, nil })
		asked := b.ask(b.by("lea@gmail.com"), free)
		_, err := b.s.Take(t.Context(), b.by("lea@gmail.com"), free.Listing.ID)
		b.must(err)
		if _, err := (files.Store{}).Get(t.Context(), b.d.Read(), asked.Document); !errs.Is(err, errs.NotFound) || b.state("lea@gmail.com", asked) != claim.Withdrawn {
			t.Errorf("the document of who came in otherwise: %v", err)
		}
		own := b.ask(pm, r)
		b.want(b.s.Decide(t.Context(), pm, own.ID, claim.Decision{Grant: true}), errs.Forbidden, "claim.own")
		_, _, err = b.s.Own(t.Context(), b.by("rosa@gmail.com"), own.ID)
		b.want(err, errs.NotFound, "claim.not_found")
	})
}

func TestDocuments(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		big := image.NewGray(image.Rect(0, 0, 3000, 1500))
		var photo bytes.Buffer
		if err := png.Encode(&photo, big); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			what, message string
			data          []byte
			key           string
		}{
			{"no message", "  ", pdf(), "claim.message_missing"},
			{"a long message", strings.Repeat("é", claim.MostMessage+1), pdf(), "claim.message_long"},
			{"no document", "Bonjour", nil, "claim.document_missing"},
			{"a text", "Bonjour", []byte("Bonjour"), "claim.document_unknown"},
			{"half a PDF", "Bonjour", []byte("%PDF-1.7\n"), "claim.document_unknown"},
			{"a page that ends as a PDF", "Bonjour", []byte("<html>%PDF-1.7 %%EOF"), "claim.document_unknown"},
			{"a program", "Bonjour", []byte("MZ\x90\x00"), "claim.document_unknown"},
			{"an SVG", "Bonjour", []byte("<svg><script>alert(1)</script></svg>"), picture.KeyVector},
			{"half a picture", "Bonjour", photo.Bytes()[:100], picture.KeyBroken},
			{"too much", "Bonjour", append(pdf(), make([]byte, claim.MostDocument)...), "claim.document_large"},
		} {
			_, err := b.s.Request(t.Context(), by, claim.Request{Listing: r.Listing.ID, Message: c.message, Document: c.data})
			e := errs.As(err)
			if e == nil || e.Kind != errs.Invalid || len(e.Fields) != 1 || e.Fields[0].Key != c.key {
				t.Errorf("%s: %v", c.what, err)
			}
		}
		made, err := b.s.Request(t.Context(), by, claim.Request{
			Listing: r.Listing.ID, Message: "Bonjour", Document: photo.Bytes(), DocumentName: "C:\\Users\\paul\\../RIDET \u202egpj.exe",
		})
		b.must(err)
		f, err := b.s.Document(t.Context(), b.staff("pm@example.nc", account.ProjectManager), made.ID)
		if b.must(err); f.Width != 2400 || f.Height != 1200 || !strings.HasPrefix(f.Name, "RIDET ") || !strings.HasSuffix(f.Name, ".png") && !strings.HasSuffix(f.Name, ".jpg") {
			t.Errorf("%s of %d × %d", f.Name, f.Width, f.Height)
		}
		_, err = b.s.Document(t.Context(), b.staff("reader@example.nc", account.Reader), made.ID)
		b.want(err, errs.Forbidden, account.KeyNotYours)
		_, err = b.s.Document(t.Context(), by, made.ID)
		b.want(err, errs.Forbidden, account.KeyNotYours)
	})
}

func TestRequestToManagers(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		boss := b.attach("boss@example.nc", r.Company.ID, account.CompanyManager)
		hand := b.attach("hand@example.nc", r.Company.ID, account.CompanyEditor)
		pm := b.staff("pm@example.nc", account.ProjectManager)
		by := b.by("paul@atelier.nc")
		c, err := b.s.Request(t.Context(), by, claim.Request{Listing: r.Listing.ID, Ask: claim.AskManagers, Message: "Bonjour"})
		b.must(err)
		if got := b.outbox.to("boss@example.nc"); !slices.Equal(got, []string{"asked"}) || len(b.outbox.to("hand@example.nc")) > 0 {
			t.Errorf("the manager is told %v", got)
		}
		if asked, err := b.s.ToAnswer(t.Context(), boss); err != nil || len(asked) != 1 || asked[0].Mail != "paul@atelier.nc" {
			t.Errorf("%+v %v", asked, err)
		}
		if asked, err := b.s.ToAnswer(t.Context(), hand); err != nil || len(asked) != 0 {
			t.Errorf("an editor is asked: %+v %v", asked, err)
		}
		if mine, err := b.s.Mine(t.Context(), by); err != nil || len(mine) != 1 {
			t.Errorf("%+v %v", mine, err)
		}
		if n, _, err := b.s.Tally(t.Context(), pm); err != nil || n != 0 {
			t.Errorf("the team sees it at once: %d %v", n, err)
		}
		b.want(b.s.Answer(t.Context(), hand, c.ID, claim.Decision{Grant: true}, account.CompanyEditor), errs.NotFound, "claim.not_found")
		b.want(b.s.Answer(t.Context(), boss, c.ID, claim.Decision{}, account.CompanyEditor), errs.Invalid, "claim.reason_missing")
		b.want(b.s.Answer(t.Context(), boss, c.ID, claim.Decision{Grant: true}, account.Administrator), errs.Invalid, "account.role_unknown")
		b.must(b.s.Answer(t.Context(), boss, c.ID, claim.Decision{Grant: true}, account.CompanyEditor))
		if got := b.people(r.Company.ID); len(got) != 3 || got["paul@atelier.nc"] != account.CompanyEditor {
			t.Errorf("%v act for it", got)
		}
		if _, told := b.trust[r.Company.ID]; told {
			t.Error("who joins changes how far the company is trusted")
		}
		if got := b.outbox.to("hand@example.nc"); !slices.Equal(got, []string{"joined"}) || len(b.outbox.to("boss@example.nc")) != 1 {
			t.Errorf("the others are told %v", got)
		}
		b.want(b.s.Answer(t.Context(), boss, c.ID, claim.Decision{Grant: true}, account.CompanyEditor), errs.Conflict, "claim.decided")
	})
}

// Managers who do not answer: the team sees the request after two weeks, and nobody is put in anybody's place.
func TestManagersWhoAreGone(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		b.attach("boss@example.nc", r.Company.ID, account.CompanyManager)
		by := b.by("paul@atelier.nc")
		_, err := b.s.Request(t.Context(), by, claim.Request{Listing: r.Listing.ID, Ask: claim.AskManagers, Message: "Bonjour"})
		b.must(err)
		toTeam, err := b.s.Request(t.Context(), b.by("rosa@atelier.nc"), claim.Request{Listing: r.Listing.ID, Ask: claim.AskTeam, Message: "Ils sont partis"})
		b.want(err, errs.Invalid, "claim.document_missing")
		toTeam = b.ask(b.by("rosa@atelier.nc"), r)
		b.pass(claim.ManagersFor)
		pm := b.staff("pm@example.nc", account.ProjectManager)
		waiting, err := b.s.Waiting(t.Context(), pm, 10)
		if b.must(err); len(waiting) != 2 {
			t.Fatalf("%+v", waiting)
		}
		previews, err := b.s.Previews(t.Context(), pm, toTeam.ID, decisions(claim.Decision{Grant: true, Reason: "Vu le Kbis."}))
		b.must(err)
		b.must(b.s.Decide(t.Context(), pm, toTeam.ID, claim.Decision{Grant: true, Reason: "Vu le Kbis."}))
		b.wasShown(previews[0], "granted rosa@atelier.nc", "joined boss@example.nc")
		if got := b.people(r.Company.ID); len(got) != 2 || got["boss@example.nc"] != account.CompanyManager || got["rosa@atelier.nc"] != account.CompanyManager {
			t.Errorf("%v act for it", got)
		}
		if after := b.outbox.last(t, "granted", "rosa@atelier.nc").Letter.After; len(after) != 1 || !strings.Contains(after[0], "le faisaient déjà") {
			t.Errorf("who joins others is told %q", after)
		}
		if got := b.outbox.to("boss@example.nc"); !slices.Equal(got, []string{"asked", "joined"}) {
			t.Errorf("who was there is told %v", got)
		}
		if waiting, err := b.s.Waiting(t.Context(), pm, 10); err != nil || len(waiting) != 1 {
			t.Errorf("the other request is not decided with it: %+v %v", waiting, err)
		}
	})
}

func TestRequestsOfADay(t *testing.T) {
	each(t, func(b *bench) {
		by := b.by("paul@gmail.com")
		for range 5 {
			b.ask(by, b.card(nil))
		}
		_, err := b.s.Request(t.Context(), by, claim.Request{Listing: b.card(nil).Listing.ID, Message: "Bonjour", Document: pdf()})
		b.want(err, errs.TooMany, "claim.too_many")
		b.pass(48 * time.Hour)
		b.ask(by, b.card(nil))
	})
}

func TestDispute(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		pm := b.staff("pm@example.nc", account.ProjectManager)
		_, err := b.s.Take(t.Context(), b.by("paul@atelier.nc"), r.Listing.ID)
		b.must(err)
		token := tokenIn(b.outbox.last(t, "published", "bonjour@atelier.nc").Letter.Action.URL)
		for _, bad := range []string{"", "none", token + "x", token[:len(token)-1], "x" + token, strings.Split(token, ".")[0]} {
			_, _, err := b.s.Disputable(t.Context(), b.d.Read(), bad)
			b.want(err, errs.NotFound, "claim.no_dispute")
		}
		c, card, err := b.s.Disputable(t.Context(), b.d.Read(), token)
		if b.must(err); card.Listing.ID != r.Listing.ID {
			t.Errorf("%+v", card)
		}
		b.must(b.s.Dispute(t.Context(), token))
		b.want(b.s.Dispute(t.Context(), token), errs.Conflict, "claim.disputed_already")
		if b.trust[r.Company.ID] {
			t.Error("what is disputed is still trusted")
		}
		paul := b.by("paul@atelier.nc")
		if mine, err := b.s.Mine(t.Context(), paul); err != nil || len(mine) != 1 || mine[0].State != claim.Disputed {
			t.Errorf("who is disputed sees %+v, %v", mine, err)
		}
		const no = "Cette personne n’est pas de l’entreprise."
		previews, err := b.s.Previews(t.Context(), pm, c.ID, decisions(claim.Decision{Grant: true}, claim.Decision{Reason: no}))
		b.must(err)
		if waiting, err := b.s.Waiting(t.Context(), pm, 10); err != nil || len(waiting) != 1 || waiting[0].State != claim.Disputed {
			t.Errorf("%+v %v", waiting, err)
		}
		b.must(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{Grant: true}))
		if !b.trust[r.Company.ID] || len(b.people(r.Company.ID)) != 1 {
			t.Error("who may stay is not as before")
		}
		b.wasShown(previews[0], "upheld paul@atelier.nc")
		b.want(b.s.Dispute(t.Context(), token), errs.Gone, "claim.dispute_over") // the team has looked
		if !b.trust[r.Company.ID] {
			t.Error("who insists has the company read again")
		}
		b.must(b.accounts.Leave(t.Context(), b.by("paul@atelier.nc"), r.Company.ID))
		b.pass(48 * time.Hour)
		_, err = b.s.Take(t.Context(), b.by("paul@atelier.nc"), r.Listing.ID)
		b.must(err)
		token = tokenIn(b.outbox.last(t, "published", "bonjour@atelier.nc").Letter.Action.URL)
		b.must(b.s.Dispute(t.Context(), token)) // who came again
		c, _, err = b.s.Disputable(t.Context(), b.d.Read(), token)
		b.want(err, errs.Conflict, "claim.disputed_already")
		previews, err = b.s.Previews(t.Context(), pm, c.ID, decisions(claim.Decision{Reason: no}))
		b.must(err)
		b.must(b.s.Decide(t.Context(), pm, c.ID, claim.Decision{Reason: no}))
		b.wasShown(previews[0], "removed paul@atelier.nc")
		if got := b.outbox.to("paul@atelier.nc"); !slices.Equal(got, []string{"taken", "disputed", "upheld", "taken", "disputed", "removed"}) {
			t.Errorf("who took it is told %v", got)
		}
		if got := b.people(r.Company.ID); len(got) != 0 {
			t.Errorf("%v still act for it", got)
		}
		b.want(b.s.Dispute(t.Context(), token), errs.Gone, "claim.dispute_over")
		if got := b.actions(r.Company.ID); !slices.Equal(got, []string{"taken", "disputed", "upheld", "taken", "disputed", "refused"}) {
			t.Errorf("the trail says %v", got)
		}
		_, err = b.s.Take(t.Context(), b.by("rosa@atelier.nc"), r.Listing.ID)
		b.must(err)
		token = tokenIn(b.outbox.last(t, "published", "bonjour@atelier.nc").Letter.Action.URL)
		b.pass(claim.DisputableFor + time.Hour)
		b.want(b.s.Dispute(t.Context(), token), errs.Gone, "claim.dispute_over")
	})
}

func TestExportAndErasure(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		by := b.by("paul@gmail.com")
		c := b.ask(by, r)
		b.sent(by, r, "bonjour@atelier.nc")
		sections, err := b.s.PersonalData(t.Context(), b.d.Read(), by.Person)
		if b.must(err); len(sections) != 1 || len(sections[0].Rows) != 2 {
			t.Fatalf("%+v", sections)
		}
		used, err := b.s.DocumentsUsed(t.Context(), b.d.Read())
		if b.must(err); len(used) != 1 || !used[c.Document] {
			t.Errorf("%v", used)
		}
		b.write(func(tx *db.Tx) error { return b.s.Erase(t.Context(), tx, by.Person) })
		if sections, err = b.s.PersonalData(t.Context(), b.d.Read(), by.Person); err != nil || len(sections[0].Rows) != 0 {
			t.Errorf("%+v %v", sections, err)
		}
		if _, err := (files.Store{}).Get(t.Context(), b.d.Read(), c.Document); !errs.Is(err, errs.NotFound) {
			t.Errorf("the document of who is erased: %v", err)
		}
	})
}

func TestPurge(t *testing.T) {
	each(t, func(b *bench) {
		r := b.card(nil)
		pm := b.staff("pm@example.nc", account.ProjectManager)
		decided, coded := b.ask(b.by("paul@gmail.com"), r), b.by("rosa@gmail.com")
		b.sent(coded, r, "bonjour@atelier.nc")
		waits := b.ask(b.by("third@gmail.com"), r)
		b.must(b.s.Decide(t.Context(), pm, decided.ID, claim.Decision{Reason: "Non."}))
		count := func() (n int) {
			b.must(b.d.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM claims").Scan(&n))
			return n
		}
		document := func(c claim.Claim) bool {
			_, err := files.Store{}.Get(t.Context(), b.d.Read(), c.Document)
			return err == nil
		}
		purge := func(after time.Duration, claims int, ofDecided, ofWaiting bool) {
			t.Helper()
			b.pass(after)
			b.must(b.s.Purge(t.Context()))
			if n := count(); n != claims || document(decided) != ofDecided || document(waits) != ofWaiting {
				t.Errorf("%d claims, documents %v and %v", n, document(decided), document(waits))
			}
		}
		day := 24 * time.Hour
		purge(0, 3, true, true)
		purge(2*time.Hour, 3, true, true) // the code has ended
		purge(8*day, 2, true, true)
		purge(81*day, 2, true, true)
		purge(2*day, 2, false, true)
		purge(700*day, 1, false, true)
	})
}

func TestWhatNoDatabaseHolds(t *testing.T) {
	each(t, func(b *bench) {
		c, err := b.s.Request(t.Context(), b.by("paul@gmail.com"), claim.Request{
			Listing: b.card(nil).Listing.ID, Message: "Bon\x00jour \xff\xfe", Document: pdf(), DocumentName: "a\x00\xff.pdf",
		})
		if b.must(err); strings.Contains(c.Message, "\x00") || c.DocumentName != "a.pdf" {
			t.Errorf("%q %q", c.Message, c.DocumentName)
		}
		_, _, err = b.s.Own(t.Context(), b.by("paul@gmail.com"), "\x00")
		if e := errs.As(err); e == nil || e.Kind == errs.Internal {
			t.Errorf("%v", err)
		}
	})
}

// Reading a document is work: who sends one after the other, each with a fault, waits.
func TestDocumentsOfAnHour(t *testing.T) {
	each(t, func(b *bench) {
		by, id := b.by("paul@gmail.com"), b.card(nil).Listing.ID
		for range 20 {
			_, err := b.s.Request(t.Context(), by, claim.Request{Listing: id, Document: []byte("no picture")})
			b.want(err, errs.Invalid, "claim.message_missing")
		}
		_, err := b.s.Request(t.Context(), by, claim.Request{Listing: id, Document: []byte("no picture")})
		b.want(err, errs.TooMany, "claim.too_many")
	})
}
