//! How large the input files of shards are, as far as that is known when compiling.

use std::collections::BTreeMap;

use crate::dataflow::{Arg, AxisId, CallId, Column, Costs, Dataflow, Items, Table};
use crate::types::{Type, Value};

/// Of one input, or of one column of an item.
enum Files<'a> {
    Same(&'a str),
    Along(AxisId, &'a Table, usize),
}

/// The paths of the files that the shards of a call read, each once.
pub(super) fn paths(dataflow: &Dataflow, call: CallId) -> Vec<String> {
    let files = files(dataflow, call).unwrap_or_default();
    let mut paths: Vec<String> = files
        .iter()
        .flat_map(|file| match file {
            Files::Same(path) => vec![(*path).to_owned()],
            Files::Along(_, table, column) => {
                let rows = 0..table.len();
                rows.map(|row| table.cell(row, *column).to_owned())
                    .collect()
            }
        })
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// The bytes that each shard of a call reads of tracked files, as costs are kept; none where one
/// is not known.
pub(super) fn bytes(
    dataflow: &Dataflow,
    call: CallId,
    sizes: &BTreeMap<String, f64>,
) -> Option<Costs> {
    let files = files(dataflow, call)?;
    let along = |axis: AxisId| {
        let mut files = files.iter();
        files.any(|file| matches!(file, Files::Along(other, ..) if *other == axis))
    };
    let axes = dataflow.call(call).axes.iter().map(|own| own.axis);
    let axes: Vec<AxisId> = axes.filter(|axis| along(*axis)).collect();
    let mut each = vec![0.0];
    for file in &files {
        if let Files::Same(path) = file {
            let bytes = *sizes.get(*path)?;
            each.iter_mut().for_each(|sum| *sum += bytes);
        }
    }
    for &axis in &axes {
        let mut rows = vec![0.0; usize::try_from(dataflow.axis(axis).items.len()).ok()?];
        for file in &files {
            if let Files::Along(other, table, column) = file
                && *other == axis
            {
                for (row, sum) in rows.iter_mut().enumerate() {
                    *sum += sizes.get(table.cell(row, *column))?;
                }
            }
        }
        let sums = each
            .iter()
            .flat_map(|before| rows.iter().map(move |row| before + row));
        each = sums.collect();
    }
    Some(Costs { axes, each })
}

/// None where a file's name is made for each shard.
fn files(dataflow: &Dataflow, call: CallId) -> Option<Vec<Files<'_>>> {
    let mut files = Vec::new();
    let inputs = &dataflow.process_of(call).inputs;
    for (input, arg) in inputs.iter().zip(dataflow.call(call).args.values()) {
        match arg {
            Arg::Constant(Value::File(path)) => files.push(Files::Same(path)),
            Arg::Item { axis, column } => {
                let Items::Table(table) = &dataflow.axis(*axis).items else {
                    continue;
                };
                let wanted = |(at, it): &(usize, &Column)| {
                    it.ty == Type::File && column.is_none_or(|column| column == *at)
                };
                let columns = table.columns.iter().enumerate().filter(wanted);
                files.extend(columns.map(|(at, _)| Files::Along(*axis, table, at)));
            }
            Arg::Template(_) if input.ty == Type::File => return None,
            Arg::Constant(_)
            | Arg::Template(_)
            | Arg::Result { .. }
            | Arg::List(_)
            | Arg::First(_) => {}
        }
    }
    (!files.is_empty()).then_some(files)
}
