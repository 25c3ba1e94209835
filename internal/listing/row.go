package listing

import (
	"database/sql"
	"strings"
	"time"

	"grappe/internal/company"
	"grappe/internal/platform/db"
	"grappe/internal/platform/geo"
)

const (
	columns = "id, territory, slug, company_id, state, merged_into, name, category, headline, description, competences, " +
		"sectors, tags, service_area, phones, emails, websites, social, opening_hours, accessibility, languages, logo, " +
		"address, postcode, city, zone, lat, lon, withheld, kin_natural, provenance, completeness, confirmed_at, created_at, updated_at, version"
	columnCount = 36
)

// updates sets every column that may change from the row that an INSERT offers.
func updates() string {
	var set []string
	for column := range strings.SplitSeq(columns, ", ") {
		if column != "id" && column != "territory" && column != "created_at" {
			set = append(set, column+" = excluded."+column)
		}
	}
	return strings.Join(set, ", ")
}

// values lists the columns of a row in their order.
func (l *Listing) values() []any {
	var lat, lon any
	if l.Point != nil {
		lat, lon = l.Point.Lat, l.Point.Lon
	}
	area := []ServiceArea{l.ServiceArea}
	if l.ServiceArea.Empty() {
		area = nil
	}
	return []any{
		l.ID, l.Territory, l.Slug, l.CompanyID, string(l.State), l.MergedInto, l.Name, string(l.Category), l.Headline,
		l.Description, company.List(&l.Competences), company.List(&l.Sectors), company.List(&l.Tags),
		company.List(&area), company.List(&l.Phones), company.List(&l.Emails), company.List(&l.Websites),
		company.List(&l.Social), l.OpeningHours, company.List(&l.Accessibility), company.List(&l.Languages), l.Logo,
		l.Address, l.Postcode, l.City, l.Zone, lat, lon, l.Withheld, l.KinNatural, company.ProvenanceOf(&l.Provenance), l.Completeness,
		db.ToMillis(l.ConfirmedAt), db.ToMillis(l.CreatedAt), db.ToMillis(l.UpdatedAt), l.Version + 1,
	}
}

// scan reads a row of columns. Its error is a *Faulty, which names the card, where what stands in the row is no card.
func scan(rows *sql.Rows) (Listing, error) {
	var l Listing
	var area []ServiceArea
	var lat, lon sql.NullFloat64
	err := rows.Scan(&l.ID, &l.Territory, &l.Slug, &l.CompanyID, &l.State, &l.MergedInto, &l.Name, &l.Category,
		&l.Headline, &l.Description, company.List(&l.Competences), company.List(&l.Sectors), company.List(&l.Tags),
		company.List(&area), company.List(&l.Phones), company.List(&l.Emails), company.List(&l.Websites),
		company.List(&l.Social), &l.OpeningHours, company.List(&l.Accessibility), company.List(&l.Languages), &l.Logo,
		&l.Address, &l.Postcode, &l.City, &l.Zone, &lat, &lon, &l.Withheld, &l.KinNatural,
		company.ProvenanceOf(&l.Provenance), &l.Completeness,
		db.Millis(&l.ConfirmedAt), db.Millis(&l.CreatedAt), db.Millis(&l.UpdatedAt), &l.Version)
	if len(area) == 1 {
		l.ServiceArea = area[0]
	}
	if lat.Valid && lon.Valid {
		l.Point = &geo.Point{Lat: lat.Float64, Lon: lon.Float64}
	}
	if err != nil && l.ID != "" {
		err = &Faulty{l.ID, err}
	}
	return l, err
}

func scanAll(rows *sql.Rows, each func(Listing)) error {
	defer rows.Close()
	for rows.Next() {
		l, err := scan(rows)
		if err != nil {
			return err
		}
		each(l)
	}
	return rows.Err()
}

// prepare brings the card into the form it will be read back in.
func (l *Listing) prepare(now time.Time) {
	if l.ID == "" {
		l.ID = db.NewID()
	}
	if l.State == "" {
		l.State = Draft
	}
	if l.CreatedAt.IsZero() {
		l.CreatedAt = now
	}
	l.UpdatedAt = now
	for _, text := range []*string{
		&l.Name, &l.Headline, &l.Description, &l.OpeningHours, &l.Logo, &l.Address, &l.Postcode, &l.City, &l.Zone,
	} {
		*text = company.Storable(*text)
	}
	l.Category = Category(company.Storable(string(l.Category)))
	if l.Point != nil && !l.Point.Valid() {
		l.Point = nil
	}
	if len(l.ServiceArea.Zones) == 0 {
		l.ServiceArea.Zones = nil
	}
	l.Completeness = Completeness(*l)
}

func anys(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}
