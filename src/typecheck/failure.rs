//! `retry` and `on failure`.

use miette::Diagnostic;
use thiserror::Error;

use super::process::ProcessError;
use super::{Checker, Place};
use crate::ast::{self, BinaryOp, Resource};
use crate::diagnostics::Located;
use crate::hir::{Amount, Cause, How, OnFailure, Raise, Raised, Retry, Word};
use crate::resolve::did_you_mean;
use crate::source::{Span, Spanned};
use crate::types::Type;

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum FailureError {
    #[error("`{word}` is no cause of failures")]
    #[diagnostic(code(flow::typecheck::unknown_cause))]
    UnknownCause {
        word: String,
        #[label("no such cause")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("`{word}` cannot be raised like this")]
    #[diagnostic(code(flow::typecheck::raise))]
    Raise {
        word: &'static str,
        #[label("neither a factor, nor a sum, nor a new value")]
        span: Span,
        #[help]
        help: String,
    },
    #[error("no more than {percent}% can be ignored")]
    #[diagnostic(
        code(flow::typecheck::percentage),
        help("write 0% to 100%, or `on failure ignore` for any number")
    )]
    Percentage {
        percent: f64,
        #[label("out of range")]
        span: Span,
    },
}

impl Located for FailureError {
    fn span(&self) -> Span {
        match self {
            Self::UnknownCause { span, .. }
            | Self::Raise { span, .. }
            | Self::Percentage { span, .. } => *span,
        }
    }
}

impl Checker<'_> {
    pub(super) fn retry(&mut self, process: &str, retry: &ast::Retry) -> Option<Retry> {
        let causes = retry.causes.iter().map(|it| self.cause(it));
        let causes = causes.collect::<Vec<_>>();
        let mut raises = Vec::new();
        for (at, (resource, value)) in retry.with.iter().enumerate() {
            let before = retry.with.iter().take(at);
            let first = before.map(|(it, _)| it).find(|it| it.node == resource.node);
            match first {
                Some(first) => self.error(ProcessError::DuplicateClause {
                    process: process.to_owned(),
                    clause: resource.node.word(),
                    span: resource.span,
                    first: first.span,
                }),
                None => raises.extend(self.raise(resource, value)),
            }
        }
        Some(Retry {
            count: self.expect(&retry.count, Place::Clause(&[]), &Type::Int)?,
            causes: causes.into_iter().flatten().collect(),
            raises,
        })
    }

    fn cause(&mut self, name: &ast::Name) -> Option<Cause> {
        let words = || Cause::WORDS.into_iter().map(|(word, _)| word);
        let found = Cause::WORDS
            .into_iter()
            .find(|(word, _)| *word == name.node);
        if found.is_none() {
            self.error(FailureError::UnknownCause {
                word: name.node.clone(),
                span: name.span,
                help: did_you_mean(&name.node, words()).unwrap_or_else(|| {
                    format!("there are `{}`", words().collect::<Vec<_>>().join("`, `"))
                }),
            });
        }
        found.map(|(_, cause)| cause)
    }

    fn raise(&mut self, resource: &Spanned<Resource>, value: &ast::Expr) -> Option<Raise> {
        let word = resource.node.word();
        let (new, ty, example) = raised(resource.node);
        let (what, operand, ty) = match (new, ast::Retry::raise(word, value)) {
            (_, None) => (new, value, ty),
            (Raised::Amount(what, _), Some((BinaryOp::Multiply, factor))) => {
                (Raised::Amount(what, How::Times), factor, Type::Float)
            }
            (Raised::Amount(what, _), Some((BinaryOp::Add, more))) => {
                (Raised::Amount(what, How::Plus), more, ty)
            }
            (_, Some(_)) => {
                let anew = format!("`{word} {example}`");
                self.error(FailureError::Raise {
                    word,
                    span: value.span,
                    help: match new {
                        Raised::Word(_) => format!("write a new value: {anew}"),
                        Raised::Amount(..) => {
                            format!("write `{word} * 2`, `{word} + {example}`, or {anew}")
                        }
                    },
                });
                return None;
            }
        };
        Some(Raise {
            what,
            value: self.expect(operand, Place::Clause(&[]), &ty)?,
            span: resource.span.to(value.span),
        })
    }

    pub(super) fn on_failure(&mut self, policy: &ast::OnFailure) -> OnFailure {
        match policy {
            ast::OnFailure::Stop => OnFailure::Stop,
            ast::OnFailure::Ignore => OnFailure::Ignore(100.0),
            ast::OnFailure::IgnoreUpTo(percent) => {
                if !(0.0..=100.0).contains(&percent.node) {
                    self.error(FailureError::Percentage {
                        percent: percent.node,
                        span: percent.span,
                    });
                }
                OnFailure::Ignore(percent.node)
            }
        }
    }
}

/// A new value of it, with its type and one such.
fn raised(resource: Resource) -> (Raised, Type, &'static str) {
    let amount = |what| Raised::Amount(what, How::To);
    match resource {
        Resource::Time => (amount(Amount::Time), Type::Duration, "2h"),
        Resource::Memory => (amount(Amount::Memory), Type::Size, "8GB"),
        Resource::Tmp => (amount(Amount::Tmp), Type::Size, "8GB"),
        Resource::Cpus => (amount(Amount::Cpus), Type::Int, "4"),
        Resource::Gpus => (amount(Amount::Gpus), Type::Int, "2"),
        Resource::Tasks => (amount(Amount::Tasks), Type::Int, "4"),
        Resource::Nodes => (amount(Amount::Nodes), Type::Int, "2"),
        Resource::Partition => (Raised::Word(Word::Partition), Type::String, "\"long\""),
        Resource::Constraint => (Raised::Word(Word::Constraint), Type::String, "\"fat\""),
        Resource::Account => (Raised::Word(Word::Account), Type::String, "\"astro\""),
    }
}
