//! `jobs/NN-NAME.sbatch`.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::dataflow::{CallAxis, Dataflow};
use crate::plan::{ArrayJob, DependencyKind, Plan, Request, Rung, Step};

use super::declaration::declarations;
use super::directive::{Directive, directives};
use super::quote::{one_line, word};

const TEMPLATE: &str = include_str!("../../templates/job.sbatch.j2");

/// What the template sees: finished lines.
#[derive(Debug, Serialize)]
struct View {
    head: Vec<String>,
    directives: Vec<String>,
    /// Of all calls.
    job: Vec<String>,
    steps: Vec<Vec<String>>,
}

/// The script of one job.
pub(super) fn script(plan: &Plan<'_>, job: &ArrayJob<'_>) -> String {
    let name = job_name(plan, job);
    let directives = directives(
        name,
        (job.elements(), job.throttle),
        &job.request,
        keeps_state(&job.steps),
    );
    let mut declared = job_lines(&job.request, None, &job.rungs);
    if job.abreast > 1 {
        declared.push(format!("flow_abreast {}", job.abreast));
    }
    written(plan, &head(plan, job), &directives, declared, &job.steps)
}

/// The script of a rung; it has its place among those of its job.
pub(super) fn rung(plan: &Plan<'_>, job: &ArrayJob<'_>, at: usize, rung: &Rung<'_>) -> String {
    let name = format!("{}.rung{}", job_name(plan, job), at + 1);
    let directives = directives(
        name,
        (rung.width, job.throttle),
        &rung.request,
        keeps_state(&rung.steps),
    );
    let behind = job.rungs.get(at + 1..).unwrap_or_default();
    let declared = job_lines(&rung.request, Some((&job.name, at + 1, rung.from)), behind);
    let first = rung.from.checked_sub(1).and_then(|at| job.rungs.get(at));
    let first = first.map_or(&job.name, |rung| &rung.name);
    let what = match rung.is_link() {
        true => format!("what {first} had no time for"),
        false => format!("what failed in {}, tried again", job.name),
    };
    let mut head = vec![what];
    head.push(rung.reason.clone());
    let before = job.rungs.iter().take(at).map(|rung| rung.name.as_str());
    let before: Vec<_> = [job.name.as_str()].into_iter().chain(before).collect();
    head.push(format!(
        "after {}, if each left something",
        before.join(", ")
    ));
    written(plan, &head, &directives, declared, &rung.steps)
}

fn keeps_state(steps: &[Step<'_>]) -> bool {
    steps.iter().any(|step| step.process.checkpoint.is_some())
}

fn job_name(plan: &Plan<'_>, job: &ArrayJob<'_>) -> String {
    let call = job.steps.first().map_or("", |step| &step.call.name);
    format!("{}.{call}", plan.dataflow.name)
}

/// What is declared before all calls: the time of a task, whose rung it is, rungs behind it.
fn job_lines(
    request: &Request,
    rung_of: Option<(&str, usize, usize)>,
    behind: &[Rung<'_>],
) -> Vec<String> {
    let mut lines = Vec::new();
    let walltime = request.walltime;
    lines.extend(walltime.map(|walltime| format!("flow_walltime {}", walltime.seconds())));
    let own = rung_of.map_or(0, |(_, _, from)| from);
    lines.extend(rung_of.map(|(job, at, from)| match from {
        0 => format!("flow_rung {} {at}", word(job)),
        from => format!("flow_rung {} {at} {from}", word(job)),
    }));
    let raised = behind.iter().filter(|rung| rung.from > own).count();
    lines.extend(match (behind.len(), raised) {
        (0, _) => None,
        (all, 0) => Some(format!("flow_rungs {all}")),
        (all, raised) => Some(format!("flow_rungs {all} {raised}")),
    });
    if !lines.is_empty() {
        lines.insert(0, String::new());
    }
    lines
}

fn written(
    plan: &Plan<'_>,
    head: &[String],
    directives: &[Directive<'_>],
    job: Vec<String>,
    steps: &[Step<'_>],
) -> String {
    let steps = steps.iter();
    render(
        TEMPLATE,
        &View {
            head: head.iter().map(|line| one_line(line)).collect(),
            directives: directives.iter().map(ToString::to_string).collect(),
            job,
            steps: steps
                .map(|step| declarations(step, plan.site.container))
                .collect(),
        },
    )
}

/// Fills a template of ours. `{#` is left alone: bash has `${#items[@]}`.
pub(super) fn render(template: &str, view: &impl Serialize) -> String {
    let syntax = SyntaxConfig::builder()
        .comment_delimiters("{##", "##}")
        .build();
    let mut environment = Environment::new();
    environment.set_syntax(syntax.unwrap_or_else(|error| unreachable!("fixed marks: {error}")));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    let text = environment.render_str(template, view);
    text.unwrap_or_else(|error| unreachable!("the template fits its view: {error}"))
}

/// What a stranger wants to know first: what runs, for what, how many, why so, after what.
fn head(plan: &Plan<'_>, job: &ArrayJob<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    match job.lots.len() {
        1 => job.steps.iter().for_each(|step| {
            lines.push(title(plan.dataflow, step));
            lines.extend(step.process.doc.lines().map(|line| format!("  {line}")));
        }),
        items => lines.push(format!(
            "{} calls, each of which runs once, in {items} items",
            job.steps.len()
        )),
    }
    lines.extend(count(job));
    lines.extend(job.reasons.iter().cloned());
    lines.extend(job.dependencies.iter().map(|dependency| {
        let how = match dependency.kind {
            DependencyKind::Corresponding => "task by task",
            DependencyKind::Any => "when all of it has ended",
        };
        format!("after {}, {how}", plan.job(dependency.job).name)
    }));
    lines
}

/// `classify: a shard for each seed in seeds`
fn title(dataflow: &Dataflow, step: &Step<'_>) -> String {
    let axes: Vec<_> = step
        .call
        .axes
        .iter()
        .map(|axis| describe(dataflow, axis))
        .collect();
    match axes.as_slice() {
        [] => format!("{}: runs once", step.call.name),
        axes => format!(
            "{}: a shard for each {}",
            step.call.name,
            axes.join(" and ")
        ),
    }
}

fn describe(dataflow: &Dataflow, axis: &CallAxis) -> String {
    format!("{} in {}", axis.label, dataflow.axis(axis.axis).collection)
}

/// `100 shards, one an array task`; nothing where the title says it all.
fn count(job: &ArrayJob<'_>) -> Option<String> {
    let of_each = match job.steps.len() {
        1 => "shards",
        _ => "items",
    };
    match (job.items, job.pack) {
        (1, _) => None,
        (items, _) if job.loads.is_some() && job.tasks < items => Some(format!(
            "{items} {of_each} in {} array tasks, one after another, balanced by cost",
            job.tasks
        )),
        (items, 1) => Some(format!("{items} {of_each}, one an array task")),
        (items, pack) => Some(format!(
            "{items} {of_each}, {pack} an array task, one after another"
        )),
    }
}
