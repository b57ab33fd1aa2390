//! What follows a failure.

use crate::hir::{Cause, How, Raised};
use crate::source::Span;

/// Further attempts: in the same task, or in rungs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Retry {
    /// Further attempts after the first.
    pub count: u32,
    /// Empty: after any failure.
    pub causes: Vec<Cause>,
    /// What each attempt asks for, from what the one before asked for.
    pub raises: Vec<Raise>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    pub what: Raised,
    pub how: How,
    /// Seconds, bytes, a count or a factor; none where it is a word.
    pub amount: f64,
    pub word: Option<String>,
    pub span: Span,
}
