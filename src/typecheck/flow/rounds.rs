//! `repeat`: its body is written out, round by round.
//!
//! A round is under the branches in which none before it was the last. What is made in it has its
//! number in the name.

use std::rc::Rc;

use miette::Diagnostic;
use thiserror::Error;

use super::{Bodies, Body};
use crate::ast;
use crate::diagnostics::Located;
use crate::hir::{BinaryOp, ConditionId, Expr, ExprKind, Guard, Loop, ParamId, UnaryOp};
use crate::resolve::{LocalId, RoundName};
use crate::source::{Span, Spanned};
use crate::typecheck::axes::Made;
use crate::typecheck::name::Names;
use crate::typecheck::passed::Passed;
use crate::typecheck::{Checker, Meaning, Place};
use crate::types::{Type, Value};

/// No more rounds than that are written out.
const MOST: i64 = 1000;

/// What a name stands for behind a `repeat`.
#[derive(Debug, Clone)]
pub(in crate::typecheck) struct Rounds {
    /// In each round.
    each: Vec<Meaning>,
    /// What it was before, where it is carried: then it is what the last round set.
    before: Option<Meaning>,
    /// Whether there may be fewer rounds.
    until: bool,
}

#[derive(Debug, Clone, Error, Diagnostic, PartialEq)]
pub enum RoundError {
    #[error("how many rounds there are is not known when compiling")]
    #[diagnostic(
        code(flow::typecheck::round_count),
        help("write a number, or a param: `repeat 10`; `until` ends them earlier")
    )]
    Count {
        #[label("neither a number nor a param")]
        span: Span,
    },
    #[error("{count} rounds")]
    #[diagnostic(
        code(flow::typecheck::round_range),
        help("rounds are written out one by one: at least 1, at most {MOST}")
    )]
    Range {
        count: i64,
        #[label("from 1 to {MOST}")]
        span: Span,
    },
    #[error("`until` reads nothing that the rounds make")]
    #[diagnostic(
        code(flow::typecheck::until_constant),
        help(
            "read a value of this round: `until step.error < 0.1`; without `until` all rounds run"
        )
    )]
    Until {
        #[label("the same after every round")]
        span: Span,
    },
    #[error("`{name}` is a `{before}` before a round and a `{after}` behind it")]
    #[diagnostic(
        code(flow::typecheck::carried_type),
        help("what is carried from round to round keeps its type")
    )]
    Types {
        name: String,
        before: String,
        after: String,
        #[label("set here")]
        span: Span,
    },
}

impl Located for RoundError {
    fn span(&self) -> Span {
        match self {
            Self::Count { span }
            | Self::Range { span, .. }
            | Self::Until { span }
            | Self::Types { span, .. } => *span,
        }
    }
}

