package main

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"

	"grappe/internal/listing"
)

// visit asks for one thing as visitors and programs do, and judges the answer.
func (t *town) visit(ctx context.Context, rnd *rand.Rand) error {
	card := t.steady[rnd.IntN(len(t.steady))]
	other := t.edited[rnd.IntN(len(t.edited))]
	switch rnd.IntN(10) {
	case 0:
		return t.page(ctx, []string{"/nc", "/nc/annuaire", "/nc/competences", "/nc/communes", "/nc/en/annuaire", "/nc/repartition"}[rnd.IntN(6)], "</html>")
	case 1, 2:
		return t.page(ctx, "/nc/annuaire/"+card.Slug, html.EscapeString(card.Name))
	case 3:
		return t.page(ctx, "/nc/annuaire/"+other.Slug, html.EscapeString(other.Name))
	case 4, 5:
		return t.page(ctx, "/nc/annuaire?q="+url.QueryEscape(card.Name), `/nc/annuaire/`+card.Slug)
	case 6:
		return t.page(ctx, fmt.Sprintf("/nc/annuaire?tri=nom&page=%d", 1+rnd.IntN(15)), "</html>")
	case 7:
		return t.data(ctx, "/nc/api/v1/listings/"+card.ID, card)
	case 8:
		return t.page(ctx, fmt.Sprintf("/nc/api/v1/clusters?zoom=%d", rnd.IntN(15)), `"clusters":`)
	default:
		return t.page(ctx, "/nc/api/v1/suggestions?q="+url.QueryEscape(firstLetters(card.Name)), `"suggestions":`)
	}
}

func firstLetters(name string) string {
	letters := []rune(name)
	return string(letters[:min(4, len(letters))])
}

// page asks twice, the second time as one who has the answer: it is the same, or has changed by an edit.
func (t *town) page(ctx context.Context, path, holds string) error {
	got, err := t.ask(ctx, path, "")
	if err != nil {
		return err
	}
	if got.status != http.StatusOK || !strings.Contains(got.body, holds) {
		return fmt.Errorf("%s: %d, does not hold %q: %.300s", path, got.status, holds, got.body)
	}
	if got.tag == "" {
		return nil
	}
	again, err := t.ask(ctx, path, got.tag)
	if err != nil {
		return err
	}
	switch {
	case again.status == http.StatusNotModified && again.body == "":
		t.same.Add(1)
		return nil
	case again.status == http.StatusOK && strings.Contains(again.body, holds):
		return nil
	}
	return fmt.Errorf("%s, asked whether it changed: %d %.300s", path, again.status, again.body)
}

// data asks for a card that nobody edits.
func (t *town) data(ctx context.Context, path string, card listing.Listing) error {
	got, err := t.ask(ctx, path, "")
	if err != nil {
		return err
	}
	var public struct{ ID, Name, Headline string }
	if err := json.Unmarshal([]byte(got.body), &public); err != nil || got.status != http.StatusOK || public.ID != card.ID || public.Name != card.Name || public.Headline != card.Headline {
		return fmt.Errorf("%s: %d %.300s", path, got.status, got.body)
	}
	return nil
}

type answer struct {
	status    int
	tag, body string
}

func (t *town) ask(ctx context.Context, path, tag string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, t.p.URL+path, nil)
	if err != nil {
		return answer{}, err
	}
	if tag != "" {
		r.Header.Set("If-None-Match", tag)
	}
	t.asked.Add(1)
	response, err := t.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header.Get("ETag"), string(body)}, err
}
