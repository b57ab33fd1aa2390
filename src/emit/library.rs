//! `submit.sh` and `lib/`: the same text for every workflow, of which each gets the parts that it can use.

use crate::dataflow::{Items, OnFailure};
use crate::plan::{Feed, Origin, Plan, Step, Variable};
use crate::site::Runtime;

use super::File;

/// Each file with its content, from `templates/`.
macro_rules! library {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../../templates/", $path)))),+]
    };
}

type Files = &'static [(&'static str, &'static str)];

const CORE: Files = library![
    "submit.sh",
    "lib/attempt.sh",
    "lib/compact.awk",
    "lib/cut.awk",
    "lib/decide.awk",
    "lib/decide.sh",
    "lib/fields.sh",
    "lib/flow.sh",
    "lib/forkserver.sh",
    "lib/gate.awk",
    "lib/gate.sh",
    "lib/identify.awk",
    "lib/local.sh",
    "lib/lock.sh",
    "lib/made.awk",
    "lib/names.awk",
    "lib/plan.awk",
    "lib/queue.sh",
    "lib/records.awk",
    "lib/rename.awk",
    "lib/status.awk",
    "lib/status.sh",
    "lib/submit.sh",
    "lib/survey.awk",
    "lib/temp.awk",
    "lib/versions.awk",
    "lib/watch.sh",
];

/// Does a program use it?
type Used = fn(&Plan<'_>) -> bool;

/// What not every program uses, and the files that serve only that. `flow.sh` goes without those
/// that are not there.
const PARTS: &[(Used, Files)] = &[
    (runs_abreast, library!["lib/abreast.sh"]),
    (keeps_state, library!["lib/checkpoint.sh"]),
    (
        activates,
        library!["lib/conda.sh", "lib/environments.sh", "lib/variables.awk"],
    ),
    (uses_images, library!["lib/container.sh"]),
    (reads_what_runs_decide, library!["lib/cutoff.sh"]),
    (ignores_failures, library!["lib/ignore.sh"]),
    (makes_lists, library!["lib/items.sh"]),
    (gathers, library!["lib/lists.sh"]),
    (runs_python, library!["lib/python.sh"]),
    (
        makes_work,
        library!["lib/deal.awk", "lib/rung.awk", "lib/rung.sh"],
    ),
    (drops_files, library!["lib/drop.awk", "lib/temp.sh"]),
    (decides, library!["lib/when.sh"]),
];

/// The entry and the run-time functions.
pub(super) fn files(plan: &Plan<'_>) -> impl Iterator<Item = File> {
    let parts = PARTS.iter().filter(|(used, _)| used(plan));
    let files = [CORE].into_iter().chain(parts.map(|&(_, files)| files));
    files.flatten().map(|&(path, text)| File {
        executable: path == "submit.sh",
        ..File::text(path, text)
    })
}

fn steps<'a>(plan: &'a Plan<'_>) -> impl Iterator<Item = &'a Step<'a>> {
    plan.jobs.iter().flat_map(|job| &job.steps)
}

fn feeds<'a>(plan: &'a Plan<'_>) -> impl Iterator<Item = &'a Feed> {
    steps(plan).flat_map(|step| &step.feeds)
}

fn runs_abreast(plan: &Plan<'_>) -> bool {
    plan.jobs.iter().any(|job| job.abreast > 1)
}

fn keeps_state(plan: &Plan<'_>) -> bool {
    steps(plan).any(|step| step.process.checkpoint.is_some())
}

fn activates(plan: &Plan<'_>) -> bool {
    steps(plan).any(|step| step.process.conda.is_some())
}

fn uses_images(plan: &Plan<'_>) -> bool {
    plan.site.container != Runtime::None && steps(plan).any(|step| step.process.container.is_some())
}

fn ignores_failures(plan: &Plan<'_>) -> bool {
    steps(plan).any(|step| matches!(step.process.on_failure, OnFailure::Ignore(_)))
}

fn makes_lists(plan: &Plan<'_>) -> bool {
    let mut outputs = steps(plan).flat_map(|step| &step.process.outputs);
    outputs.any(|output| output.is_list())
}

fn gathers(plan: &Plan<'_>) -> bool {
    let is_list = |it: &Variable| matches!(it.origin, Origin::List(_) | Origin::Joined(_));
    feeds(plan).any(|feed| {
        matches!(feed, Feed::After { .. }) || feed.source().is_some_and(|(it, _)| is_list(it))
    })
}

fn runs_python(plan: &Plan<'_>) -> bool {
    let mut scripts = steps(plan).filter_map(|step| step.process.script.as_ref());
    scripts.any(|script| script.interpreter == "python")
}

/// Lists of work that the first task writes: of rungs, and for what other calls make.
fn makes_work(plan: &Plan<'_>) -> bool {
    plan.jobs.iter().any(|job| !job.rungs.is_empty()) || makes_items(plan)
}

fn makes_items(plan: &Plan<'_>) -> bool {
    let mut axes = plan.dataflow.axes.iter();
    axes.any(|axis| matches!(axis.items, Items::Made(_)))
}

/// Items, conditions or alternatives: what some shard reads is known at its gate, not before.
fn reads_what_runs_decide(plan: &Plan<'_>) -> bool {
    makes_items(plan) || feeds(plan).any(|feed| matches!(feed, Feed::When(_) | Feed::Source { .. }))
}

fn drops_files(plan: &Plan<'_>) -> bool {
    let mut outputs = steps(plan).flat_map(|step| &step.process.outputs);
    outputs.any(|output| output.temp)
}

fn decides(plan: &Plan<'_>) -> bool {
    feeds(plan).any(|feed| matches!(feed, Feed::When(_) | Feed::Source { only: Some(_), .. }))
}