impl Checker<'_> {
    /// Checks the body of a `repeat` once for each round.
    pub(super) fn rounds(
        &mut self,
        repeat: &ast::Repeat,
        at: usize,
        loops: &[Loop],
        bodies: &mut Bodies,
    ) {
        let Some(step) = bodies.workflow.steps.get(at) else {
            return;
        };
        let Some(count) = self.round_count(&repeat.count, loops) else {
            return;
        };
        let mut body = Body {
            loops: loops.to_vec(),
            when: self.when.clone(),
            condition: None,
        };
        let mut each: Vec<Vec<Meaning>> = vec![Vec::new(); step.rounds.len()];
        let errors = self.errors.len();
        for round in 1..=count {
            if let Some(variable) = &repeat.variable {
                let number = numbered(round, variable.span);
                self.mean(
                    step.binds.first(),
                    Some(Meaning::Argument(Passed::Made(number))),
                );
            }
            step.rounds.iter().for_each(|it| self.give(it, round));
            bodies.put(at, Some(body.clone()));
            self.names.enter(Names::round(
                round,
                repeat.variable.as_ref(),
                repeat.count.span,
            ));
            self.block(Some(at), bodies);
            self.names.leave();
            for (name, each) in step.rounds.iter().zip(&mut each) {
                each.extend(self.meaning(name.inner).cloned());
            }
            self.when.clone_from(&body.when);
            let last = repeat.until.as_ref().map(|it| self.until(it, loops));
            if self.errors.len() > errors {
                return;
            }
            body.when.extend(last.flatten().map(|condition| Guard {
                condition,
                holds: false,
            }));
        }
        for (name, each) in step.rounds.iter().zip(each) {
            let rounds = Rounds {
                each,
                before: name.carried.and_then(|(it, _)| self.meaning(it).cloned()),
                until: repeat.until.is_some(),
            };
            self.mean(Some(&name.after), Some(Meaning::Rounds(Rc::new(rounds))));
        }
    }

    /// What a carried name is in a round.
    fn give(&mut self, name: &RoundName, round: i64) {
        if let Some((before, given)) = name.carried {
            let from = if round == 1 { before } else { name.inner };
            let meaning = self.meaning(from).cloned();
            let kept = round != 2 || self.keeps_type(before, name.inner);
            self.mean(Some(&given), meaning.filter(|_| kept));
        }
    }

    /// Whether a value has the type that it had before the rounds. Of a call what is read tells.
    fn keeps_type(&mut self, before: LocalId, set: LocalId) -> bool {
        let value = |id: LocalId| {
            let Some(Meaning::Value(value)) = self.meaning(id) else {
                return None;
            };
            self.program.values.get(value.0)
        };
        let (Some(before), Some(after)) = (value(before), value(set)) else {
            return true;
        };
        if before.expr.ty.present() == after.expr.ty.present() {
            return true;
        }
        let error = RoundError::Types {
            name: after.name.node.clone(),
            before: before.expr.ty.to_string(),
            after: after.expr.ty.to_string(),
            span: after.name.span,
        };
        self.error(error);
        false
    }

    fn until(&mut self, written: &ast::Expr, loops: &[Loop]) -> Option<ConditionId> {
        let asked = self.expect(written, Place::Workflow(loops), &Type::Bool)?;
        if !self.program.reads_results(&asked) {
            let span = written.span;
            self.error(RoundError::Until { span });
            return None;
        }
        Some(self.asked(asked))
    }

    fn round_count(&mut self, written: &ast::Expr, loops: &[Loop]) -> Option<i64> {
        let found = self.expect(written, Place::Workflow(loops), &Type::Int)?;
        let span = written.span;
        let Some(count) = self.known_number(&found) else {
            self.error(RoundError::Count { span });
            return None;
        };
        if !(1..=MOST).contains(&count) {
            self.error(RoundError::Range { count, span });
            return None;
        }
        Some(count)
    }

    /// A number that follows from numbers and params.
    fn known_number(&self, expr: &Expr) -> Option<i64> {
        match &expr.kind {
            ExprKind::Constant(value) => value.as_int(),
            ExprKind::Param(ParamId(at), _) => {
                self.known_number(self.program.params.get(*at)?.value.as_ref()?)
            }
            ExprKind::Unary(UnaryOp::Minus, of) => self.known_number(of)?.checked_neg(),
            ExprKind::Binary(op, left, right) => {
                let (left, right) = (self.known_number(left)?, self.known_number(right)?);
                match op {
                    BinaryOp::Add => left.checked_add(right),
                    BinaryOp::Subtract => left.checked_sub(right),
                    BinaryOp::Multiply => left.checked_mul(right),
                    BinaryOp::Or
                    | BinaryOp::And
                    | BinaryOp::Equal
                    | BinaryOp::NotEqual
                    | BinaryOp::Less
                    | BinaryOp::LessEqual
                    | BinaryOp::Greater
                    | BinaryOp::GreaterEqual
                    | BinaryOp::Divide
                    | BinaryOp::Else => None,
                }
            }
            ExprKind::Template(_)
            | ExprKind::Bound(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Result { .. }
            | ExprKind::Gather { .. }
            | ExprKind::Pick { .. }
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::List(_)
            | ExprKind::Range(_)
            | ExprKind::Unary(..)
            | ExprKind::Function(..)
            | ExprKind::Choice(_) => None,
        }
    }

    /// What a name stands for behind the rounds: of a carried one the last that ran; of any other the
    /// list over the rounds.
    pub(in crate::typecheck) fn of_rounds(
        &mut self,
        rounds: &Rounds,
        name: Spanned<&str>,
        mut read: impl FnMut(&mut Self, Meaning) -> Option<Expr>,
    ) -> Option<Expr> {
        let found = rounds.each.iter().map(|it| read(self, it.clone()));
        let found: Vec<Expr> = found.collect::<Option<_>>()?;
        let span = name.span;
        let Some(before) = rounds.before.clone() else {
            let first = &found.first()?.ty;
            let item = first.item().unwrap_or(first.present()).clone();
            return Some(Expr {
                kind: ExprKind::List(flat(found)),
                ty: Type::List(Box::new(item)),
                span,
            });
        };
        let given = read(self, before)?;
        let mut last = None;
        for after in found {
            let before = last.as_ref().unwrap_or(&given);
            if before.ty.present() != after.ty.present() {
                self.error(RoundError::Types {
                    name: name.node.to_owned(),
                    before: before.ty.to_string(),
                    after: after.ty.to_string(),
                    span,
                });
                return None;
            }
            last = match last.filter(|_| rounds.until) {
                None => Some(after),
                Some(before) => {
                    let ty = before.ty.clone();
                    let (after, before) = (Box::new(after), Box::new(before));
                    let kind = ExprKind::Binary(BinaryOp::Else, after, before);
                    Some(Expr { kind, ty, span })
                }
            };
        }
        last
    }

    /// Whether a name is bound to a call in each round.
    pub(in crate::typecheck) fn call_each_round(&self, rounds: &Rounds) -> bool {
        rounds.each.iter().all(|it| match it {
            Meaning::Call(_) | Meaning::Workflow(_) => true,
            Meaning::Joined(joined) => self.is_call(joined),
            Meaning::Rounds(inner) => self.call_each_round(inner),
            Meaning::Value(_) | Meaning::Item(_) | Meaning::Argument(_) => false,
        })
    }
}

/// Lists are flat: of rounds in rounds it is all.
fn flat(items: Vec<Expr>) -> Vec<Expr> {
    let inner = |item: Expr| {
        if let ExprKind::List(items) = item.kind {
            items
        } else {
            vec![item]
        }
    };
    items.into_iter().flat_map(inner).collect()
}

/// The number of a round.
fn numbered(round: i64, span: Span) -> Made {
    Made {
        value: Expr {
            kind: ExprKind::Constant(Value::Int(round)),
            ty: Type::Int,
            span,
        },
        axes: Vec::new(),
    }
}
