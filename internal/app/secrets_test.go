package app

import (
	"context"
	"testing"
	"time"

	"grappe/internal/account"
	"grappe/internal/platform/db"
	"grappe/internal/platform/db/dbtest"
	"grappe/internal/platform/mail"
)

// Whose first act is to mail in a transaction waits for no second one: there is one writer.
func TestAProcessMailsATopicBeforeItKnowsTheSecret(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, fresh func() string) {
		url := fresh()
		a := start(t, Options{Database: url, Fictional: true})
		if _, err := a.Territories.Add(t.Context(), demoTerritory); err != nil {
			t.Fatal(err)
		}
		first, firstPath := topical(t, a, "first")
		again, againPath := topical(t, start(t, Options{Database: url, Fictional: true}), "again")
		if first == again || firstPath != againPath {
			t.Errorf("%s is refused at %q, %s at %q", first, firstPath, again, againPath)
		}
	})
}

// topical mails a topic in a transaction, and gives the mail and where it is refused.
func topical(t *testing.T, a *App, event string) (id, unsubscribe string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		done <- a.DB.Write(ctx, func(tx *db.Tx) error {
			m := account.To(account.Person{ID: "person-1", Mail: "ana@example.org", Lang: "fr"}, demoTerritory, "account.invite_reminder", event)
			m.Topic = account.TopicReminders
			return a.Accounts.Post(ctx, tx, m, func(account.Site) mail.Letter {
				return mail.Letter{Subject: event, Heading: event, Paragraphs: []string{event}, Why: event}
			})
		})
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatal(err)
		}
	case <-ctx.Done():
		t.Fatal("the mail waits for its own transaction")
	}
	found, err := a.Outbox.List(t.Context(), mail.Filter{Territory: demoTerritory, Limit: 1})
	if err != nil || len(found) != 1 || found[0].Subject != event {
		t.Fatalf("%+v, %v", found, err)
	}
	return found[0].ID, found[0].Unsubscribe
}
