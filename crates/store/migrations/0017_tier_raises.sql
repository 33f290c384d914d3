-- Retroactive tiers: which conversions their rules paid, by counter, and the steps that were reached, each with how far the
-- conversions before it are raised to it.

CREATE TABLE tier_conversions (
    key BLOB NOT NULL,
    conversion_id BLOB NOT NULL,
    PRIMARY KEY (key, conversion_id)
) WITHOUT ROWID;

-- `conversion_id` is the one that reached the step. All up to `walked_to` are looked at.
CREATE TABLE tier_raises (
    key BLOB NOT NULL,
    step BIGINT NOT NULL,
    conversion_id BLOB NOT NULL,
    queued_at BIGINT NOT NULL,
    walked_to BLOB NOT NULL,
    done_at BIGINT,
    PRIMARY KEY (key, step)
) WITHOUT ROWID;
CREATE INDEX tier_raises_open ON tier_raises (queued_at) WHERE done_at IS NULL;
