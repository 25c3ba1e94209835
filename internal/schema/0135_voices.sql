-- +goose Up
-- The changes that say what another one says, and the one that took the place of another: both are found by it.
CREATE INDEX curation_changes_next ON curation_changes (next_id, id);
