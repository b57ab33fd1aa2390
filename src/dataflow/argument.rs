//! Arguments: constants, items, templates over items, and results.

use indexmap::IndexMap;

use super::axes::{Computed, Derived};
use super::evaluate::{Evaluator, written};
use super::{AxisId, CallId, Input, Source};
use crate::hir::{self, AxisKind, Expr, ExprKind, Guard, Loop, TextPart};
use crate::source::Span;
use crate::types::{Type, Value};

/// Where the value of an input comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// The same for every shard.
    Constant(Value),
    /// The item of one of the call's axes, or one column of it. Of an axis of plain values the
    /// item is its column 0; the columns behind an axis's own hold what is computed from its items.
    Item { axis: AxisId, column: Option<usize> },
    /// A text, or the path of a tracked file, computed from items.
    Template(Vec<ItemPart>),
    /// An output of another call. Over the axes that the producer has and this call has not, it is
    /// the list in the order of the producer's axes; without such axes it is one value. Of the axes
    /// that are picked from it is the value at one item, whatever the call's own.
    Result {
        call: CallId,
        output: String,
        picks: Vec<Pick>,
    },
    /// `[a, b]`
    List(Vec<Arg>),
    /// The first that there is.
    First(Vec<Source>),
}

/// The item of an axis that is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    pub axis: AxisId,
    /// Its number, from 0: literally, or in a column of what tells it.
    pub item: ItemPart,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ItemPart {
    Literal(String),
    /// A column of the item of one of the call's axes; column 0 of an axis of plain values.
    Item {
        axis: AxisId,
        column: usize,
    },
}

/// What arguments are made with.
pub(super) struct Arguments<'e, 'p> {
    pub evaluator: &'e mut Evaluator<'p>,
    pub computed: Computed,
    /// The branches around the call at hand.
    pub when: Vec<Guard>,
    /// What its conditions read.
    pub asked: IndexMap<String, (Input, Arg)>,
}

impl Arguments<'_, '_> {
    /// Where the value of an input comes from, for a call inside of these loops.
    pub fn arg(&mut self, expr: &Expr, loops: &[Loop]) -> Option<Arg> {
        let program = self.evaluator.program;
        if program.reads_results(expr) {
            return self.sourced(expr, loops);
        }
        if !self.reads_items(expr, loops) {
            return self.evaluator.constant(expr).map(Arg::Constant);
        }
        if let ExprKind::Template(parts) = &expr.kind {
            return self.template(parts, loops).map(Arg::Template);
        }
        if let ExprKind::Bound(id, _) = &expr.kind {
            let bound = program.values.get(id.0)?;
            return self.arg(&bound.expr, loops);
        }
        if let ExprKind::Item(axis, _) = &expr.kind {
            let axis = AxisId(u32::try_from(axis.0).ok()?);
            return Some(Arg::Item { axis, column: None });
        }
        let (axis, column) = self.column(expr, loops)?;
        let column = Some(column);
        Some(Arg::Item { axis, column })
    }

    /// Whether an expression differs from item to item of these loops.
    fn reads_items(&self, expr: &Expr, loops: &[Loop]) -> bool {
        let program = self.evaluator.program;
        let read = program.axes_of(expr);
        let mut all = loops.iter();
        all.any(|each| read.iter().any(|axis| program.tells(each.axis, *axis)))
    }

    fn list(&mut self, items: &[Expr], loops: &[Loop]) -> Option<Arg> {
        let args: Vec<_> = items.iter().map(|item| self.arg(item, loops)).collect();
        args.into_iter().collect::<Option<_>>().map(Arg::List)
    }

