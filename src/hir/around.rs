//! What is written out around a call.

use crate::source::Span;

/// A call of a named workflow, or a round of a `repeat`, in which a call stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Around {
    Workflow {
        /// What its call is bound to; else its own.
        name: String,
        /// Its own.
        workflow: String,
        /// Where it is called.
        span: Span,
    },
    /// By its number.
    Round(String),
}

impl Around {
    /// What stands for it in the names of calls.
    pub fn name(&self) -> &str {
        match self {
            Self::Workflow { name, .. } | Self::Round(name) => name,
        }
    }
}
