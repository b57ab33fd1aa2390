//! Fewer array tasks where the whole takes hardly longer: a stage that nothing waits for, or that
//! ends long before what is beside it, need not be as wide as the site allows.

use std::cmp::Reverse;
use std::rc::Rc;

use super::{Input, Stage, Stages, Trial, pack};

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
pub(super) fn thin(trial: Trial, cap: f64, input: Input<'_>) -> Trial {
    if trial.stages.stages.len() > MOST {
        return trial;
    }
    let mut best = trial.makespan();
    let mut trial = trial;
    for round in &ROUNDS {
        while let Some(thinner) = round.thinner(&trial, best, cap, input) {
            (trial, best) = thinner;
        }
    }
    trial
}

impl Round {
    /// After each of the stages was tried once, the widest first; with the shortest makespan so
    /// far. `None` where none gets fewer tasks.
    fn thinner(
        &self,
        trial: &Trial,
        best: f64,
        cap: f64,
        input: Input<'_>,
    ) -> Option<(Trial, f64)> {
        let stages = &trial.stages.stages;
        let mut order: Vec<usize> = (0..stages.len()).collect();
        order.sort_by_key(|&at| Reverse(stages.get(at).map(|stage| stage.tasks())));
        let mut now = None;
        for at in order {
            let (trial, best) = now.as_ref().map_or((trial, best), |(it, best)| (it, *best));
            let limit = (best * self.longer).min(cap.max(best));
            let fewer = |part| {
                let thinned = thinned(&trial.stages, (at, part), self.of_run * best, input)?;
                let trial = Trial::new(thinned, input);
                let makespan = trial.makespan();
                (makespan <= limit).then_some((trial, best.min(makespan)))
            };
            if self.includes(&trial.stages, at, input)
                && let Some(thinner) = [0.5, 0.75, 0.9].into_iter().find_map(fewer)
            {
                now = Some(thinner);
            }
        }
        now
    }

    fn includes(&self, stages: &Stages, at: usize, input: Input<'_>) -> bool {
        let of = stages.stages.get(at).map(std::slice::from_ref);
        !self.only_crowds
            || is_crowd(&stages.stages, input) && of.is_some_and(|it| is_crowd(it, input))
    }
}

/// Whether there is more than a task for ten shards, and not only a handful.
fn is_crowd(stages: &[Rc<Stage>], input: Input<'_>) -> bool {
    let tasks: u64 = stages.iter().map(|stage| stage.tasks()).sum();
    let calls = stages.iter().flat_map(|stage| stage.calls());
    let shards: u64 = calls.map(|call| input.dataflow.shards(call)).sum();
    tasks >= CROWD && tasks * CROWD > shards
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
    let tasks = (stage.tasks() as f64 * part).ceil() as u64;
    let packed = pack::packed(stage, tasks, input)?;
    if !pack::is_worth_it(&packed, input) || pack::task_seconds(&packed, input) > most {
        return None;
    }
    let mut thinned = stages.clone();
    *thinned.stages.get_mut(at)? = Rc::new(packed);
    Some(thinned)
}
