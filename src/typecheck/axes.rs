//! The loops that values carry.

use super::{Checker, Place};
use crate::hir::{AxisId, Expr, ExprKind, Guard, Loop};
use crate::types::Type;

/// A value with the loops that it was made in, wherever it is used.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub value: Expr,
    pub axes: Vec<AxisId>,
}

impl Checker<'_> {
    /// A value as it is seen from a place: one value, or the list over the loops that it is used
    /// outside of.
    pub(super) fn seen_from(&mut self, made: Made, place: Place) -> Option<Expr> {
        let here = place.loops();
        let told = |axis: &AxisId| here.iter().any(|it| self.program.tells(it.axis, *axis));
        let over: Vec<AxisId> = made.axes.into_iter().filter(|it| !told(it)).collect();
        let value = made.value;
        if over.is_empty() {
            return Some(value);
        }
        // Each of its loops is a part of one around: there is one value, or none.
        let one = |axis: &AxisId| self.program.wholes(*axis).any(|it| told(&it));
        if over.iter().all(one) {
            let what = "a value made under `where`, used without that condition, is";
            return self.planned(what, "use it in a loop with the same `where`; or decide with `if` inside of the loop, then it is optional behind that", value.span);
        }
        // A list holds what exists.
        let item = value.ty.item().unwrap_or(value.ty.present()).clone();
        Some(Expr {
            ty: Type::List(Box::new(item)),
            span: value.span,
            kind: ExprKind::Gather {
                of: Box::new(value),
                over,
            },
        })
    }

    /// Of these loops and of the branches around those that something depends on. What flowc makes of it
    /// belongs to no others, so that it is the same wherever it is written.
    pub(super) fn belongs_to(&self, exprs: &[&Expr], loops: &[Loop]) -> (Vec<Loop>, Vec<Guard>) {
        let program = &self.program;
        let telling = |axis: AxisId| {
            let itself = loops.iter().find(|it| it.axis == axis);
            let mut inner = loops.iter().rev();
            itself.or_else(|| inner.find(|it| program.tells(it.axis, axis)))
        };
        let read = exprs.iter().flat_map(|it| program.axes_telling(it));
        let read: Vec<_> = read.filter_map(telling).collect();
        let told = |axis: AxisId| read.iter().any(|it| program.tells(it.axis, axis));
        let decided = |guard: &Guard| {
            let asked = program.conditions.get(guard.condition.0);
            asked.is_none_or(|asked| program.axes_telling(asked).into_iter().all(told))
        };
        let when = self.when.iter().filter(|it| decided(it)).copied();
        let loops = loops.iter().filter(|it| told(it.axis)).cloned();
        (loops.collect(), when.collect())
    }

    /// What is behind a value that is seen from a place: a list that is gathered there is one value
    /// again inside of the loops that it is over.
    pub(super) fn made(&self, seen: Expr, place: Place) -> Made {
        let Expr { kind, ty, span } = seen;
        let ExprKind::Gather { of, over } = kind else {
            let value = Expr { kind, ty, span };
            let is_result = matches!(value.kind, ExprKind::Result { .. });
            let axes = if is_result {
                axes_of(&self.loops_of(&value))
            } else {
                axes_of(&self.program.carried(place.loops()))
            };
            return Made { value, axes };
        };
        let is_list = of.ty.item().is_some();
        let item = ty.item().filter(|_| !is_list).cloned();
        let mut axes = axes_of(&self.program.carried(place.loops()));
        axes.extend(over);
        let value = Expr {
            ty: item.unwrap_or(ty),
            ..*of
        };
        Made { value, axes }
    }

    /// The loops that a value carries by itself.
    pub(super) fn loops_of(&self, value: &Expr) -> Vec<Loop> {
        if let ExprKind::Result { call, .. } = &value.kind {
            let call = self.program.calls.get(call.0);
            return call.map_or_else(Vec::new, |call| call.loops.clone());
        }
        if let ExprKind::Bound(id, _) = &value.kind {
            let value = self.program.values.get(id.0);
            return value.map_or_else(Vec::new, |value| value.loops.clone());
        }
        if let ExprKind::Field { of, .. } = &value.kind {
            return self.loops_of(of);
        }
        if let ExprKind::Pick { of, keys } = &value.kind {
            return self.left(&self.loops_of(of), keys);
        }
        Vec::new()
    }
}

pub(super) fn axes_of(loops: &[Loop]) -> Vec<AxisId> {
    loops.iter().map(|each| each.axis).collect()
}

/// What is made of an expression in these loops is the same wherever it is written, and whichever loop is
/// the outer one there.
pub(super) fn identity(of: &Expr, loops: &[Loop]) -> String {
    let mut axes = axes_of(loops);
    axes.sort_unstable();
    format!("{} in {axes:?}", of.identity())
}
