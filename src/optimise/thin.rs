//! Fewer array tasks where the whole takes hardly longer: a stage that nothing waits for, or that
//! ends long before what is beside it, need not be as wide as the site allows.

use std::cmp::Reverse;

use super::{Stage, StageId, Stages, Trial, Workload, pack};

/// What is tried, one after another: what costs nothing goes first.
const ROUNDS: [Round; 3] = [
    Round {
        longer: 1.001,
        of_run: 0.16,
        only_crowds: false,
    },
    Round {
        longer: 1.02,
        of_run: 0.16,
        only_crowds: false,
    },
    Round {
        longer: 1.3,
        of_run: 0.25,
        only_crowds: true,
    },
];

struct Round {
    /// How much longer than the best a plan may be that has fewer tasks.
    longer: f64,
    /// No task gets longer than this part of the whole run: what is lost if its costs are wrong.
    of_run: f64,
    /// Only while a scheduler is flooded: stages of more than a task for [`CROWD`] shards, as long
    /// as the whole has more of them than that, too.
    only_crowds: bool,
}

/// Shards a task, at the least: more tasks than that make a scheduler unhappy.
const CROWD: u64 = 10;

/// Beyond so many stages, looking at each costs more than it gives.
const MOST: usize = 400;

/// Packs on, as long as the makespan stays below `cap`.
pub(super) fn thin(trial: Trial, cap: f64, workload: &Workload<'_>) -> Trial {
    if trial.stages.len() > MOST {
        return trial;
    }
    let mut thinned = Thinned {
        shortest: trial.makespan(),
        trial,
    };
    for round in &ROUNDS {
        while let Some(thinner) = round.thinner(&thinned, cap, workload) {
            thinned = thinner;
        }
    }
    thinned.trial
}

struct Thinned {
    trial: Trial,
    /// The shortest makespan of all before it.
    shortest: f64,
}

impl Round {
    /// After each of the stages was tried once, the widest first. `None` where none gets fewer
    /// tasks.
    fn thinner(&self, from: &Thinned, cap: f64, workload: &Workload<'_>) -> Option<Thinned> {
        let mut order: Vec<StageId> = from.trial.stages.ids().collect();
        order.sort_by_key(|&id| Reverse(from.trial.stages[id].tasks()));
        let mut thinner = None;
        for id in order {
            let Thinned { trial, shortest } = thinner.as_ref().unwrap_or(from);
            let limit = (shortest * self.longer).min(cap.max(*shortest));
            let most = self.of_run * shortest;
            let fewer = |part| {
                let packed = thinned(&trial.stages[id], part, most, workload)?;
                let trial = Trial::new(trial.stages.with(id, packed), workload);
                let makespan = trial.makespan();
                (makespan <= limit).then_some(Thinned {
                    trial,
                    shortest: shortest.min(makespan),
                })
            };
            if self.includes(&trial.stages, id, workload)
                && let Some(found) = [0.5, 0.75, 0.9].into_iter().find_map(fewer)
            {
                thinner = Some(found);
            }
        }
        thinner
    }

    fn includes(&self, stages: &Stages, id: StageId, workload: &Workload<'_>) -> bool {
        let of = [&stages[id]];
        !self.only_crowds || is_crowd(stages.iter(), workload) && is_crowd(of, workload)
    }
}

/// Whether there is more than a task for ten shards, and not only a handful.
fn is_crowd<'s>(stages: impl IntoIterator<Item = &'s Stage>, workload: &Workload<'_>) -> bool {
    let (mut tasks, mut shards) = (0, 0);
    for stage in stages {
        tasks += stage.tasks();
        let calls = stage.calls();
        shards += calls
            .map(|call| workload.dataflow.shards(call))
            .sum::<u64>();
    }
    tasks >= CROWD && tasks * CROWD > shards
}

/// A stage with a part of its tasks, none of them longer than `most` seconds; `None` where it is
/// long enough as it is.
fn thinned(stage: &Stage, part: f64, most: f64, workload: &Workload<'_>) -> Option<Stage> {
    if stage.tasks() < 2 || !pack::may_pack(stage, workload) {
        return None;
    }
    let tasks = (stage.tasks() as f64 * part).ceil() as u64;
    let packed = pack::packed(stage, tasks, workload)?;
    let fits = pack::task_seconds(&packed, workload) <= most;
    (fits && pack::is_worth_it(&packed, workload)).then_some(packed)
}
