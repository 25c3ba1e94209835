package browser

import (
	"cmp"
	"context"
	"net/http"
	"net/url"

	"grappe/internal/account"
	"grappe/internal/importer"
	"grappe/internal/platform/db"
	"grappe/internal/platform/ui"
)

// mappingsPage lists the mappings that a territory keeps.
type mappingsPage struct {
	ui.Frame
	Trail ui.Breadcrumb
	Done  *ui.Notice
	Lines []mappingLine
	None  ui.Empty
	Acts  bool
}

type mappingLine struct {
	Title, Source, Who string
	Fields             int
	Saved, Used        ui.Moment
	URL, Forget        string
}

func (p *Pages) mappings(w http.ResponseWriter, r *http.Request) error {
	ctx, actor := r.Context(), by(r)
	saved, err := p.service.Mappings(ctx, actor)
	if err != nil {
		return err
	}
	f := ui.Private(r, ui.Of(r).P.T("imports.mappings"), mappingsPath)
	page := mappingsPage{
		Frame: f, Trail: trail(f, ui.Link{Label: f.Title, Current: true}), Done: ui.DoneNotice(r, "imports.done."), Acts: actor.Is(account.ProjectManager),
		None: ui.Empty{Icon: "table-properties", Title: f.P.T("imports.mappings_none"), Text: f.P.T("imports.mappings_none_text")},
	}
	ids := make([]string, len(saved))
	for i, m := range saved {
		ids[i] = m.Person
	}
	name, err := p.people(r, ids...)
	if err != nil {
		return err
	}
	now := p.service.Now()
	for _, m := range saved {
		path := f.Path(mappingsPath + "/" + url.PathEscape(m.Source))
		line := mappingLine{
			Title: m.Source, Source: m.Source, Who: name(m.Person), Saved: ui.NewMoment(f.P, m.SavedAt, now), Used: ui.NewMoment(f.P, m.UsedAt, now), URL: path, Forget: path + "/suppression",
		}
		if parsed, err := importer.ParseMapping(m.Source, []byte(m.YAML)); err == nil {
			line.Title, line.Fields = cmp.Or(titleOf(parsed, f.Lang), m.Source), len(parsed.Rules)
		}
		page.Lines = append(page.Lines, line)
	}
	return p.views.Render(w, r, http.StatusOK, "correspondances", page)
}

// mapping gives a mapping as the command line takes it.
func (p *Pages) mapping(w http.ResponseWriter, r *http.Request) error {
	m, err := p.service.Mapping(r.Context(), by(r), r.PathValue("source"))
	if err != nil {
		return err
	}
	return sendYAML(w, r, m.Source, m.YAML)
}

// forgetting asks whether a mapping is to be deleted.
func (p *Pages) forgetting(w http.ResponseWriter, r *http.Request) error {
	m, err := p.service.ToForget(r.Context(), by(r), r.PathValue("source"))
	if err != nil {
		return err
	}
	path := mappingsPath + "/" + url.PathEscape(m.Source) + "/suppression"
	f, title := ui.Private(r, ui.Of(r).P.T("imports.forgetting"), path), m.Source
	if parsed, err := importer.ParseMapping(m.Source, []byte(m.YAML)); err == nil {
		title = cmp.Or(titleOf(parsed, f.Lang), title)
	}
	return p.views.Render(w, r, http.StatusOK, "retrait", askPage{
		Frame: f, Trail: trail(f, ui.Link{Label: f.P.T("imports.mappings"), URL: f.Path(mappingsPath)}, ui.Link{Label: f.Title, Current: true}),
		Text: f.P.T("imports.forget_text", "mapping", title), Does: f.P.T("imports.forget"), Action: f.Path(path), Back: f.Path(mappingsPath),
	})
}

// forget deletes a mapping.
func (p *Pages) forget(w http.ResponseWriter, r *http.Request) error {
	if err := p.service.Forget(r.Context(), by(r), r.PathValue("source")); err != nil {
		return err
	}
	return ui.SeeDone(w, r, mappingsPath, "suppression")
}

// Mappings lists the mappings that a territory keeps.
func (s *Service) Mappings(ctx context.Context, by account.Actor) ([]Saved, error) {
	if err := by.Require(account.Reader); err != nil {
		return nil, err
	}
	return s.store.mappings(ctx, s.DB.Read(), by.Territory)
}

// Mapping gives one of them; errs.NotFound.
func (s *Service) Mapping(ctx context.Context, by account.Actor, source string) (Saved, error) {
	if err := by.Require(account.Reader); err != nil {
		return Saved{}, err
	}
	return s.store.mapping(ctx, s.DB.Read(), by.Territory, source)
}

// ToForget gives a mapping to who may delete it.
func (s *Service) ToForget(ctx context.Context, by account.Actor, source string) (Saved, error) {
	if err := by.Require(account.ProjectManager); err != nil {
		return Saved{}, err
	}
	return s.Mapping(ctx, by, source)
}

// Forget deletes a mapping. What was imported with it stays.
func (s *Service) Forget(ctx context.Context, by account.Actor, source string) error {
	if err := by.Require(account.ProjectManager); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.deleteMapping(ctx, tx, by.Territory, source); err != nil {
			return err
		}
		return s.note(ctx, tx, by, "imports.mapping_deleted", "import_mapping", source)
	})
}
