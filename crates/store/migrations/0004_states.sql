-- Of which automatic approval both parties were warned: once for each date that a conversion waited for.
CREATE TABLE approval_warnings (
    conversion_id BLOB NOT NULL,
    approve_at BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversion_id, approve_at)
) WITHOUT ROWID;
