//! What is fine, but looks like a mistake.

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum Warning {
    #[error("the script of `{process}` never uses its input `{name}`")]
    #[diagnostic(
        severity(Warning),
        code(flow::typecheck::unused_input),
        help("use `${name}` in the script, or remove the input: it decides what is run again")
    )]
    UnusedInput {
        process: String,
        name: String,
        #[label("not in the script")]
        span: Span,
    },
    #[error("the script of `{process}` never uses its output `{name}`")]
    #[diagnostic(
        severity(Warning),
        code(flow::typecheck::unused_output),
        help(
            "write to `${name}`, or take what the script prints: `{name}: … = stdout`; what a program of its makes under that name, name in a comment: `# makes {path}`"
        )
    )]
    UnusedOutput {
        process: String,
        name: String,
        path: String,
        #[label("neither `${name}` nor its file name is in the script")]
        span: Span,
    },
    #[error("the script of `{process}` has `{name}`, which is there as `{path}`")]
    #[diagnostic(
        severity(Warning),
        code(flow::typecheck::code_path),
        help("write `{path}` in the script")
    )]
    CodePath {
        process: String,
        name: String,
        path: String,
        #[label("linked under its path from the program's folder")]
        span: Span,
    },
    #[error("the script of `{process}` reads `${name}`, which nothing sets")]
    #[diagnostic(
        severity(Warning),
        code(flow::typecheck::unknown_variable),
        help("{help}")
    )]
    UnknownVariable {
        process: String,
        name: String,
        help: String,
        #[label("ends the script, as `set -u` is on")]
        span: Span,
    },
}

impl Located for Warning {
    fn span(&self) -> Span {
        match self {
            Self::UnusedInput { span, .. }
            | Self::UnusedOutput { span, .. }
            | Self::CodePath { span, .. }
            | Self::UnknownVariable { span, .. } => *span,
        }
    }
}
