//! Axes of what a call makes: how many items there are is known only when it has run.

use super::argument::Arguments;
use super::evaluate::Evaluator;
use super::{Axis, AxisId, CallAxis, CallId, Dataflow, ItemPart, Items};
use crate::hir::{self, Expr, ExprKind, Function, TextPart};
use crate::types::Value;

/// The column of an item's name, of a value of its text.
const NAME: usize = 0;
/// The column of the name of a file without its extension.
const STEM: usize = 2;

/// What an output holds that is a list: known when its call has run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub call: CallId,
    pub output: String,
    /// About how many items a shard of the call makes.
    pub expected: u64,
    /// The same of all its shards.
    pub len: u64,
    /// Whether the files of a shard have names that differ without their extensions, too.
    pub stems_differ: bool,
    /// Of a zip: the axes whose items it has side by side. All else is said of the first.
    pub pairs: Option<[AxisId; 2]>,
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
            stems_differ: ends_alike(&declared.path),
            pairs: None,
        }))
    }

    /// A zip of what calls make.
    pub(super) fn made_pairs(&self, left: hir::AxisId, right: hir::AxisId) -> Option<Items> {
        let Items::Made(made) = self.items.get(left.0)?.as_ref()? else {
            return None;
        };
        let id = |axis: hir::AxisId| u32::try_from(axis.0).ok().map(AxisId);
        Some(Items::Made(Made {
            pairs: Some([id(left)?, id(right)?]),
            ..made.clone()
        }))
    }
}

impl Made {
    /// What a column is called; the first is the item's own name.
    pub fn column(&self, at: usize) -> Option<&'static str> {
        (at == STEM).then_some("stem")
    }

    /// Whether a column tells the items of a shard apart.
    pub fn tells_apart(&self, column: usize) -> bool {
        column != STEM || self.stems_differ
    }
}

impl Arguments<'_, '_> {
    /// The name, or the stem, of a file that a call makes, or a value of its list: as the item's row has it.
    pub(super) fn named_of_made(&self, expr: &Expr) -> Option<ItemPart> {
        let (item, column) = if let ExprKind::Function(Function::Name, of) = &expr.kind {
            (of.first()?, NAME)
        } else if let ExprKind::Function(Function::Stem, of) = &expr.kind {
            (of.first()?, STEM)
        } else if expr.ty.is_path() {
            return None;
        } else {
            (expr, NAME)
        };
        let ExprKind::Item(axis, _) = item.kind else {
            return None;
        };
        let is_made = self.evaluator.program.is_made(axis);
        let axis = AxisId(u32::try_from(axis.0).ok()?);
        is_made.then_some(ItemPart::Item { axis, column })
    }
}

/// Whether all files of this pattern have one extension: that stands behind its last star.
fn ends_alike(pattern: &Expr) -> bool {
    let end = if let ExprKind::Constant(Value::String(text)) = &pattern.kind {
        text
    } else if let ExprKind::Template(parts) = &pattern.kind
        && let Some(TextPart::Literal(text)) = parts.last()
    {
        text
    } else {
        return false;
    };
    let behind = end.rsplit(['*', '?', ']']).next();
    behind.is_some_and(|it| it.contains('.'))
}

impl Axis {
    /// Whether its items are known only when a call has run.
    pub fn is_made(&self) -> bool {
        matches!(self.items, Items::Made(_))
    }

    /// Of a zip of what calls make: the axes whose items it has side by side.
    pub fn pairs(&self) -> Option<[AxisId; 2]> {
        match &self.items {
            Items::Made(made) => made.pairs,
            Items::Range { .. } | Items::Table(_) => None,
        }
    }
}

impl Dataflow {
    /// The axes among these whose items are known only when a call has run, and what holds them: of a zip
    /// that is each of two axes.
    pub fn made<'a>(
        &'a self,
        axes: &'a [CallAxis],
    ) -> impl Iterator<Item = (&'a CallAxis, AxisId, &'a Made)> {
        let made = |axis| match &self.axis(axis).items {
            Items::Made(made) => Some(made),
            Items::Range { .. } | Items::Table(_) => None,
        };
        axes.iter().flat_map(move |own| {
            let pairs = self.axis(own.axis).pairs();
            let all = pairs.map_or_else(|| vec![own.axis], Vec::from);
            let all = all.into_iter();
            all.filter_map(move |axis| Some((own, axis, made(axis)?)))
        })
    }
}
