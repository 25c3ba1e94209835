-- +goose Up
-- Cards that an undone import had written to and that their company has published or confirmed since: they are kept whole.
ALTER TABLE import_undos ADD COLUMN held BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_stays ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;
