//! Development only: world builder, fake clock and randomness, throw-away PostgreSQL, fault injection.
