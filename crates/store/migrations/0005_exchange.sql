-- Dated exchange rates. A row is never changed; the newest of a pair and day holds for what is decided after it.
CREATE TABLE exchange_rates (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    base TEXT NOT NULL,
    quote TEXT NOT NULL,
    day BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX exchange_rates_network ON exchange_rates (network_id, id);
CREATE INDEX exchange_rates_pair ON exchange_rates (network_id, base, quote, day, revision);
CREATE INDEX exchange_rates_revision ON exchange_rates (revision);

-- What was converted from currency to currency for a line, as JSON; NULL when nothing was.
ALTER TABLE commission_lines ADD COLUMN exchange TEXT;

-- Balances of publishers that were changed into another currency, each with the rate; the ledger holds its transfers.
CREATE TABLE exchanges (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    sold BIGINT NOT NULL,
    sold_currency TEXT NOT NULL,
    bought BIGINT NOT NULL,
    bought_currency TEXT NOT NULL,
    path TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX exchanges_publisher ON exchanges (publisher_id, id);
