-- +goose Up
-- Copies of other instances' territories, and by whom the cards of a territory are kept.

-- The territories whose cards come from elsewhere, and nobody here may write to. source is the address of the original.
CREATE TABLE listing_keepers (
    territory TEXT PRIMARY KEY,
    source    TEXT NOT NULL
);

-- source is the address of the original's pages; place is the cursor of its change feed, empty for the beginning.
-- generation numbers the readings from the beginning; once one has come to its end (complete), the cards that it did not
-- meet are gone. fault is the key and the values of the sentence about the last failure, as JSON.
CREATE TABLE mirrors (
    territory   TEXT PRIMARY KEY,
    source      TEXT NOT NULL,
    title       TEXT NOT NULL,
    attribution TEXT NOT NULL,
    licence     TEXT NOT NULL,
    place       TEXT NOT NULL,
    generation  BIGINT NOT NULL,
    complete    BOOLEAN NOT NULL,
    cards       BIGINT NOT NULL,
    added_at    BIGINT NOT NULL,
    last_try_at BIGINT NOT NULL,
    last_ok_at  BIGINT NOT NULL,
    failing_at  BIGINT NOT NULL,
    failures    BIGINT NOT NULL,
    fault       TEXT NOT NULL,
    next_at     BIGINT NOT NULL
);

-- Which card of the source is which here, what it said (hash), its slug and the address of its page there.
CREATE TABLE mirror_cards (
    territory  TEXT NOT NULL,
    remote_id  TEXT NOT NULL,
    listing_id TEXT NOT NULL,
    slug       TEXT NOT NULL,
    url        TEXT NOT NULL,
    hash       TEXT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (territory, remote_id)
);

CREATE INDEX mirror_cards_listing ON mirror_cards (listing_id);

-- Who works on a mirror now. A holder that has not been heard of for a while is gone.
CREATE TABLE mirror_leases (
    territory TEXT PRIMARY KEY,
    holder    TEXT NOT NULL,
    host      TEXT NOT NULL,
    pid       BIGINT NOT NULL,
    beat_at   BIGINT NOT NULL
);
