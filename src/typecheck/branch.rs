//! Branches of an `if`, and the names that they leave behind.

use super::loops::{Reads, reads};
use super::{Checker, Meaning, Place};
use crate::ast;
use crate::hir::{BinaryOp, Choice, ConditionId, Expr, ExprKind, Loop};
use crate::resolve::{LocalId, LocalKind};
use crate::source::Span;
use crate::types::Type;

mod error;

pub use error::BranchError;

/// A name that one branch of an `if` binds, or both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joined {
    condition: ConditionId,
    then: Option<LocalId>,
    otherwise: Option<LocalId>,
}

impl Checker<'_> {
    /// The head of an `if`, and what its branches bind.
    pub(super) fn condition(
        &mut self,
        written: &ast::Expr,
        binds: &[LocalId],
        loops: &[Loop],
    ) -> Option<ConditionId> {
        let asked = self.expect(written, Place::Workflow(loops), &Type::Bool)?;
        let what = match reads(&asked) {
            Some(Reads::Results) => "`if` on what is known only at run time is",
            Some(Reads::Items) => "`if` on the item of a loop is",
            None => {
                let id = ConditionId(self.program.conditions.len());
                self.program.conditions.push(asked);
                self.join(id, binds);
                return Some(id);
            }
        };
        self.planned(what, written.span)
    }

    fn join(&mut self, condition: ConditionId, binds: &[LocalId]) {
        for id in binds {
            let local = self.bindings.locals.get(id.0);
            if let Some(LocalKind::Joined { then, otherwise }) = local.map(|it| it.kind) {
                let joined = Joined {
                    condition,
                    then,
                    otherwise,
                };
                self.mean(Some(id), Some(Meaning::Joined(joined)));
            }
        }
    }

    /// How an output of what is joined is written.
    pub(super) fn joined_output(&self, joined: &Joined, output: &str) -> String {
        let id = joined.then.or(joined.otherwise);
        let local = id.and_then(|id| self.bindings.locals.get(id.0));
        let name = local.map_or("", |local| local.name.node.as_str());
        format!("{name}.{output}")
    }

    /// What a name stands for behind the `if` that binds it; `read` says what it is in one branch.
    pub(super) fn joined(
        &mut self,
        joined: Joined,
        (name, span): (&str, Span),
        mut read: impl FnMut(&mut Self, LocalId) -> Option<Expr>,
    ) -> Option<Expr> {
        let then = joined.then.map(|id| read(self, id));
        let otherwise = joined.otherwise.map(|id| read(self, id));
        let (then, otherwise) = (transposed(then)?, transposed(otherwise)?);
        let types = (
            then.as_ref().map(|it| &it.ty),
            otherwise.as_ref().map(|it| &it.ty),
        );
        let ty = match types {
            (Some(then), Some(otherwise)) if then != otherwise => {
                self.error(BranchError::Types {
                    name: name.to_owned(),
                    then: then.to_string(),
                    otherwise: otherwise.to_string(),
                    span,
                });
                return None;
            }
            (Some(ty), _) | (None, Some(ty)) => ty.clone(),
            (None, None) => return None,
        };
        let choice = Choice {
            name: name.to_owned(),
            condition: joined.condition,
            then,
            otherwise,
        };
        let kind = ExprKind::Choice(Box::new(choice));
        Some(Expr { kind, ty, span })
    }

    /// Whether branches bind a call to a name.
    pub(super) fn is_call(&self, joined: &Joined) -> bool {
        let mut branches = joined.then.iter().chain(&joined.otherwise);
        branches.any(|id| match self.meaning(*id) {
            Some(Meaning::Call(_) | Meaning::Workflow(_)) => true,
            Some(Meaning::Joined(inner)) => self.is_call(inner),
            Some(Meaning::Value(_) | Meaning::Item(_) | Meaning::Argument(_)) | None => false,
        })
    }

    /// `a ?? b`, where `a` may be absent, or is made in one branch of an `if`: the other has `b`.
    pub(super) fn or_else(
        &mut self,
        (left, right): (&ast::Expr, &ast::Expr),
        span: Span,
        place: Place,
    ) -> Option<Expr> {
        let mut found = self.expr(left, place, None)?;
        if found.ty.is_optional() {
            let right = self.expr(right, place, Some(found.ty.present()))?;
            let last = right.ty.is_optional();
            let ty = found.ty.present().clone();
            let ty = if last { ty.optional() } else { ty };
            let right = self.fit(right, place, &ty)?;
            let kind = ExprKind::Binary(BinaryOp::Else, Box::new(found), Box::new(right));
            return Some(Expr { kind, ty, span });
        }
        let right = self.expect(right, place, &found.ty)?;
        if !fill(&mut found, &right) {
            self.error(BranchError::AlwaysThere { span: found.span });
            return None;
        }
        Some(Expr { span, ..found })
    }
}

impl Checker<'_> {
    /// A value that is computed with: it must be there.
    pub(super) fn present(&mut self, found: Expr) -> Option<Expr> {
        if !found.ty.is_optional() {
            return Some(found);
        }
        let error = unhandled(&found, found.ty.present());
        self.error(error);
        None
    }
}

/// What is said of a value that may be absent where it must be there.
pub(super) fn unhandled(found: &Expr, wanted: &Type) -> BranchError {
    BranchError::UnhandledOptional {
        wanted: wanted.to_string(),
        found: found.ty.to_string(),
        span: found.span,
        declared: None,
        help: format!(
            "say what stands there where it is absent (`{found} ?? …`), or declare what takes it as `{wanted}?`"
        ),
    }
}

/// None after an error.
fn transposed(found: Option<Option<Expr>>) -> Option<Option<Expr>> {
    found.map_or(Some(None), |found| found.map(Some))
}

/// Puts a value where a branch has none; false if all have.
fn fill(expr: &mut Expr, with: &Expr) -> bool {
    let ExprKind::Choice(choice) = &mut expr.kind else {
        return false;
    };
    let mut filled = false;
    for branch in [&mut choice.then, &mut choice.otherwise] {
        match branch {
            None => {
                *branch = Some(with.clone());
                filled = true;
            }
            Some(branch) => filled |= fill(branch, with),
        }
    }
    filled
}
