//! What can be wrong with the heads of loops.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum LoopError {
    #[error("a loop over `{collection}` inside of a loop over `{collection}`")]
    #[diagnostic(
        code(flow::typecheck::nested_same_axis),
        help("for all pairs loop over `other({collection})`, a second axis with the same items")
    )]
    NestedSameAxis {
        collection: String,
        #[label("the same collection again")]
        span: Span,
        #[label("the loop around it")]
        first: Span,
    },
    #[error("a loop over {found} has {has}")]
    #[diagnostic(code(flow::typecheck::loop_variables), help("{help}"))]
    Variables {
        found: &'static str,
        has: &'static str,
        help: String,
        #[label("here")]
        span: Span,
    },
    #[error("`{function}` takes a list over one loop, and this is over {axes}")]
    #[diagnostic(
        code(flow::typecheck::list_over_loops),
        help("use it inside of all of these loops but one")
    )]
    ListOverLoops {
        function: &'static str,
        axes: String,
        #[label("over {axes}")]
        span: Span,
    },
}

impl Located for LoopError {
    fn span(&self) -> Span {
        match self {
            Self::NestedSameAxis { span, .. }
            | Self::Variables { span, .. }
            | Self::ListOverLoops { span, .. } => *span,
        }
    }
}
