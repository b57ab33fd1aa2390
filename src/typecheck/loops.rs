//! The heads of loops: the axis that each runs over.

use super::{Checker, Meaning, Place, TypeError};
use crate::ast;
use crate::hir::{Axis, AxisId, AxisKind, Expr, ExprKind, Function, Loop};
use crate::resolve::LocalId;
use crate::source::Span;
use crate::types::Type;

impl Checker<'_> {
    /// The head of a loop: its axis is that of its collection, or a part of it.
    pub(super) fn each(
        &mut self,
        each: &ast::For,
        binds: &[LocalId],
        loops: &[Loop],
    ) -> Option<Vec<Loop>> {
        let variable = each.variables.first()?;
        let collection = self.expr(&each.collection, Place::Workflow(loops), None)?;
        let base = self.axis(collection, variable)?;
        self.mean(binds.first(), Some(Meaning::Item(base)));
        let mut axis = self.inside(base, loops, each.collection.span)?;
        if let Some(filter) = &each.filter {
            axis = self.filtered(axis, filter, (variable, loops))?;
        }
        let mut inside = loops.to_vec();
        inside.push(Loop {
            axis,
            variable: variable.clone(),
        });
        Some(inside)
    }

    /// The axis of a collection that is known on its own.
    fn axis(&mut self, collection: Expr, variable: &ast::Name) -> Option<AxisId> {
        let item = self.item_type(&collection)?;
        let axis = Axis {
            variable: variable.clone(),
            collection,
            item,
            kind: AxisKind::Listed,
            around: Vec::new(),
            within: Vec::new(),
            determines: Vec::new(),
        };
        Some(self.same_axis(axis.collection.identity(), axis))
    }

    /// The axis of this identity: a new one if there is none.
    fn same_axis(&mut self, identity: String, axis: Axis) -> AxisId {
        if let Some(&known) = self.axis_of.get(&identity) {
            return known;
        }
        let id = AxisId(self.program.axes.len());
        self.axis_of.insert(identity, id);
        self.program.axes.push(axis);
        id
    }

    /// An axis inside of loops: what of it belongs to them.
    fn inside(&mut self, base: AxisId, loops: &[Loop], span: Span) -> Option<AxisId> {
        if let Some(around) = loops.iter().find(|it| self.program.tells(it.axis, base)) {
            self.error(TypeError::NestedSameAxis {
                collection: self.collection(base),
                span,
                first: around.variable.span,
            });
            return None;
        }
        let program = &self.program;
        let shares = |around: &&Loop| {
            let mut told = program.determines(base).iter();
            !program.tells(base, around.axis) && told.any(|it| program.tells(around.axis, *it))
        };
        let around: Vec<_> = loops.iter().filter(shares).map(|it| it.axis).collect();
        if around.is_empty() {
            return Some(base);
        }
        let whole = program.axes.get(base.0)?;
        let within = whole.within.iter().map(|outer| {
            let mut all = loops.iter().map(|it| it.axis);
            all.find(|it| program.tells(*it, *outer)).unwrap_or(*outer)
        });
        let axis = Axis {
            within: within.collect(),
            determines: self.told_by(base, &around),
            kind: AxisKind::Narrowed { of: base },
            ..whole.clone()
        };
        let identity = format!("{base:?} in {around:?}");
        Some(self.same_axis(identity, Axis { around, ..axis }))
    }

    /// What a part of an axis tells that is taken inside of loops.
    fn told_by(&self, of: AxisId, around: &[AxisId]) -> Vec<AxisId> {
        let mut told = Vec::new();
        for axis in std::iter::once(&of).chain(around) {
            let more = std::iter::once(axis).chain(self.program.determines(*axis));
            for axis in more {
                if !told.contains(axis) {
                    told.push(*axis);
                }
            }
        }
        told
    }

    /// `where E`: the items for which it holds.
    fn filtered(
        &mut self,
        of: AxisId,
        filter: &ast::Expr,
        (variable, loops): (&ast::Name, &[Loop]),
    ) -> Option<AxisId> {
        let mut inside = loops.to_vec();
        inside.push(Loop {
            axis: of,
            variable: variable.clone(),
        });
        let condition = self.expect(filter, Place::Workflow(&inside), &Type::Bool)?;
        if matches!(reads(&condition), Some(Reads::Results)) {
            return self.planned("`where` on what is known only at run time is", filter.span);
        }
        let program = &self.program;
        let mut around: Vec<AxisId> = Vec::new();
        for read in program.axes_of(&condition) {
            let outer = loops.iter().rev().find(|it| program.tells(it.axis, read));
            let outer = outer.filter(|_| !program.tells(of, read));
            around.extend(outer.map(|it| it.axis).filter(|it| !around.contains(it)));
        }
        around.sort_by_key(|axis| loops.iter().position(|it| it.axis == *axis));
        let whole = program.axes.get(of.0)?;
        let mut within = around.clone();
        within.extend(whole.within.iter().filter(|it| !around.contains(it)));
        let identity = format!("{of:?} where {} in {around:?}", condition.identity());
        let axis = Axis {
            variable: variable.clone(),
            determines: self.told_by(of, &around),
            within,
            kind: AxisKind::Filtered { of, condition },
            around,
            ..whole.clone()
        };
        Some(self.same_axis(identity, axis))
    }

    /// What one item of a collection is, if its items are known before anything runs.
    fn item_type(&mut self, collection: &Expr) -> Option<Type> {
        let Type::List(item) = &collection.ty else {
            let whole = matches!(&collection.kind, ExprKind::Param(..));
            self.error(TypeError::LoopOverOne {
                found: format!("one `{}`", collection.ty),
                span: collection.span,
                help: if whole {
                    match (&collection.ty, &collection.kind) {
                        (Type::Int, ExprKind::Param(_, name)) => {
                            format!("count with `0..{name}`, or declare the param as `[Int]`")
                        }
                        (ty, _) => format!("declare the param as `[{ty}]`"),
                    }
                } else {
                    "write a list: `[a, b]`, `0..10`, or a param of a list type".to_owned()
                },
            });
            return None;
        };
        match reads(collection) {
            Some(Reads::Results) => self.planned("a loop over results is", collection.span),
            Some(Reads::Items) => self.planned(
                "a collection that depends on an outer loop is",
                collection.span,
            ),
            None => Some((**item).clone()),
        }
    }
}

