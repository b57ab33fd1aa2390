//! Array jobs: what is submitted, what each asks for, and what waits for what.
//!
//! Takes the stages and the site; gives [`Plan`]. The first room that knows arrays; knows nothing
//! of how a script is written.

mod error;
mod feed;
mod publish;
mod request;
mod step;

use crate::cost::Estimates;
use crate::dataflow::{Arg, CallId, Dataflow};
use crate::optimise::{Stage, StageId, Stages};
use crate::site::{DependencyStyle, Site};

pub use error::PlanError;
pub use feed::{Feed, Part, Track};
pub use publish::{NamePart, Published};
pub use request::Request;
pub use step::Step;

/// Index into [`Plan::jobs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u32);

#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'a> {
    pub dataflow: &'a Dataflow,
    pub site: &'a Site,
    /// Each behind all that it waits for.
    pub jobs: Vec<ArrayJob<'a>>,
}

/// What one `sbatch` call submits.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayJob<'a> {
    /// `01-classify`: the script's name, and the job's in tables.
    pub name: String,
    /// What an item runs, in this order.
    pub steps: Vec<Step<'a>>,
    pub items: u64,
    /// Items an array task.
    pub pack: u64,
    pub tasks: u64,
    /// The most tasks at once.
    pub throttle: Option<u64>,
    pub request: Request,
    pub dependencies: Vec<Dependency>,
    /// Why it is shaped so.
    pub reasons: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependency {
    pub job: JobId,
    pub kind: DependencyKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DependencyKind {
    /// Task by task: the same axes, cut alike.
    Corresponding,
    /// On the end of the whole array; the gate decides.
    Any,
}

impl Plan<'_> {
    pub fn job(&self, id: JobId) -> &ArrayJob<'_> {
        let job = self.jobs.get(id.0 as usize);
        job.unwrap_or_else(|| unreachable!("{id:?} comes from this plan"))
    }
}

/// Plans a job for each stage, then checks all of them against the site.
pub fn plan<'a>(
    dataflow: &'a Dataflow,
    estimates: &Estimates,
    stages: &Stages,
    site: &'a Site,
) -> Result<Plan<'a>, Vec<PlanError>> {
    let names = JobNames::new(dataflow, stages);
    let mut errors = Vec::new();
    let mut jobs = Vec::new();
    for (id, stage) in (0..).map(StageId).zip(&stages.stages) {
        let request = request::request(dataflow, estimates, stage, site);
        let steps: Result<Vec<_>, _> = stage
            .calls
            .iter()
            .map(|&call| step::step(dataflow, estimates, &names, call))
            .collect();
        match (request, steps) {
            (Ok(request), Ok(steps)) => jobs.push(ArrayJob {
                name: names.of_stage(id).to_owned(),
                steps,
                items: stage.items,
                pack: stage.pack,
                tasks: stage.tasks(),
                throttle: throttle(dataflow, stage),
                request,
                dependencies: dependencies(dataflow, stages, stage, site),
                reasons: reasons(stages, id),
            }),
            (request, steps) => errors.extend(request.err().into_iter().chain(steps.err())),
        }
    }
    errors.extend(over_limits(dataflow, stages, site));
    if errors.is_empty() {
        Ok(Plan {
            dataflow,
            site,
            jobs,
        })
    } else {
        Err(errors)
    }
}

/// The names of the jobs, and which call is in which.
struct JobNames {
    stages: Vec<String>,
    calls: Vec<StageId>,
}

impl JobNames {
    fn new(dataflow: &Dataflow, stages: &Stages) -> Self {
        let width = stages.stages.len().to_string().len().max(2);
        let mut calls = vec![StageId(0); dataflow.calls.len()];
        let mut names = Vec::new();
        for (id, stage) in (0..).map(StageId).zip(&stages.stages) {
            let first = stage
                .calls
                .first()
                .map_or("", |&call| &dataflow.call(call).name);
            names.push(format!("{:0width$}-{first}", id.0 + 1));
            for call in &stage.calls {
                if let Some(slot) = calls.get_mut(call.0 as usize) {
                    *slot = id;
                }
            }
        }
        Self {
            stages: names,
            calls,
        }
    }

