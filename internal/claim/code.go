package claim

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/throttle"
)

// keyPurpose is that of the key by which codes are hidden and links signed.
const keyPurpose = "claim"

// The names of the fields of the forms about codes.
const (
	addressField = "adresse"
	codeField    = "code"
)

// SendCode mails a code to an address that the card shows, chosen by its Key. It returns errs.Invalid, with the field, for an address
// that is not the card's any more or that refuses mails, errs.Conflict with account.KeyTaken where somebody acts for the company,
// errs.Forbidden with KeyNoProof where the actor's claim was disputed, errs.TooMany.
func (s *Service) SendCode(ctx context.Context, by account.Actor, id, addressKey string) error {
	key, err := s.Key(ctx, keyPurpose)
	if err != nil {
		return err
	}
	var refused error
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.enter(ctx, tx, by, id)
		if err != nil {
			return err
		}
		address, err := s.addressee(ctx, tx, by, r, addressKey)
		if err != nil {
			return err
		}
		c := s.begin(by, r, ByCode)
		if refused = s.take(ctx, tx,
			s.limits.codePerson.By(by.Person), s.limits.codeMail.By(address), s.limits.codeMailDay.By(address),
		); refused != nil {
			return throttle.Commits(refused)
		}
		if err := s.store.endCodes(ctx, tx, c.Company, by.Person, s.Now()); err != nil {
			return err
		}
		digits := newCode()
		c.State, c.code = Coded, code{Published: address, MAC: codeMAC(key, c, digits), ExpiresAt: s.Now().Add(CodeFor)}
		if err := s.made(ctx, tx, c); err != nil {
			return err
		}
		return s.tellCode(ctx, tx, by, r, c, digits)
	})
	if err != nil {
		return err
	}
	return refused
}

// addressee is the address of a card that a code goes to.
func (s *Service) addressee(ctx context.Context, tx *db.Tx, by account.Actor, r listing.Record, chosen string) (string, error) {
	free, err := s.Accounts.Claimable(ctx, tx, r.Company.ID)
	switch {
	case err != nil:
		return "", err
	case !free:
		return "", errs.New(errs.Conflict, account.KeyTaken, nil)
	case r.Listing.Withheld:
		return "", errs.New(errs.Gone, KeyClosed, nil)
	}
	doubt, err := s.store.doubts(ctx, tx, r.Company.ID)
	if err != nil {
		return "", err
	}
	if doubt.bars(by.Person) {
		return "", errs.New(errs.Forbidden, KeyNoProof, nil)
	}
	d := Door{Card: r}
	for _, address := range d.codeAddresses() {
		if addressKey(r.Listing.ID, address) != chosen {
			continue
		}
		refuses, err := s.Outbox.Refuses(ctx, tx, address)
		if err == nil && refuses {
			err = invalid(addressField, "claim.address_refuses", nil)
		}
		return address, err
	}
	return "", invalid(addressField, "claim.address_unknown", nil)
}

// TryCode judges a typed code: where it is right the actor manages the company of the card. It returns errs.Invalid, with the field
// codeField, for a wrong one, errs.TooMany for the one that locks and for all after it, errs.Gone where none is awaited any more,
// errs.Conflict with account.KeyTaken where somebody came first.
func (s *Service) TryCode(ctx context.Context, by account.Actor, id, typed string) (listing.Record, error) {
	key, err := s.Key(ctx, keyPurpose)
	if err != nil {
		return listing.Record{}, err
	}
	var taken listing.Record
	var verdict error
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if taken, err = s.enter(ctx, tx, by, id); err != nil {
			return err
		}
		c, err := s.store.codeOf(ctx, tx, taken.Company.ID, by.Person)
		if err != nil {
			return err
		}
		if !slices.Contains(published(taken.Listing), c.code.Published) { // the card does not show it any more
			c = Claim{}
		}
		if verdict, err = s.judge(ctx, tx, &c, key, typed); err != nil || verdict != nil {
			return err
		}
		c.Name, c.Mail = by.Name, by.Mail
		return s.proved(ctx, tx, by, taken, c, key)
	})
	if err == nil {
		err = verdict
	}
	return taken, err
}

// judge says why a code lets nobody in, nil for the right one, and counts the wrong ones: its verdict is to be committed.
func (s *Service) judge(ctx context.Context, tx *db.Tx, c *Claim, key []byte, typed string) (verdict, err error) {
	if verdict = c.awaits(s.Now()); verdict != nil {
		return verdict, nil
	}
	acts := []throttle.Act{s.limits.wrongPerson.By(c.Person), s.limits.wrongCompany.By(c.Company)}
	if verdict = throttle.PeekAll(ctx, tx, s.Now(), keyTooMany, acts...); verdict != nil {
		return verdict, throttle.Commits(verdict)
	}
	digits := digitsOf(typed)
	if len(digits) != codeDigits { // a slip, and no guess
		return invalid(codeField, "claim.code_short", errs.Args{"n": codeDigits}), nil
	}
	if c.is(key, digits) {
		return nil, nil
	}
	if older, err := s.older(ctx, tx, *c, key, digits); err != nil || older {
		return invalid(codeField, "claim.code_older", nil), err
	}
	c.code.Tries++
	if err := s.store.put(ctx, tx, *c); err != nil {
		return nil, err
	}
	if err := throttle.Commits(s.take(ctx, tx, acts...)); err != nil {
		return nil, err
	}
	if left := mostTries - c.code.Tries; left > 0 {
		return invalid(codeField, "claim.code_wrong", errs.Args{"n": left}), nil
	}
	return c.awaits(s.Now()), nil
}

// is reports whether the digits are the code of the claim.
func (c Claim) is(key []byte, digits string) bool {
	return hmac.Equal([]byte(c.code.MAC), []byte(codeMAC(key, c, digits)))
}

// older reports whether the digits are a code that the same person asked for of late, before the one that is awaited: a slow letter's,
// and no guess.
func (s *Service) older(ctx context.Context, tx *db.Tx, c Claim, key []byte, digits string) (bool, error) {
	found, err := s.store.find(ctx, tx, "company_id = $1 AND person_id = $2 AND state = $3 AND ended_at > $4 AND code_mac <> ''",
		c.Company, c.Person, string(Expired), db.ToMillis(s.Now().Add(-CodeFor)))
	return slices.ContainsFunc(found, func(o Claim) bool { return o.is(key, digits) }), err
}

const codeDigits = 6

// newCode draws six digits, each number as likely as any other.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("claim: " + err.Error()) // crypto/rand ends the program rather than fail
	}
	return fmt.Sprintf("%06d", n.Int64())
}

// digitsOf is the code as somebody may type or paste it, with spaces or hyphens.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		if strings.ContainsRune(" \u00a0\u202f\t-.", r) {
			return -1
		}
		return 'x' // a code with it is wrong
	}, strings.TrimSpace(s))
}

// codeMAC is what the base keeps of a code: it is of this claim and of who made it.
func codeMAC(key []byte, c Claim, digits string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("code\x00" + c.ID + "\x00" + c.Person + "\x00" + digits))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// addressKey stands for an address of a card in a form.
func addressKey(listing, address string) string {
	sum := sha256.Sum256([]byte(listing + "\x00" + address))
	return hex.EncodeToString(sum[:8])
}

func invalid(field, key string, args errs.Args) error {
	return &errs.E{Kind: errs.Invalid, Fields: []errs.Field{{Name: field, Key: key, Args: args}}}
}
