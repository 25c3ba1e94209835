package directory

import (
	"context"
	"io"
	"strings"
	"time"

	"grappe/internal/listing"
	"grappe/internal/platform/errs"
	"grappe/internal/platform/locale"
	"grappe/internal/platform/tabular"
)

// ExportFormat reads the name of a format; it returns errs.Usage for one that is no export format.
func ExportFormat(name string) (tabular.Format, error) {
	switch f := tabular.Format(strings.ToLower(name)); f {
	case tabular.CSV, tabular.JSON, tabular.GeoJSON, tabular.XLSX:
		return f, nil
	}
	return "", invalid("format", "directory.bad_format", errs.Args{"value": short(name)})
}

// exportColumns are what an export holds, in order: what the pages show, and no more.
func exportColumns() []string {
	return []string{
		"id", "slug", "name", "category", "headline", "description", "competences", "sectors", "tags", "serves_zones", "serves_everywhere",
		"serves_remote", "phones", "emails", "websites", "social", "opening_hours", "accessibility", "languages", "logo", "address", "postcode",
		"city", "zone", "zone_name", "lat", "lon", "identifiers", "legal_name", "founded_year", "size_class", "confirmed_at", "updated_at",
	}
}

// ExportOptions say what file an export makes.
type ExportOptions struct {
	Format    tabular.Format
	Delimiter rune // between the cells of CSV, a comma where it is 0; French spreadsheets expect ';'
}

// writer starts the file on w.
func (o ExportOptions) writer(w io.Writer, columns []tabular.Column) (tabular.Writer, error) {
	if o.Format == tabular.CSV && o.Delimiter != 0 {
		return tabular.NewCSVWriter(w, columns, o.Delimiter)
	}
	return tabular.NewWriter(o.Format, w, columns)
}

// Export writes the published cards of a territory, row by row, and gives how many they were. Headers are in the words of
// the printer where the format has headers for people.
func (s *Service) Export(ctx context.Context, code string, o ExportOptions, p *locale.Printer, w io.Writer) (int, error) {
	t, err := s.territories.Get(ctx, code)
	if err != nil {
		return 0, err
	}
	columns := make([]tabular.Column, 0, len(exportColumns()))
	for _, key := range exportColumns() {
		columns = append(columns, tabular.Column{Key: key, Title: p.T("directory.column." + key)})
	}
	out, err := o.writer(w, columns)
	if err != nil {
		return 0, err
	}
	n := 0
	err = s.listings.EachRecord(ctx, s.db.Read(), t.Code, func(r listing.Record) error {
		if r.Listing.State != listing.Published {
			return nil
		}
		n++
		zone, _ := t.Zone(r.Listing.Zone)
		return out.Write(exportRow(r, zone.NameIn(p.Lang())))
	})
	if err != nil {
		return n, err
	}
	return n, out.Close()
}

// exportRow is a card in the order of exportColumns.
func exportRow(r listing.Record, zone string) []any {
	l, c := r.Listing, r.Company
	social := make([]string, 0, len(l.Social))
	for _, account := range l.Social {
		social = append(social, account.URL)
	}
	identifiers := make([]string, 0, len(c.Identifiers))
	for _, id := range c.Identifiers {
		identifiers = append(identifiers, id.Scheme+":"+id.Value)
	}
	var lat, lon, founded any
	if l.Point != nil {
		lat, lon = l.Point.Lat, l.Point.Lon
	}
	if c.FoundedYear > 0 {
		founded = c.FoundedYear
	}
	return []any{
		l.ID, l.Slug, l.Name, string(l.Category), l.Headline, l.Description, l.Competences, l.Sectors, l.Tags, l.ServiceArea.Zones,
		l.ServiceArea.Everywhere, l.ServiceArea.Remote, l.Phones, l.Emails, l.Websites, social, l.OpeningHours, l.Accessibility, l.Languages,
		l.Logo, l.Address, l.Postcode, l.City, l.Zone, zone, lat, lon, identifiers, c.LegalName, founded, c.SizeClass,
		isoTime(l.ConfirmedAt), isoTime(l.UpdatedAt),
	}
}

func isoTime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
