//! What can be wrong with settings.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::{Located, closest};
use crate::parse::ParseError;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum SettingError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Syntax(#[from] ParseError),
    #[error("`--set` takes a name and a value")]
    #[diagnostic(code(flow::settings::no_assignment), help("write `--set NAME=VALUE`"))]
    NoAssignment {
        #[label("no `=` here")]
        span: Span,
    },
    #[error("a list stands in brackets")]
    #[diagnostic(code(flow::settings::bare_list), help("write `{list}`"))]
    BareList {
        list: String,
        #[label("these are several values")]
        span: Span,
    },
    #[error("the params file is not {wanted}: {reason}")]
    #[diagnostic(code(flow::settings::no_object), help("write `{example}`"))]
    NoObject {
        wanted: &'static str,
        example: &'static str,
        reason: String,
        #[label("here")]
        span: Span,
    },
    #[error("the program has no param `{name}`")]
    #[diagnostic(code(flow::settings::unknown_param))]
    UnknownParam {
        name: String,
        #[label("set here")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("{found} cannot be a value of a param")]
    #[diagnostic(
        code(flow::settings::json_value),
        help(
            "give numbers, texts, truth values, lists of those, or objects with the fields of a record"
        )
    )]
    JsonValue {
        found: &'static str,
        #[label("set here")]
        span: Span,
    },
}

impl SettingError {
    pub(super) fn unknown(name: &str, span: Span, known: &[&str]) -> Self {
        let near = closest(name, known.iter().copied());
        let help = match (near, known) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, []) => format!("declare it: `param {name}: TYPE`"),
            (None, _) => format!("it has `{}`", known.join("`, `")),
        };
        Self::UnknownParam {
            name: name.to_owned(),
            span,
            help,
        }
    }
}

impl Located for SettingError {
    fn span(&self) -> Span {
        match self {
            Self::Syntax(error) => error.span(),
            Self::NoAssignment { span }
            | Self::BareList { span, .. }
            | Self::NoObject { span, .. }
            | Self::UnknownParam { span, .. }
            | Self::JsonValue { span, .. } => *span,
        }
    }
}
