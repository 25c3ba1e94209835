package curation

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"grappe/internal/account"
	"grappe/internal/listing"
	"grappe/internal/office"
	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/mail"
	"grappe/internal/platform/queue"
)

// The letters to the people of a card that was merged into another.
const (
	kindMerged       = "curation.merged"        // they act for the one that stays
	kindMergedOthers = "curation.merged_others" // others do
)

// jobMerged is the job that writes to the people of a card that was merged, once that cannot be taken back at once any more.
const jobMerged = "curation.tell_merged"

// mergedJob is its payload.
type mergedJob struct {
	Into    string `json:"into"`
	From    string `json:"from"`
	Version int64  `json:"version"` // of From, once it was merged
	By      string `json:"by"`      // identifier of the person who did it
}

// MergedIn does for the people of a card what the team owes them that has merged it into another, in its transaction: a letter tells them
// once the grace is over, and where nobody acts then for the company of the one that stays, they do from then on, trusted as they were.
func (s *Service) MergedIn(ctx context.Context, tx *db.Tx, by account.Actor, into, from string) error {
	found, err := cards(ctx, tx, from)
	if err != nil {
		return err
	}
	gone := found[from].Listing
	people, err := s.OwnersToTell(ctx, tx, gone.CompanyID)
	if err != nil || len(people) == 0 {
		return err
	}
	job := mergedJob{into, from, gone.Version, by.Person}
	if s.Grace <= 0 || s.Queue == nil {
		return s.settleMerged(ctx, tx, job)
	}
	_, err = s.Queue.Enqueue(ctx, tx, queue.Task{
		Kind: jobMerged, Key: from + "/" + strconv.FormatInt(gone.Version, 10), Territory: gone.Territory, Payload: job, At: s.Now().Add(s.Grace),
	})
	return err
}

// move lets people act for the company of the card that stays.
func (s *Service) move(ctx context.Context, tx *db.Tx, by account.Actor, kept, gone listing.Listing, people []account.Colleague) error {
	for _, p := range people {
		err := s.Accounts.Attach(ctx, tx, p.ID, kept.CompanyID, kept.Territory, p.Role)
		if err != nil && !errs.Is(err, errs.Conflict) { // who acts for as many companies as one may is told how to ask
			return err
		}
	}
	trust, err := s.store.trust(ctx, tx, gone.CompanyID)
	if err != nil {
		return err
	}
	if err := s.ClaimedIn(ctx, tx, kept.CompanyID, trust); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO curation_moved (listing_id, company_id) VALUES ($1, $2)
		ON CONFLICT (listing_id) DO UPDATE SET company_id = excluded.company_id`, gone.ID, kept.CompanyID)
	if err != nil {
		return fmt.Errorf("curation: moved: %w", err)
	}
	return s.Accounts.Note(ctx, tx, by, audit.Entry{
		Action: "curation.people_moved", Kind: "company", Object: kept.CompanyID, OnBehalf: kept.CompanyID, Detail: map[string]string{"from": gone.CompanyID},
	})
}

// PartedIn takes MergedIn back for a card that was parted from the one that stood for it: its people leave the company that they came to
// by it, unless others act there now.
func (s *Service) PartedIn(ctx context.Context, tx *db.Tx, by account.Actor, from string) error {
	var companyID string
	err := tx.QueryRowContext(ctx, "DELETE FROM curation_moved WHERE listing_id = $1 RETURNING company_id", from).Scan(&companyID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("curation: moved: %w", err)
	}
	found, err := cards(ctx, tx, from)
	if err != nil {
		return err
	}
	own, err := s.Accounts.Acting(ctx, tx, found[from].Listing.CompanyID)
	if err != nil {
		return err
	}
	there, err := s.Accounts.Acting(ctx, tx, companyID)
	if err != nil {
		return err
	}
	var leave []string
	for _, p := range there {
		if !slices.ContainsFunc(own, func(o account.Colleague) bool { return o.ID == p.ID }) {
			return nil // they brought others, who would be left alone
		}
		leave = append(leave, p.ID)
	}
	return s.Accounts.Detach(ctx, tx, by, companyID, leave)
}

// tellMergedLater is the handler of jobMerged.
func (s *Service) tellMergedLater(ctx context.Context, j queue.Job) error {
	var m mergedJob
	if err := j.Read(&m); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.settleMerged(ctx, tx, m) })
}

// settleMerged is the rest of MergedIn; nothing where the cards were parted meanwhile.
func (s *Service) settleMerged(ctx context.Context, tx *db.Tx, m mergedJob) error {
	found, err := cards(ctx, tx.Serialize(listing.ChangeKind, m.From), m.Into, m.From)
	if err != nil {
		return err
	}
	kept, gone := found[m.Into].Listing, found[m.From].Listing
	if kept.ID == "" || gone.MergedInto != m.Into || gone.Version != m.Version {
		return nil
	}
	people, err := s.OwnersToTell(ctx, tx, gone.CompanyID)
	if err != nil {
		return err
	}
	free, err := s.Accounts.Claimable(ctx, tx, kept.CompanyID)
	if err != nil {
		return err
	}
	if free && len(people) > 0 {
		names, err := s.Accounts.Names(ctx, []string{m.By})
		if err != nil {
			return err
		}
		if err := s.move(ctx, tx, account.Actor{Person: m.By, Name: names[m.By], Territory: gone.Territory}, kept, gone, people); err != nil {
			return err
		}
	}
	there, err := s.Accounts.Acting(ctx, tx, kept.CompanyID)
	if err != nil {
		return err
	}
	for _, p := range people {
		kind := kindMergedOthers
		if slices.ContainsFunc(there, func(o account.Colleague) bool { return o.ID == p.ID }) {
			kind = kindMerged
		}
		to := account.To(p.Person, gone.Territory, kind, gone.ID+"/"+strconv.FormatInt(gone.Version, 10)+"/"+p.ID)
		if err := s.Accounts.Post(ctx, tx, to, func(site account.Site) mail.Letter { return mergedLetter(site, kind, kept, gone) }); err != nil {
			return err
		}
	}
	return nil
}

// mergedLetter tells who acts for a card that it is part of another now, and how they edit that one.
func mergedLetter(site account.Site, kind string, kept, gone listing.Listing) mail.Letter {
	path := office.EditPath(kept.ID)
	if kind == kindMergedOthers {
		if path = CardPath(kept.Slug); kept.State != listing.Published {
			path = office.EditPath(gone.ID) // which says what became of it
		}
	}
	return site.Letter(letterTexts, kind, path, "name", mail.OneLine(gone.Name), "into", mail.OneLine(kept.Name))
}
