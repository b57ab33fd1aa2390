//! What can be wrong with a site file.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum SiteError {
    #[error("the site file is not TOML: {message}")]
    #[diagnostic(
        code(flow::site::syntax),
        help("a key is written `name = \"work\"`, each partition begins with `[[partition]]`")
    )]
    Syntax {
        message: String,
        #[label("here")]
        span: Span,
    },

    #[error("unknown key `{key}` in {place}")]
    #[diagnostic(code(flow::site::unknown_key), help("{help}"))]
    UnknownKey {
        key: String,
        place: &'static str,
        help: String,
        #[label("not a key of a site")]
        span: Span,
    },

    #[error("`{key}` is {expected}, not `{found}`")]
    #[diagnostic(code(flow::site::bad_value), help("{help}"))]
    BadValue {
        key: &'static str,
        expected: &'static str,
        found: String,
        help: String,
        #[label("here")]
        span: Span,
    },

    #[error("a partition without a name")]
    #[diagnostic(
        code(flow::site::unnamed_partition),
        help("add `name = \"…\"` as in `sinfo`")
    )]
    UnnamedPartition {
        #[label("this one")]
        span: Span,
    },
}

impl Located for SiteError {
    fn span(&self) -> Span {
        match self {
            Self::Syntax { span, .. }
            | Self::UnknownKey { span, .. }
            | Self::BadValue { span, .. }
            | Self::UnnamedPartition { span } => *span,
        }
    }
}
