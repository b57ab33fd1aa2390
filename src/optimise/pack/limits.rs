//! Arrays over `MaxArraySize`, and plans of more tasks than may be submitted, are packed until they
//! fit. What a pin forbids stays as it is: `plan` refuses it with the arithmetic.

use crate::optimise::{Pass, Stage, Stages, Workload};

use super::is_fixed;

pub(in crate::optimise) fn limits(stages: Stages, workload: &Workload<'_>) -> Stages {
    let Some(cap) = largest_cap(&stages, workload) else {
        return stages;
    };
    let site = workload.site;
    let total = stages.tasks();
    stages.each(|stage| {
        if stage.tasks() <= cap || is_fixed(stage, workload) {
            return;
        }
        stage.pack = stage.items.div_ceil(cap);
        stage.balanced = stage.balanced.map(|_| cap);
        let limit = match site.submit_limit {
            Some(limit) if cap < site.max_array_size => {
                format!("{total} array tasks in all, {limit} may be submitted")
            }
            Some(_) | None => format!(
                "an array has at most {} tasks (MaxArraySize)",
                site.max_array_size
            ),
        };
        let reason = format!(
            "packed {} shards a task: {} shards, {limit}",
            stage.pack, stage.items
        );
        stage.decide(Pass::Pack, reason);
    })
}

/// The most tasks that each stage may have so that all limits hold; pinned ones stay as they are.
/// `None` where nothing needs to be packed.
fn largest_cap(stages: &Stages, workload: &Workload<'_>) -> Option<u64> {
    let largest = stages.iter().map(Stage::tasks).max()?;
    let fits = |cap: u64| {
        let tasks = stages.iter().map(|stage| {
            if is_fixed(stage, workload) {
                stage.tasks()
            } else {
                packed_to(stage, cap)
            }
        });
        let rungs = stages.iter().map(|stage| rungs(stage, workload));
        let total: u64 = tasks.chain(rungs).sum();
        workload
            .site
            .submit_limit
            .is_none_or(|limit| total <= limit)
    };
    let most = largest.min(workload.site.max_array_size).max(1);
    if most == largest && fits(most) {
        return None;
    }
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

/// The most tasks that its rungs have: the links of its own request are as wide as the job.
fn rungs(stage: &Stage, workload: &Workload<'_>) -> u64 {
    let starts = stage.starts(workload);
    let retries = stage
        .calls()
        .map(|call| &workload.dataflow.process_of(call).retry);
    let raising = retries.filter(|retry| !retry.raises.is_empty());
    let most = raising.map(|retry| retry.count).max().unwrap_or(0);
    (starts - 1) * stage.tasks() + u64::from(most) * starts * stage.rung_width(workload)
}

/// The tasks of a stage that is packed so that it has no more than `cap`.
fn packed_to(stage: &Stage, cap: u64) -> u64 {
    if let Some(tasks) = stage.balanced {
        return tasks.min(cap);
    }
    let pack = stage.items.div_ceil(cap).max(stage.pack);
    stage.items.div_ceil(pack.max(1))
}
