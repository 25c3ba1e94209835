-- +goose Up
-- The territories of this instance, the host names that they claim, and the outlines of their zones.

-- source is the YAML of a territory that the cluster wrote itself, empty for a built-in preset.
CREATE TABLE territories (
    code       TEXT PRIMARY KEY,
    source     TEXT NOT NULL,
    -- the address to which visitors write, empty for that of the YAML
    contact    TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);

CREATE TABLE territory_hosts (
    host      TEXT PRIMARY KEY,
    territory TEXT NOT NULL REFERENCES territories (code) ON DELETE CASCADE
);

CREATE INDEX territory_hosts_territory ON territory_hosts (territory);

-- geometry is a GeoJSON MultiPolygon.
CREATE TABLE territory_outlines (
    territory TEXT NOT NULL REFERENCES territories (code) ON DELETE CASCADE,
    zone      TEXT NOT NULL,
    geometry  TEXT NOT NULL,
    PRIMARY KEY (territory, zone)
);
