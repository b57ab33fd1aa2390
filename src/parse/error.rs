//! What can be wrong with the form of a program, each with its place and its fix.

mod lexical;
mod syntax;

pub use lexical::LexicalError;
pub use syntax::SyntaxError;

use miette::Diagnostic;
use thiserror::Error;

use crate::diagnostics::Located;
use crate::source::Span;

/// One mistake in the form of a program.
#[derive(Debug, Clone, PartialEq, Error, Diagnostic)]
pub enum ParseError {
    #[error(transparent)]
    #[diagnostic(transparent)]
    Lexical(#[from] LexicalError),

    #[error(transparent)]
    #[diagnostic(transparent)]
    Syntax(#[from] SyntaxError),
}

impl Located for ParseError {
    fn span(&self) -> Span {
        match self {
            Self::Lexical(error) => error.span(),
            Self::Syntax(error) => error.span(),
        }
    }
}
