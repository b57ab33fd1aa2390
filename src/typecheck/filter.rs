//! `xs where E`: the items of a list for which a condition holds.
//!
//! Which items of a collection that are is known when compiling: they are an axis of their own. Of results each
//! shard decides, as under an `if`: what is in the list is handed on by a call under that condition, and what is
//! not there is in no list.

use super::loops::{Reads, reads};
use super::{Checker, Place};
use crate::ast;
use crate::hir::{Axis, AxisId, AxisKind, BinaryOp, Choice, Expr, ExprKind, Guard, Loop};
use crate::source::Spanned;
use crate::types::Type;

impl Checker<'_> {
    pub(super) fn list_where(
        &mut self,
        list: &ast::Expr,
        filter: &ast::Expr,
        place: Place,
    ) -> Option<Expr> {
        let span = list.span.to(filter.span);
        let found = self.unparted(list, place, None)?;
        let Place::Workflow(loops) = place else {
            return self.planned(
                "`where` outside of workflows is",
                "filter where the list is used, in the workflow",
                span,
            );
        };
        let is_result = self.is_result(&found) || matches!(reads(&found), Some(Reads::Results));
        let found = match is_result {
            true => self.results_where(found, Some(filter), loops)?,
            false => self.items_where(found, filter, loops)?,
        };
        Some(Expr { span, ..found })
    }

    /// Of a collection: a part of its axis.
    fn items_where(&mut self, found: Expr, filter: &ast::Expr, loops: &[Loop]) -> Option<Expr> {
        let span = found.span;
        let variable = Spanned::new("it".to_owned(), span);
        let opened = self.opened(found, &variable, loops)?;
        let [axis] = opened.axes.as_slice() else {
            return self.planned(
                "`where` on a list over several loops is",
                "loop with the condition, and read the list of what is made there",
                span.to(filter.span),
            );
        };
        let axis = self.inside(*axis, loops, span)?;
        let of = self.item_of(opened.item, span)?;
        let inside = self.within(loops, &[axis]);
        let asked = self.filter_of(&of, filter, &inside)?;
        if self.program.reads_results(&asked) {
            return self.planned(
                "`where` on what is known only at run time is",
                "decide inside of the loop: `if E { … }`; a list holds what exists",
                filter.span,
            );
        }
        let part = self.filtered(axis, asked, &variable, loops)?;
        Some(gathered(of, vec![part]))
    }

    /// The part of an axis for whose items a condition holds.
    pub(super) fn filtered(
        &mut self,
        of: AxisId,
        condition: Expr,
        variable: &ast::Name,
        loops: &[Loop],
    ) -> Option<AxisId> {
        if self.program.is_made(of) {
            let instead = "put an `if` into the loop";
            return self.planned_of_made("`where` on the items", instead, condition.span);
        }
        let program = &self.program;
        let mut around = self.read_loops(&condition, loops);
        around.retain(|axis| !program.tells(of, *axis));
        let whole = program.axes.get(of.0)?;
        let mut within = around.clone();
        within.extend(whole.within.iter().filter(|it| !around.contains(it)));
        let identity = format!("{of:?} where {} in {around:?}", condition.identity());
        let axis = Axis {
            variable: variable.clone(),
            determines: self.told_by(&[&[of], around.as_slice()].concat()),
            within,
            kind: AxisKind::Filtered { of, condition },
            around,
            ..whole.clone()
        };
        Some(self.same_axis(identity, axis))
    }

    /// Of results: what belongs to the groups around that a run tells, and passes a filter; of what one
    /// branch alone makes in that branch.
    fn results_where(
        &mut self,
        found: Expr,
        filter: Option<&ast::Expr>,
        loops: &[Loop],
    ) -> Option<Expr> {
        let span = found.span;
        let list = self.spelled_out(found);
        if let Some((of, over)) = over_loops(&list) {
            return self.gather_where(of, over, filter, loops);
        }
        if let ExprKind::Choice(choice) = &list.kind
            && let Some((only, guard)) = choice.only()
        {
            let made = self.under([guard], |this| {
                this.results_where(only.clone(), filter, loops)
            })?;
            let (then, otherwise) = match guard.holds {
                true => (Some(made), None),
                false => (None, Some(made)),
            };
            let choice = Choice {
                then,
                otherwise,
                ..*choice.clone()
            };
            let kind = ExprKind::Choice(Box::new(choice));
            return Some(Expr { kind, ..list });
        }
        if filter.is_none() {
            return self.each_where(list, loops);
        }
        self.planned(
            "`where` on results that are no list over the same loops is",
            "filter each of the lists that it is made of; of a list that one call gives let a process leave items out",
            span,
        )
    }

    /// Of several lists, as rounds leave them behind: what of each belongs to the groups around.
    fn each_where(&mut self, list: Expr, loops: &[Loop]) -> Option<Expr> {
        if let ExprKind::List(items) = list.kind {
            let items = items.into_iter().map(|it| match it.ty.item() {
                Some(_) => self.results_where(it, None, loops),
                None => Some(it),
            });
            let kind = ExprKind::List(items.collect::<Option<_>>()?);
            return Some(Expr { kind, ..list });
        }
        if self.parting(&self.listed_over(&list), loops).is_empty() {
            return Some(list);
        }
        self.planned(
            "a part, by what only a run tells, of results that are no list over the same loops is",
            "read each of the lists that it is made of",
            list.span,
        )
    }

    /// The axes of all the lists that a list is made of.
    fn listed_over(&self, list: &Expr) -> Vec<AxisId> {
        let each = |parts: &mut dyn Iterator<Item = &Expr>| {
            let axes = parts.flat_map(|it| self.listed_over(it));
            axes.collect()
        };
        match &list.kind {
            ExprKind::Gather { over, .. } => over.clone(),
            ExprKind::Bound(id, _) => {
                let bound = self.program.values.get(id.0);
                each(&mut bound.map(|it| &it.expr).into_iter())
            }
            ExprKind::Binary(_, first, other) => each(&mut [&**first, &**other].into_iter()),
            ExprKind::Choice(choice) => each(&mut choice.branches()),
            ExprKind::List(parts) | ExprKind::Function(_, parts) => each(&mut parts.iter()),
            ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Item(..)
            | ExprKind::Input(_)
            | ExprKind::Result { .. }
            | ExprKind::Pick { .. }
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::Range(_)
            | ExprKind::Unary(..) => Vec::new(),
        }
    }

    /// Of a list over loops: what is handed on where all that is asked holds.
    fn gather_where(
        &mut self,
        of: Expr,
        over: Vec<AxisId>,
        filter: Option<&ast::Expr>,
        loops: &[Loop],
    ) -> Option<Expr> {
        let inside = self.within(loops, &over);
        let made = self.program.maker(&of).map(|maker| maker.when.clone());
        let made = made.unwrap_or_default();
        let mut when = self.parting(&over, loops);
        when.retain(|it| !made.contains(it));
        if let Some(filter) = filter {
            let asked = self.under(made, |this| this.filter_of(&of, filter, &inside));
            let condition = self.asked(asked?);
            let holds = true;
            when.push(Guard { condition, holds });
        }
        if when.is_empty() {
            return Some(gathered(of, over));
        }
        if of.ty.item().is_some() {
            return self.planned(
                "a part of outputs that are lists, by what only a run tells, is",
                "let a process, under `if E { … }` in the loop, give what is wanted of each, and read the list of that",
                of.span,
            );
        }
        if over.iter().any(|it| !self.sharing(*it, loops).is_empty()) {
            return self.planned(
                "a part of results, by what only a run tells, inside of a loop in a group is",
                "let a process give one text for all that tells a group, and loop over the groups by that alone",
                of.span,
            );
        }
        let asked: Vec<_> = when.iter().map(|it| it.condition).collect();
        when.retain(|it| !self.when.contains(it));
        when.dedup();
        let of = self.under(when, |this| this.handed_where(of, &asked, &inside));
        Some(gathered(of, over))
    }

    /// A list as it is read: inside of groups that only a run tells it is a part.
    pub(super) fn parted(&mut self, found: Expr, place: Place) -> Option<Expr> {
        let loops = place.loops();
        if found.ty.item().is_none() || !self.has_told_groups(loops) {
            return Some(found);
        }
        let span = found.span;
        let collection = self.axis_of.get(&found.identity()).copied();
        if collection.is_some_and(|axis| !self.parting(&[axis], loops).is_empty()) {
            return self.planned(
                "the items of a group that only a run tells are",
                "read what is made of them: let the process that tells the groups give them on as an output",
                span,
            );
        }
        if !self.program.reads_results(&found) {
            return Some(found);
        }
        let found = self.results_where(found, None, loops)?;
        Some(Expr { span, ..found })
    }

    /// What a list under a name is, where that is nothing but its name.
    pub(super) fn spelled_out(&self, list: Expr) -> Expr {
        if let ExprKind::Bound(id, _) = &list.kind
            && let Some(bound) = self.program.values.get(id.0)
            && self.program.by_shards(&bound.when).next().is_none()
        {
            return self.spelled_out(bound.expr.clone());
        }
        list
    }

    /// What is asked of an item, inside of the loops of its list.
    fn filter_of(&mut self, item: &Expr, filter: &ast::Expr, inside: &[Loop]) -> Option<Expr> {
        self.its.push(Expr {
            ty: item.ty.present().clone(),
            ..item.clone()
        });
        let asked = self.expect(filter, Place::Workflow(inside), &Type::Bool);
        self.its.pop();
        asked
    }

    /// These loops, and inside of them loops over axes.
    pub(super) fn within(&self, loops: &[Loop], axes: &[AxisId]) -> Vec<Loop> {
        let inner = axes.iter().filter_map(|axis| {
            let variable = self.program.axes.get(axis.0)?.variable.clone();
            Some(Loop {
                axis: *axis,
                variable,
            })
        });
        loops.iter().cloned().chain(inner).collect()
    }
}

