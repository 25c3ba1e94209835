-- +goose Up
-- The change feed reads on in the changes of one territory's cards, whatever the others' log holds between them.
CREATE INDEX changes_feed ON changes (territory, kind, seq);
