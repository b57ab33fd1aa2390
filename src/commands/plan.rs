//! `flowc plan FILE`

use std::process::ExitCode;

use crate::emit;
use crate::manifest::manifest;
use crate::pipeline;
use crate::plan::{ArrayJob, DependencyKind, Plan};
use crate::version;

use super::Outcome;
use super::failure::Format;
use super::program::{Program, ProgramArgs, TargetArgs};
use super::table::Table;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    program: ProgramArgs,

    #[command(flatten)]
    target: TargetArgs,
}

pub(super) fn run(args: &Args) -> Outcome {
    let program = Program::load(&args.program)?;
    let target = args.target.load(args.program.format)?;
    let planned = pipeline::plan(&program.dataflow, &target);
    let (plan, estimates) = planned.map_err(|reports| program.failed(reports))?;
    match args.program.format {
        Format::Human => print!("{}", table(&plan)),
        Format::Json => {
            let input = emit::Input {
                plan: &plan,
                versions: &version::versions(&program.dataflow, &program.code),
                code: &program.code,
                project: ".",
            };
            print!("{}", manifest(input, &estimates, &[]).to_json());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A row a job, then the reasons of those that have some.
fn table(plan: &Plan<'_>) -> String {
    let mut table = Table::new(["job", "shards", "tasks", "time", "memory", "after"]);
    for job in &plan.jobs {
        let request = &job.request;
        table.row([
            job.name.clone(),
            job.items.to_string(),
            job.tasks.to_string(),
            request
                .walltime
                .map_or_else(|| "-".to_owned(), |time| time.to_string()),
            request
                .memory
                .map_or_else(|| "-".to_owned(), |memory| memory.to_string()),
            after(plan, job),
        ]);
    }
    let reasons = plan.jobs.iter().flat_map(|job| {
        job.reasons
            .iter()
            .map(|reason| format!("{}: {reason}\n", job.name))
    });
    let reasons: String = reasons.collect();
    match reasons.as_str() {
        "" => table.to_string(),
        reasons => format!("{table}\n{reasons}"),
    }
}

fn after(plan: &Plan<'_>, job: &ArrayJob<'_>) -> String {
    let each = job.dependencies.iter().map(|dependency| {
        let name = &plan.job(dependency.job).name;
        match dependency.kind {
            DependencyKind::Corresponding => format!("{name} (task by task)"),
            DependencyKind::Any => name.clone(),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}
