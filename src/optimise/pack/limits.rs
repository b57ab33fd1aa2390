//! Arrays over `MaxArraySize`, and plans of more tasks than may be submitted, are packed until they
//! fit. What a pin forbids stays as it is: `plan` refuses it with the arithmetic.

use crate::optimise::{Input, Pass, Stage, Stages};

use super::{each, stays};

pub(in crate::optimise) fn limits(stages: Stages, input: Input<'_>) -> Stages {
    let Some(cap) = largest_cap(&stages, input) else {
        return stages;
    };
    let site = input.site;
    let total = stages.tasks();
    each(stages, |stage| {
        if stage.tasks() <= cap || stays(stage, input) {
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
fn largest_cap(stages: &Stages, input: Input<'_>) -> Option<u64> {
    let largest = stages.stages.iter().map(|stage| stage.tasks()).max()?;
    let fits = |cap: u64| {
        let tasks = stages.stages.iter().map(|stage| {
            if stays(stage, input) {
                stage.tasks()
            } else {
                packed_to(stage, cap)
            }
        });
        let rungs = stages.stages.iter().map(|stage| rungs(stage, input));
        let total: u64 = tasks.chain(rungs).sum();
        input.site.submit_limit.is_none_or(|limit| total <= limit)
    };
    let most = largest.min(input.site.max_array_size).max(1);
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
fn rungs(stage: &Stage, input: Input<'_>) -> u64 {
    let starts = stage.starts(input.estimates);
    let retries = stage
        .calls()
        .map(|call| &input.dataflow.process_of(call).retry);
    let raising = retries.filter(|retry| !retry.raises.is_empty());
    let most = raising.map(|retry| retry.count).max().unwrap_or(0);
    (starts - 1) * stage.tasks() + u64::from(most) * starts * stage.rung_width(input.estimates)
}

/// The tasks of a stage that is packed so that it has no more than `cap`.
fn packed_to(stage: &Stage, cap: u64) -> u64 {
    if let Some(tasks) = stage.balanced {
        return tasks.min(cap);
    }
    let pack = stage.items.div_ceil(cap).max(stage.pack);
    stage.items.div_ceil(pack.max(1))
}
