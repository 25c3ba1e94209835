-- +goose Up
-- The beginning that the reminders of a card are counted under: since when the policy holds for it, or since when it is public without
-- a break, whichever is later. Cards that have been asked about so far were so under the one of now.
ALTER TABLE freshness_cards ADD COLUMN begun_at BIGINT NOT NULL DEFAULT 0;

UPDATE freshness_cards SET begun_at = since_at;

UPDATE freshness_cards SET begun_at = (SELECT began_at FROM freshness_policies WHERE freshness_policies.territory = freshness_cards.territory)
WHERE begun_at < (SELECT began_at FROM freshness_policies WHERE freshness_policies.territory = freshness_cards.territory);

-- A refusal has no end: the right to object has none, and so since when it is kept decides nothing.
ALTER TABLE freshness_refusals DROP COLUMN since_at;
