-- When and where campaigns of offline channels were seen or heard. A slot is known again by its campaign, first moment, place and name; what
-- is told of it anew replaces what was told. Places are empty where it was seen everywhere.
CREATE TABLE exposures (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    campaign_id BLOB NOT NULL,
    name TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    country TEXT NOT NULL,
    region TEXT NOT NULL,
    impressions BIGINT,
    code TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX exposures_slot ON exposures (campaign_id, starts_at, country, region, name);
CREATE INDEX exposures_network ON exposures (network_id, starts_at, id);

-- Weights of publishers by which conversions are shared under the payout model `markov`, frozen: a row is written once and never changed.
CREATE TABLE payout_tables (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    valid_from BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX payout_tables_program ON payout_tables (network_id, program_id, id);
CREATE INDEX payout_tables_revision ON payout_tables (revision);

-- Keys of customers that tie no browsers together in journeys: what an advertiser knows to be shared. `account` is the keyed mark under which the
-- customer is remembered, `kind` is `customer` or `email`.
CREATE TABLE cut_ties (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    account BLOB NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX cut_ties_account ON cut_ties (account);
CREATE INDEX cut_ties_network ON cut_ties (network_id, id);
