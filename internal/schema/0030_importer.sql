-- +goose Up
-- Import runs, what each did and why, and pairs of cards that may be one.

-- state is running, done, interrupted, failed, undoing, undone or expired: of the last two only this row is kept. The
-- counts are those of the rows whose batch is committed: rows_done is where the same command goes on.
CREATE TABLE import_runs (
    id          TEXT PRIMARY KEY,
    territory   TEXT NOT NULL,
    source      TEXT NOT NULL,
    file        TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state       TEXT NOT NULL,
    fault       TEXT NOT NULL,
    total       BIGINT NOT NULL,
    rows_done   BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL,
    unchanged   BIGINT NOT NULL,
    merged      BIGINT NOT NULL,
    rejected    BIGINT NOT NULL,
    doubtful    BIGINT NOT NULL,
    warnings    BIGINT NOT NULL,
    effects     BIGINT NOT NULL,
    batches     BIGINT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL
);

CREATE INDEX import_runs_source ON import_runs (territory, source, id);

-- Who imports or undoes a source now. A holder that has not been heard of for a while is gone.
CREATE TABLE import_leases (
    territory TEXT NOT NULL,
    source    TEXT NOT NULL,
    run       TEXT NOT NULL,
    holder    TEXT NOT NULL,
    host      TEXT NOT NULL,
    pid       BIGINT NOT NULL,
    beat_at   BIGINT NOT NULL,
    PRIMARY KEY (territory, source)
);

-- What a source is called and who is to be credited, as its mapping said at the last import.
CREATE TABLE import_sources (
    source      TEXT PRIMARY KEY,
    title_fr    TEXT NOT NULL,
    title_en    TEXT NOT NULL,
    attribution TEXT NOT NULL,
    licence     TEXT NOT NULL,
    url         TEXT NOT NULL
);

-- Which card a record of a source became, what it said then, and which run wrote that last.
CREATE TABLE import_refs (
    territory   TEXT NOT NULL,
    source      TEXT NOT NULL,
    external_id TEXT NOT NULL,
    listing_id  TEXT NOT NULL,
    hash        TEXT NOT NULL,
    run         TEXT NOT NULL,
    PRIMARY KEY (territory, source, external_id)
);

CREATE INDEX import_refs_listing ON import_refs (listing_id);

-- What a run changed, with what stood there before. Undoing takes the rows away again.
CREATE TABLE import_effects (
    run         TEXT NOT NULL REFERENCES import_runs (id),
    seq         BIGINT NOT NULL,
    listing_id  TEXT NOT NULL,
    external_id TEXT NOT NULL,
    effect      TEXT NOT NULL,
    PRIMARY KEY (run, seq)
);

CREATE INDEX import_effects_listing ON import_effects (listing_id);
CREATE INDEX import_effects_record ON import_effects (external_id);

-- The outcome of every row with its warnings, a batch at a time.
CREATE TABLE import_batches (
    run      TEXT NOT NULL REFERENCES import_runs (id),
    seq      BIGINT NOT NULL,
    outcomes TEXT NOT NULL,
    PRIMARY KEY (run, seq)
);

-- state is open, merged or dismissed; listing_a < listing_b.
CREATE TABLE duplicate_suspects (
    territory TEXT NOT NULL,
    listing_a TEXT NOT NULL,
    listing_b TEXT NOT NULL,
    reasons   TEXT NOT NULL,
    state     TEXT NOT NULL,
    found_at  BIGINT NOT NULL,
    PRIMARY KEY (territory, listing_a, listing_b)
);

CREATE INDEX duplicate_suspects_b ON duplicate_suspects (listing_b);
