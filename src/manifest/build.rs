//! From the plan to the manifest.

use std::iter::once;

use crate::code::Code;
use crate::cost::Estimates;
use crate::dataflow::Conda;
use crate::units::{Memory, Walltime};
use crate::version::Versions;
use crate::{dataflow, emit, plan};

use super::{
    Axis, Call, CallAxis, Dependency, DependencyKind, FORMAT, File, Items, Job, Manifest, Process,
    Published, Request, Rung, Source, SourceKind, Variable,
};

/// The manifest's own path below `out/`.
const PATH: &str = "manifest.json";

/// Describes what was planned and what was emitted for it.
pub fn manifest(input: emit::Input<'_>, estimates: &Estimates, files: &[emit::File]) -> Manifest {
    let plan = input.plan;
    let flow = plan.dataflow;
    let mut paths: Vec<_> = files
        .iter()
        .map(|file| file.path.clone())
        .chain(once(PATH.to_owned()))
        .collect();
    paths.sort();
    Manifest {
        format: FORMAT,
        name: flow.name.clone(),
        site: plan.site.name.clone(),
        processes: flow
            .processes
            .iter()
            .map(|it| process(it, input.code))
            .collect(),
        axes: flow.axes.iter().map(|it| axis(flow, it)).collect(),
        calls: plan
            .jobs
            .iter()
            .flat_map(|job| {
                job.steps
                    .iter()
                    .map(|step| call(flow, job, step, input.versions, estimates))
            })
            .collect(),
        jobs: plan.jobs.iter().map(|it| job(plan, it)).collect(),
        published: flow
            .publishes
            .iter()
            .map(|it| Published {
                call: flow.call(it.call).name.clone(),
                output: it.output.clone(),
            })
            .collect(),
        sources: flow.sources.iter().map(source).collect(),
        files: paths,
    }
}

fn process(process: &dataflow::Process, code: &Code) -> Process {
    let inputs = process.inputs.iter();
    let outputs = process.outputs.iter();
    let uses = process.uses.iter().flat_map(|path| code.below(&path.node));
    let environment = process.conda.iter().filter_map(Conda::file);
    let environment = environment.flat_map(|path| code.below(&path.node));
    Process {
        name: process.name.clone(),
        inputs: inputs.map(|it| variable(&it.name, &it.ty)).collect(),
        outputs: outputs.map(|it| variable(&it.name, &it.ty)).collect(),
        container: process.container.clone(),
        conda: process.conda.as_ref().map(|it| it.text().to_owned()),
        uses: uses
            .chain(environment)
            .map(|(path, file)| File {
                path: path.to_owned(),
                sha256: file.sha256.clone(),
            })
            .collect(),
    }
}

fn variable(name: &str, ty: &impl ToString) -> Variable {
    Variable {
        name: name.to_owned(),
        r#type: ty.to_string(),
    }
}

fn axis(flow: &dataflow::Dataflow, axis: &dataflow::Axis) -> Axis {
    Axis {
        name: axis.name.clone(),
        collection: axis.collection.clone(),
        length: axis.items.len(),
        items: match &axis.items {
            &dataflow::Items::Range { start, step, .. } => Items::Range { start, step },
            dataflow::Items::Made(made) => Items::Made {
                call: flow.call(made.call).name.clone(),
                output: made.output.clone(),
                expected: made.expected,
                zips: made
                    .pairs
                    .iter()
                    .flatten()
                    .map(|it| flow.axis(*it).name.clone())
                    .collect(),
            },
            dataflow::Items::Table(table) => Items::Table {
                columns: table
                    .columns
                    .iter()
                    .map(|it| variable(&it.name, &it.ty))
                    .collect(),
                tells: flow
                    .told(axis)
                    .iter()
                    .map(|it| flow.axis(it.axis).name.clone())
                    .collect(),
            },
        },
    }
}

fn call(
    flow: &dataflow::Dataflow,
    job: &plan::ArrayJob<'_>,
    step: &plan::Step<'_>,
    versions: &Versions,
    estimates: &Estimates,
) -> Call {
    let axes = step.call.axes.iter().map(|own| CallAxis {
        label: own.label.clone(),
        axis: flow.axis(own.axis).name.clone(),
    });
    Call {
        name: step.call.name.clone(),
        process: step.process.name.clone(),
        version: versions.of(step.id).to_owned(),
        axes: axes.collect(),
        shards: flow.shards(step.id),
        job: job.name.clone(),
        // To the millisecond: a number that every reader gives back as it is.
        cost: estimates
            .of(step.id)
            .cost
            .map(|seconds| (seconds * 1000.0).round() / 1000.0),
        limit: step.limit.map(Walltime::seconds),
    }
}

fn job(plan: &plan::Plan<'_>, job: &plan::ArrayJob<'_>) -> Job {
    let dependencies = job.dependencies.iter().map(|it| Dependency {
        job: plan.job(it.job).name.clone(),
        kind: match it.kind {
            plan::DependencyKind::Corresponding => DependencyKind::Aftercorr,
            plan::DependencyKind::Any => DependencyKind::Afterany,
        },
    });
    Job {
        name: job.name.clone(),
        script: emit::script_path(job),
        calls: job
            .steps
            .iter()
            .map(|step| step.call.name.clone())
            .collect(),
        items: job.items,
        pack: job.pack,
        tasks: job.tasks,
        abreast: Some(job.abreast).filter(|&tasks| tasks > 1),
        throttle: job.throttle,
        request: request(&job.request),
        dependencies: dependencies.collect(),
        rungs: job.rungs.iter().map(rung).collect(),
        decisions: job.reasons.clone(),
    }
}

fn rung(rung: &plan::Rung<'_>) -> Rung {
    Rung {
        name: rung.name.clone(),
        script: emit::rung_path(rung),
        tasks: rung.width,
        request: request(&rung.request),
        decision: rung.reason.clone(),
    }
}

fn request(request: &plan::Request) -> Request {
    Request {
        walltime: request.walltime.map(Walltime::seconds),
        memory: request.memory.map(Memory::megabytes),
        tmp: request.tmp.map(Memory::megabytes),
        cpus: request.cpus,
        gpus: request.gpus,
        nodes: request.nodes,
        tasks: request.tasks,
        partition: request.partition.clone(),
        constraint: request.constraint.clone(),
        account: request.account.clone(),
        raw: request.raw.clone(),
    }
}

fn source(source: &dataflow::TrackedSource) -> Source {
    Source {
        kind: match source.kind {
            dataflow::SourceKind::File => SourceKind::File,
            dataflow::SourceKind::Glob => SourceKind::Glob,
        },
        path: source.path.clone(),
        sha256: source.sha256.clone(),
    }
}
