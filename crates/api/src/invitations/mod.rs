//! Invitations of publishers to programs. What becomes of one is an application that comes from the other side.

pub mod create;
