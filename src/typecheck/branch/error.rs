//! What can be wrong behind an `if`.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum BranchError {
    #[error("`{name}` is a `{then}` in one branch and a `{otherwise}` in the other")]
    #[diagnostic(
        code(flow::typecheck::branch_types),
        help("behind the `if` a name has what both branches give it, with one type")
    )]
    Types {
        name: String,
        then: String,
        otherwise: String,
        #[label("which of the two is this?")]
        span: Span,
    },
    #[error("what stands before `??` is always there")]
    #[diagnostic(
        code(flow::typecheck::always_there),
        help("leave `??` and what follows out")
    )]
    AlwaysThere {
        #[label("made whatever happens")]
        span: Span,
    },
}

impl Located for BranchError {
    fn span(&self) -> Span {
        match self {
            Self::Types { span, .. } | Self::AlwaysThere { span } => *span,
        }
    }
}
