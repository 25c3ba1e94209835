-- +goose Up
-- Who says that a card is their company's, how they prove it, and what was decided.

-- state is code (a code was mailed to an address of the card), waiting (for a decision), granted, disputed (granted, and somebody at
-- the card's address says that it was not them), refused, withdrawn or expired. proof is domain, mail, code or request. ask is whom
-- a request is for: team or managers. published is the address of the card that the code went to; code_mac opens nothing without
-- the instance's secret. document is a file that nobody but the team reads; it goes 90 days after the end. ended_at is when it left
-- the states code and waiting; settled_at is when a dispute ended.
CREATE TABLE claims (
    id            TEXT PRIMARY KEY,
    territory     TEXT NOT NULL,
    listing_id    TEXT NOT NULL,
    company_id    TEXT NOT NULL,
    person_id     TEXT NOT NULL,
    lang          TEXT NOT NULL,
    state         TEXT NOT NULL,
    proof         TEXT NOT NULL,
    ask           TEXT NOT NULL,
    message       TEXT NOT NULL,
    document      TEXT NOT NULL,
    document_name TEXT NOT NULL,
    published     TEXT NOT NULL,
    code_mac      TEXT NOT NULL,
    tries         INTEGER NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    ended_at      BIGINT NOT NULL,
    disputed_at   BIGINT NOT NULL,
    settled_at    BIGINT NOT NULL,
    decided_by    TEXT NOT NULL,
    reason        TEXT NOT NULL
);

CREATE INDEX claims_waiting ON claims (territory, state, id);
CREATE INDEX claims_company ON claims (company_id, state);
CREATE INDEX claims_person ON claims (person_id, id);
CREATE INDEX claims_document ON claims (document);
CREATE INDEX claims_ended ON claims (state, ended_at);
