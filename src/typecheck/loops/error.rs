//! What can be wrong with the heads of loops.

use miette::Diagnostic;
use thiserror::Error;

use crate::ast::Name;
use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum LoopError {
    #[error("a loop over `{collection}` inside of a loop over `{collection}`")]
    #[diagnostic(code(flow::typecheck::nested_same_axis))]
    NestedSameAxis {
        collection: String,
        #[help]
        help: String,
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

/// What gives all pairs of a collection.
pub(super) enum Pairs {
    /// A second axis with the same items.
    Other,
    /// Each item with the list of all.
    Listed,
}

impl LoopError {
    pub(super) fn nested(collection: String, span: Span, first: &Name, pairs: Pairs) -> Self {
        let pairs = match pairs {
            Pairs::Other => {
                format!("loop over `other({collection})`, a second axis with the same items")
            }
            Pairs::Listed => format!("hand it and the list `{collection}` to a process"),
        };
        Self::NestedSameAxis {
            help: format!(
                "leave this loop out, `{}` is the item already; for all pairs {pairs}",
                first.node
            ),
            collection,
            span,
            first: first.span,
        }
    }
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
