//! The heads of loops: the axis that each runs over.

use super::axes::Made;
use super::passed::Passed;
use super::{Checker, Meaning, Place};
use crate::ast;
use crate::hir::{Axis, AxisId, AxisKind, Expr, ExprKind, Function, Guard, Loop};
use crate::resolve::LocalId;
use crate::source::Span;
use crate::types::Type;

mod error;
mod groups;
mod told;

pub use error::LoopError;
use error::Pairs;
pub(super) use told::ToldGroups;

/// A collection that is looped over: its axes, outermost first, and what its item is.
pub(super) struct Opened {
    pub axes: Vec<AxisId>,
    pub item: Meaning,
}

/// The variables of a loop, what they are bound to, and the loops around.
#[derive(Clone, Copy)]
struct Head<'h> {
    variables: &'h [ast::Name],
    binds: &'h [LocalId],
    loops: &'h [Loop],
}

impl Head<'_> {
    fn place(&self) -> Place<'_> {
        Place::Workflow(self.loops)
    }
}

impl Checker<'_> {
    /// The head of a loop: its axis is that of its collection, or a part of it. A filter that shards
    /// decide is a branch around the body.
    pub(super) fn each(
        &mut self,
        each: &ast::For,
        binds: &[LocalId],
        loops: &[Loop],
    ) -> Option<(Vec<Loop>, Option<Guard>)> {
        let variable = each.variables.first()?;
        let head = Head {
            variables: &each.variables,
            binds,
            loops,
        };
        let base = self.opened_for(&each.collection, head)?;
        let mut inside = loops.to_vec();
        let several = base.len() > 1;
        for base in base {
            let axis = self.inside(base, &inside, each.collection.span)?;
            self.in_order(axis, &inside, each.collection.span)?;
            let own = self.program.axes.get(axis.0)?.variable.clone();
            let variable = if several { own } else { variable.clone() };
            inside.push(Loop { axis, variable });
        }
        let Some(filter) = &each.filter else {
            return Some((inside, None));
        };
        let asked = self.expect(filter, Place::Workflow(&inside), &Type::Bool)?;
        if self.program.reads_results(&asked) {
            let condition = self.asked(asked);
            let holds = true;
            return Some((inside, Some(Guard { condition, holds })));
        }
        let last = inside.pop()?;
        let axis = self.filtered(last.axis, asked, &last.variable, &inside)?;
        self.in_order(axis, &inside, each.collection.span)?;
        inside.push(Loop { axis, ..last });
        Some((inside, None))
    }

    /// The axes that a loop opens, with its variables bound.
    fn opened_for(&mut self, collection: &ast::Expr, head: Head) -> Option<Vec<AxisId>> {
        if let Some((grouping, site)) = self.grouping(collection) {
            return self.grouped(grouping, site, head);
        }
        if let Some(second) = head.variables.get(1) {
            self.error(LoopError::Variables {
                found: "one collection",
                has: "one variable",
                help: "loop over two collections side by side: `zip(xs, ys)`".to_owned(),
                span: second.span,
            });
            return None;
        }
        let found = self.expr(collection, head.place(), None)?;
        let opened = self.opened(found, head.variables.first()?, head.loops)?;
        self.mean(head.binds.first(), Some(opened.item));
        Some(opened.axes)
    }

    /// The axes of a collection, and its item.
    pub(super) fn opened(
        &mut self,
        found: Expr,
        variable: &ast::Name,
        loops: &[Loop],
    ) -> Option<Opened> {
        let (Type::List(item), ExprKind::Gather { of, over }) = (&found.ty, &found.kind) else {
            let axis = match self.made_list(&found) {
                Some(list) => self.made_axis(list, variable)?,
                None => self.axis(found, variable, loops)?,
            };
            return Some(Opened {
                axes: vec![axis],
                item: Meaning::Item(axis),
            });
        };
        if let Some(list) = self.made_list(of) {
            let axis = self.made_axis(list, variable)?;
            return Some(Opened {
                axes: over.iter().copied().chain([axis]).collect(),
                item: Meaning::Item(axis),
            });
        }
        let value = Expr {
            ty: (**item).clone(),
            ..(**of).clone()
        };
        let axes = over.clone();
        let item = Meaning::Argument(Passed::Made(Made {
            value,
            axes: axes.clone(),
        }));
        Some(Opened { axes, item })
    }

    /// The axis of a collection that is known on its own, or for each item of loops around.
    fn axis(&mut self, collection: Expr, variable: &ast::Name, loops: &[Loop]) -> Option<AxisId> {
        let item = self.item_type(&collection)?;
        if self.program.reads_made(&collection) {
            return self.planned_of_made(
                "a loop over a list that is computed from an item",
                "let a process give the list as an output, `[Int] = lines(\"items.txt\")`, and loop over that",
                collection.span,
            );
        }
        let around = self.read_loops(&collection, loops);
        let identity = collection.identity();
        let told = |axis: &AxisId| loops.iter().any(|it| self.program.tells(it.axis, *axis));
        let known = self.program.axes.iter().position(|it| {
            let same = it.kind == AxisKind::Listed && it.around.iter().all(told);
            same && !around.is_empty() && it.collection.identity() == identity
        });
        if let Some(at) = known {
            return Some(AxisId(at));
        }
        let axis = Axis {
            variable: variable.clone(),
            collection,
            item,
            kind: AxisKind::Listed,
            determines: self.told_by(&around),
            within: around.clone(),
            around,
        };
        Some(self.same_axis(identity, axis))
    }

    /// An output that is a list, whatever its name.
    fn made_list(&self, found: &Expr) -> Option<Expr> {
        if let ExprKind::Bound(id, _) = &found.kind {
            return self.made_list(&self.program.values.get(id.0)?.expr);
        }
        let is_result = matches!(found.kind, ExprKind::Result { .. });
        (is_result && found.ty.item().is_some()).then(|| found.clone())
    }

    /// The axis of what a call makes: its items belong to the loops of the call.
    fn made_axis(&mut self, list: Expr, variable: &ast::Name) -> Option<AxisId> {
        let around = super::axes::axes_of(&self.loops_of(&list));
        let axis = Axis {
            variable: variable.clone(),
            item: list.ty.item()?.clone(),
            kind: AxisKind::Made,
            determines: self.told_by(&around),
            within: around.clone(),
            around,
            collection: list,
        };
        Some(self.same_axis(axis.collection.identity(), axis))
    }

    /// What is not there yet for items that are known only when a call has run.
    pub(super) fn planned_of_made<T>(
        &mut self,
        what: &str,
        instead: &str,
        span: Span,
    ) -> Option<T> {
        self.planned(&format!("{what} of what a call makes is"), instead, span)
    }

    /// The loops whose items an expression reads, the innermost that tells each.
    pub(super) fn read_loops(&self, expr: &Expr, loops: &[Loop]) -> Vec<AxisId> {
        let program = &self.program;
        let read = program.axes_of(expr);
        let tells = |axis: &AxisId| {
            let mut inner = loops.iter().rev();
            inner
                .find(|it| program.tells(it.axis, *axis))
                .map(|it| it.axis)
        };
        let found: Vec<_> = read.iter().filter_map(tells).collect();
        let all = loops.iter().map(|it| it.axis);
        all.filter(|axis| found.contains(axis)).collect()
    }

    /// Points stand in the order of the loops: a loop that tells an outer one, whose items stand in
    /// the directory, too, may have none between that it does not tell.
    fn in_order(&mut self, axis: AxisId, loops: &[Loop], span: Span) -> Option<()> {
        let within = &self.program.axes.get(axis.0)?.within;
        let outer = loops.iter().position(|it| within.contains(&it.axis));
        let tells = |it: &Loop| self.program.tells(axis, it.axis);
        let between = outer.and_then(|at| loops.get(at..)).unwrap_or_default();
        if between.iter().all(tells) {
            return Some(());
        }
        self.planned(
            "a loop between this one and the loop that it depends on is",
            "put the loop that depends on another directly inside of that",
            span,
        )
    }

    /// The item of a loop.
    pub(super) fn item(&self, axis: AxisId, name: &str, span: Span) -> Option<Expr> {
        let ty = self.program.axes.get(axis.0)?.item.clone();
        let kind = ExprKind::Item(axis, name.to_owned());
        Some(Expr { kind, ty, span })
    }

    /// The axis of this identity: a new one if there is none.
    pub(super) fn same_axis(&mut self, identity: String, axis: Axis) -> AxisId {
        if let Some(&known) = self.axis_of.get(&identity) {
            return known;
        }
        let id = AxisId(self.program.axes.len());
        self.axis_of.insert(identity, id);
        self.program.axes.push(axis);
        id
    }

    /// An axis inside of loops: what of it belongs to them.
    pub(super) fn inside(&mut self, base: AxisId, loops: &[Loop], span: Span) -> Option<AxisId> {
        if let Some(around) = loops.iter().find(|it| self.program.tells(it.axis, base)) {
            let is_made = self.program.is_made(base);
            let pairs = if is_made { Pairs::Listed } else { Pairs::Other };
            let (collection, first) = (self.collection(base), &around.variable);
            self.error(LoopError::nested(collection, span, first, pairs));
            return None;
        }
        if !self.parting(&[base], loops).is_empty() {
            return self.planned(
                "a loop, inside of groups that only a run tells, over what is grouped is",
                "loop outside of the groups: inside, the list of what is made there is that of the group; for groups in groups let a process give one text for both",
                span,
            );
        }
        let around = self.sharing(base, loops);
        if around.is_empty() {
            return Some(base);
        }
        if self.program.is_made(base) {
            let instead = "loop over the items outside of the groups";
            return self.planned_of_made("a loop inside of a part", instead, span);
        }
        let program = &self.program;
        let whole = program.axes.get(base.0)?;
        let within = whole.within.iter().map(|outer| {
            let mut all = loops.iter().map(|it| it.axis);
            all.find(|it| program.tells(*it, *outer)).unwrap_or(*outer)
        });
        let axis = Axis {
            within: within.collect(),
            determines: self.told_by(&[&[base], around.as_slice()].concat()),
            kind: AxisKind::Narrowed { of: base },
            ..whole.clone()
        };
        let identity = format!("{base:?} in {around:?}");
        Some(self.same_axis(identity, Axis { around, ..axis }))
    }

    /// The loops to whose items only some of an axis belong, since both tell the items of a third one.
    pub(super) fn sharing(&self, base: AxisId, loops: &[Loop]) -> Vec<AxisId> {
        let program = &self.program;
        let shares = |around: &&Loop| {
            let mut told = program.determines(base).iter();
            !program.tells(base, around.axis) && told.any(|it| program.tells(around.axis, *it))
        };
        loops.iter().filter(shares).map(|it| it.axis).collect()
    }

    /// These axes, and what they tell.
    pub(super) fn told_by(&self, axes: &[AxisId]) -> Vec<AxisId> {
        let mut told = Vec::new();
        for axis in axes {
            let more = std::iter::once(axis).chain(self.program.determines(*axis));
            for axis in more {
                if !told.contains(axis) {
                    told.push(*axis);
                }
            }
        }
        told
    }

    /// What one item of a collection is, if its items are known before anything runs.
    fn item_type(&mut self, collection: &Expr) -> Option<Type> {
        let Type::List(item) = &collection.ty else {
            let whole = matches!(&collection.kind, ExprKind::Param(..));
            self.error(super::TypeError::LoopOverOne {
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
        if matches!(reads(collection), Some(Reads::Results)) {
            return self.planned("a loop over results is", "loop over what they were made for: inside, each is one value; or over an output that is a list", collection.span);
        }
        Some((**item).clone())
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
        ExprKind::Result { .. } => Some(Reads::Results),
        ExprKind::Gather { of, .. } => Some(reads(of).unwrap_or(Reads::Items)),
        ExprKind::Item(..) => Some(Reads::Items),
        ExprKind::Field { of, .. } | ExprKind::Unary(_, of) => reads(of),
        ExprKind::Pick { of, keys } => {
            reads(of).or_else(|| keys.iter().find_map(|key| reads(&key.key)))
        }
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
