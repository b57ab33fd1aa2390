//! Several items in one array task: where the program pins it, where start-up would be a sizeable
//! part of a task, and where the site's limits ask for it.

mod bins;
mod limits;

use crate::units::{Duration, coarse_duration};

use super::{Loads, Pass, Stage, Stages, Workload};

pub(super) use limits::limits;

/// Tasks of so many start-ups are long enough: start-up is 2 % of them.
const ENOUGH: f64 = 49.0;

/// Items of so many start-ups are left alone: start-up is under 5 % of them.
const SIZEABLE: f64 = 19.0;

/// Items of so many start-ups are long: packing few of them saves little, and if their costs are
/// wrong it makes the run longer than it was.
const LONG: f64 = 3.0;

/// `pack N`.
pub(super) fn pins(stages: Stages, workload: &Workload<'_>) -> Stages {
    stages.each(|stage| pin(stage, workload))
}

pub(super) fn pin(stage: &mut Stage, workload: &Workload<'_>) {
    if let Some(pin) = pinned(stage, workload) {
        stage.pack = pin;
        let reason = format!("packed {pin} shards a task: `pack {pin}`");
        stage.decide(Pass::Pack, reason);
    }
}

/// Packs to the width that the site gives, in as many waves as leave tasks long enough.
pub(super) fn widths(stages: Stages, workload: &Workload<'_>) -> Stages {
    stages.each(|stage| widen(stage, workload))
}

pub(super) fn widen(stage: &mut Stage, workload: &Workload<'_>) {
    balance(stage, workload);
    if !may_pack(stage, workload) {
        return;
    }
    let mut tasks = best_tasks(stage, workload);
    let at_once = stage.tasks() <= workload.width(stage);
    if at_once && is_long(stage, workload) && stage.tasks() < 2 * tasks {
        return;
    }
    while tasks < stage.tasks() {
        match packed(stage, tasks, workload) {
            Some(packed) => return *stage = packed,
            None => tasks *= 2,
        }
    }
}

/// Lets the longest of uneven items begin first, where not all run at once.
fn balance(stage: &mut Stage, workload: &Workload<'_>) {
    let waits = stage.items > workload.width(stage) && !is_pinned(stage, workload);
    let Some(loads) = stage.loads.as_ref().filter(|_| waits) else {
        return;
    };
    let ends = ends(loads);
    stage.balanced = Some(stage.items);
    stage.pack = 1;
    if let Some((least, most)) = ends {
        let reason = format!("longest first: {} take {least} to {most} each", stage.items);
        stage.decide(Pass::Pack, reason);
    }
}

/// Whether the optimiser may choose: costs are known, nothing is pinned, start-up matters.
pub(super) fn may_pack(stage: &Stage, workload: &Workload<'_>) -> bool {
    let shortest = stage
        .loads
        .as_ref()
        .and_then(|it| it.longest_first().last());
    let short = match shortest {
        Some((_, seconds)) => seconds <= SIZEABLE * workload.site.startup,
        None => is_short(stage, workload),
    };
    stage.items > 1 && workload.knows(stage) && !is_fixed(stage, workload) && short
}

/// Seconds of work in a task; the mean where they differ.
pub(super) fn task_seconds(stage: &Stage, workload: &Workload<'_>) -> f64 {
    match (&stage.loads, stage.balanced) {
        (Some(loads), Some(tasks)) => loads.total() / tasks.max(1) as f64,
        (_, _) => workload.item_seconds(stage) * stage.pack as f64,
    }
}

/// The shortest and the longest item, for people.
fn ends(loads: &Loads) -> Option<(String, String)> {
    let (_, most) = loads.longest_first().next()?;
    let (_, least) = loads.longest_first().last()?;
    Some((coarse_duration(least), coarse_duration(most)))
}

/// Whether start-up is a sizeable part of an item.
pub(super) fn is_short(stage: &Stage, workload: &Workload<'_>) -> bool {
    workload.item_seconds(stage) <= SIZEABLE * workload.site.startup
}

/// Whether costs had better be right before items are put together without need.
pub(super) fn is_long(stage: &Stage, workload: &Workload<'_>) -> bool {
    workload.item_seconds(stage) > long(workload)
}

/// Seconds of what is long on this site.
pub(super) fn long(workload: &Workload<'_>) -> f64 {
    LONG * workload.site.startup
}

/// Whether a task is no longer than what start-up makes worth it.
pub(super) fn is_worth_it(stage: &Stage, workload: &Workload<'_>) -> bool {
    task_seconds(stage, workload) <= 1.5 * ENOUGH * workload.site.startup
}

