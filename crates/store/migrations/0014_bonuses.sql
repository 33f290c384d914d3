-- Bonuses, and how far the decisions were followed for them.

-- The number of the last transaction of the outbox that was looked at. Nothing of before could earn a bonus.
CREATE TABLE award_positions (
    name TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL
);
INSERT INTO award_positions (name, sequence) SELECT 'decisions', value FROM revisions WHERE name = 'outbox';

-- What each approved conversion added to the counter of a bonus, in the order of the approvals. Append-only.
CREATE TABLE bonus_progress (
    key BLOB NOT NULL,
    ordinal BIGINT NOT NULL,
    conversion_id BLOB NOT NULL,
    decision BIGINT NOT NULL,
    contract_version_id BLOB NOT NULL,
    adds BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    PRIMARY KEY (key, ordinal)
) WITHOUT ROWID;
CREATE UNIQUE INDEX bonus_progress_conversion ON bonus_progress (conversion_id, key);

-- `advertiser_id` pays, or the network when there is none. A bonus of a contract has the key of its counter and a receipt; one
-- given by hand has a reason. `taken_back` mirrors the newest row of `bonus_returns`.
CREATE TABLE bonuses (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    advertiser_id BLOB,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    taken_back BIGINT NOT NULL,
    reason TEXT,
    progress_key BLOB,
    receipt TEXT,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX bonuses_network ON bonuses (network_id, id);
CREATE INDEX bonuses_publisher ON bonuses (publisher_id, id);
CREATE UNIQUE INDEX bonuses_progress ON bonuses (progress_key) WHERE progress_key IS NOT NULL;

CREATE TABLE bonus_returns (
    bonus_id BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    taken_back BIGINT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (bonus_id, sequence)
) WITHOUT ROWID;
