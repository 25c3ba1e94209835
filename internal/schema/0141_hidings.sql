-- +goose Up
-- Why the team took a card from the public whose company somebody acts for: as these people were told.
CREATE TABLE curation_hidings (
    listing_id TEXT PRIMARY KEY,
    reason     TEXT NOT NULL,
    hidden_at  BIGINT NOT NULL
);