/// What a list has for each of its loops; of two branches, or of rounds, what one or the other makes.
pub(super) fn over_loops(list: &Expr) -> Option<(Expr, Vec<AxisId>)> {
    if let ExprKind::Gather { of, over } = &list.kind {
        return Some((*of.clone(), over.clone()));
    }
    if let ExprKind::Binary(BinaryOp::Else, first, other) = &list.kind {
        let (first, over) = over_loops(first)?;
        let (second, other) = over_loops(other)?;
        let of = Expr {
            ty: second.ty.clone(),
            kind: ExprKind::Binary(BinaryOp::Else, Box::new(first), Box::new(second)),
            span: list.span,
        };
        return (over == other).then_some((of, over));
    }
    let ExprKind::Choice(choice) = &list.kind else {
        return None;
    };
    let (then, over) = over_loops(choice.then.as_ref()?)?;
    let (otherwise, other) = over_loops(choice.otherwise.as_ref()?)?;
    let ty = then.ty.clone();
    let choice = Choice {
        then: Some(then),
        otherwise: Some(otherwise),
        ..*choice.clone()
    };
    let of = Expr {
        kind: ExprKind::Choice(Box::new(choice)),
        ty,
        span: list.span,
    };
    (over == other).then_some((of, over))
}

/// The list over axes.
fn gathered(of: Expr, over: Vec<AxisId>) -> Expr {
    Expr {
        ty: Type::List(Box::new(of.ty.present().clone())),
        span: of.span,
        kind: ExprKind::Gather {
            of: Box::new(of),
            over,
        },
    }
}
