//! Use cases and jobs: where the pure crates meet storage.
