-- +goose Up
-- Who did what, when, on whose behalf. Only platform/audit writes here; it updates only to take a name out, and deletes only
-- what is past its time.

-- id grows with time. action is a dotted name (account.role_granted); kind and object name what it was done to; detail is a flat
-- JSON object of identifiers and codes; request is the number of the request in the log.
CREATE TABLE audit_entries (
    id         TEXT PRIMARY KEY,
    at         BIGINT NOT NULL,
    territory  TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    on_behalf  TEXT NOT NULL,
    action     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    object     TEXT NOT NULL,
    detail     TEXT NOT NULL,
    request    TEXT NOT NULL
);

CREATE INDEX audit_entries_territory ON audit_entries (territory, id);
CREATE INDEX audit_entries_actor ON audit_entries (actor, id);
CREATE INDEX audit_entries_object ON audit_entries (kind, object, id);
CREATE INDEX audit_entries_at ON audit_entries (at);
