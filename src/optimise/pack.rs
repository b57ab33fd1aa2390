//! Several items in one array task: where the program pins it, where start-up would be a sizeable
//! part of a task, and where the site's limits ask for it.

mod bins;
mod limits;

use std::rc::Rc;

use crate::units::Duration;

use super::{Input, Loads, Pass, Stage, Stages};

pub(super) use limits::limits;

/// Tasks of so many start-ups are long enough: start-up is 2 % of them.
const ENOUGH: f64 = 49.0;

/// Items of so many start-ups are left alone: start-up is under 5 % of them.
const SIZEABLE: f64 = 19.0;

/// Items of so many start-ups are long: packing few of them saves little, and if their costs are
/// wrong it makes the run longer than it was.
const LONG: f64 = 3.0;

/// `pack N`.
pub(super) fn pins(stages: Stages, input: Input<'_>) -> Stages {
    each(stages, |stage| pin(stage, input))
}

pub(super) fn pin(stage: &mut Stage, input: Input<'_>) {
    if let Some(pin) = pinned(stage, input) {
        stage.pack = pin;
        let reason = format!("packed {pin} shards a task: `pack {pin}`");
        stage.decide(Pass::Pack, reason);
    }
}

/// Packs to the width that the site gives, in as many waves as leave tasks long enough.
pub(super) fn widths(stages: Stages, input: Input<'_>) -> Stages {
    each(stages, |stage| widen(stage, input))
}

pub(super) fn widen(stage: &mut Stage, input: Input<'_>) {
    if let Some(loads) = &stage.loads
        && !is_pinned(stage, input)
        && stage.items > input.width(stage)
    {
        let reason = ends(loads).map(|(least, most)| {
            format!("longest first: {} take {least} to {most} each", stage.items)
        });
        stage.balanced = Some(stage.items);
        stage.pack = 1;
        reason
            .into_iter()
            .for_each(|it| stage.decide(Pass::Pack, it));
    }
    if !may_pack(stage, input) {
        return;
    }
    let mut tasks = best_tasks(stage, input);
    let at_once = stage.tasks() <= input.width(stage);
    if at_once && is_long(stage, input) && stage.tasks() < 2 * tasks {
        return;
    }
    while tasks < stage.tasks() {
        match packed(stage, tasks, input) {
            Some(packed) => return *stage = packed,
            None => tasks *= 2,
        }
    }
}

/// Whether the optimiser may choose: costs are known, nothing is pinned, start-up matters.
pub(super) fn may_pack(stage: &Stage, input: Input<'_>) -> bool {
    let shortest = stage
        .loads
        .as_ref()
        .and_then(|it| it.longest_first().last());
    let short = match shortest {
        Some((_, seconds)) => seconds <= SIZEABLE * input.site.startup,
        None => is_short(stage, input),
    };
    stage.items > 1 && input.knows(stage) && !stays(stage, input) && short
}

/// Seconds of work in a task; the mean where they differ.
pub(super) fn task_seconds(stage: &Stage, input: Input<'_>) -> f64 {
    match (&stage.loads, stage.balanced) {
        (Some(loads), Some(tasks)) => loads.total() / tasks.max(1) as f64,
        (_, _) => input.item_seconds(stage) * stage.pack as f64,
    }
}

/// The shortest and the longest item, for people.
fn ends(loads: &Loads) -> Option<(String, String)> {
    let (_, most) = loads.longest_first().next()?;
    let (_, least) = loads.longest_first().last()?;
    Some((about(least), about(most)))
}

/// Whether start-up is a sizeable part of an item.
pub(super) fn is_short(stage: &Stage, input: Input<'_>) -> bool {
    input.item_seconds(stage) <= SIZEABLE * input.site.startup
}

/// Whether costs had better be right before items are put together without need.
pub(super) fn is_long(stage: &Stage, input: Input<'_>) -> bool {
    input.item_seconds(stage) > long(input)
}

/// Seconds of what is long on this site.
pub(super) fn long(input: Input<'_>) -> f64 {
    LONG * input.site.startup
}

/// Whether a task is no longer than what start-up makes worth it.
pub(super) fn is_worth_it(stage: &Stage, input: Input<'_>) -> bool {
    task_seconds(stage, input) <= 1.5 * ENOUGH * input.site.startup
}

/// As many tasks as run at once, times the waves in which tasks are long enough; no more than can
/// be launched while the first ones work.
fn best_tasks(stage: &Stage, input: Input<'_>) -> u64 {
    let site = input.site;
    let work = input.item_seconds(stage) * stage.items as f64;
    let width = input.width(stage);
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
pub(super) fn packed(stage: &Stage, tasks: u64, input: Input<'_>) -> Option<Stage> {
    let mut packed = stage.clone();
    if stage.lots.len() > 1 {
        packed.lots = bins::bins(stage, tasks, input);
        packed.items = packed.lots.len() as u64;
    } else {
        packed.pack = stage.items.div_ceil(tasks.max(1));
        packed.balanced = stage.loads.as_ref().map(|_| tasks.clamp(1, stage.items));
    }
    if packed.tasks() >= stage.tasks() || !fits(&packed, input) {
        return None;
    }
    let work = task_seconds(&packed, input);
    let reason = reason(&packed, work, input);
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
pub(super) fn fits(stage: &Stage, input: Input<'_>) -> bool {
    let limits = input.site.partitions.iter().map(|partition| partition.time);
    let longest = limits
        .map(|limit| limit.map_or(f64::INFINITY, |limit| Duration::from(limit).0))
        .reduce(f64::max);
    let Some(longest) = longest else { return true };
    let asked = stage.walltime(input.dataflow, input.estimates, input.site);
    asked.is_none_or(|asked| asked <= longest)
}

/// `packed 20 shards a task: 45s of work against 20s of start-up; overhead 31 % → 2 %`
fn reason(stage: &Stage, work: f64, input: Input<'_>) -> String {
    let startup = input.site.startup;
    let shards: u64 = stage.calls().map(|call| input.dataflow.shards(call)).sum();
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
        about(work),
        about(startup),
        overhead(work / parts),
        overhead(work),
    )
}

/// A duration in a few digits: `45s`, `12m`, `3h`.
pub(super) fn about(seconds: f64) -> String {
    let unit = match seconds {
        under if under < 10.0 => return format!("{:.1}s", under),
        under if under < 600.0 => 1.0,
        under if under < 36_000.0 => 60.0,
        _ => 3600.0,
    };
    Duration((seconds / unit).round() * unit).to_string()
}

/// Whether it has as many tasks as it has: by a pin, or since a task of more shards would only be
/// started as often again.
pub(super) fn stays(stage: &Stage, input: Input<'_>) -> bool {
    is_pinned(stage, input) || input.is_chain(stage)
}

fn is_pinned(stage: &Stage, input: Input<'_>) -> bool {
    let mut processes = stage.calls().map(|call| input.dataflow.process_of(call));
    processes.any(|process| process.never_pack || process.pack.is_some())
}

fn pinned(stage: &Stage, input: Input<'_>) -> Option<u64> {
    let processes = stage.calls().map(|call| input.dataflow.process_of(call));
    processes.filter_map(|process| process.pack).min()
}

fn each(mut stages: Stages, rewrite: impl Fn(&mut Stage)) -> Stages {
    let all = stages.stages.iter_mut();
    all.for_each(|stage| rewrite(Rc::make_mut(stage)));
    stages
}
