-- Campaigns of advertisers, and what they cost.

CREATE TABLE campaigns (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    external_id TEXT,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX campaigns_network ON campaigns (network_id, id);
CREATE INDEX campaigns_revision ON campaigns (revision);
CREATE UNIQUE INDEX campaigns_name ON campaigns (advertiser_id, channel, name);
CREATE UNIQUE INDEX campaigns_external_id ON campaigns (advertiser_id, channel, external_id) WHERE external_id IS NOT NULL;

-- What was said at once about costs: a file, days over the API, or the undoing of another. `kind` is `file`, `api` or `undo`.
CREATE TABLE cost_imports (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT,
    file_sha256 TEXT,
    options TEXT NOT NULL,
    summary TEXT NOT NULL,
    undoes BLOB,
    undone_by BLOB,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX cost_imports_network ON cost_imports (network_id, id);

-- What a campaign cost on a day, as it was said again and again; the row with `holds` = 1 holds, and only that mark is ever
-- changed. A day that is told no more stands with `present` = 0. Without a rate into the network's currency `converted` is
-- empty until one is entered.
CREATE TABLE cost_days (
    campaign_id BLOB NOT NULL,
    day BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    network_id BLOB NOT NULL,
    import_id BLOB NOT NULL,
    holds BIGINT NOT NULL,
    present BIGINT NOT NULL,
    spend BIGINT NOT NULL,
    currency TEXT NOT NULL,
    impressions BIGINT,
    clicks BIGINT,
    converted BIGINT,
    converted_currency TEXT NOT NULL,
    rate TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (campaign_id, day, sequence)
) WITHOUT ROWID;
CREATE INDEX cost_days_import ON cost_days (import_id);
CREATE INDEX cost_days_waiting ON cost_days (network_id, campaign_id, day) WHERE holds = 1 AND converted IS NULL;
