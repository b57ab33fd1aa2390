//! Array jobs: what is submitted, what each asks for, and what waits for what.
//!
//! Takes the stages and their workload; gives [`Plan`]. The first room that knows arrays; knows nothing
//! of how a script is written.

mod chain;
mod error;
mod feed;
mod made;
mod publish;
mod raise;
mod read;
mod request;
mod rung;
mod step;
mod track;

use std::rc::Rc;

use crate::dataflow::{CallId, Dataflow};
use crate::optimise::{self, ByCall, Edge, Loads, Stage, StageId, Stages, Workload};
use crate::site::Site;
use crate::units::{Duration, Size};

pub use crate::site::DependencyKind;
pub use error::PlanError;
pub use feed::{Feed, Field, Item, Origin, Reading, Variable};
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
pub fn plan<'a>(stages: &Stages, workload: &Workload<'a>) -> Result<Plan<'a>, Vec<PlanError>> {
    let names = JobNames::new(stages, workload.dataflow);
    let edges = optimise::edges(stages, workload);
    let mut errors = Vec::new();
    let mut jobs: Vec<ArrayJob<'a>> = Vec::new();
    for (id, edges) in stages.ids().zip(&edges) {
        let dependencies = edges.iter().map(|edge| dependency(&jobs, edge)).collect();
        match job(&stages[id], names.of_stage(id), &names, workload) {
            Ok(job) => jobs.push(ArrayJob {
                dependencies,
                ..job
            }),
            Err(found) => errors.extend(found),
        }
    }
    errors.extend(too_large(stages, workload));
    if errors.is_empty() {
        // What is too large for an array is too much for a submission, too: said once.
        errors.extend(too_many(&jobs, workload.site));
    }
    if errors.is_empty() {
        Ok(Plan {
            dataflow: workload.dataflow,
            site: workload.site,
            jobs,
        })
    } else {
        Err(errors)
    }
}

/// The job of a stage, as if it waited for nothing.
fn job<'a>(
    stage: &Stage,
    name: &str,
    names: &JobNames,
    workload: &Workload<'a>,
) -> Result<ArrayJob<'a>, Vec<PlanError>> {
    let request = request::request(stage, workload);
    let steps = step::steps(stage, names, workload).and_then(|mut steps| {
        let raised = rung::rungs(stage, &mut steps, workload)?;
        Ok((steps, raised))
    });
    let (request, (steps, raised)) = match (request, steps) {
        (Ok(request), Ok(steps)) => (request, steps),
        (request, steps) => return Err(request.err().into_iter().chain(steps.err()).collect()),
    };
    let first = Rung::of_job(name, stage, &request, &steps);
    let rungs = chain::chained(first, raised, stage, workload).map_err(|error| vec![error])?;
    let reasons = stage.decisions.iter().map(|it| it.reason.clone());
    Ok(ArrayJob {
        name: name.to_owned(),
        steps,
        lots: stage.lots.iter().map(Vec::len).collect(),
        items: stage.items,
        pack: stage.pack,
        tasks: stage.tasks(),
        abreast: stage.abreast,
        loads: stage.loads.clone().filter(|_| stage.balanced.is_some()),
        throttle: workload.throttle(stage),
        request: request.times(stage.abreast),
        rungs,
        dependencies: Vec::new(),
        reasons: reasons.chain(measured(stage, workload)).collect(),
    })
}

/// The names of the jobs, and which call is in which.
struct JobNames {
    stages: Vec<String>,
    owners: ByCall<StageId>,
}

impl JobNames {
    fn new(stages: &Stages, dataflow: &Dataflow) -> Self {
        let width = stages.len().to_string().len().max(2);
        let names = stages.iter().zip(1..).map(|(stage, number)| {
            let first = stage.calls().next();
            let first = first.map_or("", |call| &dataflow.call(call).name);
            format!("{number:0width$}-{first}")
        });
        Self {
            stages: names.collect(),
            owners: stages.owners(dataflow),
        }
    }

    fn of_stage(&self, stage: StageId) -> &str {
        self.stages.get(stage.0 as usize).map_or("", String::as_str)
    }

    fn of_call(&self, call: CallId) -> &str {
        self.of_stage(self.owners[call])
    }
}

/// What of a job follows from earlier runs, once a process.
fn measured(stage: &Stage, workload: &Workload<'_>) -> Vec<String> {
    let (dataflow, estimates) = (workload.dataflow, workload.estimates);
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

/// What failed in a job with rungs is made later: only the end of all of them says something.
fn dependency(jobs: &[ArrayJob<'_>], edge: &Edge) -> Dependency {
    let producer = jobs.get(edge.producer.0 as usize);
    let has_rungs = producer.is_some_and(|job| !job.rungs.is_empty());
    Dependency {
        job: JobId(edge.producer.0),
        kind: match has_rungs {
            true => DependencyKind::Any,
            false => edge.kind,
        },
    }
}

/// Arrays that pins, or chains, keep above what one may have.
fn too_large(stages: &Stages, workload: &Workload<'_>) -> Vec<PlanError> {
    let (dataflow, limit) = (workload.dataflow, workload.site.max_array_size);
    let large = stages.iter().filter(|stage| stage.elements() > limit);
    let errors = large.filter_map(|stage| {
        let first = stage.calls().next()?;
        Some(PlanError::ArrayTooLarge {
            call: dataflow.call(first).name.clone(),
            tasks: stage.elements(),
            limit,
            pack: stage.items.div_ceil(limit),
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
