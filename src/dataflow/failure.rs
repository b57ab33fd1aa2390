//! What follows a failure.

use crate::hir::{Amount, Cause, How, Word};
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

/// The exit status with which a script wants to be started once more, from its checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    pub status: u8,
    /// Starts in all.
    pub up_to: u64,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Raise {
    Amount(More),
    Word {
        what: Word,
        word: String,
        span: Span,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct More {
    pub what: Amount,
    pub how: How,
    /// Seconds, bytes, a count or a factor.
    pub amount: f64,
    pub span: Span,
}
