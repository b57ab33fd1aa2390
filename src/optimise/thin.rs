//! Fewer array tasks where the whole takes hardly longer: a stage that nothing waits for, or that
//! ends long before what is beside it, need not be as wide as the site allows.

use std::cmp::Reverse;

use super::{Input, Stage, Stages, pack};

/// How much longer than the best a plan may be that has fewer tasks: what costs nothing goes
/// first. The last is for stages that make a task of every few short shards.
const TOLERANCES: [(f64, Whom); 3] = [(1.001, Whom::All), (1.02, Whom::All), (1.2, Whom::Crowds)];

/// No task gets longer than this part of the whole run: what is lost if its costs are wrong.
const OF_RUN: f64 = 0.25;

#[derive(Clone, Copy, PartialEq)]
enum Whom {
    All,
    /// Stages with more than a task for ten shards.
    Crowds,
}

impl Whom {
    fn includes(self, stage: &Stage, input: Input<'_>) -> bool {
        let shards: u64 = stage.calls().map(|call| input.dataflow.shards(call)).sum();
        match self {
            Self::All => true,
            Self::Crowds => stage.tasks() * CROWD > shards && stage.tasks() >= CROWD,
        }
    }
}

/// Shards a task.
const CROWD: u64 = 10;

/// Beyond so many stages, looking at each costs more than it gives.
const MOST: usize = 400;

/// Packs on, as long as the makespan stays below `cap`.
pub(super) fn thin(stages: Stages, cap: f64, input: Input<'_>) -> Stages {
    if stages.stages.len() > MOST {
        return stages;
    }
    let mut stages = stages;
    let mut best = input.makespan(&stages);
    for (tolerance, whom) in TOLERANCES {
        loop {
            let mut order: Vec<usize> = (0..stages.stages.len()).collect();
            let included = |&at: &usize| {
                let stage = stages.stages.get(at);
                stage.is_some_and(|stage| whom.includes(stage, input))
            };
            order.retain(included);
            order.sort_by_key(|&at| Reverse(stages.stages.get(at).map(Stage::tasks)));
            let before = stages.clone();
            for at in order {
                for part in [0.5, 0.75, 0.9] {
                    let most = OF_RUN * best;
                    let Some(trial) = thinned(&stages, (at, part), most, input) else {
                        continue;
                    };
                    let makespan = input.makespan(&trial);
                    if makespan <= (best * tolerance).min(cap.max(best)) {
                        best = best.min(makespan);
                        stages = trial;
                        break;
                    }
                }
            }
            if stages == before {
                break;
            }
        }
    }
    stages
}

/// The stages with a part of the tasks in one of them; `None` where it is long enough as it is.
fn thinned(
    stages: &Stages,
    (at, part): (usize, f64),
    most: f64,
    input: Input<'_>,
) -> Option<Stages> {
    let stage = stages.stages.get(at)?;
    if stage.tasks() < 2 || !pack::may_pack(stage, input) {
        return None;
    }
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "tasks are far below 2^52"
    )]
    let tasks = (stage.tasks() as f64 * part).ceil() as u64;
    let packed = pack::packed(stage, tasks, input)?;
    if !pack::is_worth_it(&packed, input) || pack::task_seconds(&packed, input) > most {
        return None;
    }
    let mut trial = stages.clone();
    *trial.stages.get_mut(at)? = packed;
    Some(trial)
}