    /// A value that is known at run time only: where it has one source that is always there, that.
    fn sourced(&mut self, expr: &Expr, loops: &[Loop]) -> Option<Arg> {
        if let ExprKind::Gather { over, .. } = &expr.kind
            && loops.iter().any(|each| over.contains(&each.axis))
        {
            // The list over axes is told from the axes alone, which a second name can hide.
            let what = "a list under a name of its own, inside of the loops that it is over, is";
            return self.evaluator.planned(
                what,
                "read the results themselves, where the list is used",
                expr.span,
            );
        }
        let sources = self.evaluator.program.sources(expr);
        if let [only] = sources.as_slice()
            && std::ptr::eq(only.value, expr)
        {
            return self.result(expr, loops);
        }
        let mut found = Vec::new();
        for source in sources {
            let only = self.evaluator.program.untold(&source, &self.when);
            if source.gathered && !only.is_empty() || self.evaluator.program.hides_picked(&source) {
                let what = "a list over loops of what only a condition inside of them tells is";
                return self.evaluator.planned(
                    what,
                    "make it in a call inside of the condition",
                    expr.span,
                );
            }
            if source.gathered && matches!(source.value.kind, ExprKind::List(_)) {
                let what = "the list over a loop of lists that are written in it is";
                return self.evaluator.planned(what, "give each of them a name of its own inside of the loop, and write the list outside", expr.span);
            }
            found.push(self.source(&only, source.value, loops));
        }
        let mut found: Vec<_> = found.into_iter().collect::<Option<_>>()?;
        match (found.pop(), found.is_empty()) {
            (Some(Source { only: None, arg }), true) => Some(arg),
            (last, _) => {
                found.extend(last);
                Some(Arg::First(found))
            }
        }
    }

    pub(super) fn result(&mut self, expr: &Expr, loops: &[Loop]) -> Option<Arg> {
        match &expr.kind {
            ExprKind::Result { call, output, .. } => {
                self.whole_pairs(*call, loops, expr.span)?;
                Some(Arg::Result {
                    call: CallId(u32::try_from(call.0).ok()?),
                    output: output.clone(),
                    picks: Vec::new(),
                })
            }
            ExprKind::Pick { of, keys } => self.picked(of, keys, loops),
            ExprKind::Gather { of, .. } => self.result(of, loops),
            ExprKind::List(items) => self.list(items, loops),
            ExprKind::Item(axis, _) => {
                let axis = AxisId(u32::try_from(axis.0).ok()?);
                Some(Arg::Item { axis, column: None })
            }
            ExprKind::Template(_) if expr.ty.is_path() => {
                let what = "a path that is made from what a call makes is";
                self.evaluator.planned(
                    what,
                    "let the process that makes it give the file as an output",
                    expr.span,
                )
            }
            ExprKind::Template(parts) => self.template(parts, loops).map(Arg::Template),
            ExprKind::Function(..) if self.named_of_made(expr).is_some() => {
                let part = self.named_of_made(expr);
                Some(Arg::Template(part.into_iter().collect()))
            }
            ExprKind::Bound(..)
            | ExprKind::Choice(_)
            | ExprKind::Constant(_)
            | ExprKind::Param(..)
            | ExprKind::Input(_)
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::Range(_)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Function(..) => {
                let what = "computing with run-time values is";
                self.evaluator.planned(what, "let a process compute it and give it as an output; conditions may compare run-time values", expr.span)
            }
        }
    }

    /// Of what runs for the pairs of a zip that calls make nothing can be read inside of a loop over one of the
    /// two lists alone: which pair that is is not told there.
    pub(super) fn whole_pairs(
        &mut self,
        call: hir::CallId,
        loops: &[Loop],
        span: Span,
    ) -> Option<()> {
        let program = self.evaluator.program;
        let told = |axis: hir::AxisId| loops.iter().any(|each| program.tells(each.axis, axis));
        let is_parted = |each: &Loop| match program.axes.get(each.axis.0).map(|it| &it.kind) {
            Some(AxisKind::Zipped(left, right)) if program.is_made(each.axis) => {
                !told(each.axis) && (told(*left) || told(*right))
            }
            Some(_) | None => false,
        };
        if !program.calls.get(call.0)?.loops.iter().any(is_parted) {
            return Some(());
        }
        self.evaluator.planned(
            "a list over `zip` of what calls make, inside of a loop over one of the two lists, is",
            "read it inside of the loop over `zip`, or outside of both loops",
            span,
        )
    }

