-- What a network pays for referrals, in terms that are never changed.
CREATE TABLE referral_terms (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    valid_from BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX referral_terms_network ON referral_terms (network_id, valid_from);
CREATE INDEX referral_terms_revision ON referral_terms (revision);

-- What a publisher earns on the commission of another whom he brought. `taken_back` mirrors the newest decision.
CREATE TABLE referrals (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    publisher_id BLOB NOT NULL,
    from_publisher_id BLOB NOT NULL,
    conversion_id BLOB NOT NULL,
    level BIGINT NOT NULL,
    earned BIGINT NOT NULL,
    taken_back BIGINT NOT NULL,
    currency TEXT NOT NULL,
    at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX referrals_conversion ON referrals (conversion_id, from_publisher_id, level);
CREATE INDEX referrals_publisher ON referrals (publisher_id, id);
CREATE INDEX referrals_network ON referrals (network_id, id);

CREATE TABLE referral_decisions (
    referral_id BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    taken_back BIGINT NOT NULL,
    receipt TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (referral_id, sequence)
) WITHOUT ROWID;
