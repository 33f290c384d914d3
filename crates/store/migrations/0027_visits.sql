-- Visits of an advertiser's pages that no publisher's link brought, as merit.js tells them: once for each landing. They decide nothing about
-- money, so they stand apart from `touches`. `arrival` is by what channel and campaign are told, empty when nobody sent the visitor.
CREATE TABLE visits (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    received_at BIGINT NOT NULL,
    code BIGINT NOT NULL,
    visitor_id BLOB,
    arrival TEXT NOT NULL,
    details TEXT NOT NULL
) WITHOUT ROWID;
