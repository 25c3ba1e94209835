-- +goose Up
-- Companies, their register numbers, the public cards (listings), the addresses of the cards past and present,
-- the keys by which duplicates are looked for, and what was joined. Lists are JSON in TEXT.

CREATE TABLE companies (
    id             TEXT PRIMARY KEY,
    territory      TEXT NOT NULL,
    legal_name     TEXT NOT NULL,
    usual_name     TEXT NOT NULL,
    identifiers    TEXT NOT NULL,
    activities     TEXT NOT NULL,
    size_class     TEXT NOT NULL,
    founded_year   INTEGER NOT NULL,
    status         TEXT NOT NULL,
    establishments TEXT NOT NULL,
    provenance     TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    version        BIGINT NOT NULL
);

CREATE INDEX companies_territory ON companies (territory, id);

-- Valid numbers only. One number may be on several records: offices share a SIRET, and duplicates exist.
CREATE TABLE company_identifiers (
    territory  TEXT NOT NULL,
    scheme     TEXT NOT NULL,
    value      TEXT NOT NULL,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    PRIMARY KEY (territory, scheme, value, company_id)
);

CREATE INDEX company_identifiers_company ON company_identifiers (company_id);

CREATE TABLE listings (
    id            TEXT PRIMARY KEY,
    territory     TEXT NOT NULL,
    slug          TEXT NOT NULL,
    company_id    TEXT NOT NULL REFERENCES companies (id),
    state         TEXT NOT NULL,
    merged_into   TEXT NOT NULL,
    name          TEXT NOT NULL,
    category      TEXT NOT NULL,
    headline      TEXT NOT NULL,
    description   TEXT NOT NULL,
    competences   TEXT NOT NULL,
    sectors       TEXT NOT NULL,
    tags          TEXT NOT NULL,
    service_area  TEXT NOT NULL,
    phones        TEXT NOT NULL,
    emails        TEXT NOT NULL,
    websites      TEXT NOT NULL,
    social        TEXT NOT NULL,
    opening_hours TEXT NOT NULL,
    accessibility TEXT NOT NULL,
    languages     TEXT NOT NULL,
    logo          TEXT NOT NULL,
    address       TEXT NOT NULL,
    postcode      TEXT NOT NULL,
    city          TEXT NOT NULL,
    zone          TEXT NOT NULL,
    lat           DOUBLE PRECISION,
    lon           DOUBLE PRECISION,
    provenance    TEXT NOT NULL,
    completeness  INTEGER NOT NULL,
    confirmed_at  BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL
);

CREATE INDEX listings_territory ON listings (territory, id);
CREATE INDEX listings_company ON listings (company_id);

-- Every address that ever led to a card. The present one is listings.slug, the others redirect.
CREATE TABLE listing_slugs (
    territory  TEXT NOT NULL,
    slug       TEXT NOT NULL,
    listing_id TEXT NOT NULL,
    PRIMARY KEY (territory, slug)
);

CREATE INDEX listing_slugs_listing ON listing_slugs (listing_id);

-- The last number given to a second card of the same name: "atelier-2", "atelier-3".
CREATE TABLE listing_slug_counters (
    territory TEXT NOT NULL,
    stem      TEXT NOT NULL,
    last      BIGINT NOT NULL,
    PRIMARY KEY (territory, stem)
);

-- A merged card keeps its keys: what it says finds later duplicates for the card that stands for it.
CREATE TABLE match_keys (
    territory  TEXT NOT NULL,
    match_key  TEXT NOT NULL,
    listing_id TEXT NOT NULL,
    PRIMARY KEY (territory, match_key, listing_id)
);

CREATE INDEX match_keys_listing ON match_keys (listing_id);

CREATE TABLE listing_mergings (
    from_id   TEXT PRIMARY KEY,
    into_id   TEXT NOT NULL,
    territory TEXT NOT NULL,
    merging   TEXT NOT NULL,
    source    TEXT NOT NULL,
    merged_at BIGINT NOT NULL
);

CREATE INDEX listing_mergings_into ON listing_mergings (into_id);
