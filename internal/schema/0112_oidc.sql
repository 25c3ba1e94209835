-- +goose Up
-- The services of OpenID Connect by which people sign in, by territory, as the operator wrote them. domains are those of the mail
-- addresses that the service speaks for, as a JSON list: whoever it says has such an address, has it.
CREATE TABLE oidc_providers (
    territory     TEXT NOT NULL,
    code          TEXT NOT NULL,
    name          TEXT NOT NULL,
    issuer        TEXT NOT NULL,
    client_id     TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    domains       TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (territory, code)
);
