-- +goose Up
-- What became of a card, and what speaks against it.

-- What a write made of a card that was there: version is the one that it made, fields those that it changed, before what they
-- said until then, state_before where the card stood. A card goes back in time by these. person is an identifier, empty for
-- imports and schedules and for who was erased. other is the card that it was merged with or parted from.
CREATE TABLE listing_revisions (
    id           TEXT PRIMARY KEY,
    listing_id   TEXT NOT NULL,
    territory    TEXT NOT NULL,
    version      BIGINT NOT NULL,
    at           BIGINT NOT NULL,
    act          TEXT NOT NULL,
    source       TEXT NOT NULL,
    person       TEXT NOT NULL,
    fields       TEXT NOT NULL,
    before       TEXT NOT NULL,
    state_before TEXT NOT NULL,
    other        TEXT NOT NULL
);

CREATE UNIQUE INDEX listing_revisions_version ON listing_revisions (listing_id, version);
CREATE INDEX listing_revisions_person ON listing_revisions (person);
CREATE INDEX listing_revisions_at ON listing_revisions (at);

-- What was found that speaks against a card: a web site that no longer answers, a mail that came back, a company that was struck
-- off. since is when it was found first, seen when it was last.
CREATE TABLE listing_flags (
    listing_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    territory  TEXT NOT NULL,
    detail     TEXT NOT NULL,
    since      BIGINT NOT NULL,
    seen       BIGINT NOT NULL,
    PRIMARY KEY (listing_id, kind)
);

CREATE INDEX listing_flags_territory ON listing_flags (territory, listing_id, kind);
