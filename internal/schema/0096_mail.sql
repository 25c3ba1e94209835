-- +goose Up
-- The outbox: what is to be mailed, written in the transaction of what it speaks of, and which addresses refuse mail.

-- event names what the mail speaks of: the same event twice is one mail. subject and bodies are as they are sent; the bodies go
-- once a secret one is sent, and later by age. state is waiting, sent, kept (demo), refused, failed, expired or erased; reason is
-- the key of the sentence that says why it is not sent, answer the codes of the server's last answer, never its words.
-- tries counts the attempts to send; until_at is when there is no sense in sending it any more, 0 for never; queued_at is when its
-- job was last put into the queue; ended_at is when it left the state waiting.
CREATE TABLE mails (
    id          TEXT PRIMARY KEY,
    event       TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    topic       TEXT NOT NULL,
    territory   TEXT NOT NULL,
    person      TEXT NOT NULL,
    lang        TEXT NOT NULL,
    to_name     TEXT NOT NULL,
    to_mail     TEXT NOT NULL,
    from_name   TEXT NOT NULL,
    reply_to    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    body_text   TEXT NOT NULL,
    body_html   TEXT NOT NULL,
    unsubscribe TEXT NOT NULL,
    secret      BOOLEAN NOT NULL,
    proving     BOOLEAN NOT NULL,
    message_id  TEXT NOT NULL,
    state       TEXT NOT NULL,
    reason      TEXT NOT NULL,
    answer      TEXT NOT NULL,
    tries       BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    queued_at   BIGINT NOT NULL,
    until_at    BIGINT NOT NULL,
    tried_at    BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL
);

CREATE INDEX mails_territory ON mails (territory, id);
CREATE INDEX mails_person ON mails (person, id);
CREATE INDEX mails_to ON mails (to_mail);
CREATE INDEX mails_state ON mails (state, ended_at);

-- What servers have answered about an address. state is refusing (nothing but what proves the address is sent to it) or noted
-- (it was not reached for a while); reason is the code of the answer (5.1.1), mail the one that was answered so.
CREATE TABLE mail_addresses (
    address  TEXT PRIMARY KEY,
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL,
    mail     TEXT NOT NULL,
    since_at BIGINT NOT NULL
);
