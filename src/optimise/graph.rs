//! Stages as nodes, what they read from one another as edges.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::dataflow::Dataflow;
use crate::site::DependencyKind;

use super::{Stage, StageId, Stages, Workload};

/// An earlier stage that a stage reads, or that it is told to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    pub producer: StageId,
    pub kind: DependencyKind,
}

/// The edges of each stage, to the producers in their order.
pub fn edges(stages: &Stages, workload: &Workload<'_>) -> Vec<Vec<Edge>> {
    let owners = stages.owners(workload.dataflow);
    let each = stages.ids().map(|id| {
        let stage = &stages[id];
        let all = stage.calls().flat_map(|call| workload.links.of(call));
        let all = all.map(|link| (owners[link.producer], link.by_shard));
        let mut producers: Vec<_> = all.filter(|(it, _)| *it != id).collect();
        // Of readings of the same stage first the one that is not shard by shard.
        producers.sort_unstable();
        producers.dedup_by_key(|(producer, _)| *producer);
        let edges = producers.into_iter().map(|(producer, by_shard)| Edge {
            producer,
            kind: match by_shard && cut_alike(workload.dataflow, &stages[producer], stage) {
                true => workload.site.dependency,
                false => DependencyKind::Any,
            },
        });
        edges.collect()
    });
    each.collect()
}

/// Whether tasks of the same number hold the same points of the same axes.
fn cut_alike(dataflow: &Dataflow, a: &Stage, b: &Stage) -> bool {
    a.axes == b.axes
        && !a.axes.is_empty()
        && (a.pack, a.abreast) == (b.pack, b.abreast)
        && (a.pack == 1 || a.balanced.is_none() && b.balanced.is_none())
        && is_plain(dataflow, a)
        && is_plain(dataflow, b)
}

/// Whether an item has one shard of each call.
pub(super) fn is_plain(dataflow: &Dataflow, stage: &Stage) -> bool {
    let mut calls = stage.calls();
    calls.all(|call| dataflow.call(call).axes.len() == stage.axes.len())
}

/// The stages so that each stands behind what it reads, else in the order of the program. `None`
/// where they wait for one another in a circle.
pub(super) fn sorted(stages: Stages, workload: &Workload<'_>) -> Option<Stages> {
    let owners = stages.owners(workload.dataflow);
    let mut waits = vec![0_usize; stages.len()];
    let mut behind = vec![Vec::new(); stages.len()];
    for (at, stage) in stages.iter().enumerate() {
        let producers = stage
            .calls()
            .flat_map(|call| workload.links.producers(call));
        let mut producers: Vec<_> = producers.map(|call| owners[call].0 as usize).collect();
        producers.sort_unstable();
        producers.dedup();
        producers.retain(|&producer| producer != at);
        *waits.get_mut(at)? = producers.len();
        for producer in producers {
            behind.get_mut(producer)?.push(at);
        }
    }
    let first: Vec<_> = stages.iter().map(Stage::earliest).collect();
    let first = |at: usize| first.get(at).copied();
    let roots = (0..).zip(&waits).filter(|(_, waits)| **waits == 0);
    let mut open: BinaryHeap<_> = roots.map(|(at, _)| Reverse((first(at), at))).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(Reverse((_, at))) = open.pop() {
        order.push(at);
        for &next in behind.get(at)? {
            let left = waits.get_mut(next)?;
            *left -= 1;
            if *left == 0 {
                open.push(Reverse((first(next), next)));
            }
        }
    }
    if order.len() < waits.len() {
        return None;
    }
    let mut slots: Vec<_> = stages.into_shared().into_iter().map(Some).collect();
    let sorted = order.into_iter().filter_map(|at| slots.get_mut(at)?.take());
    Some(sorted.collect())
}
