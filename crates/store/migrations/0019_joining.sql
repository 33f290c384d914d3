-- Who asked to join a program or was invited to it, and who is in it since when.

CREATE TABLE applications (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    advertiser_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX applications_open ON applications (program_id, publisher_id) WHERE state = 'open';
CREATE INDEX applications_network ON applications (network_id, id);
CREATE INDEX applications_advertiser ON applications (advertiser_id, id);
CREATE INDEX applications_program ON applications (program_id, id);
CREATE INDEX applications_publisher ON applications (publisher_id, id);
CREATE INDEX applications_revision ON applications (revision);

-- One row for each stay; one that has ended is never removed.
CREATE TABLE program_members (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX program_members_present ON program_members (program_id, publisher_id) WHERE left_at IS NULL;
CREATE INDEX program_members_program ON program_members (program_id, id);
CREATE INDEX program_members_publisher ON program_members (publisher_id, id);
CREATE INDEX program_members_revision ON program_members (revision);
