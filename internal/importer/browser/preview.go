package browser

import (
	"context"
	"strconv"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"grappe/internal/importer"
	"grappe/internal/listing"
	"grappe/internal/platform/locale"
	"grappe/internal/territory"
)

// preview is what the first rows would become.
type preview struct {
	Summary string // said when it changes
	Cards   []previewCard
	Fault   string // why there is none
}

// previewCard is a row as a card.
type previewCard struct {
	ID       string // of its heading
	Row      string
	Name     string
	Rejected string // why the row becomes no card
	Lines    []cardLine
	Warnings []string
}

// cardLine is a field and what it says.
type cardLine struct {
	Name  string
	Lines []string
}

// preview maps the first rows of a file.
func (s *Service) preview(ctx context.Context, p *locale.Printer, t *territory.Territory, u Upload, m *importer.Mapping) (preview, error) {
	if err := checkMapping(m); err != nil && !hasName(m) {
		return preview{Fault: p.T("imports.preview_nameless"), Summary: p.T("imports.preview_nameless")}, nil
	}
	seen, err := s.Importer.Preview(ctx, t, m, u.Sample.rows())
	if err != nil {
		return preview{}, err
	}
	var v preview
	words, warned := s.Cards(t, p), 0
	for i, one := range seen {
		card := previewCard{ID: "apercu-" + strconv.Itoa(i+1)}
		if one.Rejection != nil {
			card.Row = p.T("imports.row", "n", one.Rejection.Row)
			card.Rejected = importer.Remark{Key: one.Rejection.Key, Args: one.Rejection.Args}.Text(p)
			warned++
		} else {
			d := one.Draft
			card.Row, card.Name = p.T("imports.row", "n", d.Row), d.Content.Name
			card.Lines = cardLines(p, words, stateOf(d.Content, d.Company))
			for _, w := range d.Warnings {
				card.Warnings = append(card.Warnings, importer.Remark{Key: w.Key, Field: w.Field, Args: w.Args}.Text(p))
			}
			warned += len(d.Warnings)
		}
		v.Cards = append(v.Cards, card)
	}
	v.Summary = p.T("imports.preview_said", "cards", p.T("imports.rows", "n", len(seen)), "n", warned)
	return v, nil
}

func hasName(m *importer.Mapping) bool {
	for _, r := range m.Rules {
		if r.Target == "name" {
			return true
		}
	}
	return false
}

// cardLines are all fields of a card that say something, the name apart.
func cardLines(p *locale.Printer, words Words, s cardState) []cardLine {
	var out []cardLine
	for _, field := range append(listing.FieldNames(), companyFields()...) {
		if field == "name" {
			continue
		}
		if lines := said(p, words, s, field); len(lines) > 0 {
			out = append(out, cardLine{Name: importer.FieldName(p, field), Lines: lines})
		}
	}
	return out
}

// companyFields are the fields of a company that are shown beside those of its card.
func companyFields() []string {
	return []string{"legal_name", "identifiers", "activities", "size_class", "founded_year", "status", "natural_person"}
}

// said is what a field says, a line for each thing.
func said(p *locale.Printer, words Words, s cardState, field string) []string {
	c, one := s.Company, func(text string) []string {
		if text == "" {
			return nil
		}
		return []string{text}
	}
	switch field {
	case "legal_name":
		return one(c.LegalName)
	case "identifiers":
		var out []string
		for _, id := range c.Identifiers {
			out = append(out, p.T("imports.identifier_said", "scheme", p.T("company.scheme."+id.Scheme), "value", id.Value))
		}
		return out
	case "activities":
		var out []string
		for _, a := range c.Activities {
			out = append(out, a.Code)
		}
		return out
	case "size_class":
		return one(sizeName(p, c.SizeClass))
	case "founded_year":
		if c.FoundedYear > 0 {
			return one(strconv.Itoa(c.FoundedYear))
		}
		return nil
	case "status":
		if c.Status == "" || c.Status == "unknown" {
			return nil
		}
		return one(p.T(c.Status.Key()))
	case "natural_person":
		if c.Natural {
			return one(p.T("imports.natural"))
		}
		return nil
	}
	return words.Said(s.Content, field)
}

func sizeName(p *locale.Printer, class string) string {
	if class == "" {
		return ""
	}
	for _, key := range []string{"company.size." + class, "company.size.nn"} {
		if p.Has(key) {
			return p.T(key)
		}
	}
	return class
}

// countryName is a country in the reader's language.
func countryName(p *locale.Printer, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	return display.Regions(language.Make(p.Lang())).Name(region)
}
