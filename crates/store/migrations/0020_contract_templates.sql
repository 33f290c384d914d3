-- Templates of contracts, one row for each version; an application that is answered with other terms waits for the publisher.

CREATE TABLE contract_template_versions (
    id BLOB NOT NULL PRIMARY KEY,
    template_id BLOB NOT NULL,
    network_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    number BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX contract_template_versions_number ON contract_template_versions (template_id, number);
CREATE INDEX contract_template_versions_program ON contract_template_versions (program_id, id);
CREATE INDEX contract_template_versions_revision ON contract_template_versions (revision);

DROP INDEX applications_open;
CREATE UNIQUE INDEX applications_open ON applications (program_id, publisher_id) WHERE state IN ('open', 'offered');
