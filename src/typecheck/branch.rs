//! Branches of an `if`, and the names that they leave behind.

use super::{Checker, Meaning, Place};
use crate::ast;
use crate::hir::{BinaryOp, Choice, ConditionId, Expr, ExprKind, Guard, Loop};
use crate::resolve::{LocalId, LocalKind};
use crate::source::{Span, Spanned};
use crate::types::Type;

mod error;

pub use error::BranchError;

/// What one branch of an `if` makes, or both: a name that they bind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joined<T = LocalId> {
    pub condition: ConditionId,
    pub then: Option<T>,
    pub otherwise: Option<T>,
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
        let id = self.asked(asked);
        self.join(id, binds);
        Some(id)
    }

    /// The number of a condition: equal ones have one.
    pub(super) fn asked(&mut self, condition: Expr) -> ConditionId {
        let next = ConditionId(self.program.conditions.len());
        let id = *self
            .condition_of
            .entry(condition.identity())
            .or_insert(next);
        if id == next {
            self.program.conditions.push(condition);
        }
        id
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
    pub(super) fn joined<T>(
        &mut self,
        joined: Joined<T>,
        name: Spanned<&str>,
        mut read: impl FnMut(&mut Self, T) -> Option<Expr>,
    ) -> Option<Expr> {
        let condition = joined.condition;
        let mut around = self.when.iter();
        if let Some(known) = around.find(|it| it.condition == condition) {
            let made = match known.holds {
                true => joined.then,
                false => joined.otherwise,
            };
            return match made {
                Some(made) => read(self, made),
                None => self.never_made(name, condition),
            };
        }
        let mut branch = |made: Option<T>, holds| {
            let guard = Guard { condition, holds };
            let found = made.map(|made| self.under([guard], |this| read(this, made)));
            transposed(found)
        };
        let (then, otherwise) = (branch(joined.then, true), branch(joined.otherwise, false));
        let made = Joined {
            condition,
            then: then?,
            otherwise: otherwise?,
        };
        self.one_or_both(name, made)
    }

    /// What stands for a name that one branch binds, or both.
    pub(super) fn one_or_both(&mut self, name: Spanned<&str>, made: Joined<Expr>) -> Option<Expr> {
        let Joined {
            condition,
            then,
            otherwise,
        } = made;
        let ty = match (&then, &otherwise) {
            (Some(then), Some(otherwise)) => self.of_both(then, otherwise, name)?,
            (Some(only), None) | (None, Some(only)) => {
                let guard = Guard {
                    condition,
                    holds: then.is_some(),
                };
                self.where_made(only.ty.clone(), &[guard])
            }
            (None, None) => return None,
        };
        let choice = Choice {
            name: name.node.to_owned(),
            condition,
            picked: false,
            then,
            otherwise,
        };
        Some(Expr {
            kind: ExprKind::Choice(Box::new(choice)),
            ty,
            span: name.span,
        })
    }

    /// Something is read as it is under these branches, inside of those around.
    pub(super) fn under<T>(
        &mut self,
        guards: impl IntoIterator<Item = Guard>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let around = self.when.len();
        self.when.extend(guards);
        let found = read(self);
        self.when.truncate(around);
        found
    }

    /// The type of what both branches make.
    fn of_both(&mut self, then: &Expr, otherwise: &Expr, name: Spanned<&str>) -> Option<Type> {
        if then.ty.present() != otherwise.ty.present() {
            self.error(BranchError::Types {
                name: name.node.to_owned(),
                then: then.ty.to_string(),
                otherwise: otherwise.ty.to_string(),
                span: name.span,
            });
            return None;
        }
        let either = [then, otherwise].into_iter().find(|it| it.ty.is_optional());
        Some(either.unwrap_or(then).ty.clone())
    }

    /// The type of a value that is made in these branches, as it is seen from here: where shards
    /// decide it may be absent. A list holds what exists.
    pub(super) fn where_made(&self, ty: Type, when: &[Guard]) -> Type {
        let mut deciding = self.program.by_shards(when);
        if ty.item().is_some() || deciding.all(|guard| self.when.contains(guard)) {
            return ty;
        }
        ty.optional()
    }

    fn never_made(&mut self, name: Spanned<&str>, condition: ConditionId) -> Option<Expr> {
        let asked = self.program.conditions.get(condition.0)?.span;
        self.error(BranchError::NeverMade {
            name: name.node.to_owned(),
            span: name.span,
            condition: asked,
        });
        None
    }

    /// Whether branches bind a call to a name.
    pub(super) fn is_call(&self, joined: &Joined) -> bool {
        let mut branches = joined.then.iter().chain(&joined.otherwise);
        branches.any(|id| match self.meaning(*id) {
            Some(Meaning::Call(_) | Meaning::Workflow(_)) => true,
            Some(Meaning::Joined(inner)) => self.is_call(inner),
            Some(Meaning::Rounds(rounds)) => self.call_each_round(rounds),
            Some(Meaning::Value(_) | Meaning::Item(_) | Meaning::Argument(_)) | None => false,
        })
    }

    /// `a ?? b`, where `a` may be absent, or is made in one branch of an `if`: the other has `b`.
    pub(super) fn or_else(
        &mut self,
        left: &ast::Expr,
        right: &ast::Expr,
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
        let sure = "compute with it in the branch that makes it";
        let error = unhandled(&found, found.ty.present(), sure);
        self.error(error);
        None
    }
}

/// What is said of a value that may be absent where it must be there.
pub(super) fn unhandled(found: &Expr, wanted: &Type, instead: &str) -> BranchError {
    BranchError::UnhandledOptional {
        wanted: wanted.to_string(),
        found: found.ty.to_string(),
        span: found.span,
        declared: None,
        help: format!("say what stands there where it is absent (`{found} ?? …`), or {instead}"),
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
