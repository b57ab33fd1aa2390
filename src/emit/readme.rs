//! `README.md` of `out/`: how to submit, resume, inspect and cancel this very workflow.

use serde::Serialize;

use crate::dataflow::{Axis, Items};
use crate::plan::{ArrayJob, Plan};

use super::{job, key};

const TEMPLATE: &str = include_str!("../../templates/README.md.j2");

#[derive(Debug, Serialize)]
struct View<'a> {
    name: &'a str,
    program: String,
    jobs: Vec<Row<'a>>,
    /// A shard to name in commands.
    example: String,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    name: &'a str,
    calls: String,
    shards: u64,
    tasks: u64,
}

pub(super) fn readme(plan: &Plan<'_>) -> String {
    let name = &plan.dataflow.name;
    job::render(
        TEMPLATE,
        &View {
            name,
            program: format!("{name}.flow"),
            jobs: plan.jobs.iter().map(row).collect(),
            example: plan
                .jobs
                .first()
                .map_or_else(String::new, |job| example(plan, job)),
        },
    )
}

fn row<'a>(job: &'a ArrayJob<'_>) -> Row<'a> {
    let calls: Vec<_> = job
        .steps
        .iter()
        .map(|step| step.call.name.as_str())
        .collect();
    Row {
        name: &job.name,
        calls: calls.join(", "),
        shards: job.items,
        tasks: job.tasks,
    }
}

/// `classify[seed=0]`
fn example(plan: &Plan<'_>, job: &ArrayJob<'_>) -> String {
    let Some(step) = job.steps.first() else {
        return String::new();
    };
    let axes = step
        .call
        .axes
        .iter()
        .map(|own| format!("{}={}", own.label, first_key(plan.dataflow.axis(own.axis))));
    let axes: Vec<_> = axes.collect();
    match axes.as_slice() {
        [] => step.call.name.clone(),
        axes => format!("{}[{}]", step.call.name, axes.join("/")),
    }
}

fn first_key(axis: &Axis) -> String {
    match &axis.items {
        Items::Range { start, .. } => key::key(&start.to_string()).into_owned(),
        Items::Table(table) => key::of_row(table, 0).into_owned(),
        Items::Made(_) => "…".to_owned(),
    }
}
