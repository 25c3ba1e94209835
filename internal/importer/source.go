package importer

import (
	"context"
	"fmt"

	"grappe/internal/company"
	"grappe/internal/platform/db"
)

// SourceInfo is what a source is called and who is to be credited for it, as the mapping of its last import says.
type SourceInfo struct {
	Title       map[string]string `json:"title,omitempty"` // by language, "fr" and "en", where the mapping has one
	Attribution string            `json:"attribution,omitempty"`
	Licence     string            `json:"licence,omitempty"`
	URL         string            `json:"url,omitempty"`
}

// Name is the title in a language, else in the other one, else the attribution; empty when the mapping says nothing.
func (i SourceInfo) Name(lang string) string {
	for _, name := range []string{i.Title[lang], i.Title["fr"], i.Title["en"]} {
		if name != "" {
			return name
		}
	}
	return i.Attribution
}

// Sources tells of every source that was imported, by the name that the provenance of cards has (company.Source.Name).
func (s *Service) Sources(ctx context.Context) (map[string]SourceInfo, error) {
	return s.store.sources(ctx, s.db.Read(), "")
}

// SourcesIn is Sources for those that records of a territory came from and were not undone.
func (s *Service) SourcesIn(ctx context.Context, territory string) (map[string]SourceInfo, error) {
	return s.store.sources(ctx, s.db.Read(), " WHERE EXISTS (SELECT 1 FROM import_refs WHERE import_refs.territory = $1"+
		" AND import_refs.source = import_sources.source)", territory)
}

func (store) sources(ctx context.Context, q db.Querier, where string, args ...any) (map[string]SourceInfo, error) {
	rows, err := q.QueryContext(ctx, "SELECT source, title_fr, title_en, attribution, licence, url FROM import_sources"+where, args...)
	if err != nil {
		return nil, fmt.Errorf("importer: sources: %w", err)
	}
	defer rows.Close()
	out := map[string]SourceInfo{}
	for rows.Next() {
		var key, fr, en string
		var i SourceInfo
		if err := rows.Scan(&key, &fr, &en, &i.Attribution, &i.Licence, &i.URL); err != nil {
			return nil, fmt.Errorf("importer: sources: %w", err)
		}
		i.Title = map[string]string{}
		for lang, title := range map[string]string{"fr": fr, "en": en} {
			if title != "" {
				i.Title[lang] = title
			}
		}
		out[key] = i
	}
	return out, rows.Err()
}

// SourceKind is the kind under which the change log tells of sources, which belong to no territory.
const SourceKind = "source"

// saveSource keeps what a mapping says of its source. One that says what is kept already changes nothing, and records no change.
func (store) saveSource(ctx context.Context, tx *db.Tx, m *Mapping) error {
	result, err := tx.ExecContext(ctx, `INSERT INTO import_sources (source, title_fr, title_en, attribution, licence, url)
		VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (source) DO UPDATE SET title_fr = excluded.title_fr,
		title_en = excluded.title_en, attribution = excluded.attribution, licence = excluded.licence, url = excluded.url
		WHERE import_sources.title_fr <> excluded.title_fr OR import_sources.title_en <> excluded.title_en OR import_sources.url <> excluded.url
		OR import_sources.attribution <> excluded.attribution OR import_sources.licence <> excluded.licence`,
		m.Key, company.Storable(m.Title["fr"]), company.Storable(m.Title["en"]), company.Storable(m.Attribution),
		company.Storable(m.Licence), company.Storable(m.URL))
	if err != nil {
		return fmt.Errorf("importer: save source: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return tx.Record(db.Change{Kind: SourceKind, ID: m.Key})
}
