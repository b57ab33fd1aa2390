//! The passes in their order.
//!
//! Takes a program's text and what it may read; gives the files of `out/`. Stops behind the first
//! pass that found an error; each pass gathers all of its own.

use crate::code::Code;
use crate::cost::Estimates;
use crate::dataflow::Dataflow;
use crate::diagnostics::{Report, Warnings, reports};
use crate::emit::File;
use crate::import::Modules;
use crate::learned::Learned;
use crate::manifest::Manifest;
use crate::optimise::{Forecast, Level, Stages, Workload};
use crate::plan::Plan;
use crate::resolve::ResolveError;
use crate::settings::{self, Settings};
use crate::simulate::{Ran, Timeline, Trouble};
use crate::site::Site;
use crate::source::{Files, SourceId, Sources};
use crate::{
    cost, dataflow, emit, grains, import, manifest, optimise, parse, plan, resolve, typecheck,
    version,
};

/// A program beside its text, which is the first of the sources.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The stem of its file name.
    pub name: &'a str,
    pub files: &'a dyn Files,
    pub settings: &'a Settings,
}

/// What decides about the jobs, apart from the program.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub site: Site,
    pub level: Level,
    /// What earlier runs took.
    pub learned: Learned,
}

/// What `out/` is to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    pub files: Vec<File>,
    pub manifest: Manifest,
}

/// From the text of the first source to a program without errors.
pub fn check(
    input: Input<'_>,
    sources: &mut Sources,
    warnings: &mut Warnings,
) -> Result<Dataflow, Vec<Report>> {
    let modules = modules(input, sources)?;
    let bindings = resolve::resolve(&modules, warnings).map_err(reports)?;
    let program = typecheck::check(&bindings, warnings).map_err(reports)?;
    dataflow::build(&program, input.name, input.files, sources, warnings).map_err(reports)
}

/// The same for a file that is there to be imported: it needs no workflow of its own, and nothing
/// in it has a value yet.
pub fn check_part(
    input: Input<'_>,
    sources: &mut Sources,
    warnings: &mut Warnings,
) -> Result<(), Vec<Report>> {
    let modules = modules(input, sources)?;
    let (bindings, mut errors) = resolve::partial(&modules);
    errors.retain(|error| !matches!(error, ResolveError::NoWorkflow { .. }));
    if !errors.is_empty() {
        return Err(reports(errors));
    }
    let program = typecheck::check(&bindings, warnings);
    program.map(drop).map_err(reports)
}

fn modules(input: Input<'_>, sources: &mut Sources) -> Result<Modules, Vec<Report>> {
    let id = SourceId::default();
    let source = sources.all().first();
    let source = source.unwrap_or_else(|| unreachable!("the caller added the program"));
    let file = parse::parse(source, id).map_err(reports)?;
    let file = settings::apply(file, input.settings, sources).map_err(reports)?;
    let mut modules = import::load(file, input.files, sources)?;
    grains::write_out(&mut modules, sources).map_err(reports)?;
    Ok(modules)
}

/// A simulated run.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// The names of the jobs.
    pub jobs: Vec<String>,
    pub timeline: Timeline,
    /// Every attempt of every task, in the order in which they started.
    pub trace: Vec<Ran>,
}

/// What the shards of a checked program take, and which of them run together.
pub struct Optimised<'a> {
    dataflow: &'a Dataflow,
    target: &'a Target,
    pub estimates: Estimates,
    stages: Stages,
}

/// Decides which shards of a checked program run together.
pub fn optimise<'a>(dataflow: &'a Dataflow, target: &'a Target) -> Optimised<'a> {
    let estimates = cost::estimate(dataflow, &target.learned, &target.site);
    let workload = Workload::new(dataflow, &estimates, &target.site);
    let stages = optimise::optimise(&workload, target.level);
    Optimised {
        dataflow,
        target,
        estimates,
        stages,
    }
}

impl Optimised<'_> {
    fn workload(&self) -> Workload<'_> {
        Workload::new(self.dataflow, &self.estimates, &self.target.site)
    }

    /// The jobs; fails where the site cannot run one of them.
    pub fn plan(&self) -> Result<Plan<'_>, Vec<Report>> {
        plan::plan(&self.stages, &self.workload()).map_err(reports)
    }

    /// What the jobs are expected to take.
    pub fn forecast(&self) -> Forecast {
        optimise::forecast(&self.stages, &self.workload())
    }

    /// What becomes of the jobs where there is trouble; fails as `plan` does.
    pub fn replay(&self, trouble: Trouble) -> Result<Replay, Vec<Report>> {
        let plan = self.plan()?;
        let jobs = plan.jobs.iter().map(|job| job.name.clone());
        let (timeline, trace) = optimise::replay(&self.stages, &self.workload(), trouble);
        Ok(Replay {
            jobs: jobs.collect(),
            timeline,
            trace,
        })
    }

    /// The files; `project` leads from `out/` to the program's folder. Fails as `plan` does.
    pub fn compile(&self, code: &Code, project: &str) -> Result<Compiled, Vec<Report>> {
        let plan = self.plan()?;
        let versions = version::versions(self.dataflow, code);
        let input = emit::Input {
            plan: &plan,
            versions: &versions,
            code,
            project,
        };
        let files = emit::emit(input);
        let manifest = manifest::manifest(input, &self.estimates, &files);
        Ok(Compiled { files, manifest })
    }
}
