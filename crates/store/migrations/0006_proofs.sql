-- The proof of each day: where every decision stands among the leaves of its network's Merkle tree, and the roots, each
-- with the hash of the record before it. Both are only ever added to.
CREATE TABLE proof_leaves (
    network_id BLOB NOT NULL,
    day BIGINT NOT NULL,
    place BIGINT NOT NULL,
    conversion_id BLOB NOT NULL,
    number BIGINT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (network_id, day, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX proof_leaves_decision ON proof_leaves (conversion_id, number);

CREATE TABLE proof_roots (
    network_id BLOB NOT NULL,
    day BIGINT NOT NULL,
    leaves BIGINT NOT NULL,
    root BLOB NOT NULL,
    previous BLOB NOT NULL,
    record_sha256 BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (network_id, day)
) WITHOUT ROWID;

-- Which day is open, and up to which transaction the outbox was followed.
CREATE TABLE proof_cursor (
    name TEXT NOT NULL PRIMARY KEY,
    day BIGINT NOT NULL,
    outbox BIGINT NOT NULL
);
