-- By which conversion each customer came first, for commissions on what he buys later.

CREATE TABLE customers (
    key BLOB NOT NULL PRIMARY KEY,
    conversion_id BLOB NOT NULL
) WITHOUT ROWID;
