//! Loops over `zip`, `unique` and `batch`.

use super::{Head, LoopError, Opened};
use crate::ast;
use crate::hir::{Axis, AxisId, AxisKind, Expr, ExprKind, Function, Loop};
use crate::resolve::Definition;
use crate::source::Span;
use crate::typecheck::axes::Made;
use crate::typecheck::call::CallSite;
use crate::typecheck::passed::Passed;
use crate::typecheck::{Checker, Meaning, Place};
use crate::types::Type;

/// A function that makes an axis of others.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Grouping {
    Zip,
    Unique,
    Batch,
}

impl Grouping {
    fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Unique => "unique",
            Self::Batch => "batch",
        }
    }

    fn function(self) -> Function {
        match self {
            Self::Zip => Function::Zip,
            Self::Unique => Function::Unique,
            Self::Batch => Function::Batch,
        }
    }
}

impl Checker<'_> {
    /// Whether a collection is made by such a function.
    pub(super) fn grouping<'e>(
        &self,
        collection: &'e ast::Expr,
    ) -> Option<(Grouping, CallSite<'e>)> {
        let site = CallSite::of(collection)?;
        let Definition::Function(function) = self.bindings.definition(site.callee.span)? else {
            return None;
        };
        let mut all = [Grouping::Zip, Grouping::Unique, Grouping::Batch].into_iter();
        let grouping = all.find(|it| it.function() == function)?;
        Some((grouping, site))
    }

    pub(super) fn grouped(
        &mut self,
        grouping: Grouping,
        site: CallSite,
        head: Head,
    ) -> Option<Vec<AxisId>> {
        let span = site.span;
        let wanted = if grouping == Grouping::Zip { 2 } else { 1 };
        if head.variables.len() != wanted {
            let (found, has, help) = match grouping {
                Grouping::Zip => ("`zip`", "two variables", "write `for a, b in zip(xs, ys)`"),
                Grouping::Unique => ("`unique`", "one variable", "write `for k in unique(xs)`"),
                Grouping::Batch => ("`batch`", "one variable", "write `for k in batch(xs, 4)`"),
            };
            let last = head.variables.last()?;
            self.error(LoopError::Variables {
                found,
                has,
                help: help.to_owned(),
                span: last.span,
            });
            return None;
        }
        match (grouping, site.args) {
            (Grouping::Zip, [left, right]) => self.zipped(left, right, span, head),
            (Grouping::Unique, [of]) => self.unique(of, span, head),
            (Grouping::Batch, [of, size]) => self.batch(of, size, span, head),
            (_, _) => {
                self.count(grouping.function(), site)?;
                None
            }
        }
    }

    /// A collection over one axis.
    fn single(
        &mut self,
        grouping: Grouping,
        found: Expr,
        variable: &ast::Name,
        head: Head,
    ) -> Option<(AxisId, Meaning)> {
        let span = found.span;
        let Opened { axes, item } = self.opened(found, variable, head.loops)?;
        let [axis] = axes.as_slice() else {
            let names: Vec<_> = axes.iter().map(|it| self.collection(*it)).collect();
            self.error(LoopError::ListOverLoops {
                function: grouping.name(),
                axes: names.join(" × "),
                span,
            });
            return None;
        };
        if grouping != Grouping::Zip && self.program.is_made(*axis) {
            let what = format!("`{}`", grouping.name());
            let instead = "let the process itself give what belongs together: a file for each group, `[File] = \"group_*\"`, is looped over";
            return self.planned_of_made(&what, instead, span);
        }
        let axis = self.inside(*axis, head.loops, span)?;
        Some((axis, item))
    }

    fn zipped(
        &mut self,
        left: &ast::Arg,
        right: &ast::Arg,
        span: Span,
        head: Head,
    ) -> Option<Vec<AxisId>> {
        let [a, b] = head.variables else {
            return None;
        };
        let found = self.expr(&left.value, head.place(), None)?;
        let other = self.expr(&right.value, head.place(), None)?;
        let shown = vec![found.clone(), other.clone()];
        let (left, left_item) = self.single(Grouping::Zip, found, a, head)?;
        let (right, right_item) = self.single(Grouping::Zip, other, b, head)?;
        if left == right {
            let collection = self.collection(left);
            self.error(LoopError::NestedSameAxis {
                help: format!("beside itself each item meets itself alone: loop over `{collection}`; for all pairs write a loop over `other({collection})` inside of it"),
                collection,
                span: shown.last()?.span,
                first: shown.first()?.span,
            });
            return None;
        }
        self.alike(left, right, span)?;
        let whole = self.program.axes.get(left.0)?;
        let is_made = self.program.is_made(left);
        let axis = Axis {
            collection: Expr {
                ty: Type::List(Box::new(whole.item.clone())),
                span,
                kind: ExprKind::Function(Function::Zip, shown),
            },
            variable: a.clone(),
            kind: AxisKind::Zipped(left, right),
            around: if is_made {
                whole.around.clone()
            } else {
                Vec::new()
            },
            determines: self.told_by(&[left, right]),
            ..whole.clone()
        };
        self.mean(head.binds.first(), Some(left_item));
        self.mean(head.binds.get(1), Some(right_item));
        Some(vec![
            self.same_axis(format!("zip {left:?} {right:?}"), axis),
        ])
    }

    /// Lists that calls make stand side by side where the first is made in all loops of the second.
    fn alike(&mut self, left: AxisId, right: AxisId, span: Span) -> Option<()> {
        let program = &self.program;
        let [first, second] = [left, right].map(|it| program.is_made(it));
        if first != second {
            return self.planned(
                "`zip` of what a call makes and of a collection that is known before is",
                "hand the collection to the process that makes the list, and let it give a second list: a file or a line for each item of the first",
                span,
            );
        }
        let told = |it: &AxisId| program.tells(left, *it);
        let mut around = program.axes.get(right.0)?.around.iter();
        if !first || around.all(told) {
            return Some(());
        }
        self.planned(
            "`zip` of a list and of one that is made in more loops is",
            "write the one that is made in more loops first, or make both in the same loops",
            span,
        )
    }

    /// `unique(rows.key)`: an item of the rows tells its group.
    fn unique(&mut self, of: &ast::Arg, span: Span, head: Head) -> Option<Vec<AxisId>> {
        let [variable] = head.variables else {
            return None;
        };
        let found = self.expr(&of.value, head.place(), None)?;
        if !matches!(found.ty, Type::List(_)) {
            self.item_type(&found)?;
        }
        if self.is_result(&found) {
            let group = self.told_groups(found, head)?;
            self.mean(head.binds.first(), Some(Meaning::Item(group)));
            return Some(vec![group]);
        }
        let shown = found.clone();
        let (axis, key) = if let ExprKind::Field { of, field, index } = found.kind {
            let (axis, item) = self.single(Grouping::Unique, *of, variable, head)?;
            let of = Box::new(self.item_of(item, shown.span)?);
            let key = Expr {
                kind: ExprKind::Field { of, field, index },
                ty: shown.ty.item()?.clone(),
                span: shown.span,
            };
            (axis, key)
        } else if matches!(found.kind, ExprKind::Gather { .. }) {
            let (axis, item) = self.single(Grouping::Unique, found, variable, head)?;
            (axis, self.item_of(item, shown.span)?)
        } else {
            // A list of its own: what occurs in it, each once.
            let axis = self.axis(unique_of(found, span), variable, head.loops)?;
            self.mean(head.binds.first(), Some(Meaning::Item(axis)));
            return Some(vec![axis]);
        };
        if matches!(key.ty, Type::List(_) | Type::Record(_)) {
            return self.planned(
                "`unique` of lists or records is",
                "group by one field: `unique(rows.library)`",
                span,
            );
        }
        let made = Axis {
            variable: variable.clone(),
            item: key.ty.clone(),
            collection: unique_of(shown, span),
            kind: AxisKind::Unique {
                of: axis,
                key: key.clone(),
            },
            ..self.group_of(axis, head)?
        };
        let group = self.taught(axis, format!("unique {axis:?} {}", key.identity()), made);
        self.mean(head.binds.first(), Some(Meaning::Item(group)));
        Some(vec![group])
    }

    /// `batch(xs, 4)`: the item is the list of those in it.
    fn batch(
        &mut self,
        of: &ast::Arg,
        size: &ast::Arg,
        span: Span,
        head: Head,
    ) -> Option<Vec<AxisId>> {
        let [variable] = head.variables else {
            return None;
        };
        let found = self.expr(&of.value, head.place(), None)?;
        let size = self.expect(&size.value, head.place(), &Type::Int)?;
        if super::reads(&size).is_some() || !self.program.axes_of(&size).is_empty() {
            return self.planned(
                "a size of batches that differs is",
                "write a number, or a param",
                size.span,
            );
        }
        let shown = vec![found.clone(), size.clone()];
        let (axis, item) = self.single(Grouping::Batch, found, variable, head)?;
        let value = self.item_of(item, span)?;
        let identity = format!("batch {axis:?} {}", size.identity());
        let made = Axis {
            variable: variable.clone(),
            item: Type::Int,
            collection: Expr {
                ty: Type::List(Box::new(Type::Int)),
                span,
                kind: ExprKind::Function(Function::Batch, shown),
            },
            kind: AxisKind::Batch { of: axis, size },
            ..self.group_of(axis, head)?
        };
        let group = self.taught(axis, identity, made);
        let part = Made {
            value,
            axes: vec![axis],
        };
        self.mean(
            head.binds.first(),
            Some(Meaning::Argument(Passed::Made(part))),
        );
        Some(vec![group])
    }

    /// A collection inside of loops to which only some of its items belong: the list of those.
    pub(in crate::typecheck) fn belonging(&self, found: Expr, place: Place) -> Expr {
        let loops = place.loops();
        let (Type::List(item), false) = (&found.ty, loops.is_empty()) else {
            return found;
        };
        let Some(&axis) = self.axis_of.get(&found.identity()) else {
            return found;
        };
        let program = &self.program;
        let told = program.determines(axis);
        let belongs = |it: &Loop| {
            !program.tells(it.axis, axis) && told.iter().any(|told| program.tells(it.axis, *told))
        };
        if !loops.iter().any(belongs) {
            return found;
        }
        let of = Expr {
            kind: ExprKind::Item(axis, found.to_string()),
            ty: (**item).clone(),
            span: found.span,
        };
        Expr {
            ty: found.ty,
            span: found.span,
            kind: ExprKind::Gather {
                of: Box::new(of),
                over: vec![axis],
            },
        }
    }

    /// What groups of an axis have alike: they stand in those loops around that the axis tells.
    fn group_of(&self, axis: AxisId, head: Head) -> Option<Axis> {
        let told = |it: &AxisId| self.program.tells(axis, *it);
        let around = head.loops.iter().map(|it| it.axis).filter(told);
        let around: Vec<_> = around.collect();
        Some(Axis {
            determines: self.told_by(&around),
            within: around.clone(),
            around,
            ..self.program.axes.get(axis.0)?.clone()
        })
    }

    fn taught(&mut self, axis: AxisId, identity: String, group: Axis) -> AxisId {
        let group = self.same_axis(format!("{identity} in {:?}", group.around), group);
        self.program.teach(axis, group);
        group
    }

    pub(in crate::typecheck) fn item_of(&mut self, item: Meaning, span: Span) -> Option<Expr> {
        match item {
            Meaning::Item(axis) => self.item(axis, "it", span),
            Meaning::Argument(Passed::Made(made)) => Some(made.value),
            Meaning::Argument(Passed::Joined(..))
            | Meaning::Call(_)
            | Meaning::Workflow(_)
            | Meaning::Value(_)
            | Meaning::Joined(_)
            | Meaning::Rounds(_) => None,
        }
    }
}

pub(super) fn unique_of(found: Expr, span: Span) -> Expr {
    Expr {
        ty: found.ty.clone(),
        span,
        kind: ExprKind::Function(Function::Unique, vec![found]),
    }
}
