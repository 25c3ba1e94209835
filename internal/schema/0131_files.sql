-- +goose Up
-- Files that people hand in: logos that pages show, documents that prove a claim. They stand in the base, so that a backup holds
-- them and every node sees them; they are few and small.

-- id is made of the content, its owner and the extension, so that the same file handed in twice is one. owner names what it
-- belongs to: "listing/" and the identifier. public: anybody may read it at its address. data is base64. unused_since is when
-- the daily round first found that nothing names it any more, 0 while something does.
CREATE TABLE files (
    id           TEXT PRIMARY KEY,
    territory    TEXT NOT NULL,
    owner        TEXT NOT NULL,
    name         TEXT NOT NULL,
    media        TEXT NOT NULL,
    public       BOOLEAN NOT NULL,
    width        INTEGER NOT NULL,
    height       INTEGER NOT NULL,
    size         BIGINT NOT NULL,
    data         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    unused_since BIGINT NOT NULL
);

CREATE INDEX files_owner ON files (owner);
