//! `flowc plan FILE`

mod jobs;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::code::Code;
use crate::emit;
use crate::manifest::manifest;
use crate::optimise::{Forecast, Level};
use crate::pipeline::{self, Optimised, Target};
use crate::units::{Duration, short_duration};
use crate::version;

use super::diff;
use super::failure::Format;
use super::program::{Program, ProgramArgs, TargetArgs};
use super::table::Table;
use super::{Outcome, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    program: ProgramArgs,

    #[command(flatten)]
    target: TargetArgs,

    /// Compare with another compile: its folder, or the manifest in it
    #[arg(long, value_name = "OTHER")]
    diff: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Outcome {
    let program = Program::load(&args.program)?;
    let target = args.target.load(&program)?;
    let optimised = pipeline::optimise(&program.dataflow, &target);
    if let Some(other) = &args.diff {
        return compare(&program, &optimised, other);
    }
    let planned = optimised.plan();
    let plan = planned.map_err(|reports| program.failed(reports))?;
    let off = Target {
        level: Level::Off,
        ..target.clone()
    };
    let plain = pipeline::optimise(&program.dataflow, &off);
    let own = match target.level {
        Level::Off => "-O0",
        Level::All => "-O1",
    };
    let figures = [
        Figures::new("-O0", &plain, &program.code),
        Figures::new(own, &optimised, &program.code),
    ];
    match args.program.format {
        Format::Human => print(format_args!(
            "{}\n{}",
            jobs::jobs(&plan),
            predicted(&figures)
        ))?,
        Format::Json => {
            let input = emit::Input {
                plan: &plan,
                versions: &version::versions(&program.dataflow, &program.code),
                code: &program.code,
                project: ".",
            };
            let mut printed = json!(manifest(input, &optimised.estimates, &[]));
            if let Value::Object(fields) = &mut printed {
                let forecasts = figures.iter().map(Figures::to_json).collect();
                fields.insert("forecast".to_owned(), Value::Array(forecasts));
            }
            print(format_args!("{printed:#}\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `--diff OTHER`
fn compare(program: &Program, optimised: &Optimised, other: &Path) -> Outcome {
    let compiled = optimised.compile(&program.code, ".");
    let compiled = compiled.map_err(|reports| program.failed(reports))?;
    let diff = diff::diff(&compiled, other)?;
    match program.format {
        Format::Human => print(diff.for_people())?,
        Format::Json => print(format_args!("{:#}\n", diff.to_json()))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What one level of optimisation is expected to come to.
struct Figures {
    level: &'static str,
    forecast: Forecast,
    /// Calls of the submit command, those of rungs too.
    submits: usize,
    /// Files of `out/` and their bytes; none where the site refuses such a plan.
    written: Option<(usize, usize)>,
}

impl Figures {
    fn new(level: &'static str, optimised: &Optimised<'_>, code: &Code) -> Self {
        let compiled = optimised.compile(code, ".").ok();
        let forecast = optimised.forecast();
        let submits = compiled.as_ref().map_or(forecast.jobs, |compiled| {
            let jobs = compiled.manifest.jobs.iter();
            jobs.map(|job| 1 + job.rungs.len()).sum()
        });
        let written = compiled.map(|compiled| {
            let files = compiled.files.iter().map(|file| file.content.len());
            let bytes = files.sum::<usize>() + compiled.manifest.to_json().len();
            (compiled.files.len() + 1, bytes)
        });
        Self {
            level,
            forecast,
            submits,
            written,
        }
    }

    fn to_json(&self) -> Value {
        let run = &self.forecast.timeline;
        json!({
            "level": self.level,
            "makespan": run.makespan,
            "held": run.held,
            "node_seconds": run.node_seconds,
            "startup": run.startup,
            "jobs": self.forecast.jobs,
            "submits": self.submits,
            "tasks": self.forecast.tasks,
            "files": self.written.map(|(files, _)| files),
            "bytes": self.written.map(|(_, bytes)| bytes),
        })
    }
}

/// Both levels side by side.
fn predicted(figures: &[Figures; 2]) -> String {
    let [before, after] = figures;
    let mut table = Table::new(["predicted", before.level, after.level]);
    let mut row = |what: &str, figure: &dyn Fn(&Figures) -> String| {
        table.row([what.to_owned(), figure(before), figure(after)]);
    };
    let hours = |seconds: f64| format!("{:.1}h", seconds / 3600.0);
    row("makespan", &|it| {
        short_duration(it.forecast.timeline.makespan.round())
    });
    row("task hours", &|it| hours(it.forecast.timeline.held));
    row("node hours", &|it| hours(it.forecast.timeline.node_seconds));
    row("start-up", &|it| {
        format!("{:.0} %", 100.0 * it.forecast.overhead())
    });
    row("sbatch calls", &|it| it.submits.to_string());
    row("array tasks", &|it| it.forecast.tasks.to_string());
    let written = |it: &Figures, figure: fn((usize, usize)) -> usize| {
        let refused = || "-".to_owned();
        it.written
            .map_or_else(refused, |written| figure(written).to_string())
    };
    row("files of out/", &|it| written(it, |(files, _)| files));
    row("bytes of out/", &|it| written(it, |(_, bytes)| bytes));
    let unknown = after.forecast.unknown;
    match unknown {
        0 => table.to_string(),
        _ => format!(
            "{table}\nwithout `cost`: {unknown} of the calls; a shard of theirs is counted with {}\n",
            Duration(crate::optimise::UNKNOWN)
        ),
    }
}
