//! What is wrong with the terms of a contract or the caps of a program, and where.

use std::fmt;

use serde::Serialize;

/// One refused field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TermError {
    /// Path of the field from the root of the terms, such as `actions[0].rates[1].percent`.
    pub field: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl TermError {
    /// An error at `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for TermError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for TermError {}
