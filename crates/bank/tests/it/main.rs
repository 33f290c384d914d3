//! Files for banks, and what banks answer, as whole texts.

mod files;
mod payees;
mod reports;
mod world;
