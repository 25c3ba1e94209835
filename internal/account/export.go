package account

import (
	"context"
	"database/sql"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
)

// Export gives all that is held about the actor, who has proved it lately: by this room, by the audit trail, by the outbox, and by
// the rooms of Holders.
func (s *Service) Export(ctx context.Context, by Actor) (Export, error) {
	if err := by.RequireFresh(s.Now()); err != nil {
		return Export{}, err
	}
	e := Export{At: s.Now(), Person: by.Person}
	err := s.DB.Write(ctx, func(tx *db.Tx) error { // a snapshot would do, but that it was asked for is noted
		e.Sections = nil
		p, err := s.store.person(ctx, tx, "id", by.Person)
		if err != nil {
			return err
		}
		if e.Sections, err = s.sections(ctx, tx, p); err != nil {
			return err
		}
		return s.Note(ctx, tx, by, audit.Entry{Action: "account.exported", Kind: "person", Object: p.ID})
	})
	return e, err
}

// sections gathers what all rooms hold about a person.
func (s *Service) sections(ctx context.Context, tx *db.Tx, p Person) ([]DataSection, error) {
	var all []DataSection
	for _, part := range []func(context.Context, db.Querier, Person) (DataSection, error){
		s.profileData, s.sessionData, s.deviceData, s.identityData, s.teamData, s.companyData, s.receivedData, s.sentData, s.consentData,
		s.auditData, s.mailData,
	} {
		one, err := part(ctx, tx, p)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	for _, h := range s.holders() {
		more, err := h.PersonalData(ctx, tx, p.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

func (s *Service) holders() []Holder {
	if s.Holders == nil {
		return nil
	}
	return s.Holders()
}

func (s *Service) profileData(_ context.Context, _ db.Querier, p Person) (DataSection, error) {
	return section("profile", []DataRow{{
		field("mail", p.Mail), field("name", p.Name), field("lang", p.Lang), field("territory", p.Territory), field("refused", p.Refused),
		field("created", p.CreatedAt), field("seen", p.SeenAt), field("warned", p.WarnedAt), field("erase", p.EraseAt),
	}}), nil
}

func (s *Service) sessionData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	list, err := s.store.sessions(ctx, q, p.ID)
	var rows []DataRow
	for _, one := range list {
		method := field("method", string(one.Method))
		method.Words = "account.method." + string(one.Method)
		rows = append(rows, DataRow{
			field("territory", one.Territory), method, field("agent", one.Agent), field("created", one.CreatedAt), field("seen", one.SeenAt),
			field("proved", one.ProvedAt), field("strong", one.StrongAt), field("until", one.EndsAt), field("ended", one.EndedAt),
		})
	}
	return section("sessions", rows), err
}

func (s *Service) deviceData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	return s.read(ctx, q, "devices", `SELECT agent, first_at, last_at FROM devices WHERE person_id = $1 ORDER BY first_at, hash`, p,
		func(scan func(...any) error) (DataRow, error) {
			var agent string
			var first, last time.Time
			err := scan(&agent, db.Millis(&first), db.Millis(&last))
			return DataRow{field("agent", agent), field("created", first), field("seen", last)}, err
		})
}

func (s *Service) identityData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	return s.read(ctx, q, "identities", `SELECT provider, issuer, subject, linked_at, used_at FROM identities WHERE person_id = $1
		ORDER BY linked_at, issuer, subject`, p, func(scan func(...any) error) (DataRow, error) {
		var provider, issuer, subject string
		var linked, used time.Time
		err := scan(&provider, &issuer, &subject, db.Millis(&linked), db.Millis(&used))
		return DataRow{
			field("provider", provider), field("issuer", issuer), field("login", subject), field("created", linked), field("used", used),
		}, err
	})
}

// read makes a section of the rows of a query about a person.
func (s *Service) read(
	ctx context.Context, q db.Querier, name, query string, p Person, row func(scan func(...any) error) (DataRow, error),
) (DataSection, error) {
	var list []DataRow
	rows, err := q.QueryContext(ctx, query, p.ID)
	err = each(rows, err, func(rows *sql.Rows) error {
		one, err := row(rows.Scan)
		list = append(list, one)
		return err
	})
	return section(name, list), err
}

func (s *Service) teamData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	list, err := s.store.roles(ctx, q, p.ID)
	var rows []DataRow
	for _, g := range list {
		rows = append(rows, DataRow{field("territory", g.Territory), roleField(g.Role), field("since", g.At)})
	}
	return section("team", rows), err
}

