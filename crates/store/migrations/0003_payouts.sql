-- Payments to publishers: where the money goes (sealed), runs, and the payments of each run.

-- Payment details of a publisher, or of the network itself, sealed with a key of the installation. A version is never
-- changed.
CREATE TABLE payment_details (
    owner BLOB NOT NULL,
    version BIGINT NOT NULL,
    network_id BLOB NOT NULL,
    key_number BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    held_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (owner, version)
) WITHOUT ROWID;

-- When a publisher who is paid on request last asked.
CREATE TABLE payout_requests (
    publisher_id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL
) WITHOUT ROWID;

-- The file is sealed like the details; its hash is that of the plain bytes.
CREATE TABLE payout_runs (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    state TEXT NOT NULL,
    method TEXT NOT NULL,
    currency TEXT NOT NULL,
    period_end BIGINT NOT NULL,
    not_paid TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposer BLOB,
    approved_at BIGINT,
    approved_by TEXT,
    sent_at BIGINT,
    file_name TEXT,
    file_type TEXT,
    file_sha256 BLOB,
    file_key BIGINT,
    file_sealed BLOB
);
CREATE INDEX payout_runs_network ON payout_runs (network_id, id);

CREATE TABLE payouts (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    run_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    state TEXT NOT NULL,
    currency TEXT NOT NULL,
    payable BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    withheld BIGINT NOT NULL,
    details_version BIGINT NOT NULL,
    period_end BIGINT NOT NULL,
    covered_from BIGINT NOT NULL,
    reason TEXT,
    approved_at BIGINT,
    settled_at BIGINT
);
CREATE UNIQUE INDEX payouts_run ON payouts (run_id, publisher_id);
CREATE INDEX payouts_publisher ON payouts (publisher_id, id);
CREATE INDEX payouts_network ON payouts (network_id, id);
-- A publisher has one payment on its way at a time in a currency, whatever goes wrong elsewhere.
CREATE UNIQUE INDEX payouts_open ON payouts (publisher_id, currency) WHERE state IN ('approved', 'sent');
