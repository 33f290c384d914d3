-- The tables of the main job. Times are UTC microseconds, ids 16 bytes, money integers at the scale of
-- the currency beside them; JSON is made and read in Rust only.

-- Numbers that only grow: 'configuration' stamps changed configuration rows, 'outbox' orders facts.
-- A transaction that takes the next number holds the row until it commits, so numbers follow commits.
CREATE TABLE revisions (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO revisions (name, value) VALUES ('configuration', 0), ('outbox', 0);

-- Keys of the installation: click ids, receipts, address hashes. The highest number of a name is in use.
CREATE TABLE secrets (
    name TEXT NOT NULL,
    number BIGINT NOT NULL,
    value BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (name, number)
);

-- Configuration: the columns beside `body` are those that are searched or must be unique.
CREATE TABLE networks (
    id BLOB NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX networks_revision ON networks (revision);

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX users_revision ON users (revision);

CREATE TABLE api_keys (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    secret_sha256 TEXT NOT NULL UNIQUE,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX api_keys_revision ON api_keys (revision);

CREATE TABLE sessions (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    user_id BLOB NOT NULL,
    csrf_sha256 TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE advertisers (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX advertisers_network ON advertisers (network_id, id);
CREATE INDEX advertisers_revision ON advertisers (revision);

CREATE TABLE publishers (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    external_id TEXT,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX publishers_network ON publishers (network_id, id);
CREATE UNIQUE INDEX publishers_external ON publishers (network_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX publishers_revision ON publishers (revision);

CREATE TABLE programs (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX programs_network ON programs (network_id, id);
CREATE INDEX programs_revision ON programs (revision);

-- A version is never changed. One contract for each program and publisher, one default for each program.
CREATE TABLE contract_versions (
    id BLOB NOT NULL PRIMARY KEY,
    contract_id BLOB NOT NULL,
    network_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    publisher_id BLOB,
    number BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX contract_versions_number ON contract_versions (contract_id, number);
CREATE UNIQUE INDEX contract_versions_publisher ON contract_versions (program_id, publisher_id, number) WHERE publisher_id IS NOT NULL;
CREATE UNIQUE INDEX contract_versions_default ON contract_versions (program_id, number) WHERE publisher_id IS NULL;
CREATE INDEX contract_versions_network ON contract_versions (network_id, id);
CREATE INDEX contract_versions_revision ON contract_versions (revision);

CREATE TABLE links (
    id BLOB NOT NULL PRIMARY KEY,
    slug BIGINT NOT NULL UNIQUE,
    network_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    coupon_code TEXT,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX links_network ON links (network_id, id);
CREATE INDEX links_publisher ON links (publisher_id, id);
CREATE UNIQUE INDEX links_coupon ON links (coupon_code) WHERE coupon_code IS NOT NULL;
CREATE INDEX links_revision ON links (revision);

-- Events. Their keys are time-ordered, so a table that is its own index only ever appends. Rows that are wider than a
-- quarter of a page (conversions, decisions) are better off outside of their index.
CREATE TABLE touches (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    link_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    kind BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    code BIGINT NOT NULL,
    is_unique BIGINT NOT NULL,
    visitor_id BLOB,
    details TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX touches_visitor ON touches (visitor_id, id) WHERE visitor_id IS NOT NULL;

-- Seen visitors, for unique and duplicate clicks: keyed hash of link and visitor.
CREATE TABLE unique_clicks (
    key BLOB NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Which browser an advertiser's customer was last seen with: keyed hash of advertiser and customer.
CREATE TABLE identities (
    key BLOB NOT NULL PRIMARY KEY,
    visitor_id BLOB NOT NULL,
    seen_at BIGINT NOT NULL
) WITHOUT ROWID;

-- One row for each conversion that was stored. `report` is what came in and never changes; `state`, `code`,
-- `decision`, `commission`, `fee`, `reversed` and `approve_at` mirror the newest row of `decisions`.
CREATE TABLE conversions (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    program_id BLOB,
    publisher_id BLOB,
    touch_id BLOB,
    action TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL,
    order_id TEXT,
    amount BIGINT,
    currency TEXT,
    state TEXT NOT NULL,
    code BIGINT NOT NULL,
    decision BIGINT NOT NULL,
    commission BIGINT NOT NULL,
    fee BIGINT NOT NULL,
    commission_currency TEXT,
    reversed TEXT NOT NULL,
    approve_at BIGINT,
    duplicate_of BLOB,
    report TEXT NOT NULL
);
CREATE INDEX conversions_due ON conversions (approve_at) WHERE state = 'pending';

-- Who earns what on a conversion, as first decided; later deltas are decisions and transfers.
CREATE TABLE commission_lines (
    conversion_id BLOB NOT NULL,
    line BIGINT NOT NULL,
    publisher_id BLOB NOT NULL,
    touch_id BLOB NOT NULL,
    link_id BLOB NOT NULL,
    contract_version_id BLOB NOT NULL,
    rule TEXT NOT NULL,
    credit TEXT NOT NULL,
    commission BIGINT NOT NULL,
    fixed BIGINT NOT NULL,
    fee BIGINT NOT NULL,
    currency TEXT NOT NULL,
    PRIMARY KEY (conversion_id, line)
) WITHOUT ROWID;
CREATE INDEX commission_lines_publisher ON commission_lines (publisher_id, conversion_id);

-- Append-only: the first decision and every later change, each with its receipt and its delta.
CREATE TABLE decisions (
    conversion_id BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    code BIGINT NOT NULL,
    reason TEXT,
    note TEXT,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    commission_delta BIGINT NOT NULL,
    fee_delta BIGINT NOT NULL,
    receipt TEXT NOT NULL,
    receipt_sha256 BLOB NOT NULL,
    PRIMARY KEY (conversion_id, sequence)
);

-- Keys under which a conversion can be reported only once, for ever: delivery, idempotency key, business event.
CREATE TABLE dedup_keys (
    key BLOB NOT NULL PRIMARY KEY,
    conversion_id BLOB NOT NULL
) WITHOUT ROWID;

-- What caps have used and how many impressions a price per thousand has counted.
CREATE TABLE counters (
    key BLOB NOT NULL PRIMARY KEY,
    used BIGINT NOT NULL
) WITHOUT ROWID;

-- The ledger. A transfer is known by its source and its number within it.
CREATE TABLE accounts (
    key BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    debits_pending BIGINT NOT NULL,
    debits_posted BIGINT NOT NULL,
    credits_pending BIGINT NOT NULL,
    credits_posted BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE transfers (
    source BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    network_id BLOB NOT NULL,
    line BIGINT NOT NULL,
    leg BIGINT NOT NULL,
    phase BIGINT NOT NULL,
    pending_sequence BIGINT,
    reason TEXT NOT NULL,
    debit BLOB NOT NULL,
    credit BLOB NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (source, sequence)
) WITHOUT ROWID;
CREATE INDEX transfers_debit ON transfers (debit, at);
CREATE INDEX transfers_credit ON transfers (credit, at);

-- What changed, in commit order, for the lake and for webhooks: one row for each kind of event of a transaction.
CREATE TABLE outbox (
    sequence BIGINT NOT NULL,
    part BIGINT NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (sequence, part)
) WITHOUT ROWID;

-- Requests that could not become a touch or a conversion, and why.
CREATE TABLE quarantine (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB,
    advertiser_id BLOB,
    received_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    code BIGINT NOT NULL,
    reason TEXT NOT NULL,
    request TEXT NOT NULL
) WITHOUT ROWID;

-- Received, accepted, rejected, quarantined and replayed events of a UTC day, counted apart from their rows (I9).
CREATE TABLE intake_totals (
    network_id BLOB NOT NULL,
    day BIGINT NOT NULL,
    kind TEXT NOT NULL,
    received BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    replayed BIGINT NOT NULL,
    PRIMARY KEY (network_id, day, kind)
) WITHOUT ROWID;

-- Answers of API writes, kept in the transaction of their effect.
CREATE TABLE idempotency (
    key BLOB NOT NULL PRIMARY KEY,
    input_sha256 BLOB NOT NULL,
    status BIGINT NOT NULL,
    response TEXT NOT NULL,
    created_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Who changed what.
CREATE TABLE audit (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    change TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX audit_network ON audit (network_id, id);
