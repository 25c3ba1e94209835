-- +goose Up
-- Whether the company decided about a change of its card, and not the team: as its author is told.
ALTER TABLE curation_changes ADD COLUMN by_owner BOOLEAN NOT NULL DEFAULT FALSE;