    fn of_stage(&self, stage: StageId) -> &str {
        self.stages.get(stage.0 as usize).map_or("", String::as_str)
    }

    fn of_call(&self, call: CallId) -> &str {
        let stage = self.calls.get(call.0 as usize);
        stage.map_or("", |&stage| self.of_stage(stage))
    }
}

fn throttle(dataflow: &Dataflow, stage: &Stage) -> Option<u64> {
    let processes = stage.calls.iter().map(|&call| dataflow.process_of(call));
    processes.filter_map(|process| process.at_most).min()
}

fn reasons(stages: &Stages, id: StageId) -> Vec<String> {
    let of_stage = stages
        .decisions
        .iter()
        .filter(|decision| decision.stage == id);
    of_stage.map(|decision| decision.reason.clone()).collect()
}

/// One edge for each job that makes something that this one reads, or that it is told to follow.
fn dependencies(
    dataflow: &Dataflow,
    stages: &Stages,
    stage: &Stage,
    site: &Site,
) -> Vec<Dependency> {
    let mut edges = Vec::new();
    for (id, producer) in (0..).map(StageId).zip(&stages.stages) {
        if std::ptr::eq(producer, stage) {
            continue;
        }
        let mut links = stage
            .calls
            .iter()
            .flat_map(|&call| links(dataflow, call))
            .filter(|(call, _)| producer.calls.contains(call))
            .peekable();
        if links.peek().is_none() {
            continue;
        }
        let aligned = site.dependency == DependencyStyle::Corresponding
            && producer.axes == stage.axes
            && !stage.axes.is_empty()
            && producer.pack == stage.pack
            && links.all(|(_, shard_by_shard)| shard_by_shard);
        edges.push(Dependency {
            job: JobId(id.0),
            kind: if aligned {
                DependencyKind::Corresponding
            } else {
                DependencyKind::Any
            },
        });
    }
    edges
}

/// The calls that a call must wait for, and whether shard by shard.
fn links(dataflow: &Dataflow, call: CallId) -> Vec<(CallId, bool)> {
    let call = dataflow.call(call);
    let mut found: Vec<_> = call
        .after
        .iter()
        .map(|&producer| (producer, false))
        .collect();
    for arg in call.args.values() {
        collect_results(arg, &mut found);
    }
    found
}

fn collect_results(arg: &Arg, found: &mut Vec<(CallId, bool)>) {
    match arg {
        Arg::Result { call, .. } => found.push((*call, true)),
        Arg::List(args) => args.iter().for_each(|arg| collect_results(arg, found)),
        Arg::Constant(_) | Arg::Item { .. } | Arg::Template(_) => {}
    }
}

/// What pins and limits leave impossible.
fn over_limits(dataflow: &Dataflow, stages: &Stages, site: &Site) -> Vec<PlanError> {
    let mut errors = Vec::new();
    for stage in &stages.stages {
        let Some(&first) = stage.calls.first() else {
            continue;
        };
        if stage.tasks() > site.max_array_size {
            errors.push(PlanError::ArrayTooLarge {
                call: dataflow.call(first).name.clone(),
                tasks: stage.tasks(),
                limit: site.max_array_size,
                pack: stage.items.div_ceil(site.max_array_size),
                span: dataflow.process_of(first).span,
            });
        }
    }
    if !errors.is_empty() {
        // What is too large for an array is too much for a submission, too: said once.
        return errors;
    }
    let total: u64 = stages.stages.iter().map(Stage::tasks).sum();
    let largest = stages.stages.iter().max_by_key(|stage| stage.tasks());
    let call = largest.and_then(|stage| stage.calls.first());
    if let (Some(limit), Some(&call)) = (site.submit_limit.filter(|&limit| total > limit), call) {
        errors.push(PlanError::TooManyTasks {
            tasks: total,
            limit,
            call: dataflow.call(call).name.clone(),
            most: largest.map_or(0, Stage::tasks),
            span: dataflow.process_of(call).span,
        });
    }
    errors
}
