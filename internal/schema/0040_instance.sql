-- +goose Up
-- What the instance knows of itself, beside its territories: that all of its data is fictional.
CREATE TABLE instance_settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
