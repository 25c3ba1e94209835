-- +goose Up
-- Work that is done later, outside the request that asked for it, and what is done at set times.

-- state is waiting, running or dead; what is done is deleted. due_at is when somebody may take the job: its time while it waits,
-- the end of its lease while it runs. lease is the mark of the taking that may write the result. at is when it was first due.
-- error is the key of the last failure or a short text, never what the payload holds.
CREATE TABLE jobs (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    territory  TEXT NOT NULL,
    payload    TEXT NOT NULL,
    state      TEXT NOT NULL,
    attempt    BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    lease      TEXT NOT NULL,
    error      TEXT NOT NULL,
    died_at    BIGINT NOT NULL
);

CREATE UNIQUE INDEX jobs_key ON jobs (kind, unique_key) WHERE unique_key <> '' AND state <> 'dead';
CREATE INDEX jobs_due ON jobs (due_at, id) WHERE state <> 'dead';
CREATE INDEX jobs_dead ON jobs (died_at, id) WHERE state = 'dead';

-- spec is the rule as the version wrote it that last began to follow it. failures counts those since the last success.
CREATE TABLE schedules (
    name     TEXT PRIMARY KEY,
    spec     TEXT NOT NULL,
    next_at  BIGINT NOT NULL,
    fired_at BIGINT NOT NULL,
    ok_at    BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    error    TEXT NOT NULL
);
