-- +goose Up
-- A natural person's card is public only while that person consents to it.

ALTER TABLE companies ADD COLUMN natural_person BOOLEAN NOT NULL DEFAULT FALSE;

-- withheld: a draft or hidden card that would be public, and waits for nothing but the consent. kin_natural: a card that was
-- merged into this one presents a natural person.
ALTER TABLE listings ADD COLUMN withheld BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE listings ADD COLUMN kin_natural BOOLEAN NOT NULL DEFAULT FALSE;

-- The companies whose person consents now. Whoever keeps the consents, with their proof, tells of each that is given or ends.
CREATE TABLE listing_consents (
    company_id TEXT PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE
);

-- Until now nothing but the import of a natural person made a draft.
UPDATE companies SET natural_person = TRUE WHERE id IN (SELECT company_id FROM listings WHERE state = 'draft');
UPDATE listings SET withheld = TRUE WHERE state = 'draft';
