-- What of a publisher's balances in other currencies a payout run changes into the currency that he is paid in: as it was
-- proposed, and the exchange that it became when the run was approved.
CREATE TABLE payout_exchanges (
    payout_id BLOB NOT NULL,
    sold_currency TEXT NOT NULL,
    run_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    sold BIGINT NOT NULL,
    bought BIGINT NOT NULL,
    bought_currency TEXT NOT NULL,
    path TEXT NOT NULL,
    exchange_id BLOB UNIQUE,
    PRIMARY KEY (payout_id, sold_currency)
) WITHOUT ROWID;
CREATE INDEX payout_exchanges_run ON payout_exchanges (run_id);
CREATE INDEX payout_exchanges_publisher ON payout_exchanges (publisher_id);
