-- +goose Up
-- When a trust was set and when a card was hidden is in the audit trail: nothing read these.
ALTER TABLE curation_trust DROP COLUMN set_at;
ALTER TABLE curation_hidings DROP COLUMN hidden_at;
