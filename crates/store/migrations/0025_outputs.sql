-- What people keep to be told of things: saved reports, schedules, webhooks, subscriptions to alerts, postbacks. `party` names the side
-- that it belongs to, `due_at` is when a schedule is due next, `publisher_id` is of whose conversions a postback tells.
CREATE TABLE outputs (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    party TEXT NOT NULL,
    user_id BLOB,
    shared BIGINT NOT NULL,
    due_at BIGINT,
    publisher_id BLOB,
    body TEXT NOT NULL
);
CREATE INDEX outputs_party ON outputs (network_id, kind, party, id);
CREATE INDEX outputs_due ON outputs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX outputs_publisher ON outputs (publisher_id) WHERE publisher_id IS NOT NULL;

-- What is to go out, once for each `key`. `next_at` is when it is tried next, `claimed_until` until when somebody is trying it.
CREATE TABLE deliveries (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    party TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    target TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    claimed_until BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX deliveries_due ON deliveries (next_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_target ON deliveries (target, next_at) WHERE state = 'waiting';
CREATE INDEX deliveries_claimed ON deliveries (claimed_until) WHERE claimed_until > 0;
CREATE INDEX deliveries_party ON deliveries (network_id, party, id);
CREATE INDEX deliveries_ended ON deliveries (next_at) WHERE state <> 'waiting';

-- How each attempt ended.
CREATE TABLE delivery_attempts (
    delivery_id BLOB NOT NULL,
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    delivered BIGINT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (delivery_id, number)
) WITHOUT ROWID;

-- Up to which transaction of the outbox those who want to be told of it were told.
CREATE TABLE output_positions (
    name TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL
);
INSERT INTO output_positions (name, sequence) SELECT 'outbox', value FROM revisions WHERE name = 'outbox';
