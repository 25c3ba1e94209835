package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"unicode"

	"grappe/bench/instance"
)

// How many different searches are written, all before the first is asked.
const (
	queriesWritten = 300_000
	querySeed      = 20_260_203
)

// writeQueries writes the paths of searches that all differ, so that no cache of pages can know one: one to three words of
// the cards, one in three misspelt, one in four with a filter, one in eight on its second page.
func writeQueries(ctx context.Context, p *instance.Process, file string) ([]string, error) {
	words, cities, err := vocabulary(ctx, p)
	if err != nil {
		return nil, err
	}
	rnd := rand.New(rand.NewPCG(querySeed, 1)) //nolint:gosec // the same searches each time
	seen := make(map[string]bool, queriesWritten)
	paths := make([]string, 0, queriesWritten)
	for len(paths) < queriesWritten {
		var asked []string
		for range 1 + rnd.IntN(3) {
			asked = append(asked, words[rnd.IntN(len(words))])
		}
		if rnd.IntN(3) == 0 {
			asked[0] = misspelt(rnd, asked[0])
		}
		v := url.Values{"q": {strings.Join(asked, " ")}}
		if rnd.IntN(4) == 0 {
			v.Set("ou", cities[rnd.IntN(len(cities))])
		}
		if rnd.IntN(8) == 0 {
			v.Set("tri", "nom")
		}
		path := "/nc/annuaire?" + v.Encode()
		if !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriter(f)
	for _, path := range paths {
		fmt.Fprintln(w, path)
	}
	return paths, errors.Join(w.Flush(), f.Close())
}

// misspelt leaves out, doubles or swaps a letter of a word.
func misspelt(rnd *rand.Rand, word string) string {
	letters := []rune(word)
	if len(letters) < 5 {
		return word
	}
	at := 1 + rnd.IntN(len(letters)-2)
	switch rnd.IntN(3) {
	case 0:
		return string(letters[:at]) + string(letters[at+1:])
	case 1:
		return string(letters[:at]) + string(letters[at]) + string(letters[at:])
	default:
		letters[at], letters[at+1] = letters[at+1], letters[at]
		return string(letters)
	}
}

// vocabulary are the words of the cards, as often as they occur, and the towns.
func vocabulary(ctx context.Context, p *instance.Process) (words, cities []string, err error) {
	for page := 1; page <= 10; page++ {
		_, body, err := instance.Get(ctx, fmt.Sprintf("%s/nc/api/v1/listings?limit=200&tri=nom&page=%d", p.URL, page), nil)
		if err != nil {
			return nil, nil, err
		}
		var got struct {
			Listings []struct{ Name, Headline, City string }
		}
		if err := json.Unmarshal(body, &got); err != nil {
			return nil, nil, fmt.Errorf("%w: %.200s", err, body)
		}
		for _, card := range got.Listings {
			for _, word := range strings.FieldsFunc(card.Name+" "+card.Headline, func(r rune) bool { return !unicode.IsLetter(r) }) {
				if len(word) > 3 {
					words = append(words, strings.ToLower(word))
				}
			}
			if card.City != "" {
				cities = append(cities, card.City)
			}
		}
		if len(got.Listings) < 200 {
			break
		}
	}
	if len(words) < 100 || len(cities) == 0 {
		return nil, nil, fmt.Errorf("the instance has too few cards: %d words", len(words))
	}
	return words, cities, nil
}
