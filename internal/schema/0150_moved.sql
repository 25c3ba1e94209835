-- +goose Up
-- Of a card that was merged: the company for which the people of its own act since, because nobody did. They leave it where the cards are parted.
CREATE TABLE curation_moved (
    listing_id TEXT PRIMARY KEY,
    company_id TEXT NOT NULL
);
