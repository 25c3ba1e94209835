-- +goose Up
-- Passkeys of persons, and the ceremonies that are under way.

-- A passkey is bound to a host name (rp_id). credential is the credential record of WebAuthn as JSON; credential_id is its
-- identifier in base64url, by which it is found when somebody signs in. suspect_at is when it last seemed to have been copied.
CREATE TABLE passkeys (
    id            TEXT PRIMARY KEY,
    person_id     TEXT NOT NULL,
    rp_id         TEXT NOT NULL,
    credential_id TEXT NOT NULL,
    credential    TEXT NOT NULL,
    name          TEXT NOT NULL,
    synced        BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL,
    used_at       BIGINT NOT NULL,
    suspect_at    BIGINT NOT NULL,
    UNIQUE (rp_id, credential_id)
);

CREATE INDEX passkeys_person ON passkeys (person_id);

-- A challenge that has been given and has not come back: it serves once, in the browser that asked. id is the SHA-256 of the
-- challenge, browser_hash that of the browser's cookie; data is what WebAuthn verifies the answer against, as JSON.
CREATE TABLE passkey_ceremonies (
    id           TEXT PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    purpose      TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    data         TEXT NOT NULL,
    expires_at   BIGINT NOT NULL
);

CREATE INDEX passkey_ceremonies_end ON passkey_ceremonies (expires_at);
CREATE INDEX passkey_ceremonies_person ON passkey_ceremonies (person_id);
