//! Array jobs as nodes, their dependencies as edges.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use super::groups::{GroupId, Groups};
use super::text::{few, short};
use super::{Edge, EdgeKind, Graph, Node, NodeKind};
use crate::plan::{ArrayJob, DependencyKind, Plan};
use crate::units::counted;

/// What is alike of jobs that are one node: the calls as they are written, and their size.
type Alike = (Vec<GroupId>, [u64; 3]);

/// The planned array jobs; those that the rounds of a `repeat` become are one node if they are alike.
pub fn jobs(plan: &Plan<'_>) -> Graph {
    let groups = Groups::new(plan.dataflow);
    let mut alike: IndexMap<Alike, Vec<&ArrayJob<'_>>> = IndexMap::new();
    let mut nodes_of = Vec::new();
    for job in &plan.jobs {
        let calls = job.steps.iter().map(|step| groups.of(step.id));
        let key = (calls.collect(), [job.tasks, job.pack, job.abreast]);
        let entry = alike.entry(key);
        nodes_of.push(entry.index());
        entry.or_default().push(job);
    }
    let mut edges = BTreeMap::new();
    for (job, to) in plan.jobs.iter().zip(&nodes_of) {
        for dependency in &job.dependencies {
            let from = nodes_of.get(dependency.job.0 as usize);
            if let Some(from) = from.filter(|from| *from != to) {
                edges.insert((*from, *to, dependency.kind), ());
            }
        }
    }
    let edges = edges.into_keys().map(|(from, to, kind)| Edge {
        from,
        to,
        kind: match kind {
            DependencyKind::Corresponding => EdgeKind::Each,
            DependencyKind::Any => EdgeKind::Gather,
        },
        label: match kind {
            DependencyKind::Corresponding => "aftercorr".to_owned(),
            DependencyKind::Any => "afterany".to_owned(),
        },
    });
    Graph {
        name: plan.dataflow.name.clone(),
        clusters: Vec::new(),
        nodes: alike.values().map(|jobs| node(plan, jobs)).collect(),
        edges: edges.collect(),
    }
}

/// One node for jobs that are alike.
fn node(plan: &Plan<'_>, jobs: &[&ArrayJob<'_>]) -> Node {
    let [first, ..] = jobs else {
        unreachable!("a node is made with its first job")
    };
    let mut lines = vec![size(plan, first)];
    let request = &first.request;
    let walltime = request.walltime.map(|it| format!("time {it}"));
    let memory = request.memory.map(|it| format!("memory {it}"));
    let asked: Vec<_> = walltime.into_iter().chain(memory).collect();
    if !asked.is_empty() {
        lines.push(asked.join(", "));
    }
    if first.steps.len() > 1 {
        let calls = first.steps.iter();
        let calls: Vec<_> = calls.map(|step| step.call.name.clone()).collect();
        lines.extend(few(calls.into_iter()));
    }
    if first.abreast > 1 {
        lines.push(format!("{} side by side", first.abreast));
    }
    if !first.rungs.is_empty() {
        lines.push(format!("and {}", counted(first.rungs.len() as u64, "rung")));
    }
    let (name, last) = (first.name.clone(), jobs.last());
    let name = match last.filter(|last| last.name != name) {
        Some(last) => format!("{name} … {}", last.name),
        None => name,
    };
    if jobs.len() > 1 {
        lines.insert(0, format!("{} jobs", jobs.len()));
    }
    Node {
        kind: NodeKind::Step,
        name: short(&name),
        lines,
        tip: match first.reasons.as_slice() {
            [] => name,
            reasons => format!("{name}: {}", reasons.join("; ")),
        },
        cluster: None,
        conditional: false,
    }
}

/// `50 tasks × 2 shards`
fn size(plan: &Plan<'_>, job: &ArrayJob<'_>) -> String {
    let steps = job.steps.iter();
    let shards: u64 = steps.map(|step| plan.dataflow.shards(step.id)).sum();
    let tasks = counted(job.tasks, "task");
    match shards.checked_rem(job.tasks) {
        Some(0) => format!("{tasks} × {}", counted(shards / job.tasks, "shard")),
        Some(_) | None => format!("{tasks}, {}", counted(shards, "shard")),
    }
}
