-- +goose Up

-- What the command line sets beside a territory's YAML, as JSON, empty for what the YAML says: the tile server of its maps
-- {"url","attribution","max_zoom"} and the licence of its data {"id","name","url"}.
ALTER TABLE territories ADD COLUMN tiles TEXT NOT NULL DEFAULT '';
ALTER TABLE territories ADD COLUMN licence TEXT NOT NULL DEFAULT '';
