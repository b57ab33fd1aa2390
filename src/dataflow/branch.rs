//! Branches of an `if`: only the taken ones go on.

use std::collections::{BTreeMap, BTreeSet};

use super::DataflowError;
use super::evaluate::Evaluator;
use crate::hir::{
    AxisId, CallId, Choice, ConditionId, Expr, ExprKind, Guard, Loop, Program, ValueId,
};
use crate::source::Span;
use crate::types::{Type, Value};

impl Evaluator<'_> {
    /// Whether a condition holds that is the same for all shards.
    pub fn holds(&mut self, id: ConditionId) -> Option<bool> {
        if let Some(known) = self.conditions.get(&id) {
            return *known;
        }
        let asked = self.program.conditions.get(id.0)?;
        let holds = if self.program.decided_by_shards(id) {
            let what = "what a condition decides that is known only at run time, in this place, is";
            self.planned(what, "use it as the argument of a call", asked.span)
        } else {
            let value = self.constant(asked);
            value.map(|value| value == Value::Bool(true))
        };
        self.conditions.insert(id, holds);
        holds
    }

    /// The branch of a choice that is taken.
    pub fn chosen<'c>(&mut self, choice: &'c Choice, span: Span) -> Option<&'c Expr> {
        let holds = self.holds(choice.condition)?;
        let branch = if holds {
            &choice.then
        } else {
            &choice.otherwise
        };
        if branch.is_none() {
            let asked = self.program.conditions.get(choice.condition.0)?;
            self.errors.push(DataflowError::NotMade {
                name: choice.name.clone(),
                holds: if holds { "holds" } else { "does not hold" },
                span,
                condition: asked.span,
            });
        }
        branch.as_ref()
    }

    /// Whether branches are taken, as far as that is known when compiling: what shards decide is left.
    fn exists(&mut self, when: &mut Vec<Guard>) -> bool {
        let program = self.program;
        let (left, known): (Vec<Guard>, Vec<Guard>) = when
            .drain(..)
            .partition(|guard| program.decided_by_shards(guard.condition));
        *when = left;
        let mut known = known.iter();
        known.all(|guard| self.holds(guard.condition) == Some(guard.holds))
    }

    /// The program without the branches that are not taken; None where it has none.
    pub fn taken(&mut self) -> Option<Program> {
        if self.program.conditions.is_empty() {
            return None;
        }
        let mut program = self.program.clone();
        let mut kept = BTreeMap::new();
        let all = std::mem::take(&mut program.calls).into_iter().enumerate();
        for (at, mut call) in all {
            if self.exists(&mut call.when) {
                kept.insert(CallId(at), CallId(program.calls.len()));
                program.calls.push(call);
            }
        }
        program.publishes.retain_mut(|it| self.exists(&mut it.when));
        let mut settling = Settling {
            evaluator: self,
            calls: kept,
            read: Vec::new(),
            axes: BTreeSet::new(),
        };
        settling.program(&mut program);
        let axes: Vec<AxisId> = settling.axes.into_iter().collect();
        renumber(&mut program, &axes);
        Some(program)
    }
}

/// Puts what is taken in place of choices, and notes what is still read.
struct Settling<'s, 'p> {
    evaluator: &'s mut Evaluator<'p>,
    /// The numbers of the calls that are kept.
    calls: BTreeMap<CallId, CallId>,
    /// What is read besides, in the order in which it was come to.
    read: Vec<Read>,
    axes: BTreeSet<AxisId>,
}

/// A part of the program that others read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Read {
    Axis(AxisId),
    Value(ValueId),
    Condition(ConditionId),
}

impl Settling<'_, '_> {
    fn program(&mut self, program: &mut Program) {
        for call in &mut program.calls {
            self.loops(&call.loops);
            self.guards(&call.when);
            call.args.iter_mut().for_each(|it| self.expr(it));
            call.after = call
                .after
                .iter()
                .filter_map(|it| self.calls.get(it).copied())
                .collect();
        }
        for publish in &mut program.publishes {
            self.loops(&publish.loops);
            self.guards(&publish.when);
            self.expr(&mut publish.value);
            publish.template.iter_mut().for_each(|it| self.expr(it));
        }
        // What is read may read more.
        let mut settled = 0;
        while let Some(next) = self.read.get(settled).copied() {
            settled += 1;
            match next {
                Read::Axis(id) => self.axis(program, id),
                Read::Value(id) => {
                    if let Some(value) = program.values.get_mut(id.0) {
                        self.loops(&value.loops);
                        self.guards(&value.when);
                        self.expr(&mut value.expr);
                    }
                }
                Read::Condition(id) => {
                    if let Some(asked) = program.conditions.get_mut(id.0) {
                        self.expr(asked);
                    }
                }
            }
        }
    }

    fn axis(&mut self, program: &mut Program, id: AxisId) {
        let Some(axis) = program.axes.get_mut(id.0) else {
            return;
        };
        axis.determines.iter().for_each(|it| self.reads_axis(*it));
        self.expr(&mut axis.collection);
        let parts = axis.kind.parts_mut();
        parts.into_iter().for_each(|it| self.expr(it));
    }

    fn reads(&mut self, read: Read) {
        if !self.read.contains(&read) {
            self.read.push(read);
        }
    }

    fn reads_axis(&mut self, axis: AxisId) {
        if self.axes.insert(axis) {
            self.read.push(Read::Axis(axis));
        }
    }

