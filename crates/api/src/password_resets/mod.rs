//! Links for forgotten passwords, by mail. Anybody may ask; nobody learns from the answer who signs in here.

pub mod create;
