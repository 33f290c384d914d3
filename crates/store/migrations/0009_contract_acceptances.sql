-- Which publisher accepted which version of a contract.

CREATE TABLE contract_acceptances (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    contract_id BLOB NOT NULL,
    version_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX contract_acceptances_version ON contract_acceptances (version_id, publisher_id);
CREATE INDEX contract_acceptances_contract ON contract_acceptances (contract_id, id);
CREATE INDEX contract_acceptances_revision ON contract_acceptances (revision);
