//! Names that are fine but useless.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum Warning {
    #[error("{kind} `{name}` is never used")]
    #[diagnostic(
        severity(Warning),
        code(flow::resolve::unused),
        help("remove it, or begin its name with `_` to keep it quietly")
    )]
    Unused {
        kind: &'static str,
        name: String,
        #[label("nothing reads this")]
        span: Span,
    },
    #[error("nothing of this import is used")]
    #[diagnostic(
        severity(Warning),
        code(flow::resolve::unused_import),
        help("remove it")
    )]
    UnusedImport {
        #[label("imported here")]
        span: Span,
    },
    #[error("{kind} `{name}` is never called")]
    #[diagnostic(
        severity(Warning),
        code(flow::resolve::never_called),
        help("call it in the workflow (`result = {name}(…)`), or remove it")
    )]
    NeverCalled {
        kind: &'static str,
        name: String,
        #[label("no call of it")]
        span: Span,
    },
    #[error("`{name}` is bound, but nothing reads it")]
    #[diagnostic(
        severity(Warning),
        code(flow::resolve::unread),
        help("publish one of its outputs, or drop the name if the call alone matters")
    )]
    Unread {
        name: String,
        #[label("neither read nor published")]
        span: Span,
    },
}

impl Located for Warning {
    fn span(&self) -> Span {
        match self {
            Self::Unused { span, .. }
            | Self::UnusedImport { span }
            | Self::NeverCalled { span, .. }
            | Self::Unread { span, .. } => *span,
        }
    }
}
