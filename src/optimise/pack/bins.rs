//! Uneven lots to as many tasks as are wanted, balanced by cost: longest first, each to the task
//! that has least to do.

use crate::dataflow::CallId;
use crate::optimise::balance::Balance;
use crate::optimise::{Stage, Workload};

/// The calls of each task, in the order of the program.
pub(super) fn bins(stage: &Stage, tasks: u64, workload: &Workload<'_>) -> Vec<Vec<CallId>> {
    let chains = stage.chains.iter();
    let mut lots: Vec<_> = chains
        .map(|lot| (workload.lot_seconds(stage, lot), lot))
        .collect();
    lots.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let tasks = usize::try_from(tasks).unwrap_or(usize::MAX).min(lots.len());
    let mut balance = Balance::new(tasks);
    let mut bins: Vec<Vec<CallId>> = vec![Vec::new(); tasks];
    for (seconds, lot) in lots {
        let bin = balance.add(seconds).and_then(|at| bins.get_mut(at));
        bin.into_iter().for_each(|bin| bin.extend(lot));
    }
    // Calls stand behind what they read, so the order of the program is one in which they can run.
    bins.iter_mut().for_each(|bin| bin.sort_unstable());
    bins.sort_unstable();
    bins
}
