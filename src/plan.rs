//! Array jobs: what is submitted, what each asks for, and what waits for what.
//!
//! Takes the stages and the site; gives [`Plan`]. The first room that knows arrays; knows nothing
//! of how a script is written.

mod chain;
mod error;
mod feed;
mod made;
mod publish;
mod read;
mod request;
mod rung;
mod step;
mod track;

use std::rc::Rc;

use crate::cost::Estimates;
use crate::dataflow::{CallId, Dataflow};
use crate::optimise::{self, Edge, Loads, Stage, StageId, Stages};
use crate::site::Site;
use crate::units::{Duration, Size};

pub use error::PlanError;
pub use feed::{Feed, Part, Picked};
pub use publish::{NamePart, Published};
pub use request::Request;
pub use rung::Rung;
pub use step::{RungFor, Step};
pub use track::Track;

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
    /// What an item runs, in this order; with several lots, what they run.
    pub steps: Vec<Step<'a>>,
    /// Steps of each lot. With several, each is an item.
    pub lots: Vec<usize>,
    pub items: u64,
    /// Items an array task.
    pub pack: u64,
    pub tasks: u64,
    /// Tasks side by side in one array element.
    pub abreast: u64,
    /// What the items cost, where tasks are balanced by that.
    pub loads: Option<Rc<Loads>>,
    /// The most tasks at once.
    pub throttle: Option<u64>,
    pub request: Request,
    /// Further arrays for what failed, in the order in which they are tried.
    pub rungs: Vec<Rung<'a>>,
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

impl ArrayJob<'_> {
    /// Elements of the array.
    pub fn elements(&self) -> u64 {
        self.tasks.div_ceil(self.abreast.max(1))
    }
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
    let edges = optimise::edges(dataflow, stages, site);
    let mut errors = Vec::new();
    let mut jobs: Vec<ArrayJob<'a>> = Vec::new();
    for ((id, stage), edges) in (0..).map(StageId).zip(&stages.stages).zip(&edges) {
        let request = request::request(dataflow, estimates, stage, site);
        let steps: Result<Vec<_>, _> = stage
            .calls()
            .map(|call| step::step(dataflow, estimates, &names, call))
            .collect();
        let name = names.of_stage(id);
        let steps = steps.and_then(|mut steps| {
            if let ([only], 1) = (steps.as_mut_slice(), stage.pack)
                && dataflow.shards(only.id) == stage.items
                && dataflow.made(&stage.axes).next().is_none()
            {
                only.cost = None;
            }
            let mut rungs = rung::rungs(dataflow, estimates, stage, site, &mut steps)?;
            if let Ok(request) = &request {
                rungs = chain::chained(estimates, stage, request, (name, &steps), rungs)?;
            }
            Ok((steps, rungs))
        });
        match (request, steps) {
            (Ok(request), Ok((steps, rungs))) => jobs.push(ArrayJob {
                name: name.to_owned(),
                steps,
                lots: stage.lots.iter().map(Vec::len).collect(),
                items: stage.items,
                pack: stage.pack,
                tasks: stage.tasks(),
                abreast: stage.abreast,
                loads: stage.loads.clone().filter(|_| stage.balanced.is_some()),
                throttle: throttle(dataflow, stage),
                request: request.times(stage.abreast),
                dependencies: edges.iter().map(|edge| dependency(&jobs, edge)).collect(),
                rungs,
                reasons: stage
                    .decisions
                    .iter()
                    .map(|decision| decision.reason.clone())
                    .chain(measured(dataflow, estimates, stage))
                    .collect(),
            }),
            (request, steps) => errors.extend(request.err().into_iter().chain(steps.err())),
        }
    }
    errors.extend(too_large(dataflow, stages, site));
    if errors.is_empty() {
        // What is too large for an array is too much for a submission, too: said once.
        errors.extend(too_many(&jobs, site));
    }
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
            let first = stage.calls().next();
            let first = first.map_or("", |call| &dataflow.call(call).name);
            names.push(format!("{:0width$}-{first}", id.0 + 1));
            for call in stage.calls() {
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

/// What of a job follows from earlier runs, once a process.
fn measured(dataflow: &Dataflow, estimates: &Estimates, stage: &Stage) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for call in stage.calls() {
        let Some(measured) = estimates.measured(call) else {
            continue;
        };
        let process = dataflow.process_of(call);
        let time = measured.time;
        let how = match measured.by_size {
            Some(_) if estimates.of_shards(call).is_some() => ", by the size of its input files",
            Some(_) | None => "",
        };
        let mut line = format!(
            "measured in {} shards of {}: {} (at most {}){how}",
            measured.shards,
            process.name,
            Duration(time.mean),
            Duration(time.most)
        );
        let asked = dataflow.resources(call).memory;
        if let Some(memory) = measured.request().filter(|_| asked.is_none()) {
            line += &format!(", and {} of memory", Size(memory));
        }
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

fn throttle(dataflow: &Dataflow, stage: &Stage) -> Option<u64> {
    let processes = stage.calls().map(|call| dataflow.process_of(call));
    processes.filter_map(|process| process.at_most).min()
}

/// What failed in a job with rungs is made later: only the end of all of them says something.
fn dependency(jobs: &[ArrayJob<'_>], edge: &Edge) -> Dependency {
    let producer = jobs.get(edge.producer.0 as usize);
    let has_rungs = producer.is_some_and(|job| !job.rungs.is_empty());
    Dependency {
        job: JobId(edge.producer.0),
        kind: match edge.corresponding && !has_rungs {
            true => DependencyKind::Corresponding,
            false => DependencyKind::Any,
        },
    }
}

/// Arrays that pins, or chains, keep above what one may have.
fn too_large(dataflow: &Dataflow, stages: &Stages, site: &Site) -> Vec<PlanError> {
    let large = stages.stages.iter();
    let large = large.filter(|stage| stage.elements() > site.max_array_size);
    let errors = large.filter_map(|stage| {
        let first = stage.calls().next()?;
        Some(PlanError::ArrayTooLarge {
            call: dataflow.call(first).name.clone(),
            tasks: stage.elements(),
            limit: site.max_array_size,
            pack: stage.items.div_ceil(site.max_array_size),
            span: dataflow.process_of(first).span,
        })
    });
    errors.collect()
}

/// More array tasks, rungs among them, than one user may have queued.
fn too_many(jobs: &[ArrayJob<'_>], site: &Site) -> Option<PlanError> {
    let rungs = |job: &ArrayJob<'_>| job.rungs.iter().map(|rung| rung.width).sum::<u64>();
    let all = |job: &ArrayJob<'_>| job.elements() + rungs(job);
    let tasks: u64 = jobs.iter().map(all).sum();
    let limit = site.submit_limit.filter(|&limit| tasks > limit)?;
    let largest = jobs.iter().max_by_key(|job| all(job))?;
    let first = largest.steps.first()?;
    Some(PlanError::TooManyTasks {
        tasks,
        limit,
        call: first.call.name.clone(),
        most: match rungs(largest) {
            0 => largest.elements().to_string(),
            rungs => format!("{}, and {rungs} in rungs", largest.elements()),
        },
        span: first.process.span,
    })
}
