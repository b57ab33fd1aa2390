//! Clauses that read inputs: what each shard of a call asks for and costs, where its inputs are
//! known when compiling.

use indexmap::IndexMap;

use super::argument::Arguments;
use super::evaluate::Point;
use super::sources::SourceError;
use super::{Costs, DataflowError, Resources};
use crate::hir::{self, AxisId, Expr, ExprKind, Function, Loop};
use crate::types::Value;

/// Beyond so many different shards, costs are not worked out.
const MOST: u64 = 20_000_000;

/// What an expression comes to over the shards of a call; `None`: unknown.
struct Amounts {
    axes: Vec<AxisId>,
    each: Vec<Option<f64>>,
}

impl Arguments<'_, '_> {
    /// The resources of a call of its own, and what its shards cost; none where the clauses of the
    /// process read no input. `base` is what the other clauses ask for.
    pub fn asked(
        &mut self,
        process: &hir::Process,
        call: &hir::Call,
        base: &Resources,
    ) -> (Option<Resources>, Option<Costs>) {
        let requests = &process.clauses.requests;
        let mut own = base.clone();
        let mut costs = None;
        let mut any = false;
        if let Some(cost) = process.clauses.cost.as_ref().filter(|it| it.reads_input()) {
            any = true;
            let amounts = self.amounts("cost", cost, process, call);
            own.cost = amounts.as_ref().and_then(Amounts::mean);
            costs = amounts
                .zip(own.cost)
                .and_then(|(it, mean)| it.into_costs(mean));
        }
        let mut most = |clause, expr: &Option<Expr>| {
            let expr = expr.as_ref().filter(|it| it.reads_input())?;
            any = true;
            let amounts = self.amounts(clause, expr, process, call)?;
            amounts.each.into_iter().flatten().reduce(f64::max)
        };
        own.time = most("time", &requests.time).or(own.time);
        own.memory = most("memory", &requests.memory).or(own.memory);
        own.tmp = most("tmp", &requests.tmp).or(own.tmp);
        let mut count = |clause, expr| most(clause, expr).map(rounded);
        own.cpus = count("cpus", &requests.cpus).or(own.cpus);
        own.gpus = count("gpus", &requests.gpus).or(own.gpus);
        own.tasks = count("tasks", &requests.tasks).or(own.tasks);
        own.nodes = count("nodes", &requests.nodes).or(own.nodes);
        (any.then_some(own), costs)
    }

    /// What a clause comes to at each point of the loops that its inputs are over.
    fn amounts(
        &mut self,
        clause: &'static str,
        expr: &Expr,
        process: &hir::Process,
        call: &hir::Call,
    ) -> Option<Amounts> {
        let inputs = process.inputs.iter().map(|input| input.name.node.as_str());
        let args: IndexMap<&str, &Expr> = inputs.zip(&call.args).collect();
        let mut own = expr.clone();
        self.put(&mut own, &args, &call.loops);
        let program = self.evaluator.program;
        if program.reads_results(&own) {
            if clause != "cost" {
                self.evaluator.errors.push(DataflowError::RunTimeClause {
                    clause,
                    span: expr.span,
                    call: call.span,
                });
            }
            return None;
        }
        let read = program.axes_of(&own);
        let told = |axis: &AxisId| {
            let mut others = call.loops.iter().map(|it| it.axis);
            others.any(|other| other != *axis && program.tells(other, *axis))
        };
        let axes = call.loops.iter().map(|each| each.axis);
        let axes = axes.filter(|axis| !told(axis));
        let axes: Vec<AxisId> = axes
            .filter(|axis| read.iter().any(|read| program.tells(*axis, *read)))
            .collect();
        let lengths: Vec<u64> = axes.iter().map(|axis| self.length(*axis)).collect();
        let points = lengths.iter().copied().fold(1, u64::saturating_mul);
        if points > MOST {
            return None;
        }
        let mut point = Point::new();
        let mut each = Vec::with_capacity(usize::try_from(points).unwrap_or(0));
        self.evaluator.outside.tracking = false;
        for at in 0..points {
            let mut rest = at;
            for (axis, length) in axes.iter().zip(&lengths).rev() {
                self.evaluator.stand(&mut point, *axis, rest % length);
                rest /= length;
            }
            let errors = self.evaluator.errors.len();
            each.push(self.amount_at(clause, &own, &point));
            if self.evaluator.errors.len() > errors {
                break;
            }
        }
        self.evaluator.outside.tracking = true;
        Some(Amounts { axes, each })
    }

