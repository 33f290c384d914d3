-- Every conversion that a customer earned somebody, instead of only the first: when that is taken back, the next one that
-- stands tells who won him.

CREATE TABLE customer_conversions (
    key BLOB NOT NULL,
    conversion_id BLOB NOT NULL,
    PRIMARY KEY (key, conversion_id)
) WITHOUT ROWID;
INSERT INTO customer_conversions (key, conversion_id) SELECT key, conversion_id FROM customers;
DROP TABLE customers;
