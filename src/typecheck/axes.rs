//! The loops that values carry.

use super::{Checker, Place};
use crate::hir::{AxisId, Expr, ExprKind, Loop};
use crate::types::Type;

impl Checker<'_> {
    /// A value made in some loops, as it is seen from others: one value, or the list over the
    /// loops that it is used outside of.
    pub(super) fn seen_from(&self, value: Expr, made: &[Loop], place: Place) -> Expr {
        let here = place.loops();
        let outside = |each: &&Loop| here.iter().all(|around| around.axis != each.axis);
        let over: Vec<AxisId> = made.iter().filter(outside).map(|each| each.axis).collect();
        if over.is_empty() {
            return value;
        }
        let item = value.ty.item().unwrap_or(&value.ty).clone();
        Expr {
            ty: Type::List(Box::new(item)),
            span: value.span,
            kind: ExprKind::Gather {
                of: Box::new(value),
                over,
            },
        }
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
