//! The loops that values carry.

use super::{Checker, Place};
use crate::hir::{AxisId, Expr, ExprKind, Loop};
use crate::types::Type;

/// A value with the loops that it was made in, wherever it is used.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub value: Expr,
    pub axes: Vec<AxisId>,
}

impl Made {
    /// As it is seen from a place: one value, or the list over the loops that it is used outside of.
    pub fn seen_from(self, place: Place) -> Expr {
        let here = place.loops();
        let outside = |axis: &AxisId| here.iter().all(|around| around.axis != *axis);
        let over: Vec<AxisId> = self.axes.into_iter().filter(outside).collect();
        let value = self.value;
        if over.is_empty() {
            return value;
        }
        // A list holds what exists.
        let item = value.ty.item().unwrap_or(value.ty.present()).clone();
        Expr {
            ty: Type::List(Box::new(item)),
            span: value.span,
            kind: ExprKind::Gather {
                of: Box::new(value),
                over,
            },
        }
    }
}

impl Checker<'_> {
    /// A value made in some loops, as it is seen from others.
    pub(super) fn seen_from(&self, value: Expr, made: &[Loop], place: Place) -> Expr {
        let axes = axes_of(made);
        Made { value, axes }.seen_from(place)
    }

    /// What is behind a value that is seen from a place: a list that is gathered there is one value
    /// again inside of the loops that it is over.
    pub(super) fn made(&self, seen: Expr, place: Place) -> Made {
        let Expr { kind, ty, span } = seen;
        let ExprKind::Gather { of, over } = kind else {
            let value = Expr { kind, ty, span };
            let is_result = matches!(value.kind, ExprKind::Result { .. });
            let loops = if is_result {
                self.loops_of(&value)
            } else {
                place.loops()
            };
            let axes = axes_of(loops);
            return Made { value, axes };
        };
        let is_list = of.ty.item().is_some();
        let item = ty.item().filter(|_| !is_list).cloned();
        let mut axes = axes_of(place.loops());
        axes.extend(over);
        let value = Expr {
            ty: item.unwrap_or(ty),
            ..*of
        };
        Made { value, axes }
    }

    /// The loops that a value carries by itself.
    pub(super) fn loops_of(&self, value: &Expr) -> &[Loop] {
        if let ExprKind::Result { call, .. } = &value.kind {
            let call = self.program.calls.get(call.0);
            return call.map_or(&[], |call| &call.loops);
        }
        if let ExprKind::Bound(id, _) = &value.kind {
            let value = self.program.values.get(id.0);
            return value.map_or(&[], |value| &value.loops);
        }
        if let ExprKind::Field { of, .. } = &value.kind {
            return self.loops_of(of);
        }
        &[]
    }
}

fn axes_of(loops: &[Loop]) -> Vec<AxisId> {
    loops.iter().map(|each| each.axis).collect()
}
