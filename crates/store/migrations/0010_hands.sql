-- Whose hands an account was in: who created it, set its password or address, or made it an operator; and when whoever runs
-- the machine handed it to its person. Two accounts that one person may hold cannot be the two of a payout run. Ids as in
-- the audit log, from which the rows of before are taken.
CREATE TABLE user_hands (
    id BLOB NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    way TEXT NOT NULL,
    giver TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX user_hands_person ON user_hands (person, at);

INSERT INTO user_hands (id, person, at, way, giver)
SELECT id, object, at, 'created', actor FROM audit WHERE action = 'user.create' AND actor <> 'system';

INSERT INTO user_hands (id, person, at, way, giver)
SELECT id, object, at, 'changed', actor FROM audit
WHERE action = 'user.update' AND actor <> 'system' AND actor <> 'user:' || object
    AND (change LIKE '%"password_hash":%' OR change LIKE '%"email":%' OR change LIKE '%"memberships":%');

INSERT INTO user_hands (id, person, at, way, giver)
SELECT id, object, at, 'handed_over', actor FROM audit WHERE action = 'user.reset_password' AND actor = 'system';

-- The hash of a file tells whether a guess at the account numbers in it is right. The seal proves the file by itself.
UPDATE payout_runs SET file_sha256 = NULL;
UPDATE audit SET change = '{"sha256":"(hidden)"}' WHERE action = 'payout_run.send';
