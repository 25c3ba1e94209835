-- +goose Up
-- The change feed shows a card once, at its latest change: whether a later one exists is asked for the cards of each page.
CREATE INDEX changes_thing ON changes (kind, id, seq);
