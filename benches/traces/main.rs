//! Recorded workflows (WfFormat) as plans: the simulated makespan against lower bounds, and
//! beside what horizontal clustering makes of the same tasks, each with its best setting.
//!
//! `cargo bench --bench traces`. Traces are read from `$FLOWC_TRACES`, else from `../shared/traces`;
//! without them it says so and ends. Times are seconds.

#![allow(
    clippy::indexing_slicing,
    reason = "a measurement: indices come from the trace itself"
)]

mod bounds;
mod clusters;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs};

use flowc::cost::{Estimate, Estimates};
use flowc::dataflow::{Call, CallId, Dataflow, Process, ProcessId};
use flowc::optimise::{Forecast, Level, Workload, forecast, optimise};
use flowc::site::Site;
use flowc::source::Span;
use serde_json::Value;

use clusters::{by_count, by_runtime};

const SLOTS: [u64; 3] = [64, 256, 1024];

fn main() {
    let named = env::var_os("FLOWC_TRACES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/traces");
    let folder = named.unwrap_or(beside);
    let traces = read_all(&folder);
    if traces.is_empty() {
        println!("no traces: {} has no WfFormat files", folder.display());
        return;
    }
    makespans(&traces);
    losses(&traces);
}

/// Each trace on each number of slots.
fn runs(traces: &[Trace]) -> impl Iterator<Item = (&Trace, Site)> {
    let sites = SLOTS.map(|slots| Site {
        slots,
        ..Site::generic()
    });
    let each = traces.iter();
    each.flat_map(move |trace| sites.clone().map(|site| (trace, site)))
}

fn makespans(traces: &[Trace]) {
    println!(
        "bound: max(longest path and a start-up for each task on it, work / slots); tight: with one start-up"
    );
    println!(
        "waves: of the longest tasks, k to a slot and one more, some slot has more than k; /both: of bound and waves"
    );
    println!("count, runtime: horizontal clustering with its best setting; ms: to optimise\n");
    println!(
        "{:<14} {:>6} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>6} {:>6} {:>6} {:>8} {:>6} {:>5}",
        "trace",
        "median",
        "slots",
        "bound",
        "tight",
        "waves",
        "-O0",
        "count",
        "runtime",
        "-O1",
        "/bound",
        "/both",
        "/-O0",
        "elements",
        "of",
        "ms"
    );
    for (trace, site) in runs(traces) {
        row(trace, &site);
    }
}

/// What believing in wrong costs costs.
fn losses(traces: &[Trace]) {
    println!(
        "\nplanned with wrong costs, run with the right ones: what is lost, in %, and the most of {DRAWS} draws"
    );
    println!(
        "{:<14} {:>5} {:>6} {:>6} {:>6} {:>6}",
        "trace", "slots", "x2", "most", "x5", "most"
    );
    let mut all = [Vec::new(), Vec::new()];
    for (trace, site) in runs(traces) {
        let lost = [2.0, 5.0].map(|factor| trace.lost(&site, factor));
        let [(mean2, most2), (mean5, most5)] = lost;
        println!(
            "{:<14} {:>5} {mean2:>6.1} {most2:>6.1} {mean5:>6.1} {most5:>6.1}",
            trace.name, site.slots
        );
        for (all, (mean, _)) in all.iter_mut().zip(lost) {
            all.push(mean);
        }
    }
    let [mean2, mean5] = all.map(|all| all.iter().sum::<f64>() / all.len() as f64);
    println!("{:<20} {mean2:>6.1} {:>6} {mean5:>6.1}", "mean of all", "");
}

/// Plans with wrong costs, for each trace.
const DRAWS: u64 = 10;

