//! The start page, embedded.
