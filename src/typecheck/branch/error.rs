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
    #[error("expected `{wanted}`, found `{found}`: it may be absent")]
    #[diagnostic(code(flow::typecheck::unhandled_optional))]
    UnhandledOptional {
        wanted: String,
        found: String,
        #[label("this may be absent")]
        span: Span,
        #[label("declared here as `{wanted}`")]
        declared: Option<Span>,
        #[help]
        help: String,
    },
    #[error("a list holds what exists: its items cannot be optional")]
    #[diagnostic(
        code(flow::typecheck::optional_items),
        help("write `[{item}]`: what is absent is left out, and `$NAME_keys` names what is there")
    )]
    OptionalItems {
        item: String,
        #[label("without the `?`")]
        span: Span,
    },
    #[error("the key `{name}` is optional")]
    #[diagnostic(
        code(flow::typecheck::optional_key),
        help("leave `key` out, or the `?`: a row is known by its key")
    )]
    OptionalKey {
        name: String,
        #[label("a row without it would have no name")]
        span: Span,
    },
    #[error("`{name}` is never made here")]
    #[diagnostic(
        code(flow::typecheck::never_made),
        help(
            "move this into the branch that makes it, or behind the `if`: there `{name}` may be absent"
        )
    )]
    NeverMade {
        name: String,
        #[label("this stands where it is not made")]
        span: Span,
        #[label("it is made in the other branch of this")]
        condition: Span,
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
            Self::Types { span, .. }
            | Self::UnhandledOptional { span, .. }
            | Self::OptionalItems { span, .. }
            | Self::OptionalKey { span, .. }
            | Self::NeverMade { span, .. }
            | Self::AlwaysThere { span } => *span,
        }
    }
}
