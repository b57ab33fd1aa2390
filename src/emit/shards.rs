//! `shards/AXIS.tsv`: the items of an axis that cannot be computed.

use crate::dataflow::{Axis, Dataflow, Items, Table};
use crate::plan::Plan;

use super::{File, key, tsv};

/// A table for each axis that is one and that a call runs over.
pub(super) fn tables(dataflow: &Dataflow) -> impl Iterator<Item = File> {
    used(dataflow).filter_map(|axis| match &axis.items {
        Items::Table(table) => Some(File::text(format!("shards/{}.tsv", axis.name), rows(table))),
        Items::Range { .. } => None,
    })
}

/// `shards/JOB.tsv`, for each job whose tasks are balanced: items with their seconds, the longest
/// first.
pub(super) fn costs<'a>(plan: &'a Plan<'_>) -> impl Iterator<Item = File> + 'a {
    plan.jobs.iter().filter_map(|job| {
        let loads = job.loads.as_ref()?;
        let mut text = String::new();
        for (item, seconds) in loads.longest_first() {
            let seconds = (seconds * 1000.0).round() / 1000.0;
            text.push_str(&format!("{item}\t{seconds}\n"));
        }
        Some(File::text(format!("shards/{}.tsv", job.name), text))
    })
}

/// The axes of the calls, in their order.
pub(super) fn used(dataflow: &Dataflow) -> impl Iterator<Item = &Axis> {
    let ids = (0..).map(crate::dataflow::AxisId).zip(&dataflow.axes);
    let is_used = |id| {
        dataflow
            .calls
            .iter()
            .any(|call| call.axes.iter().any(|own| own.axis == id))
    };
    ids.filter(move |(id, _)| is_used(*id))
        .map(|(_, axis)| axis)
}

/// A row an item: its key, then its cells; written in one pass.
fn rows(table: &Table) -> String {
    let columns = table.columns.len();
    let mut text = String::with_capacity(table.len() * (columns + 1) * 12);
    for row in 0..table.len() {
        text.push_str(&key::of_row(table, row));
        for (at, column) in table.columns.iter().enumerate() {
            text.push('\t');
            let cell = table.cell(row, at);
            if cell.is_empty() && column.ty.is_optional() {
                text.push_str(tsv::NONE);
            } else {
                text.push_str(&tsv::value(cell));
            }
        }
        text.push('\n');
    }
    text
}
