-- The second factor of a person, from when he begins to set it up. The secret is sealed with a key of the installation; `last_step`
-- is the newest step of time of which a code was taken, so that no code is taken twice. It counts once it is confirmed.
CREATE TABLE second_factors (
    user_id BLOB NOT NULL PRIMARY KEY,
    key_number BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    begun_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL
) WITHOUT ROWID;

-- Codes for whoever lost his second factor. A row goes when its code is used.
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL,
    code_sha256 TEXT NOT NULL,
    PRIMARY KEY (user_id, code_sha256)
) WITHOUT ROWID;

-- Links with which a person chooses his password. A row goes when its link is used, replaced or made useless.
CREATE TABLE password_links (
    token_sha256 TEXT NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX password_links_user ON password_links (user_id);

-- With what the person signed in, so that he knows his sessions apart.
ALTER TABLE sessions ADD COLUMN user_agent TEXT;
CREATE INDEX sessions_user ON sessions (user_id);

-- What became of a request in quarantine. A replay stands here with what it hands to the intake before that takes it, and gets its
-- conversion after, so that one that was interrupted goes on with the same.
CREATE TABLE quarantine_solutions (
    quarantine_id BLOB NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    way TEXT NOT NULL,
    conversion_id BLOB,
    report TEXT,
    reason TEXT
) WITHOUT ROWID;
