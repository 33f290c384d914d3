-- Papers about money: who writes them and to whom, their numbers, and which ledger entries each of them holds.

-- Names, addresses and taxes of networks, advertisers and publishers. A version is never changed.
CREATE TABLE billing_profiles (
    owner BLOB NOT NULL,
    version BIGINT NOT NULL,
    network_id BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (owner, version)
) WITHOUT ROWID;

-- The last number given out in each series; year 0 where the years do not begin anew.
CREATE TABLE number_series (
    network_id BLOB NOT NULL,
    series TEXT NOT NULL,
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (network_id, series, year)
) WITHOUT ROWID;

-- Invoices, credit notes and payment receipts. A row is never changed.
CREATE TABLE invoices (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    year BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    number TEXT NOT NULL,
    currency TEXT NOT NULL,
    period_start BIGINT,
    refers_to BLOB,
    issued_at BIGINT NOT NULL,
    net BIGINT NOT NULL,
    billed BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX invoices_network ON invoices (network_id, id);
CREATE INDEX invoices_advertiser ON invoices (advertiser_id, id);
CREATE INDEX invoices_refers ON invoices (refers_to) WHERE refers_to IS NOT NULL;
CREATE UNIQUE INDEX invoices_ordinal ON invoices (network_id, kind, year, ordinal);
CREATE UNIQUE INDEX invoices_number ON invoices (network_id, number);
-- A period is closed once, whoever asks for it and how often.
CREATE UNIQUE INDEX invoices_period ON invoices (advertiser_id, currency, period_start) WHERE kind = 'invoice';
CREATE UNIQUE INDEX invoices_correction ON invoices (refers_to, period_start) WHERE kind = 'credit_note';

-- Which ledger entries an invoice or credit note holds. What is taken back can stand on several.
CREATE TABLE invoice_entries (
    source BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    invoice_id BLOB NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (source, sequence, invoice_id)
) WITHOUT ROWID;
CREATE INDEX invoice_entries_invoice ON invoice_entries (invoice_id);

-- Statements of publishers. A row is never changed.
CREATE TABLE statements (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    year BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    number TEXT NOT NULL,
    currency TEXT NOT NULL,
    period_start BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    opening BIGINT NOT NULL,
    closing BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX statements_network ON statements (network_id, id);
CREATE INDEX statements_publisher ON statements (publisher_id, id);
CREATE UNIQUE INDEX statements_ordinal ON statements (network_id, year, ordinal);
CREATE UNIQUE INDEX statements_number ON statements (network_id, number);
CREATE UNIQUE INDEX statements_period ON statements (publisher_id, currency, period_start);
