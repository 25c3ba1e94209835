-- +goose Up
-- Cards stay true: who is asked when whether a card is still right, and what the directory's health was day by day.

-- How a territory keeps its cards true. began_at is since when the letters go out and the months count, 0 while nobody has said
-- that they shall; reminders is a JSON list of months, rising; signer is who signs the letters, empty for the cluster. worked is
-- the last day, as it is there (2026-02-03), whose work is done; adopted is the card up to which all were taken over, "all" at the
-- end.
CREATE TABLE freshness_policies (
    territory   TEXT PRIMARY KEY,
    active      BOOLEAN NOT NULL,
    reminders   TEXT NOT NULL,
    unconfirmed BIGINT NOT NULL,
    lapse       BIGINT NOT NULL,
    signer      TEXT NOT NULL,
    began_at    BIGINT NOT NULL,
    worked      TEXT NOT NULL,
    adopted     TEXT NOT NULL,
    version     BIGINT NOT NULL
);

-- Where each card stands in its round. anchor is when the round began: the date of the card's last confirmation, else that of its
-- making; sent are the months of the last reminder that is done, 0 for none; letter_at is when the last letter went out; since_at
-- is since when the card is public without a break; next_at is when somebody has to look at it again, 0 for at once.
CREATE TABLE freshness_cards (
    listing_id TEXT PRIMARY KEY REFERENCES listings (id) ON DELETE CASCADE,
    territory  TEXT NOT NULL,
    anchor     BIGINT NOT NULL,
    sent       BIGINT NOT NULL,
    letter_at  BIGINT NOT NULL,
    since_at   BIGINT NOT NULL,
    next_at    BIGINT NOT NULL
);

CREATE INDEX freshness_cards_next ON freshness_cards (territory, next_at, listing_id);

-- Up to where the change log was followed: one row.
CREATE TABLE freshness_followed (
    id       BIGINT PRIMARY KEY,
    position BIGINT NOT NULL
);

-- The health of a territory's directory on a day there (2026-02-03), in numbers of public cards, and what was done on it.
CREATE TABLE freshness_days (
    territory   TEXT NOT NULL,
    day         TEXT NOT NULL,
    cards       BIGINT NOT NULL,
    fresh       BIGINT NOT NULL,
    ageing      BIGINT NOT NULL,
    unconfirmed BIGINT NOT NULL,
    orphaned    BIGINT NOT NULL,
    incomplete  BIGINT NOT NULL,
    flagged     BIGINT NOT NULL,
    letters     BIGINT NOT NULL,
    confirmed   BIGINT NOT NULL,
    lapsed      BIGINT NOT NULL,
    PRIMARY KEY (territory, day)
);

-- Addresses without an account that want no such letters any more, as a keyed hash: what is not known cannot be read here.
CREATE TABLE freshness_refusals (
    address  TEXT NOT NULL,
    topic    TEXT NOT NULL,
    since_at BIGINT NOT NULL,
    PRIMARY KEY (address, topic)
);
