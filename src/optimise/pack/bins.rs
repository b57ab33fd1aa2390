//! Uneven lots to as many tasks as are wanted, balanced by cost: longest first, each to the task
//! that has least to do.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::dataflow::CallId;
use crate::optimise::loads::Load;
use crate::optimise::{Input, Stage};

/// The calls of each task, in the order of the program.
pub(super) fn bins(stage: &Stage, tasks: u64, input: Input<'_>) -> Vec<Vec<CallId>> {
    let mut lots: Vec<_> = stage
        .chains
        .iter()
        .map(|lot| (Load(input.lot_seconds(stage, lot)), lot))
        .collect();
    lots.sort_by(|(a, _), (b, _)| b.cmp(a));
    let tasks = usize::try_from(tasks).unwrap_or(usize::MAX).min(lots.len());
    let mut least: BinaryHeap<_> = (0..tasks).map(|at| Reverse((Load(0.0), at))).collect();
    let mut bins: Vec<Vec<CallId>> = vec![Vec::new(); tasks];
    for (load, lot) in lots {
        let Some(Reverse((before, at))) = least.pop() else {
            break;
        };
        if let Some(bin) = bins.get_mut(at) {
            bin.extend(lot);
        }
        least.push(Reverse((Load(before.0 + load.0), at)));
    }
    // Calls stand behind what they read, so the order of the program is one in which they can run.
    bins.iter_mut().for_each(|bin| bin.sort_unstable());
    bins.sort_unstable();
    bins
}
