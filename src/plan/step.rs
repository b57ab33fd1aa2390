//! One process's command inside an array task's script (not `srun`'s job step).

use crate::cost::Estimates;
use crate::dataflow::{Call, CallId, Dataflow, Process};
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

pub(super) fn step<'a>(
    dataflow: &'a Dataflow,
    estimates: &Estimates,
    names: &JobNames,
    id: CallId,
) -> Result<Step<'a>, PlanError> {
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
    Ok(Step {
        id,
        call,
        process,
        feeds,
        published,
        limit: estimates
            .of(id)
            .limit
            .map(|seconds| Walltime::from(Duration(seconds))),
        cost: estimates.of(id).cost,
        tries: 0,
        rung: None,
    })
}
