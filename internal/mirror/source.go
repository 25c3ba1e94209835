package mirror

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"grappe/internal/platform/errs"
	"grappe/internal/platform/fetch"
	"grappe/internal/territory"
)

const (
	changesPath     = "/api/v1/changes"
	territoriesPath = "/api/v1/territories"
	acceptJSON      = "application/json"
)

// Source is a territory of another instance.
type Source struct {
	Address     string // of its pages: "https://annuaire.example.pf", "https://grappe.example/pf"
	Territory   string
	Title       string
	Attribution string
	Licence     string            // as the source names it
	Terms       territory.Licence // the same, the zero value where the source says none that can be told

	described bool // the source said what it is
}

// IsAddress reports whether what somebody typed is an address of the web rather than the name of a file.
func IsAddress(text string) bool {
	scheme, _, ok := strings.Cut(strings.TrimSpace(text), "://")
	scheme = strings.ToLower(scheme)
	return ok && (scheme == "http" || scheme == "https")
}

// Probe finds a territory at the address of an instance, of the territory's pages or of its change feed. It returns
// errs.Usage where there is no such feed or one of another territory, and the errors of the client. Nothing is written.
func Probe(ctx context.Context, client Getter, address, code string) (Source, error) {
	u, err := fetch.Parse(address)
	if err != nil {
		return Source{}, err
	}
	var refused error
	for _, base := range bases(u, code) {
		found, err := ask(ctx, client, base, "", 1)
		if err == nil && found.territory != code {
			return Source{}, errs.New(errs.Usage, "mirror.other_territory", errs.Args{"address": base, "found": clip(found.territory), "code": code})
		}
		if err == nil {
			source := Source{Address: base, Territory: code}
			source.describe(ctx, client)
			return source, nil
		}
		if e := errs.As(err); e == nil || e.Key != "mirror.no_feed" && e.Key != "mirror.not_json" && e.Key != "mirror.garbage" {
			return Source{}, err
		}
		refused = err
	}
	return Source{}, errs.Wrap(refused, errs.Usage, "mirror.not_grappe", errs.Args{"address": strings.TrimSpace(address), "code": code})
}

// bases are the addresses under which the territory's pages may stand, the likeliest first.
func bases(u *url.URL, code string) []string {
	clean := *u
	clean.RawQuery, clean.RawPath = "", ""
	clean.Path = strings.TrimRight(path.Clean("/"+clean.Path), "/")
	for _, end := range []string{"/changes", "/v1", "/api", "/annuaire"} {
		clean.Path = strings.TrimSuffix(clean.Path, end)
	}
	out := []string{clean.String()}
	if path.Base("/"+clean.Path) != code {
		clean.Path += "/" + code
		out = append(out, clean.String())
	}
	return out
}

// ask reads one page of the feed behind a base address.
func ask(ctx context.Context, client Getter, base, cursor string, limit int) (page, error) {
	p, _, err := get(ctx, client, base, cursor, limit)
	return p, err
}

func get(ctx context.Context, client Getter, base, cursor string, limit int) (page, fetch.Answer, error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	answer, err := client.Get(ctx, at(base, changesPath)+"?"+query.Encode(), acceptJSON, maxPage)
	if err != nil {
		return page{}, answer, err
	}
	p, err := readPage(answer, hostOf(base), cursor)
	return p, answer, err
}

func hostOf(address string) string { return Mirror{Source: address}.Host() }

// wireTerritories is the little that we read of what an instance says of its territories.
type wireTerritories struct {
	Territories []struct {
		Code    string          `json:"code"`
		Name    json.RawMessage `json:"name"`
		Names   json.RawMessage `json:"names"`
		Cluster json.RawMessage `json:"cluster"`
		Licence struct {
			ID   string `json:"id"`
			Name string `json:"name"`
			URL  string `json:"url"`
		} `json:"licence"`
	} `json:"territories"`
}

// describe asks the source how it wants to be named, and under which terms its cards are. One that does not say is named by
// its host.
func (s *Source) describe(ctx context.Context, client Getter) {
	answer, err := client.Get(ctx, at(s.Address, territoriesPath), acceptJSON, 1<<20)
	if err != nil || answer.Status != http.StatusOK {
		return
	}
	var w wireTerritories
	if json.Unmarshal(answer.Body, &w) != nil {
		return
	}
	for _, t := range w.Territories {
		if t.Code != s.Territory {
			continue
		}
		s.described = true
		s.Title = textOf(t.Name)
		if s.Title == "" {
			s.Title = textOf(t.Names)
		}
		s.Attribution = textOf(t.Cluster)
		terms := territory.Licence{ID: clip(t.Licence.ID), Name: clip(t.Licence.Name), URL: clip(t.Licence.URL)}
		if territory.CheckLicence(terms) == nil {
			s.Terms = terms.Completed()
		}
		s.Licence = clip(t.Licence.Name)
		if s.Licence == "" {
			s.Licence = clip(t.Licence.ID)
		}
	}
}

// textOf reads a text, or the French one, else the first, of texts by language.
func textOf(raw json.RawMessage) string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return clip(one)
	}
	var byLanguage map[string]string
	if json.Unmarshal(raw, &byLanguage) != nil {
		return ""
	}
	for _, lang := range []string{"fr", "en"} {
		if byLanguage[lang] != "" {
			return clip(byLanguage[lang])
		}
	}
	return ""
}

// clip keeps what a source says of itself short, and on one line.
func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")), " ")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200])
	}
	return s
}
