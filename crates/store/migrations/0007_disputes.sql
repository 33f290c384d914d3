-- What publishers hold against decisions. `unsettled` is 1 while the conversion of an accepted dispute is still to be made.
CREATE TABLE disputes (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    conversion_id BLOB,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    deadline BIGINT NOT NULL,
    overdue_at BIGINT,
    unsettled BIGINT NOT NULL,
    changes BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX disputes_network ON disputes (network_id, id);
CREATE INDEX disputes_advertiser ON disputes (advertiser_id, id);
CREATE INDEX disputes_publisher ON disputes (publisher_id, id);
CREATE INDEX disputes_conversion ON disputes (conversion_id) WHERE conversion_id IS NOT NULL;
CREATE INDEX disputes_open ON disputes (deadline) WHERE overdue_at IS NULL AND state IN ('open', 'needs_info');
CREATE INDEX disputes_unsettled ON disputes (id) WHERE unsettled = 1;