func (s *Service) companyData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	list, err := s.belongings(ctx, q, p.ID)
	var rows []DataRow
	for _, b := range list {
		rows = append(rows, DataRow{
			field("territory", b.Territory), field("company", b.Company), field("name", b.Name), roleField(b.Role), field("since", b.Since),
		})
	}
	return section("companies", rows), err
}

func (s *Service) receivedData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	list, err := s.store.invitations(ctx, q, "mail = $1 OR person_id = $2", p.Mail, p.ID)
	return section("received", s.invitationRows(list, false)), err
}

func (s *Service) sentData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	list, err := s.store.invitations(ctx, q, "invited_by = $1", p.ID)
	return section("sent", s.invitationRows(list, true)), err
}

// invitationRows show invitations; the address of another person is not the actor's to take along.
func (s *Service) invitationRows(list []Invitation, others bool) []DataRow {
	var rows []DataRow
	for _, i := range list {
		address, state := i.Mail, i.State(s.Now())
		if others {
			address = HiddenMail(i.Mail)
		}
		outcome := field("outcome", short(state.Key()))
		outcome.Words = state.Key()
		rows = append(rows, DataRow{
			field("territory", i.Territory), field("company", i.Company), roleField(i.Role), field("mail", address), field("created", i.CreatedAt),
			field("until", i.ExpiresAt), field("reminded", i.RemindedAt), field("ended", i.EndedAt), outcome,
		})
	}
	return rows
}

func (s *Service) consentData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	list, err := s.store.consents(ctx, q, "person_id = $1", p.ID)
	var rows []DataRow
	for _, c := range list {
		rows = append(rows, DataRow{
			field("territory", c.Territory), field("company", c.Company), field("words", c.Words), field("given", c.GivenAt),
			field("withdrawn", c.WithdrawnAt),
		})
	}
	return section("consents", rows), err
}

// auditPage is how many entries of the audit trail are read at once.
const auditPage = 500

func (s *Service) auditData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	var rows []DataRow
	for _, f := range []audit.Filter{{Actor: p.ID, Limit: auditPage}, {Kind: "person", Object: p.ID, Limit: auditPage}, {Kind: "team", Object: p.ID, Limit: auditPage}} {
		byThem := f.Actor != ""
		for {
			entries, err := audit.Read(ctx, q, f)
			if err != nil {
				return DataSection{}, err
			}
			for _, e := range entries {
				if byThem || e.Actor != p.ID {
					rows = append(rows, DataRow{
						field("at", e.At), field("territory", e.Territory), field("action", e.Action), field("byme", byThem), field("kind", e.Kind),
						field("object", e.Object), field("company", e.OnBehalf),
					})
				}
				f.After = e.ID
			}
			if len(entries) < auditPage {
				break
			}
		}
	}
	return section("audit", rows), nil
}

func (s *Service) mailData(ctx context.Context, q db.Querier, p Person) (DataSection, error) {
	mails, err := s.mails()
	if err != nil {
		return DataSection{}, err
	}
	list, err := mails.ByPerson(ctx, q, p.ID)
	var rows []DataRow
	for _, m := range list {
		rows = append(rows, DataRow{
			field("at", m.At), field("territory", m.Territory), field("mail", m.To.Mail), field("mailkind", m.Kind), field("subject", m.Subject),
			field("state", string(m.State)),
		})
	}
	return section("mails", rows), err
}
