-- +goose Up
-- Imports in the browser: files that were given, how they are read, what a trial told, who imported and who undid.

-- person began the run, '' for the command line. summary groups what was told (JSON), '' for none.
ALTER TABLE import_runs ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE import_runs ADD COLUMN summary TEXT NOT NULL DEFAULT '';

-- What undoing a run did so far: of total effects, done are taken back.
CREATE TABLE import_undos (
    run        TEXT PRIMARY KEY REFERENCES import_runs (id),
    person     TEXT NOT NULL,
    total      BIGINT NOT NULL,
    done       BIGINT NOT NULL,
    deleted    BIGINT NOT NULL,
    parted     BIGINT NOT NULL,
    restored   BIGINT NOT NULL,
    kept       BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL
);

-- The cards of an undone run on which something stays that others wrote since. made: the run had made the card. fields (JSON) are
-- what stays.
CREATE TABLE import_stays (
    run        TEXT NOT NULL REFERENCES import_runs (id),
    listing_id TEXT NOT NULL,
    made       BOOLEAN NOT NULL,
    fields     TEXT NOT NULL,
    PRIMARY KEY (run, listing_id)
);

-- Undoing a run, asked for in the browser: what it would do is counted before somebody decides. state is counting, counted, uncounted
-- (that failed), undoing, undone or failed; result is JSON.
CREATE TABLE import_undo_plans (
    run       TEXT PRIMARY KEY REFERENCES import_runs (id),
    territory TEXT NOT NULL,
    person    TEXT NOT NULL,
    state     TEXT NOT NULL,
    done      BIGINT NOT NULL,
    total     BIGINT NOT NULL,
    result    TEXT NOT NULL,
    fault     TEXT NOT NULL,
    at        BIGINT NOT NULL
);

-- Files on their way into a territory. state is receiving, reading, unreadable, ready, trying, tried, importing or imported.
-- sample is what the first reading found (JSON), mapping the YAML that says how to read it, origin where that came from,
-- trial what the last trial told, fault what went wrong last (JSON).
CREATE TABLE import_uploads (
    id         TEXT PRIMARY KEY,
    territory  TEXT NOT NULL,
    person     TEXT NOT NULL,
    file       TEXT NOT NULL,
    size       BIGINT NOT NULL,
    parts      BIGINT NOT NULL,
    state      TEXT NOT NULL,
    sample     TEXT NOT NULL,
    mapping    TEXT NOT NULL,
    origin     TEXT NOT NULL,
    trial      TEXT NOT NULL,
    run        TEXT NOT NULL,
    fault      TEXT NOT NULL,
    done       BIGINT NOT NULL,
    total      BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE INDEX import_uploads_territory ON import_uploads (territory, id);

-- The bytes of a file, base64. Every node reads them here.
CREATE TABLE import_upload_parts (
    upload TEXT NOT NULL REFERENCES import_uploads (id) ON DELETE CASCADE,
    seq    BIGINT NOT NULL,
    data   TEXT NOT NULL,
    PRIMARY KEY (upload, seq)
);

-- What became of each row in a trial, a batch at a time.
CREATE TABLE import_trial_batches (
    upload   TEXT NOT NULL REFERENCES import_uploads (id) ON DELETE CASCADE,
    seq      BIGINT NOT NULL,
    outcomes TEXT NOT NULL,
    PRIMARY KEY (upload, seq)
);

-- The ways to read a file that a territory keeps: those that its team saved, and the last one that each source was imported with.
CREATE TABLE import_mappings (
    territory TEXT NOT NULL,
    source    TEXT NOT NULL,
    yaml      TEXT NOT NULL,
    person    TEXT NOT NULL,
    saved_at  BIGINT NOT NULL,
    used_at   BIGINT NOT NULL,
    PRIMARY KEY (territory, source)
);
