package claim

import (
	"context"
	"time"

	"grappe/internal/platform/db"
	"grappe/internal/platform/throttle"
)

// limits are how often things may be done: so that no company's mailbox is filled, no code is guessed, and the team's queue is not
// either.
type limits struct {
	codePerson, codeMail, codeMailDay throttle.Rule
	wrongPerson, wrongCompany         throttle.Rule
	askPerson, askCompany             throttle.Rule
	takePerson, takeCompany           throttle.Rule
	told                              throttle.Rule // the addresses of a card, of one person
	document                          throttle.Rule
}

func newLimits(demo bool) limits {
	rule := throttle.Named("claim", demo)
	return limits{
		codePerson:   rule("code_person", 8, time.Hour),
		codeMail:     rule("code_mail", 4, time.Hour),
		codeMailDay:  rule("code_mail_day", 10, 24*time.Hour),
		wrongPerson:  rule("wrong_person", 15, 24*time.Hour),
		wrongCompany: rule("wrong_company", 30, 24*time.Hour),
		askPerson:    rule("ask_person", 5, 24*time.Hour),
		askCompany:   rule("ask_company", 10, 24*time.Hour),
		takePerson:   rule("take_person", 5, 24*time.Hour),
		takeCompany:  rule("take_company", 3, 24*time.Hour),
		told:         rule("told", 1, 24*time.Hour),
		document:     rule("document", 20, time.Hour),
	}
}

const keyTooMany = "claim.too_many"

// take counts acts: see throttle.TakeAll.
func (s *Service) take(ctx context.Context, tx *db.Tx, acts ...throttle.Act) error {
	return throttle.TakeAll(ctx, tx, s.Now(), keyTooMany, acts...)
}
