-- What parties were told of: caps that reached a percentage, prepaid money that ran low, out, or came back. `key` names what
-- an alert is about and in which period; each is told once. `for_publishers` is 1 when publishers may read it, too.
CREATE TABLE alerts (
    id BLOB NOT NULL PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    program_id BLOB,
    publisher_id BLOB,
    kind TEXT NOT NULL,
    for_publishers BIGINT NOT NULL,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX alerts_network ON alerts (network_id, id);
CREATE INDEX alerts_advertiser ON alerts (advertiser_id, id);
CREATE INDEX alerts_publisher ON alerts (publisher_id, id) WHERE publisher_id IS NOT NULL;
