//! Axes of what a call makes: how many items there are is known only when it has run.

use super::evaluate::Evaluator;
use super::{Axis, CallAxis, CallId, Dataflow, Items};
use crate::hir::{self, ExprKind};

/// What an output holds that is a list: known when its call has run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub call: CallId,
    pub output: String,
    /// About how many items a shard of the call makes.
    pub expected: u64,
    /// The same of all its shards.
    pub len: u64,
}

/// How many items the output of a shard is expected to have that does not say it.
const EXPECTED: u64 = 32;

impl Evaluator<'_> {
    /// An axis of what a call makes.
    pub(super) fn made(&mut self, axis: &hir::Axis) -> Option<Items> {
        let ExprKind::Result { call, output, .. } = &axis.collection.kind else {
            return None;
        };
        let process = self.program.calls.get(call.0)?.process;
        let outputs = &self.program.processes.get(process.0)?.outputs;
        let declared = outputs.iter().find(|it| it.name.node == *output)?;
        let expected = self.count("expect", declared.expect.as_ref());
        let expected = expected.unwrap_or(EXPECTED);
        let told = |own: &&hir::AxisId| {
            let mut others = axis.around.iter().filter(|it| it != own);
            others.any(|other| self.program.tells(*other, **own))
        };
        let free = axis.around.iter().filter(|own| !told(own));
        let lengths: Option<Vec<u64>> = free
            .map(|it| Some(self.items.get(it.0)?.as_ref()?.len()))
            .collect();
        Some(Items::Made(Made {
            call: CallId(u32::try_from(call.0).ok()?),
            output: output.clone(),
            expected,
            len: lengths?.into_iter().fold(expected, u64::saturating_mul),
        }))
    }
}

impl Axis {
    /// Whether its items are known only when a call has run.
    pub fn is_made(&self) -> bool {
        matches!(self.items, Items::Made(_))
    }
}

impl Dataflow {
    /// The axes among these whose items are known only when a call has run.
    pub fn made<'a>(
        &'a self,
        axes: &'a [CallAxis],
    ) -> impl Iterator<Item = (&'a CallAxis, &'a Made)> {
        axes.iter()
            .filter_map(|own| match &self.axis(own.axis).items {
                Items::Made(made) => Some((own, made)),
                Items::Range { .. } | Items::Table(_) => None,
            })
    }
}
