//! One process's command inside an array task's script (not `srun`'s job step).

use crate::dataflow::{Call, CallId, Process};
use crate::optimise::{Stage, Workload};
use crate::units::{Duration, Walltime};

use super::feed::{self, Context};
use super::publish::{Published, published};
use super::{Feed, JobNames, PlanError, made};

/// A call as a job runs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'a> {
    pub id: CallId,
    pub call: &'a Call,
    pub process: &'a Process,
    /// In the order of the columns of a work line.
    pub feeds: Vec<Feed>,
    pub published: Vec<Published>,
    /// When a shard is ended.
    pub limit: Option<Walltime>,
    /// Expected seconds of a shard, where an array task has several: one that does not fit in what
    /// is left of its time is not begun.
    pub cost: Option<f64>,
    /// Further attempts in the same array task.
    pub tries: u32,
    /// In a rung: what of this call it is for.
    pub rung: Option<RungFor>,
}

/// What a rung takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RungFor {
    /// Failures that `retry` names.
    Retry,
    /// Shards that are to go on from their checkpoint.
    Chain,
}

/// The calls of a stage as its job runs them.
pub(super) fn steps<'a>(
    stage: &Stage,
    names: &JobNames,
    workload: &Workload<'a>,
) -> Result<Vec<Step<'a>>, PlanError> {
    let calls = stage.calls();
    let steps: Result<Vec<_>, _> = calls.map(|call| step(call, names, workload)).collect();
    let mut steps = steps?;
    if let [only] = steps.as_mut_slice()
        && stage.pack == 1
        && workload.dataflow.shards(only.id) == stage.items
        && workload.dataflow.made(&stage.axes).next().is_none()
    {
        // It has its task to itself, so it is begun whatever it costs.
        only.cost = None;
    }
    Ok(steps)
}

fn step<'a>(id: CallId, names: &JobNames, workload: &Workload<'a>) -> Result<Step<'a>, PlanError> {
    let dataflow = workload.dataflow;
    let call = dataflow.call(id);
    let process = dataflow.process(call.process);
    let context = Context {
        dataflow,
        names,
        call,
    };
    let mut feeds = feed::conditions(&context)?;
    for input in &process.inputs {
        let arg = call.args.get(&input.name);
        let arg = arg.unwrap_or_else(|| unreachable!("every input has an argument"));
        feeds.extend(feed::lower(&context, input, arg)?);
    }
    feeds.extend(feed::after(&context));
    feeds.extend(feed::hidden(&context, &feeds));
    feeds.extend(made::unread(&context, &feeds));
    let published = published(dataflow, id, &mut feeds)?;
    let estimate = workload.estimates.of(id);
    Ok(Step {
        id,
        call,
        process,
        feeds,
        published,
        limit: estimate.limit.map(|it| Walltime::from(Duration(it))),
        cost: estimate.cost,
        tries: 0,
        rung: None,
    })
}
