-- +goose Up
-- Persons, their sessions, the team of a territory, the people of a company, invitations, consent.

-- mail is in its normal form (lower case, IDNA); of an erased person it is "erased:" and the identifier, and all else is
-- empty. refused is a JSON list of topics. erase_at is when the account will be erased, 0 for never.
CREATE TABLE persons (
    id         TEXT PRIMARY KEY,
    mail       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    lang       TEXT NOT NULL,
    territory  TEXT NOT NULL,
    refused    TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    warned_at  BIGINT NOT NULL,
    erase_at   BIGINT NOT NULL,
    erased_at  BIGINT NOT NULL
);

CREATE INDEX persons_erase ON persons (erase_at);
CREATE INDEX persons_seen ON persons (seen_at);

-- hash is that of the cookie's token. strong_in is the territory in which the strong proof counts, empty for all.
CREATE TABLE sessions (
    hash       TEXT PRIMARY KEY,
    id         TEXT NOT NULL UNIQUE,
    person_id  TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    territory  TEXT NOT NULL,
    method     TEXT NOT NULL,
    agent      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    proved_at  BIGINT NOT NULL,
    strong_at  BIGINT NOT NULL,
    strong_in  TEXT NOT NULL,
    ends_at    BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL
);

CREATE INDEX sessions_person ON sessions (person_id, created_at);
CREATE INDEX sessions_ends ON sessions (ends_at);

-- Browsers from which a person has signed in before.
CREATE TABLE devices (
    person_id TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    hash      TEXT NOT NULL,
    agent     TEXT NOT NULL,
    first_at  BIGINT NOT NULL,
    last_at   BIGINT NOT NULL,
    PRIMARY KEY (person_id, hash)
);

-- Accounts of organisations (OIDC) by which a person is known. The subject is the provider's own.
CREATE TABLE identities (
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    provider  TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    used_at   BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX identities_person ON identities (person_id);

CREATE TABLE team (
    territory  TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    role       TEXT NOT NULL,
    granted_by TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (territory, person_id)
);

CREATE INDEX team_person ON team (person_id);

CREATE TABLE company_people (
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    person_id  TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    territory  TEXT NOT NULL,
    role       TEXT NOT NULL,
    since      BIGINT NOT NULL,
    PRIMARY KEY (company_id, person_id)
);

CREATE INDEX company_people_person ON company_people (person_id);

-- company_id is empty for the team of the territory. outcome is empty while it is open, then accepted, declined, revoked or expired.
CREATE TABLE invitations (
    id          TEXT PRIMARY KEY,
    territory   TEXT NOT NULL,
    company_id  TEXT NOT NULL,
    role        TEXT NOT NULL,
    mail        TEXT NOT NULL,
    lang        TEXT NOT NULL,
    token_hash  TEXT NOT NULL UNIQUE,
    invited_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    reminded_at BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,
    outcome     TEXT NOT NULL,
    person_id   TEXT NOT NULL
);

CREATE INDEX invitations_mail ON invitations (mail);
CREATE INDEX invitations_company ON invitations (company_id);
CREATE INDEX invitations_open ON invitations (outcome, expires_at);

-- A natural person's consent to the publication of the company's card. words is the version of the text that was shown.
CREATE TABLE consents (
    id           TEXT PRIMARY KEY,
    territory    TEXT NOT NULL,
    company_id   TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    words        TEXT NOT NULL,
    given_at     BIGINT NOT NULL,
    withdrawn_at BIGINT NOT NULL
);

CREATE INDEX consents_company ON consents (company_id);
CREATE INDEX consents_person ON consents (person_id);
