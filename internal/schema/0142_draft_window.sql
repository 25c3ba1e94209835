-- +goose Up
-- The page in which a draft was last typed: one that sends again what it sent before, as on a bad line, is no other window.
ALTER TABLE curation_drafts ADD COLUMN typed_in TEXT NOT NULL DEFAULT '';
