//! `jobs/NN-NAME.sbatch`.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::dataflow::{CallAxis, Dataflow};
use crate::plan::{ArrayJob, DependencyKind, Plan, Step};

use super::declaration::declarations;
use super::directive::directives;
use super::quote::one_line;

const TEMPLATE: &str = include_str!("../../templates/job.sbatch.j2");

/// What the template sees: finished lines.
#[derive(Debug, Serialize)]
struct View {
    head: Vec<String>,
    directives: Vec<String>,
    steps: Vec<Vec<String>>,
}

/// The script of one job.
pub(super) fn script(plan: &Plan<'_>, job: &ArrayJob<'_>) -> String {
    let steps = job.steps.iter();
    render(
        TEMPLATE,
        &View {
            head: head(plan, job).iter().map(|line| one_line(line)).collect(),
            directives: directives(plan, job)
                .iter()
                .map(ToString::to_string)
                .collect(),
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
