//! Which axes an expression reads, and which axes know the items of others.

use indexmap::IndexSet;

use super::{AxisId, AxisKind, Expr, ExprKind, Loop, Program, TextPart};

impl Program {
    /// The axes whose items an expression reads.
    pub fn axes_of(&self, expr: &Expr) -> IndexSet<AxisId> {
        self.axes_behind(expr, false)
    }

    /// The axes that an expression depends on: those whose items it reads, and those of the results and
    /// names in it.
    pub fn axes_telling(&self, expr: &Expr) -> IndexSet<AxisId> {
        self.axes_behind(expr, true)
    }

    fn axes_behind(&self, expr: &Expr, carried: bool) -> IndexSet<AxisId> {
        let axes = |loops: &[Loop]| loops.iter().map(|it| it.axis).collect::<Vec<_>>();
        let mut found = IndexSet::new();
        let mut left = vec![expr];
        while let Some(next) = left.pop() {
            match &next.kind {
                ExprKind::Item(axis, _) => {
                    found.insert(*axis);
                }
                ExprKind::Bound(id, _) if carried => {
                    found.extend(self.values.get(id.0).iter().flat_map(|it| axes(&it.loops)));
                }
                ExprKind::Result { call, .. } if carried => {
                    found.extend(self.calls.get(call.0).iter().flat_map(|it| axes(&it.loops)));
                }
                ExprKind::Bound(id, _) => left.extend(self.values.get(id.0).map(|it| &it.expr)),
                ExprKind::Gather { of, over } => {
                    let inner = self.axes_behind(of, carried);
                    found.extend(inner.into_iter().filter(|axis| !over.contains(axis)));
                    // Inside of the loops that these belong to they are fewer.
                    let told = over.iter().flat_map(|axis| self.determines(*axis));
                    found.extend(told.filter(|axis| !over.contains(axis)));
                }
                ExprKind::Pick { of, keys } => {
                    let picked = |axis: &AxisId| keys.iter().any(|it| self.tells(it.axis, *axis));
                    let inner = self.axes_behind(of, carried).into_iter();
                    found.extend(inner.filter(|axis| !picked(axis)));
                    left.extend(keys.iter().map(|it| &it.key));
                }
                ExprKind::Field { of, .. } | ExprKind::Unary(_, of) => left.push(of),
                ExprKind::Record(_, parts)
                | ExprKind::List(parts)
                | ExprKind::Function(_, parts) => left.extend(parts),
                ExprKind::Range(range) => {
                    left.extend([&range.start, &range.end].into_iter().chain(&range.step));
                }
                ExprKind::Choice(choice) => left.extend(choice.branches()),
                ExprKind::Binary(_, a, b) => left.extend([&**a, &**b]),
                ExprKind::Template(parts) => left.extend(parts.iter().filter_map(TextPart::hole)),
                ExprKind::Constant(_)
                | ExprKind::Param(..)
                | ExprKind::Input(_)
                | ExprKind::Result { .. } => {}
            }
        }
        found
    }

    /// Whether the items of an axis are known only when a call has run.
    pub fn is_made(&self, axis: AxisId) -> bool {
        let kind = self.axes.get(axis.0).map(|axis| &axis.kind);
        kind == Some(&AxisKind::Made)
            || matches!(kind, Some(AxisKind::Zipped(left, _)) if self.is_made(*left))
    }

    /// Whether an expression reads an item that is known only when a call has run.
    pub fn reads_made(&self, expr: &Expr) -> bool {
        self.axes_of(expr).into_iter().any(|it| self.is_made(it))
    }

    /// Whether the item of one axis tells that of the other.
    pub fn tells(&self, axis: AxisId, other: AxisId) -> bool {
        axis == other || self.determines(axis).contains(&other)
    }

    /// The axes that have one item for each of this one.
    pub fn determines(&self, axis: AxisId) -> &[AxisId] {
        let axis = self.axes.get(axis.0);
        axis.map_or(&[], |axis| &axis.determines)
    }

    /// The axis that this one is a part of, and what that is a part of.
    pub fn wholes(&self, axis: AxisId) -> impl Iterator<Item = AxisId> {
        let part_of = |id: &AxisId| self.axes.get(id.0)?.kind.part_of();
        std::iter::successors(part_of(&axis), part_of)
    }

    /// The axes whose keys this one has.
    pub fn keyed_like(&self, axis: AxisId) -> impl Iterator<Item = AxisId> {
        let keys_of = |id: &AxisId| self.axes.get(id.0)?.kind.keys_of();
        std::iter::successors(keys_of(&axis), keys_of)
    }

    /// From now on items of an axis tell those of another.
    pub fn teach(&mut self, axis: AxisId, other: AxisId) {
        let told = std::iter::once(other).chain(self.determines(other).iter().copied());
        let told: Vec<_> = told.collect();
        let all = (0..self.axes.len()).map(AxisId);
        let knowing: Vec<_> = all.filter(|it| self.tells(*it, axis)).collect();
        for id in knowing {
            let Some(it) = self.axes.get_mut(id.0) else {
                continue;
            };
            let more = told.iter().filter(|told| !it.determines.contains(told));
            let more: Vec<_> = more.copied().collect();
            it.determines.extend(more);
        }
    }

    /// The axes that a value carries which is made inside of these loops: without those that an inner
    /// one tells, unless the keys of what is left need them.
    pub fn carried(&self, loops: &[Loop]) -> Vec<Loop> {
        let mut kept: Vec<Loop> = Vec::new();
        for (at, each) in loops.iter().enumerate().rev() {
            let mut inner = loops.iter().skip(at + 1);
            let told = inner.any(|it| self.determines(it.axis).contains(&each.axis));
            let needed = kept.iter().any(|it| {
                let axis = self.axes.get(it.axis.0);
                axis.is_some_and(|axis| axis.within.contains(&each.axis))
            });
            if !told || needed {
                kept.push(each.clone());
            }
        }
        kept.reverse();
        kept
    }
}

impl AxisKind {
    /// The expressions that it is made of besides the collection, to change them.
    pub fn parts_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Listed | Self::Made | Self::Narrowed { .. } | Self::Zipped(..) => Vec::new(),
            Self::Filtered { condition: of, .. }
            | Self::Unique { key: of, .. }
            | Self::Batch { size: of, .. } => vec![of],
        }
    }

    /// The axes that it is made of, to change them.
    pub fn axes_mut(&mut self) -> Vec<&mut AxisId> {
        match self {
            Self::Listed | Self::Made => Vec::new(),
            Self::Filtered { of, .. }
            | Self::Narrowed { of }
            | Self::Unique { of, .. }
            | Self::Batch { of, .. } => vec![of],
            Self::Zipped(left, right) => vec![left, right],
        }
    }
}