/// What keeps a collection from being known on its own.
pub(super) enum Reads {
    Results,
    Items,
}

pub(super) fn reads(expr: &Expr) -> Option<Reads> {
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::Param(..) | ExprKind::Bound(..) | ExprKind::Input(_) => {
            None
        }
        ExprKind::Result { .. } | ExprKind::Gather { .. } => Some(Reads::Results),
        ExprKind::Item(..) => Some(Reads::Items),
        ExprKind::Field { of, .. } | ExprKind::Unary(_, of) => reads(of),
        ExprKind::Function(Function::Other, args) => args.iter().find_map(reads),
        ExprKind::Record(_, parts) | ExprKind::List(parts) | ExprKind::Function(_, parts) => {
            parts.iter().find_map(reads)
        }
        ExprKind::Range(range) => {
            let step = range.step.as_ref();
            let parts = [&range.start, &range.end].into_iter().chain(step);
            parts.into_iter().find_map(reads)
        }
        ExprKind::Choice(choice) => choice.branches().find_map(reads),
        ExprKind::Binary(_, left, right) => reads(left).or_else(|| reads(right)),
        ExprKind::Template(parts) => parts.iter().find_map(|part| match part {
            crate::hir::TextPart::Literal(_) => None,
            crate::hir::TextPart::Hole(hole) => reads(hole),
        }),
    }
}
