//! Fewer array tasks where the whole takes no longer: a stage that nothing waits for, or that ends
//! long before what is beside it, need not be as wide as the site allows.

use super::{Input, Stage, Stages, pack};

/// How much longer than the best a plan may be that has fewer tasks or jobs.
pub(super) const TOLERANCE: f64 = 1.01;

/// Stages of fewer tasks are left alone.
const FEW: u64 = 2;

/// Beyond so many stages, looking at each costs more than it gives.
const MOST: usize = 400;

pub(super) fn thin(stages: Stages, input: Input<'_>) -> Stages {
    if stages.stages.len() > MOST {
        return stages;
    }
    let mut stages = stages;
    let mut best = input.makespan(&stages);
    let mut order: Vec<usize> = (0..stages.stages.len()).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(stages.stages.get(at).map(Stage::tasks)));
    for at in order {
        while let Some(trial) = halved(&stages, at, input) {
            let makespan = input.makespan(&trial);
            if makespan > best * TOLERANCE {
                break;
            }
            best = best.min(makespan);
            stages = trial;
        }
    }
    stages
}

/// The stages with half the tasks in one of them; `None` where it is long enough as it is.
fn halved(stages: &Stages, at: usize, input: Input<'_>) -> Option<Stages> {
    let stage = stages.stages.get(at)?;
    if stage.tasks() < FEW || !pack::may_pack(stage, input) {
        return None;
    }
    let packed = pack::packed(stage, stage.tasks().div_ceil(2), input)?;
    if !pack::is_worth_it(&packed, input) {
        return None;
    }
    let mut trial = stages.clone();
    *trial.stages.get_mut(at)? = packed;
    Some(trial)
}
