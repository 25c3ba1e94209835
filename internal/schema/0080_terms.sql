-- +goose Up
-- Under which terms things of others stand here.

-- Whose the outlines of a territory's zones are, as JSON {"source","licence"}, empty where nobody said it.
ALTER TABLE territories ADD COLUMN outline_credit TEXT NOT NULL DEFAULT '';

-- The licence under which the source publishes its cards, as JSON {"id","name","url"}, empty where it says none that can be
-- told; and when the source was last asked what it says of itself.
ALTER TABLE mirrors ADD COLUMN terms TEXT NOT NULL DEFAULT '';
ALTER TABLE mirrors ADD COLUMN described_at BIGINT NOT NULL DEFAULT 0;
