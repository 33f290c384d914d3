-- One row that is changed to prove that the database takes, and keeps, a write.
CREATE TABLE store_probe (
    id BIGINT PRIMARY KEY,
    beats BIGINT NOT NULL
);
