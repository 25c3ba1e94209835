package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"grappe/internal/platform/audit"
	"grappe/internal/platform/db"
	"grappe/internal/platform/errs"
)

// How long a session lasts, and how often it is noted that somebody is there: a write per page would be a write to the disk.
const (
	IdleFor    = 14 * 24 * time.Hour
	LastsFor   = 60 * 24 * time.Hour
	touchEvery = 5 * time.Minute
	touchWait  = time.Second
)

// Session is one browser in which a person is signed in, or was.
type Session struct {
	ID        string // public: it opens nothing
	Person    string
	Territory string
	Method    Method
	Agent     string // browser and system in a few words
	CreatedAt time.Time
	SeenAt    time.Time
	ProvedAt  time.Time
	StrongAt  time.Time // zero without a strong proof
	StrongIn  string    // the territory in which that counts, "" for all
	EndsAt    time.Time
	EndedAt   time.Time // zero while it is open
}

// Open reports whether the session still lets its person in at now.
func (s Session) Open(now time.Time) bool {
	return s.EndedAt.IsZero() && now.Before(s.EndsAt) && now.Sub(s.SeenAt) < IdleFor
}

// Proof is how somebody has just shown who they are.
type Proof struct {
	Method    Method
	Territory string // in which it was
	Agent     string // see AgentName
	Stale     bool   // it was given elsewhere, some time ago: it wakes the roles of a team, and is not fresh
}

// at is when the proof counts as given.
func (p Proof) at(now time.Time) time.Time {
	if p.Stale {
		return now.Add(-FreshFor - time.Minute)
	}
	return now
}

// strong reports whether the proof is strong, and where.
func (p Proof) strong() (in string, ok bool) {
	switch p.Method {
	case ByPasskey:
		return "", true
	case ByOIDC:
		return p.Territory, true
	}
	return "", false
}

// Enter opens a session of a person after a proof and gives the token for its cookie. The session that former, a token or "",
// stands for ends: a token from before a sign-in never works after it. It returns errs.Gone for a person who is erased.
func (s *Service) Enter(ctx context.Context, tx *db.Tx, person Person, p Proof, former string) (token string, err error) {
	person, err = s.Here(ctx, tx, person.ID)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.Gone, "account.erased", nil)
	}
	if err != nil {
		return "", err
	}
	now := s.Now()
	if former != "" {
		if err := s.store.endSession(ctx, tx, "hash", hashToken(former), now); err != nil {
			return "", err
		}
	}
	token = NewToken()
	session := Session{
		ID: db.NewID(), Person: person.ID, Territory: p.Territory, Method: p.Method, Agent: p.Agent,
		CreatedAt: now, SeenAt: now, ProvedAt: p.at(now), EndsAt: now.Add(LastsFor),
	}
	if in, ok := p.strong(); ok {
		session.StrongAt, session.StrongIn = p.at(now), in
	}
	if err := s.store.addSession(ctx, tx, hashToken(token), session); err != nil {
		return "", err
	}
	if err := s.store.seen(ctx, tx, person.ID, now); err != nil {
		return "", err
	}
	by := Actor{Person: person.ID, Name: person.Name, Mail: person.Mail, Territory: p.Territory}
	return token, s.Note(ctx, tx, by, audit.Entry{
		Action: "account.signed_in", Kind: "person", Object: person.ID, Detail: map[string]string{"method": string(p.Method)},
	})
}

// Prove notes a further proof within the actor's session and gives the new token for its cookie: the old one opens nothing any
// more. A strong proof from before stays. It returns errs.Unauthenticated where the session has ended meanwhile.
func (s *Service) Prove(ctx context.Context, tx *db.Tx, by Actor, p Proof) (token string, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return "", err
	}
	token = NewToken()
	in, strong := p.strong()
	n, err := s.store.prove(ctx, tx, by.Session, hashToken(token), p.at(s.Now()), strong, in)
	if err == nil && n == 0 {
		err = errs.New(errs.Unauthenticated, KeySignIn, nil)
	}
	if err != nil {
		return "", err
	}
	return token, s.Note(ctx, tx, by, audit.Entry{
		Action: "account.proved", Kind: "person", Object: by.Person, Detail: map[string]string{"method": string(p.Method)},
	})
}

