//! Branches of an `if`: only the taken ones go on.

use std::collections::{BTreeMap, BTreeSet};

use super::DataflowError;
use super::argument::is_result;
use super::evaluate::Evaluator;
use crate::hir::{
    AxisId, CallId, Choice, ConditionId, Expr, ExprKind, Guard, Loop, Program, ValueId,
};
use crate::source::Span;
use crate::types::Value;

impl Evaluator<'_> {
    /// Whether a condition holds; what it asks is the same for all shards.
    pub fn holds(&mut self, id: ConditionId) -> Option<bool> {
        if let Some(known) = self.conditions.get(&id) {
            return *known;
        }
        let asked = self.program.conditions.get(id.0)?;
        let same = self.program.axes_of(asked).is_empty() && !is_result(self.program, asked);
        let value = same.then(|| self.constant(asked)).flatten();
        let holds = if value.is_some() || !self.errors.is_empty() {
            value.map(|value| value == Value::Bool(true))
        } else {
            self.planned("`if` on what differs from shard to shard is", asked.span)
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

    fn exists(&mut self, when: &[Guard]) -> bool {
        when.iter()
            .all(|guard| self.holds(guard.condition) == Some(guard.holds))
    }

    /// The program without the branches that are not taken; None where it has none.
    pub fn taken(&mut self) -> Option<Program> {
        if self.program.conditions.is_empty() {
            return None;
        }
        let mut program = self.program.clone();
        let mut kept = BTreeMap::new();
        let all = std::mem::take(&mut program.calls).into_iter().enumerate();
        for (at, call) in all {
            if self.exists(&call.when) {
                kept.insert(CallId(at), CallId(program.calls.len()));
                program.calls.push(call);
            }
        }
        program.publishes.retain(|it| self.exists(&it.when));
        let mut settling = Settling {
            evaluator: self,
            calls: kept,
            values: BTreeSet::new(),
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
    values: BTreeSet<ValueId>,
    axes: BTreeSet<AxisId>,
}

impl Settling<'_, '_> {
    fn program(&mut self, program: &mut Program) {
        let mut values = std::mem::take(&mut program.values);
        for call in &mut program.calls {
            self.loops(&call.loops);
            call.args.iter_mut().for_each(|it| self.expr(it));
            call.after = call
                .after
                .iter()
                .filter_map(|it| self.calls.get(it).copied())
                .collect();
        }
        for publish in &mut program.publishes {
            self.loops(&publish.loops);
            self.expr(&mut publish.value);
            publish.template.iter_mut().for_each(|it| self.expr(it));
        }
        // What is read may read more.
        let mut settled = BTreeSet::new();
        loop {
            let axes = self.axes.iter().map(|it| (Some(*it), None));
            let read = self.values.iter().map(|it| (None, Some(*it)));
            let next = axes.chain(read).find(|it| !settled.contains(it));
            let Some(next) = next else {
                break;
            };
            settled.insert(next);
            if let Some(axis) = next.0.and_then(|id| program.axes.get_mut(id.0)) {
                self.axes.extend(&axis.determines);
                self.expr(&mut axis.collection);
                axis.kind
                    .parts_mut()
                    .into_iter()
                    .for_each(|it| self.expr(it));
            }
            if let Some(value) = next.1.and_then(|id| values.get_mut(id.0)) {
                self.loops(&value.loops);
                self.expr(&mut value.expr);
            }
        }
        program.values = values;
    }

    fn loops(&mut self, loops: &[Loop]) {
        self.axes.extend(loops.iter().map(|each| each.axis));
    }

    fn expr(&mut self, expr: &mut Expr) {
        while let ExprKind::Choice(choice) = &expr.kind {
            let Some(taken) = self.evaluator.chosen(choice, expr.span) else {
                return;
            };
            *expr = Expr {
                span: expr.span,
                ..taken.clone()
            };
        }
        if let ExprKind::Result { call, .. } = &mut expr.kind
            && let Some(kept) = self.calls.get(call)
        {
            *call = *kept;
        }
        if let ExprKind::Bound(id, _) = &expr.kind {
            self.values.insert(*id);
        }
        if let ExprKind::Item(axis, _) = &expr.kind {
            self.axes.insert(*axis);
        }
        if let ExprKind::Gather { over, .. } = &expr.kind {
            self.axes.extend(over);
        }
        if let ExprKind::Pick { keys, .. } = &expr.kind {
            self.axes.extend(keys.iter().map(|it| it.axis));
        }
        expr.parts_mut().into_iter().for_each(|it| self.expr(it));
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
    let exprs = args.chain(published).chain(values).chain(collections);
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
