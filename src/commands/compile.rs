//! `flowc FILE`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::output::{self, Summary};
use crate::pipeline::{self, Compiled};
use crate::units::counted;

use super::failure::{Failure, Format, folder};
use super::paths::{relative, resolved};
use super::program::{Program, ProgramArgs, TargetArgs};
use super::{Outcome, print};

#[derive(Debug, clap::Args)]
#[group(skip)]
pub(super) struct Args {
    #[command(flatten)]
    pub program: ProgramArgs,

    #[command(flatten)]
    pub target: TargetArgs,

    /// Write to this folder
    #[arg(short, long, value_name = "DIR", default_value = "out")]
    pub out: PathBuf,
}

pub(super) fn run(args: &Args) -> Outcome {
    let (compiled, summary) = compile(args)?;
    if args.program.format == Format::Human {
        print(describe(&compiled, summary, &args.out) + "\n")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Compiles and writes.
pub(super) fn compile(args: &Args) -> Result<(Compiled, Summary), Failure> {
    let program = Program::load(&args.program)?;
    let target = args.target.load(&program)?;
    let project = project(&args.out, &program.folder)?;
    let optimised = pipeline::optimise(&program.dataflow, &target);
    let compiled = optimised.compile(&program.code, &project);
    let compiled = compiled.map_err(|reports| program.failed(reports))?;
    let summary = output::write(&args.out, &compiled.files, &compiled.manifest)?;
    Ok((compiled, summary))
}

/// The way from `out/` to the program's folder.
fn project(out: &Path, program: &Path) -> Result<String, Failure> {
    let from = resolved(out).map_err(Failure::io("found", out))?;
    let to = fs::canonicalize(program).map_err(Failure::io("found", program))?;
    Ok(relative(&from, &to))
}

/// `out/: 2 jobs, 101 shards; 12 files, 3 of them changed`
fn describe(compiled: &Compiled, summary: Summary, out: &Path) -> String {
    let manifest = &compiled.manifest;
    let shards: u64 = manifest.calls.iter().map(|call| call.shards).sum();
    let changes = match (summary.changed, summary.removed) {
        (0, 0) => "unchanged".to_owned(),
        (changed, 0) => format!("{changed} of {} files written", summary.files),
        (changed, removed) => {
            format!(
                "{changed} of {} files written, {removed} removed",
                summary.files
            )
        }
    };
    format!(
        "{}: {}, {}; {changes}",
        folder(out),
        counted(manifest.jobs.len() as u64, "job"),
        counted(shards, "shard")
    )
}