    /// The parts of a text over items.
    pub fn template(&mut self, parts: &[TextPart], loops: &[Loop]) -> Option<Vec<ItemPart>> {
        let mut made: Vec<ItemPart> = Vec::new();
        for part in parts {
            let next = match part {
                TextPart::Literal(text) => vec![ItemPart::Literal(text.clone())],
                TextPart::Hole(hole) => self.hole(hole, loops)?,
            };
            for part in next {
                match (made.last_mut(), part) {
                    (Some(ItemPart::Literal(before)), ItemPart::Literal(text)) => {
                        before.push_str(&text);
                    }
                    (_, part) => made.push(part),
                }
            }
        }
        Some(made)
    }

    /// What stands in a hole; a text under a name is spelled out, as it may be over two loops.
    fn hole(&mut self, hole: &Expr, loops: &[Loop]) -> Option<Vec<ItemPart>> {
        let program = self.evaluator.program;
        if let ExprKind::Bound(id, _) = &hole.kind {
            let bound = program.values.get(id.0)?;
            return self.hole(&bound.expr, loops);
        }
        if let ExprKind::Template(parts) = &hole.kind {
            return self.template(parts, loops);
        }
        if let ExprKind::Item(axis, _) = hole.kind {
            let axis = AxisId(u32::try_from(axis.0).ok()?);
            return Some(vec![ItemPart::Item { axis, column: 0 }]);
        }
        if let Some(part) = self.named_of_made(hole) {
            return Some(vec![part]);
        }
        if program.reads_results(hole) {
            return self.evaluator.planned(
                "a run-time value in a text is",
                "of what a call makes, `{item}`, `{name(item)}` and `{stem(item)}` may stand in a text; all else is handed to the script as an input, and put together there",
                hole.span,
            );
        }
        if !self.reads_items(hole, loops) {
            let value = self.evaluator.constant(hole)?;
            return Some(vec![ItemPart::Literal(written(&value))]);
        }
        let (axis, column) = self.column(hole, loops)?;
        Some(vec![ItemPart::Item { axis, column }])
    }

    /// The column that holds what is computed from items: behind those of the innermost loop that
    /// tells them all.
    fn column(&mut self, expr: &Expr, loops: &[Loop]) -> Option<(AxisId, usize)> {
        let program = self.evaluator.program;
        let id = |axis: crate::hir::AxisId| u32::try_from(axis.0).ok().map(AxisId);
        if let ExprKind::Bound(bound, _) = &expr.kind {
            let bound = program.values.get(bound.0)?;
            return self.column(&bound.expr, loops);
        }
        if let ExprKind::Item(axis, _) = expr.kind {
            return Some((id(axis)?, 0));
        }
        if let ExprKind::Field { of, index, .. } = &expr.kind
            && let ExprKind::Item(axis, _) = of.kind
        {
            return Some((id(axis)?, *index));
        }
        if matches!(expr.ty.innermost(), Type::Record(_)) {
            let what = "a record, or a list of records, that is computed from an item is";
            return self
                .evaluator
                .planned(what, "name one of its fields", expr.span);
        }
        let mut axes = program.axes_of(expr);
        axes.retain(|axis| loops.iter().any(|it| program.tells(it.axis, *axis)));
        let axes: Vec<_> = axes.into_iter().collect();
        let Some(axis) = self.teller(&axes, loops) else {
            let what = "computing with the items of two loops outside of a text is";
            return self.evaluator.planned(
                what,
                "hand both items to the process, and compute in its script",
                expr.span,
            );
        };
        let column = self.behind(axis, Derived::Value(expr.clone()));
        Some((id(axis)?, column))
    }

    /// The innermost loop whose item tells those of all these axes. A loop over what a call makes has no
    /// columns for it: there an outer one has to.
    pub(super) fn teller(&self, axes: &[hir::AxisId], loops: &[Loop]) -> Option<hir::AxisId> {
        let program = self.evaluator.program;
        let tells_all = |each: &&Loop| {
            !program.is_made(each.axis) && axes.iter().all(|it| program.tells(each.axis, *it))
        };
        let mut inner = loops.iter().rev();
        inner.find(tells_all).map(|each| each.axis)
    }

    /// The column behind the axis's own that holds what is computed from its items.
    pub(super) fn behind(&mut self, axis: hir::AxisId, derived: Derived) -> usize {
        let behind = self.computed.column(axis, derived);
        self.evaluator.width(axis) + behind
    }
}
