//! Facts as open files.
