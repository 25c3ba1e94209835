-- +goose Up
-- What is looked at so that what speaks against a card is noticed.

-- The web sites of published cards. status is what a site answered last (0 for nothing), fault the code of what was wrong with it
-- ('' for nothing), failures how often in a row that was so and since when. It is asked again from next_at on.
CREATE TABLE watch_sites (
    id            TEXT PRIMARY KEY,
    territory     TEXT NOT NULL,
    listing_id    TEXT NOT NULL,
    url           TEXT NOT NULL,
    host          TEXT NOT NULL,
    status        INTEGER NOT NULL,
    fault         TEXT NOT NULL,
    failures      INTEGER NOT NULL,
    failing_since BIGINT NOT NULL,
    checked_at    BIGINT NOT NULL,
    next_at       BIGINT NOT NULL
);

CREATE UNIQUE INDEX watch_sites_listing ON watch_sites (listing_id, url);
CREATE INDEX watch_sites_territory ON watch_sites (territory, failures);
CREATE INDEX watch_sites_next ON watch_sites (next_at);

-- What was found to speak against a card, as long as it is so: the flag that it raised may be settled by the team meanwhile, and is
-- not raised every night again. subject is what it concerns: addresses, a number and a date.
CREATE TABLE watch_findings (
    listing_id TEXT NOT NULL,
    kind       TEXT NOT NULL,
    territory  TEXT NOT NULL,
    subject    TEXT NOT NULL,
    raised_at  BIGINT NOT NULL,
    PRIMARY KEY (listing_id, kind)
);

CREATE INDEX watch_findings_territory ON watch_findings (territory, kind);

-- The latest register file that was read of each sort: an older one says nothing any more.
CREATE TABLE watch_registers (
    territory TEXT NOT NULL,
    name      TEXT NOT NULL,
    data_at   BIGINT NOT NULL,
    read_at   BIGINT NOT NULL,
    PRIMARY KEY (territory, name)
);
