//! `flowc simulate FILE`

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use crate::pipeline::{self, Replay};
use crate::simulate::{Ran, Trouble};
use crate::units::{Duration, short_duration};

use super::failure::{Failure, Format};
use super::gantt;
use super::program::{Program, ProgramArgs, TargetArgs};
use super::table::Table;
use super::{Outcome, print};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    program: ProgramArgs,

    #[command(flatten)]
    target: TargetArgs,

    /// The part of the array tasks that fail and are queued again: 5% or 0.05
    #[arg(long, value_name = "PART", default_value = "0", value_parser = part)]
    failures: f64,

    /// The mean time that an array waits in the queue: 10m
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    wait: f64,

    /// Another seed is another run
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// Draw it as an SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// `0.05` or `5%`
fn part(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.strip_suffix('%') {
        Some(percent) => (percent, 100.0),
        None => (text, 1.0),
    };
    let part = number.parse::<f64>().map(|it| it / unit);
    let part = part.ok().filter(|it| (0.0..=1.0).contains(it));
    part.ok_or_else(|| "write a part of all, such as 0.05 or 5%".to_owned())
}

fn duration(text: &str) -> Result<f64, String> {
    let read = text.parse::<Duration>();
    read.map(|it| it.0)
        .map_err(|_| "write a duration, such as 90s, 10m or 1h30m".to_owned())
}

pub(super) fn run(args: &Args) -> Outcome {
    let program = Program::load(&args.program)?;
    let target = args.target.load(&program)?;
    let trouble = Trouble {
        failures: args.failures,
        wait: args.wait,
        seed: args.seed,
    };
    let replay = pipeline::optimise(&program.dataflow, &target).replay(trouble);
    let replay = replay.map_err(|reports| program.failed(reports))?;
    if let Some(path) = &args.svg {
        let svg = gantt::svg(&replay);
        fs::write(path, svg).map_err(Failure::io("written", path))?;
    }
    match args.program.format {
        Format::Human => print(for_people(&replay))?,
        Format::Json => print(format_args!("{:#}\n", to_json(&replay)))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn for_people(replay: &Replay) -> String {
    let Replay {
        jobs,
        timeline,
        trace,
    } = replay;
    let mut table = Table::new(["job", "tasks", "failed", "starts", "ends", "task hours"]);
    for (at, (name, span)) in jobs.iter().zip(&timeline.jobs).enumerate() {
        let own: Vec<&Ran> = trace.iter().filter(|ran| ran.job == at).collect();
        let failed = own.iter().filter(|ran| ran.failed).count();
        let held: f64 = own.iter().map(|ran| ran.end - ran.start).sum();
        table.row([
            name.clone(),
            (own.len() - failed).to_string(),
            failed.to_string(),
            short_duration(span.start),
            short_duration(span.end),
            format!("{:.1}", held / 3600.0),
        ]);
    }
    let most = gantt::steps(trace.iter()).map(|(_, running)| running).max();
    format!(
        "{table}\nmakespan {}, {:.1} task hours, at most {} tasks at once\n",
        short_duration(timeline.makespan),
        timeline.held / 3600.0,
        most.unwrap_or(0)
    )
}

fn to_json(replay: &Replay) -> serde_json::Value {
    let Replay {
        jobs: names,
        timeline,
        trace,
    } = replay;
    let jobs = names.iter().zip(&timeline.jobs);
    let jobs =
        jobs.map(|(name, span)| json!({ "name": name, "start": span.start, "end": span.end }));
    let tasks = trace.iter().map(|ran| {
        let name = names.get(ran.job);
        json!({ "job": name, "task": ran.task, "start": ran.start, "end": ran.end, "failed": ran.failed })
    });
    json!({
        "makespan": timeline.makespan,
        "held": timeline.held,
        "startup": timeline.startup,
        "node_seconds": timeline.node_seconds,
        "jobs": jobs.collect::<Vec<_>>(),
        "tasks": tasks.collect::<Vec<_>>(),
    })
}