// Actor gives who a token stands for, in a territory: a visitor for a token that opens nothing.
func (s *Service) Actor(ctx context.Context, token, territory string) (Actor, error) {
	if token == "" {
		return Actor{}, nil
	}
	session, person, err := s.store.session(ctx, s.DB.Read(), hashToken(token))
	if errs.Is(err, errs.NotFound) {
		return Actor{}, nil
	}
	now := s.Now()
	if err != nil || !session.Open(now) || !person.ErasedAt.IsZero() {
		return Actor{}, err
	}
	a := Actor{
		Person: person.ID, Mail: person.Mail, Name: person.Name, Lang: person.Lang, Territory: territory, Session: session.ID,
		ProvedAt: session.ProvedAt, EraseAt: person.EraseAt,
	}
	role, err := s.store.may(ctx, s.DB.Read(), &a)
	if err != nil {
		return Actor{}, err
	}
	s.awaken(&a, role, session, now)
	if now.Sub(session.SeenAt) >= touchEvery {
		s.touch(ctx, session.ID, person.ID, now)
	}
	return a, nil
}

// touch notes that somebody is there. A page does not wait for it behind a long write: the next one notes it.
func (s *Service) touch(ctx context.Context, session, person string, now time.Time) {
	ctx, cancel := context.WithTimeout(ctx, touchWait)
	defer cancel()
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.touch(ctx, tx, session, person, now) }); err != nil {
		s.Log.WarnContext(ctx, "a session cannot be noted as seen", "error", err)
	}
}

// awaken gives the actor the strong proof that counts here, and the role of the team, "" for none: asleep where that proof is too old.
func (s *Service) awaken(a *Actor, role Role, session Session, now time.Time) {
	switch {
	case s.CodeIsEnough:
		a.StrongAt = session.ProvedAt
	case session.StrongIn == "" || session.StrongIn == a.Territory:
		a.StrongAt = session.StrongAt
	}
	switch {
	case role == "":
	case s.CodeIsEnough || now.Sub(a.StrongAt) < StrongFor:
		a.Roles = []Role{role}
	default:
		a.Sleeping = []Role{role}
	}
}

// Former gives the person of a token whose session has ended, "" for none: what was typed in a form that came too late is
// kept for that person alone.
func (s *Service) Former(ctx context.Context, token string) (person string, err error) {
	if token == "" {
		return "", nil
	}
	session, _, err := s.store.session(ctx, s.DB.Read(), hashToken(token))
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return session.Person, err
}

// Sessions lists the open sessions of the actor, the last used first, then those that ended lately.
func (s *Service) Sessions(ctx context.Context, by Actor) (open, ended []Session, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return nil, nil, err
	}
	all, err := s.store.sessions(ctx, s.DB.Read(), by.Person)
	now := s.Now()
	for _, session := range all {
		if session.Open(now) {
			open = append(open, session)
		} else {
			ended = append(ended, session)
		}
	}
	slices.SortStableFunc(open, func(a, b Session) int { return b.SeenAt.Compare(a.SeenAt) })
	return open, ended, err
}

// EndSession ends one of the actor's sessions; errs.NotFound for one that is not theirs.
func (s *Service) EndSession(ctx context.Context, by Actor, id string) error {
	if err := by.RequireSignedIn(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := s.store.endSessions(ctx, tx, "id = $2 AND person_id = $3", s.Now(), id, by.Person)
		if err == nil && n == 0 {
			err = errs.New(errs.NotFound, "account.no_session", nil)
		}
		if err != nil {
			return err
		}
		return s.Note(ctx, tx, by, audit.Entry{Action: "account.session_ended", Kind: "session", Object: id})
	})
}

// EndOthers ends all sessions of the actor but this one, and gives how many these were.
func (s *Service) EndOthers(ctx context.Context, by Actor) (n int, err error) {
	if err := by.RequireSignedIn(); err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if n, err = s.store.endSessions(ctx, tx, "person_id = $2 AND id <> $3", s.Now(), by.Person, by.Session); err != nil || n == 0 {
			return err
		}
		return s.Note(ctx, tx, by, audit.Entry{Action: "account.sessions_ended", Kind: "person", Object: by.Person})
	})
	return n, err
}

// EndAll ends all sessions: those of a base that was restored, which holds sessions that were ended since.
func EndAll(ctx context.Context, tx *db.Tx, now time.Time) error {
	_, err := store{}.endSessions(ctx, tx, "ends_at > $1", now)
	return err
}

// NewToken makes a secret of 256 bits that fits into a cookie or an address.
func NewToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// HashToken is what the base keeps of a secret that has 256 bits by itself.
func HashToken(token string) string { return hashToken(token) }

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