/// Evenly between a part and a multiple of the right one, in the logarithm; the same on any machine.
fn wrong(seconds: f64, factor: f64, draw: u64) -> f64 {
    let mut state = draw.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let even = ((state ^ (state >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
    seconds * factor.powf(2.0 * even - 1.0)
}

fn row(trace: &Trace, site: &Site) {
    let start = Instant::now();
    let planned = trace.planned(site, Level::All);
    let took = start.elapsed().as_millis();
    let makespan = planned.timeline.makespan;
    let alone = trace.planned(site, Level::Off).timeline.makespan;
    let powers = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
    let count = trace.best(site, &powers, by_count);
    let seconds = [20.0, 60.0, 120.0, 300.0, 600.0, 1200.0];
    let runtime = trace.best(site, &seconds, by_runtime);
    let bound = trace.bound(site);
    let (tight, waves) = (trace.tight(site), trace.waves(site));
    for plan in [makespan, alone, count, runtime] {
        // A simulated instant is a nanosecond.
        let least = tight.max(waves) - 1e-6;
        assert!(plan >= least, "{}: {plan} is below {least}", trace.name);
    }
    println!(
        "{:<14} {:>6.1} {:>5} {:>8.0} {:>8.0} {:>8.0} {:>8.0} {:>8.0} {:>8.0} {:>8.0} {:>6.2} {:>6.2} {:>6.2} {:>8} {:>6} {:>5}",
        trace.name,
        trace.median(),
        site.slots,
        bound,
        tight,
        waves,
        alone,
        count,
        runtime,
        makespan,
        makespan / bound,
        makespan / bound.max(waves),
        makespan / alone,
        planned.tasks,
        trace.tasks.len(),
        took,
    );
}

struct Trace {
    name: String,
    /// Each behind its parents.
    tasks: Vec<Task>,
}

struct Task {
    process: String,
    seconds: f64,
    parents: Vec<usize>,
    level: usize,
}

impl Trace {
    fn planned(&self, site: &Site, level: Level) -> Forecast {
        let (dataflow, estimates) = self.program();
        let workload = Workload::new(&dataflow, &estimates, site);
        forecast(&optimise(&workload, level), &workload)
    }

    /// What plans with wrong costs lose against that with the right ones, in percent: mean and most.
    fn lost(&self, site: &Site, factor: f64) -> (f64, f64) {
        let (dataflow, right) = self.program();
        let truth = Workload::new(&dataflow, &right, site);
        let makespan = |estimates: &Estimates| {
            let believed = Workload::new(&dataflow, estimates, site);
            let stages = optimise(&believed, Level::All);
            forecast(&stages, &truth).timeline.makespan
        };
        let best = makespan(&right);
        let draws = (0..DRAWS).map(|draw| {
            let tasks = (0_u64..).zip(&self.tasks);
            let each = tasks.map(|(at, task)| {
                let seconds = wrong(task.seconds, factor, draw << 32 | at);
                Estimate::new(Some(seconds), None)
            });
            100.0 * (makespan(&each.collect()) / best - 1.0)
        });
        let draws: Vec<f64> = draws.collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        (mean, draws.into_iter().fold(0.0, f64::max))
    }

    /// A single call for each task.
    fn program(&self) -> (Dataflow, Estimates) {
        let mut ids = BTreeMap::new();
        let mut processes = Vec::new();
        let mut calls = Vec::new();
        for (at, task) in self.tasks.iter().enumerate() {
            let id = *ids.entry(&task.process).or_insert_with(|| {
                processes.push(process(&task.process));
                ProcessId(number(processes.len() - 1))
            });
            calls.push(Call {
                name: format!("{}.{at}", task.process),
                around: Vec::new(),
                process: id,
                axes: Vec::new(),
                args: [].into_iter().collect(),
                asked: Vec::new(),
                when: Vec::new(),
                branches: Vec::new(),
                after: task.parents.iter().map(|&it| CallId(number(it))).collect(),
                own: None,
                costs: None,
                span: Span::default(),
            });
        }
        let each = self.tasks.iter();
        let estimates = each.map(|task| Estimate::new(Some(task.seconds), None));
        let dataflow = Dataflow {
            name: self.name.clone(),
            axes: Vec::new(),
            processes,
            calls,
            publishes: Vec::new(),
            sources: Vec::new(),
        };
        (dataflow, estimates.collect())
    }

    fn median(&self) -> f64 {
        let mut all: Vec<f64> = self.tasks.iter().map(|task| task.seconds).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(0.0)
    }
}

fn process(name: &str) -> Process {
    Process {
        name: name.to_owned(),
        success: vec![0],
        ..Process::default()
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or_else(|_| panic!("fewer than 2^32 tasks"))
}

fn read_all(folder: &Path) -> Vec<Trace> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Trace {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let json: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let workflow = &json["workflow"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let runs = list(&workflow["execution"]["tasks"]);
    let runs: BTreeMap<String, &Value> = runs.iter().map(|run| (text(&run["id"]), run)).collect();
    let mut open: Vec<Value> = list(&workflow["specification"]["tasks"]);
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut tasks: Vec<Task> = Vec::new();
    while !open.is_empty() {
        let mut later = Vec::new();
        for task in std::mem::take(&mut open) {
            let parents: Option<Vec<usize>> = list(&task["parents"])
                .iter()
                .map(|parent| known.get(&text(parent)).copied())
                .collect();
            let Some(parents) = parents else {
                later.push(task);
                continue;
            };
            let id = text(&task["id"]);
            let run = runs[&id];
            let levels = parents.iter().map(|&parent| tasks[parent].level + 1);
            let level = levels.max().unwrap_or(0);
            known.insert(id, tasks.len());
            tasks.push(Task {
                process: program(&run["command"]["program"], &text(&task["name"])),
                seconds: run["runtimeInSeconds"].as_f64().unwrap_or(0.0).max(0.001),
                parents,
                level,
            });
        }
        open = later;
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = stem.split('-').next().unwrap_or_default().to_owned();
    Trace { name, tasks }
}

/// The program that ran, else the task's name without its last number.
fn program(program: &Value, name: &str) -> String {
    if let Some(program) = program.as_str() {
        return program.to_owned();
    }
    match name.rsplit_once('_') {
        Some((front, back)) if back.bytes().all(|byte| byte.is_ascii_digit()) => front.to_owned(),
        _ => name.to_owned(),
    }
}
