-- +goose Up
-- What is proposed about cards and waits for a decision, whom of their owners the team trusts, and what it has looked at.

-- kind is edit (by an owner whose edits wait), suggestion (by anybody) or new (an organisation that is proposed); state is unconfirmed,
-- waiting, offered (to the owner of the card), accepted, partly, refused, withdrawn, superseded or expired. held and wanted are the
-- fields as the author saw them and as they are proposed (JSON). listing_id outlives its card, person_id names nobody once the person
-- is erased. undo is what takes a decision back, while it can be (JSON). number is a register number as typed, with its scheme (JSON).
CREATE TABLE curation_changes (
    id           TEXT PRIMARY KEY,
    territory    TEXT NOT NULL,
    listing_id   TEXT NOT NULL,
    company_id   TEXT NOT NULL,
    kind         TEXT NOT NULL,
    state        TEXT NOT NULL,
    base         BIGINT NOT NULL,
    fields       TEXT NOT NULL,
    held         TEXT NOT NULL,
    wanted       TEXT NOT NULL,
    about        TEXT NOT NULL,
    number       TEXT NOT NULL,
    is_natural   BOOLEAN NOT NULL,
    person_id    TEXT NOT NULL,
    mail         TEXT NOT NULL,
    name         TEXT NOT NULL,
    lang         TEXT NOT NULL,
    message      TEXT NOT NULL,
    signs        TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    decided_at   BIGINT NOT NULL,
    decided_by   TEXT NOT NULL,
    taken        TEXT NOT NULL,
    passed       TEXT NOT NULL,
    reason       TEXT NOT NULL,
    created_id   TEXT NOT NULL,
    next_id      TEXT NOT NULL,
    undo         TEXT NOT NULL
);

CREATE INDEX curation_changes_waiting ON curation_changes (territory, state, id);
CREATE INDEX curation_changes_listing ON curation_changes (listing_id, id);
CREATE INDEX curation_changes_person ON curation_changes (person_id, id);
CREATE INDEX curation_changes_mail ON curation_changes (mail);
CREATE INDEX curation_changes_ends ON curation_changes (state, created_at);

-- trust is newcomer or watched; a company without a row is trusted.
CREATE TABLE curation_trust (
    company_id TEXT PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
    trust      TEXT NOT NULL,
    set_at     BIGINT NOT NULL
);

-- What somebody of the team has looked at and needs no more of: the warnings of an import run.
CREATE TABLE curation_seen (
    kind      TEXT NOT NULL,
    object    TEXT NOT NULL,
    territory TEXT NOT NULL,
    person_id TEXT NOT NULL,
    seen_at   BIGINT NOT NULL,
    PRIMARY KEY (kind, object)
);

-- What became of the cases that somebody decided at once: results is a JSON list. Kept for a day, and names nobody.
CREATE TABLE curation_batches (
    id        TEXT PRIMARY KEY,
    territory TEXT NOT NULL,
    act       TEXT NOT NULL,
    results   TEXT NOT NULL,
    done_at   BIGINT NOT NULL
);
