-- What publishers show of programs. The bytes of a picture stand apart, so that lists and whoever follows the configuration read none.

CREATE TABLE creatives (
    id BLOB NOT NULL PRIMARY KEY,
    network_id BLOB NOT NULL,
    program_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    revision BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX creatives_network ON creatives (network_id, id);
CREATE INDEX creatives_program ON creatives (program_id, id);
CREATE INDEX creatives_revision ON creatives (revision);

CREATE TABLE creative_pictures (
    creative_id BLOB NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
);