    /// Seconds, bytes or a number. A file that is not there when compiling leaves it unknown.
    fn amount_at(&mut self, clause: &'static str, expr: &Expr, point: &Point) -> Option<f64> {
        let before = self.evaluator.errors.len();
        let value = self.evaluator.value(expr, point);
        let is_missing = |error: &DataflowError| {
            matches!(error, DataflowError::Source(SourceError::Unreadable { .. }))
        };
        let found = self.evaluator.errors.get(before..).unwrap_or_default();
        if found.iter().all(is_missing) {
            self.evaluator.errors.truncate(before);
        }
        let (Value::Duration(amount) | Value::Size(amount) | Value::Float(amount)) =
            super::evaluate::converted(value?, &crate::types::Type::Float)
        else {
            return None;
        };
        let least = match clause {
            "cost" | "gpus" => 0.0,
            "time" | "memory" | "tmp" => f64::MIN_POSITIVE,
            _ => 1.0,
        };
        if amount >= least && amount.is_finite() {
            return Some(amount);
        }
        self.evaluator.errors.push(DataflowError::ClauseRange {
            clause,
            found: match amount {
                0.0 => "zero".to_owned(),
                under if under < 0.0 => "negative".to_owned(),
                other => other.to_string(),
            },
            span: expr.span,
            help: "it must be more than nothing for every shard; `max(…)` gives a least",
        });
        None
    }

    /// Puts arguments in place of inputs. How long a list of results is, is known.
    fn put(&mut self, expr: &mut Expr, args: &IndexMap<&str, &Expr>, loops: &[Loop]) {
        if let ExprKind::Function(Function::Len, parts) = &expr.kind
            && let Some(ExprKind::Input(name)) = parts.first().map(|it| &it.kind)
            && let Some(arg) = args.get(name.as_str())
            && self.evaluator.program.reads_results(arg)
            && let Some(length) = self.list_length(arg, loops)
        {
            let length = i64::try_from(length).unwrap_or(i64::MAX);
            expr.kind = ExprKind::Constant(Value::Int(length));
            return;
        }
        if let ExprKind::Input(name) = &expr.kind {
            if let Some(arg) = args.get(name.as_str()) {
                expr.kind = arg.kind.clone();
            }
            return;
        }
        for part in expr.parts_mut() {
            self.put(part, args, loops);
        }
    }

    /// None where it differs from shard to shard.
    fn list_length(&self, expr: &Expr, loops: &[Loop]) -> Option<u64> {
        let program = self.evaluator.program;
        match &expr.kind {
            ExprKind::Gather { of, over } => {
                let inner = self.list_length(of, loops).unwrap_or(1);
                let around = |axis: &AxisId| loops.iter().any(|it| program.tells(it.axis, *axis));
                let mut told = over.iter().flat_map(|it| program.determines(*it));
                if told.any(around) {
                    return None;
                }
                let free = over.iter().filter(|axis| {
                    let mut others = over.iter().filter(|other| other != axis);
                    !others.any(|other| program.tells(*other, **axis))
                });
                let lengths = free.map(|axis| self.length(*axis));
                Some(lengths.fold(inner, u64::saturating_mul))
            }
            ExprKind::Bound(id, _) => {
                let bound = program.values.get(id.0)?;
                self.list_length(&bound.expr, loops)
            }
            ExprKind::List(items) => items.iter().try_fold(0, |sum: u64, item| {
                let one = item.ty.item().is_none();
                let length = if one {
                    1
                } else {
                    self.list_length(item, loops)?
                };
                Some(sum.saturating_add(length))
            }),
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
            | ExprKind::Unary(..)
            | ExprKind::Binary(..)
            | ExprKind::Function(..)
            | ExprKind::Choice(_) => None,
        }
    }

    fn length(&self, axis: AxisId) -> u64 {
        let items = self.evaluator.items.get(axis.0);
        items.and_then(Option::as_ref).map_or(0, super::Items::len)
    }
}

impl Amounts {
    fn mean(&self) -> Option<f64> {
        let known = || self.each.iter().flatten();
        let count = known().count() as f64;
        (count > 0.0).then(|| known().sum::<f64>() / count)
    }

    /// None where all shards cost the same. One of which nothing is known counts with the mean.
    fn into_costs(self, mean: f64) -> Option<Costs> {
        if self.axes.is_empty() {
            return None;
        }
        let each = self.each.iter().map(|cost| cost.unwrap_or(mean));
        let each: Vec<f64> = each.collect();
        let first = each.first().copied()?;
        if each.iter().all(|&cost| cost == first) {
            return None;
        }
        let id = |axis: AxisId| u32::try_from(axis.0).ok().map(super::AxisId);
        Some(Costs {
            axes: self.axes.into_iter().filter_map(id).collect(),
            each,
        })
    }
}

fn rounded(amount: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be finite and not negative"
    )]
    let count = amount.ceil() as u64;
    count
}
