package browsertest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"grappe/internal/company"
	"grappe/internal/listing"
)

// promptly is how soon a change must show.
const promptly = time.Second

// attempts is how often a change may be made to show in time: on a busy machine one of them may be held up.
const attempts = 3

// A card that is renamed is found under its new name within a second, without restart; a hidden one disappears, and its
// address says that it is gone.
func TestEditIsLive(t *testing.T) {
	s := theStage(t)
	ctx := context.Background()
	service := listing.NewService(s.app.DB, time.Now)
	card, err := s.app.Listings.ByID(ctx, s.app.DB.Read(), s.bare.ID)
	if err != nil {
		t.Fatal(err)
	}
	name, by := card.Name, company.Source{Kind: company.FromOwner, Name: "browsertest"}
	rename := func(to string) {
		content := card.Content
		content.Name = to
		edited, _, err := service.Edit(ctx, listing.Author{Source: by}, card.ID, card.Version, content, []string{"name"})
		if err != nil {
			t.Fatal(err)
		}
		card = edited
	}
	t.Cleanup(func() { rename(name) })

	s.prompt(t, "a renamed card", func(n int) (string, string, bool) {
		to := fmt.Sprintf("Zwyxbaule Quartznumérique%d", n)
		rename(to)
		return fmt.Sprintf("quartznumérique%d zwyxbaule", n), to, true
	})
	word := card.Name
	s.prompt(t, "a hidden card", func(n int) (string, string, bool) {
		if n > 1 {
			if card, err = service.Publish(ctx, listing.Author{}, card.ID, card.Version); err != nil {
				t.Fatal(err)
			}
			s.shows(t, word, word, true, patience)
		}
		if card, err = service.Hide(ctx, listing.Author{}, card.ID, card.Version); err != nil {
			t.Fatal(err)
		}
		return word, word, false
	})
	s.get(t, kind{path: results + "/" + card.Slug, status: http.StatusGone})
	b := s.open(t, setting{size: phone()})
	b.goTo(results+"/"+card.Slug, http.StatusGone)
	b.want("the page of a hidden card does not name it", `!document.body.textContent.includes("Quartz")`)
	b.want("it leads on", visible(`main [name="q"]`))

	if card, err = service.Publish(ctx, listing.Author{}, card.ID, card.Version); err != nil {
		t.Fatal(err)
	}
	s.shows(t, word, word, true, patience)
}

// prompt makes a change, and fails the test when the search page takes more than a second to show or to lose the name,
// each time that it is tried. The change gives the words to search, the name, and whether it must be there.
func (s *stage) prompt(t *testing.T, what string, change func(attempt int) (words, name string, there bool)) {
	t.Helper()
	var took time.Duration
	for n := 1; n <= attempts; n++ {
		words, name, there := change(n)
		start := time.Now()
		s.shows(t, words, name, there, patience)
		if took = time.Since(start); took <= promptly {
			t.Logf("%s: %v, attempt %d", what, took.Round(time.Millisecond), n)
			return
		}
	}
	t.Errorf("%s shows after %v, each of %d times later than %v", what, took, attempts, promptly)
}

// shows waits until the results of the words hold the name as a title, or no longer do.
func (s *stage) shows(t *testing.T, words, name string, there bool, most time.Duration) {
	t.Helper()
	address := s.url + results + "?" + url.Values{"q": {words}}.Encode()
	err := poll(t.Context(), most, func() error {
		res, err := http.Get(address)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			return err
		}
		text := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(string(body))
		if found := strings.Contains(text, ">"+name+"</a>"); found != there {
			return fmt.Errorf("%s: found %v, want %v", address, found, there)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
