-- +goose Up
-- Sign-ins under way, and forms that wait for one.

-- Nothing here opens anything by itself: code_mac is keyed by a value that only the browser holds which asked, browser_hash is
-- the hash of that value, link_hash that of the link's. person_id is who proves themselves again, empty for who signs in.
-- identity is the account of an organisation that the code links, as JSON. outcome is empty while it is open, then used,
-- replaced, locked or expired.
CREATE TABLE signin_attempts (
    id           TEXT PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    territory    TEXT NOT NULL,
    mail         TEXT NOT NULL,
    lang         TEXT NOT NULL,
    next         TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    identity     TEXT NOT NULL,
    code_mac     TEXT NOT NULL,
    link_hash    TEXT NOT NULL UNIQUE,
    tries        INTEGER NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    outcome      TEXT NOT NULL
);

CREATE INDEX signin_attempts_browser ON signin_attempts (browser_hash, created_at);
CREATE INDEX signin_attempts_expires ON signin_attempts (expires_at);
CREATE INDEX signin_attempts_person ON signin_attempts (person_id);

-- What somebody sent when their session had ended: shown again in its form to that person, for an hour.
CREATE TABLE parked_forms (
    token_hash TEXT PRIMARY KEY,
    person_id  TEXT NOT NULL,
    path       TEXT NOT NULL,
    form       TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX parked_forms_expires ON parked_forms (expires_at);
CREATE INDEX parked_forms_person ON parked_forms (person_id);
