-- +goose Up
-- Acts counted per subject, so that limits hold on all nodes and after a restart.

-- One row for a rule, its period included, and a subject, which is only here as a keyed hash: the counts of the window that
-- began at start_at and of the one before. Behind expires_at the row says nothing any more.
CREATE TABLE throttle_counts (
    rule       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    start_at   BIGINT NOT NULL,
    current    BIGINT NOT NULL,
    previous   BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (rule, subject)
);

CREATE INDEX throttle_counts_expires ON throttle_counts (expires_at);

-- The key of the hashes, made when the first act is counted. There is one row, whose id is 1.
CREATE TABLE throttle_keys (
    id     INTEGER PRIMARY KEY,
    secret TEXT NOT NULL
);