/// As many tasks as run at once, times the waves in which tasks are long enough; no more than can
/// be launched while the first ones work.
fn best_tasks(stage: &Stage, workload: &Workload<'_>) -> u64 {
    let site = workload.site;
    let work = workload.item_seconds(stage) * stage.items as f64;
    let width = workload.width(stage);
    let waves = (work / width as f64 / (ENOUGH * site.startup)).floor();
    let waves = if waves.is_finite() {
        waves.max(1.0)
    } else {
        f64::MAX
    };
    // tasks / rate + startup + work / tasks is least there.
    let launched = (work * site.launch_rate).sqrt().ceil();
    let tasks = (width as f64 * waves).min(launched);
    (tasks as u64).clamp(1, stage.items)
}

/// The stage in no more than so many tasks, with its reason; `None` where it has no more, or where
/// tasks would become longer than a partition lets them be.
pub(super) fn packed(stage: &Stage, tasks: u64, workload: &Workload<'_>) -> Option<Stage> {
    let mut packed = stage.clone();
    if stage.lots.len() > 1 {
        packed.lots = bins::bins(stage, tasks, workload);
        packed.items = packed.lots.len() as u64;
    } else {
        packed.pack = stage.items.div_ceil(tasks.max(1));
        packed.balanced = stage.loads.as_ref().map(|_| tasks.clamp(1, stage.items));
    }
    if packed.tasks() >= stage.tasks() || !fits(&packed, workload) {
        return None;
    }
    let work = task_seconds(&packed, workload);
    let reason = reason(&packed, work, workload);
    packed.decide(Pass::Pack, reason);
    Some(packed)
}

/// The stage with an item a task.
pub(super) fn unpacked(stage: &Stage) -> Stage {
    let mut apart = stage.clone();
    apart.pack = 1;
    apart.balanced = None;
    apart.decisions.retain(|it| it.pass != Pass::Pack);
    apart
}

/// Whether some partition lets a task run as long as it asks for.
pub(super) fn fits(stage: &Stage, workload: &Workload<'_>) -> bool {
    let limits = workload
        .site
        .partitions
        .iter()
        .map(|partition| partition.time);
    let longest = limits
        .map(|limit| limit.map_or(f64::INFINITY, |limit| Duration::from(limit).0))
        .reduce(f64::max);
    let Some(longest) = longest else { return true };
    stage
        .walltime(workload)
        .is_none_or(|asked| asked <= longest)
}

/// `packed 20 shards a task: 45s of work against 20s of start-up; overhead 31 % → 2 %`
fn reason(stage: &Stage, work: f64, workload: &Workload<'_>) -> String {
    let startup = workload.site.startup;
    let shards: u64 = stage
        .calls()
        .map(|call| workload.dataflow.shards(call))
        .sum();
    let tasks = stage.tasks().max(1);
    let many = stage.items.div_ceil(tasks).max(stage.pack);
    let balance = stage.loads.as_deref().and_then(ends);
    let balance = balance.map_or(String::new(), |(least, most)| {
        format!(", balanced by cost ({least} to {most}), longest first")
    });
    let what = match stage.lots.len() {
        1 if stage.balanced.is_some() => {
            format!("{} shards in {tasks} tasks{balance}", stage.items)
        }
        1 if stage.calls().count() > 1 => format!("{many} items a task"),
        1 => format!("{many} shards a task"),
        _ => format!("{shards} calls in {tasks} tasks"),
    };
    let parts = match stage.lots.len() {
        1 => stage.pack as f64,
        _ => shards as f64 / tasks as f64,
    };
    let overhead = |work: f64| (100.0 * startup / (startup + work)).round();
    format!(
        "packed {what}: {} of work against {} of start-up; overhead {} % → {} %",
        coarse_duration(work),
        coarse_duration(startup),
        overhead(work / parts),
        overhead(work),
    )
}

/// Whether the optimiser leaves the number of its tasks alone: it is pinned, or a task of more shards
/// would only be started as often again.
pub(super) fn is_fixed(stage: &Stage, workload: &Workload<'_>) -> bool {
    is_pinned(stage, workload) || workload.is_chain(stage)
}

fn is_pinned(stage: &Stage, workload: &Workload<'_>) -> bool {
    let mut processes = stage.calls().map(|call| workload.dataflow.process_of(call));
    processes.any(|process| process.never_pack || process.pack.is_some())
}

fn pinned(stage: &Stage, workload: &Workload<'_>) -> Option<u64> {
    let processes = stage.calls().map(|call| workload.dataflow.process_of(call));
    processes.filter_map(|process| process.pack).min()
}
