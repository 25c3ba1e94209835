-- +goose Up
-- Register files that were read in the browser, kept for a day. report is what became of one (JSON). said is, of a trial, what the
-- file says of the territory's companies (JSON: their identifiers, and the numbers of those that have ended): so a trial can be stored
-- without its file, which is not kept.
CREATE TABLE watch_readings (
    id        TEXT PRIMARY KEY,
    territory TEXT NOT NULL,
    report    TEXT NOT NULL,
    said      TEXT NOT NULL,
    at        BIGINT NOT NULL
);

CREATE INDEX watch_readings_at ON watch_readings (at);
