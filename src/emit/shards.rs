//! `shards/AXIS.tsv`: the items of an axis that cannot be computed.

use crate::dataflow::{Axis, Dataflow, Items, Table, Told};
use crate::plan::Plan;
use crate::types::Type;

use super::{File, key, tsv};

/// A table for each axis that is one and that a call runs over.
pub(super) fn tables(dataflow: &Dataflow) -> impl Iterator<Item = File> {
    used(dataflow).filter_map(|axis| match &axis.items {
        Items::Table(table) => {
            let told = dataflow.told(axis);
            let rows = rows(table, &told);
            Some(File::text(format!("shards/{}.tsv", axis.name), rows))
        }
        Items::Range { .. } | Items::Made(_) => None,
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

/// The axes that calls run over or read items of, in their order.
pub(super) fn used(dataflow: &Dataflow) -> impl Iterator<Item = &Axis> {
    let used = dataflow.used();
    used.into_iter().map(|id| dataflow.axis(id))
}

/// A row an item: its key, then its cells, then the numbers of the items that it tells; written in
/// one pass.
fn rows(table: &Table, told: &[&Told]) -> String {
    let columns = table.columns.len();
    let mut text = String::with_capacity(table.len() * (columns + 1) * 12);
    for row in 0..table.len() {
        text.push_str(&key::of_row(table, row));
        for (at, column) in table.columns.iter().enumerate() {
            text.push('\t');
            let cell = table.cell(row, at);
            if cell.is_empty() && column.ty.is_optional() {
                text.push_str(tsv::NONE);
            } else if matches!(column.ty, Type::List(_)) {
                // Escaped item by item.
                text.push_str(cell);
            } else {
                text.push_str(&tsv::value(cell));
            }
        }
        for other in told {
            let item = other.items.get(row).copied().unwrap_or(0);
            text.push_str(&format!("\t{item}"));
        }
        text.push('\n');
    }
    text
}
