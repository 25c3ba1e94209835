-- +goose Up
-- What people have typed about cards and not published yet: one draft for each person and card, for 90 days.

-- base is the version of the card that the person saw, and was what it said then, as JSON. typed is a JSON object: for each field that
-- they have changed, the inputs of the form as they were sent. resumed is the change that waited and that the draft was begun with, the
-- empty text for none.
CREATE TABLE curation_drafts (
    person_id  TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
    listing_id TEXT NOT NULL,
    territory  TEXT NOT NULL,
    base       BIGINT NOT NULL,
    was        TEXT NOT NULL,
    typed      TEXT NOT NULL,
    resumed    TEXT NOT NULL,
    saved_at   BIGINT NOT NULL,
    PRIMARY KEY (person_id, listing_id)
);

CREATE INDEX curation_drafts_saved ON curation_drafts (saved_at);
