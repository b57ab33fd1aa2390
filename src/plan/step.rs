//! One process's command inside an array task's script (not `srun`'s job step).

use crate::cost::Estimates;
use crate::dataflow::{AxisId, Call, CallId, Dataflow, ItemPart, Process};
use crate::units::{Duration, Walltime};

use super::feed::{self, Context};
use super::{Feed, JobNames, PlanError};

/// A call as a job runs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<'a> {
    pub id: CallId,
    pub call: &'a Call,
    pub process: &'a Process,
    /// In the order of the columns of a work line.
    pub feeds: Vec<Feed>,
    pub published: Vec<Published>,
    /// Names of the calls that it follows though nothing passes.
    pub after: Vec<&'a str>,
    /// When a shard is ended.
    pub limit: Option<Walltime>,
}

/// A file that goes to `run/results/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    pub output: String,
    /// Empty: under the shard's directory and the file's own name.
    pub parts: Vec<NamePart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamePart {
    Literal(String),
    /// A value of the work line, from 1.
    Value(usize),
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
    let mut feeds = Vec::new();
    for input in &process.inputs {
        let arg = call.args.get(&input.name);
        let arg = arg.unwrap_or_else(|| unreachable!("every input has an argument"));
        feeds.extend(feed::lower(&context, input, arg)?);
    }
    let published = published(dataflow, id, &mut feeds);
    Ok(Step {
        id,
        call,
        process,
        feeds,
        published,
        after: call
            .after
            .iter()
            .map(|&before| dataflow.call(before).name.as_str())
            .collect(),
        limit: estimates
            .of(id)
            .limit
            .map(|seconds| Walltime::from(Duration(seconds))),
    })
}

/// The call's published outputs; columns that their names need and no input reads are added.
fn published(dataflow: &Dataflow, call: CallId, feeds: &mut Vec<Feed>) -> Vec<Published> {
    let own = dataflow
        .publishes
        .iter()
        .filter(|publish| publish.call == call);
    let named = own.map(|publish| Published {
        output: publish.output.clone(),
        parts: publish
            .template
            .iter()
            .flatten()
            .map(|part| match part {
                ItemPart::Literal(text) => NamePart::Literal(text.clone()),
                ItemPart::Item { axis, column } => NamePart::Value(value_of(feeds, *axis, *column)),
            })
            .collect(),
    });
    named.collect()
}

/// Which value of the work line holds a column, from 1.
fn value_of(feeds: &mut Vec<Feed>, axis: AxisId, column: usize) -> usize {
    let mut before = 0;
    for feed in feeds.iter() {
        if let Some(position) = feed.position((axis, column)) {
            return before + position + 1;
        }
        before += feed.width();
    }
    feeds.push(Feed::Name { axis, column });
    before + 1
}
