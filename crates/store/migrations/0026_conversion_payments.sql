-- Since when what a publisher earned by a conversion is paid out, as it was told again and again: by which payment and when, or
-- (`paid_at` null) that the payment came back. The last row of a conversion and publisher holds. `decision` is the number of the
-- conversion's decision that it followed.
CREATE TABLE conversion_payments (
    conversion_id BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    publisher_id BLOB NOT NULL,
    payout_id BLOB NOT NULL,
    paid_at BIGINT,
    decision BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversion_id, sequence)
) WITHOUT ROWID;

-- Publishers with a payment that was confirmed or came back, whose conversions are yet to be looked at: those up to `walked_to` were,
-- none where it is null.
CREATE TABLE payment_walks (
    publisher_id BLOB NOT NULL PRIMARY KEY,
    queued_at BIGINT NOT NULL,
    walked_to BLOB
) WITHOUT ROWID;

INSERT INTO payment_walks (publisher_id, queued_at)
SELECT publisher_id, MAX(settled_at) FROM payouts WHERE state = 'confirmed' AND settled_at IS NOT NULL GROUP BY publisher_id;

-- Orders are looked up by their numbers: by people, by files of decisions, by disputes.
CREATE INDEX conversions_order ON conversions (order_id) WHERE order_id IS NOT NULL;
