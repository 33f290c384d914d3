-- Groups of publishers, their members with the history of their stays, and contracts with groups.

CREATE TABLE publisher_groups (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX publisher_groups_network ON publisher_groups (network_id, id);
CREATE INDEX publisher_groups_revision ON publisher_groups (revision);

-- One row for each stay; one that has ended is never removed.
CREATE TABLE group_members (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    joined_at BIGINT NOT NULL,
    left_at BIGINT,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX group_members_present ON group_members (group_id, publisher_id) WHERE left_at IS NULL;
CREATE INDEX group_members_group ON group_members (group_id, id);
CREATE INDEX group_members_publisher ON group_members (publisher_id, id);
CREATE INDEX group_members_revision ON group_members (revision);

ALTER TABLE contract_versions ADD COLUMN group_id BLOB;
DROP INDEX contract_versions_default;
CREATE UNIQUE INDEX contract_versions_default ON contract_versions (program_id, number) WHERE publisher_id IS NULL AND group_id IS NULL;
CREATE UNIQUE INDEX contract_versions_group ON contract_versions (program_id, group_id, number) WHERE group_id IS NOT NULL;
