-- Results of advertisers that no publisher is paid for, as they were told again and again: with which channel and campaign one stands, or
-- that it stands no more (`present` = 0). The row with `holds` = 1 holds, and only that mark is ever changed. `event` is the same for
-- all reports of one business event, of which one at most is present.
CREATE TABLE own_results (
    conversion_id BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    holds BIGINT NOT NULL,
    present BIGINT NOT NULL,
    event BLOB NOT NULL,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    received_at BIGINT NOT NULL,
    channel TEXT NOT NULL,
    campaign_id BLOB,
    amount BIGINT,
    currency TEXT,
    way TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversion_id, sequence)
) WITHOUT ROWID;
CREATE INDEX own_results_event ON own_results (event) WHERE holds = 1;
CREATE INDEX own_results_advertiser ON own_results (advertiser_id, received_at) WHERE holds = 1 AND present = 1;
