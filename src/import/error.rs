//! What can be wrong with an import.

use std::io;

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum ImportError {
    #[error("`{path}` cannot be imported: {reason}")]
    #[diagnostic(
        code(flow::import::unreadable),
        help("a path is relative to the file that imports it")
    )]
    Unreadable {
        path: String,
        reason: String,
        #[label("imported here")]
        span: Span,
    },
    #[error("`{path}` imports itself, by way of what it imports")]
    #[diagnostic(
        code(flow::import::cycle),
        help("put what both need into a file of its own: {circle} wait for each other")
    )]
    Cycle {
        path: String,
        circle: String,
        #[label("imported here, where it is not yet read to its end")]
        span: Span,
    },
    #[error("`{path}` has params, so it cannot be imported")]
    #[diagnostic(
        code(flow::import::params),
        help("make `{name}` an input of the processes and workflows that read it")
    )]
    Params {
        path: String,
        name: String,
        #[label("it has the param `{name}`")]
        span: Span,
    },
    #[error("`{path}` is imported twice")]
    #[diagnostic(code(flow::import::twice), help("remove one of the two"))]
    Twice {
        path: String,
        #[label("imported again here")]
        span: Span,
        #[label("first imported here")]
        first: Span,
    },
}

impl ImportError {
    pub(super) fn unreadable(path: &str, error: &io::Error, span: Span) -> Self {
        let reason = if error.kind() == io::ErrorKind::NotFound {
            "there is no such file".to_owned()
        } else if error.kind() == io::ErrorKind::InvalidData {
            "it is not UTF-8 text".to_owned()
        } else {
            error.to_string()
        };
        Self::Unreadable {
            path: path.to_owned(),
            reason,
            span,
        }
    }
}

impl Located for ImportError {
    fn span(&self) -> Span {
        match self {
            Self::Unreadable { span, .. }
            | Self::Cycle { span, .. }
            | Self::Params { span, .. }
            | Self::Twice { span, .. } => *span,
        }
    }
}