    fn loops(&mut self, loops: &[Loop]) {
        loops.iter().for_each(|each| self.reads_axis(each.axis));
    }

    fn guards(&mut self, when: &[Guard]) {
        let program = self.evaluator.program;
        for guard in program.by_shards(when) {
            self.reads(Read::Condition(guard.condition));
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        while let ExprKind::Choice(choice) = &mut expr.kind {
            if self.by_shards(choice) {
                break;
            }
            let Some(taken) = self.taken(choice, &expr.ty, expr.span) else {
                return;
            };
            expr.kind = taken;
        }
        match &mut expr.kind {
            ExprKind::Result { call, .. } => {
                if let Some(kept) = self.calls.get(call) {
                    *call = *kept;
                }
            }
            ExprKind::Bound(id, _) => self.reads(Read::Value(*id)),
            ExprKind::Item(axis, _) => self.reads_axis(*axis),
            ExprKind::Gather { over, .. } => over.iter().for_each(|it| self.reads_axis(*it)),
            ExprKind::Pick { keys, .. } => keys.iter().for_each(|it| self.reads_axis(it.axis)),
            ExprKind::Choice(_)
            | ExprKind::Constant(_)
            | ExprKind::Template(_)
            | ExprKind::Param(..)
            | ExprKind::Input(_)
            | ExprKind::Field { .. }
            | ExprKind::Record(..)
            | ExprKind::List(_)
            | ExprKind::Range(_)
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Function(..) => {}
        }
        expr.parts_mut().into_iter().for_each(|it| self.expr(it));
    }

    /// Whether shards decide a choice: then branches are left out in which nothing is made.
    fn by_shards(&mut self, choice: &mut Choice) -> bool {
        if !self.evaluator.program.decided_by_shards(choice.condition) {
            return false;
        }
        self.reads(Read::Condition(choice.condition));
        for branch in [&mut choice.then, &mut choice.otherwise] {
            while let Some(inner) = branch
                && let ExprKind::Choice(choice) = &inner.kind
                && !self.evaluator.program.decided_by_shards(choice.condition)
            {
                let holds = self.evaluator.holds(choice.condition);
                let taken = if holds == Some(true) {
                    &choice.then
                } else {
                    &choice.otherwise
                };
                *branch = taken.clone();
            }
        }
        true
    }

    /// The branch of a choice that is taken; of what may be absent, and of lists, there may be none.
    fn taken(&mut self, choice: &Choice, ty: &Type, span: Span) -> Option<ExprKind> {
        let holds = self.evaluator.holds(choice.condition)?;
        let none = match holds {
            true => choice.then.is_none(),
            false => choice.otherwise.is_none(),
        };
        if none && ty.is_optional() {
            return Some(ExprKind::Constant(Value::Absent));
        }
        if none && ty.item().is_some() {
            return Some(ExprKind::Constant(Value::List(Vec::new())));
        }
        let taken = self.evaluator.chosen(choice, span)?;
        Some(taken.kind.clone())
    }
}

/// Leaves the axes that are given, under new numbers.
fn renumber(program: &mut Program, axes: &[AxisId]) {
    let all = std::mem::take(&mut program.axes).into_iter().enumerate();
    let left = all.filter(|(at, _)| axes.contains(&AxisId(*at)));
    program.axes = left.map(|(_, axis)| axis).collect();
    let number = |id: &mut AxisId| {
        if let Ok(at) = axes.binary_search(id) {
            *id = AxisId(at);
        }
    };
    let calls = program.calls.iter_mut().map(|it| &mut it.loops);
    let publishes = program.publishes.iter_mut().map(|it| &mut it.loops);
    let values = program.values.iter_mut().map(|it| &mut it.loops);
    let loops = calls.chain(publishes).chain(values).flatten();
    loops.for_each(|each| number(&mut each.axis));
    for axis in &mut program.axes {
        let others = [&mut axis.around, &mut axis.within, &mut axis.determines];
        others.into_iter().flatten().for_each(number);
        axis.kind.axes_mut().into_iter().for_each(number);
        let parts = axis.kind.parts_mut();
        parts.into_iter().for_each(|it| renumber_in(it, &number));
    }
    let args = program.calls.iter_mut().flat_map(|it| &mut it.args);
    let published = program.publishes.iter_mut();
    let published = published.flat_map(|it| std::iter::once(&mut it.value).chain(&mut it.template));
    let values = program.values.iter_mut().map(|it| &mut it.expr);
    let collections = program.axes.iter_mut().map(|it| &mut it.collection);
    let conditions = program.conditions.iter_mut();
    let exprs = args.chain(published).chain(values);
    let exprs = exprs.chain(collections).chain(conditions);
    exprs.for_each(|expr| renumber_in(expr, &number));
}

fn renumber_in(expr: &mut Expr, number: &impl Fn(&mut AxisId)) {
    if let ExprKind::Item(axis, _) = &mut expr.kind {
        number(axis);
    }
    if let ExprKind::Gather { over, .. } = &mut expr.kind {
        over.iter_mut().for_each(number);
    }
    if let ExprKind::Pick { keys, .. } = &mut expr.kind {
        keys.iter_mut().for_each(|it| number(&mut it.axis));
    }
    let parts = expr.parts_mut();
    parts.into_iter().for_each(|it| renumber_in(it, number));
}
