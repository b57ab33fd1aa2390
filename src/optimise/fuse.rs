//! Neighbouring stages in one: a chain over the same axes, a gather with what it gathers or what
//! follows it, short ones that start at about the same time. An item of the fused stage is a point
//! of the axes that all its calls have.
//!
//! Tried pair by pair, kept where the simulated run gets no longer and holds no more of the nodes:
//! then the start-ups and waits saved are worth more than what one request for all wastes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::dataflow::{CallAxis, CallId};
use crate::site::NodeUse;
use crate::units::{coarse_duration, counted};

use super::trial::{EQUAL, Trial};
use super::{Pass, Stage, StageId, Stages, Workload, graph, pack};

/// Beyond so many stages, trying each edge costs more than it gives.
const MOST: usize = 300;

/// How much longer a run may become in all by fusing what only starts at the same time: a job less
/// is worth that much.
const FOR_A_JOB: f64 = 1.001;

/// So many stages of a chain are looked at together.
const AHEAD: usize = 6;

/// A stage is tried with so many of those that start next.
const SOON: usize = 8;

pub(super) fn fuse(trial: Trial, workload: &Workload<'_>) -> Trial {
    if trial.stages.len() > MOST {
        return trial;
    }
    let longest = trial.makespan() * FOR_A_JOB;
    let mut tried = BTreeSet::new();
    let mut best = trial;
    while let Some(better) = better(&best, longest, &mut tried, workload) {
        best = better;
    }
    best
}

/// With the first two stages in one that were not tried and are better so.
fn better(
    best: &Trial,
    longest: f64,
    tried: &mut BTreeSet<Name>,
    workload: &Workload<'_>,
) -> Option<Trial> {
    let neighbours = Neighbours { of: best, workload };
    let mut fused = |pair| {
        let is_new = tried.insert(neighbours.name(pair));
        is_new.then(|| neighbours.fused(pair)).flatten()
    };
    let linked = neighbours.linked().find_map(|pair| {
        let head = best.stages[pair.from].earliest();
        linked_worth_it(fused(pair)?, head, best, workload)
    });
    linked.or_else(|| {
        neighbours.beside().into_iter().find_map(|pair| {
            let trial = Trial::new(fused(pair)?, workload);
            is_worth_it(&trial, best, longest).then_some(trial)
        })
    })
}

/// Whether it takes no more of the nodes, and ends by `limit` or no later than the best.
fn is_worth_it(trial: &Trial, best: &Trial, limit: f64) -> bool {
    let (run, best) = (&trial.run, &best.run);
    run.makespan <= limit.max(best.makespan + EQUAL)
        && run.node_seconds <= best.node_seconds + EQUAL
}

/// The fused stages, or what they become with their neighbours: of a chain whose steps follow one
/// another task by task, three in one may be worth what no two of them are.
fn linked_worth_it(
    mut fused: Stages,
    head: CallId,
    best: &Trial,
    workload: &Workload<'_>,
) -> Option<Trial> {
    for _ in 0..AHEAD {
        let trial = Trial::new(fused, workload);
        if is_worth_it(&trial, best, best.makespan()) {
            return Some(trial);
        }
        let of_head = |id: StageId| trial.stages[id].calls().any(|call| call == head);
        let neighbours = Neighbours {
            of: &trial,
            workload,
        };
        let linked = neighbours.linked();
        let mut linked = linked.filter(|pair| of_head(pair.from) || of_head(pair.to));
        fused = linked.find_map(|pair| neighbours.fused(pair))?;
    }
    None
}

/// Two stages that may share a job.
#[derive(Clone, Copy)]
struct Pair {
    from: StageId,
    to: StageId,
}

/// What a pair is known by in all trials: the first call and the number of calls of each.
type Name = [(CallId, usize); 2];

/// Which stages of a trial may share a job.
struct Neighbours<'a> {
    of: &'a Trial,
    workload: &'a Workload<'a>,
}

impl Neighbours<'_> {
    /// One reads the other.
    fn linked(&self) -> impl Iterator<Item = Pair> {
        let each = self.of.stages.ids();
        each.flat_map(|to| self.of.producers(to).map(move |from| Pair { from, to }))
    }

    /// Over the same axes, and one starts soon after the other; the nearest first.
    fn beside(&self) -> Vec<Pair> {
        let stages = &self.of.stages;
        let start = |id: StageId| self.of.span(id).start;
        let alike = |pair: &Pair| {
            let (a, b) = (&stages[pair.from], &stages[pair.to]);
            a.axes == b.axes && a.lots.len() == 1 && b.lots.len() == 1
        };
        let mut order: Vec<StageId> = stages.ids().collect();
        order.sort_by(|a, b| start(*a).total_cmp(&start(*b)));
        let each = (1..=SOON).flat_map(|apart| order.iter().zip(order.iter().skip(apart)));
        let each = each.map(|(&from, &to)| Pair { from, to });
        each.filter(alike).collect()
    }

    fn name(&self, pair: Pair) -> Name {
        [pair.from, pair.to].map(|id| {
            let stage = &self.of.stages[id];
            (stage.earliest(), stage.calls().count())
        })
    }

    /// Whether something else reads the first of the two and is read by the last, maybe over others:
    /// it would have to run in the middle of both in one.
    fn has_between(&self, pair: Pair) -> bool {
        let (first, last) = (pair.from.min(pair.to), pair.from.max(pair.to));
        let mut open: Vec<StageId> = self.of.producers(last).filter(|&id| id > first).collect();
        let mut seen: BTreeSet<StageId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            for producer in self.of.producers(id) {
                if producer == first {
                    return true;
                }
                if producer > first && seen.insert(producer) {
                    open.push(producer);
                }
            }
        }
        false
    }

    /// The stages with these two in one, where little is at stake.
    fn fused(&self, pair: Pair) -> Option<Stages> {
        let workload = self.workload;
        let (a, b) = (&self.of.stages[pair.from], &self.of.stages[pair.to]);
        if !pays(a, b, workload) || self.has_between(pair) {
            return None;
        }
        let both = both(a, b, workload);
        let lost = queued(&both, workload).max(self.held_up(pair));
        if lost > pack::long(workload) {
            return None;
        }
        let fused = packed(both, workload);
        if !pack::fits(&fused, workload) || crowds_out(&fused, a, b, workload) {
            return None;
        }
        let kept = self.of.stages.shared();
        let kept = kept.filter(|(id, _)| *id != pair.from && *id != pair.to);
        let kept = kept.map(|(_, stage)| Rc::clone(stage));
        graph::sorted(kept.chain([Rc::new(fused)]).collect(), workload)
    }

    /// Seconds of work that the first no longer does while what only the second waits for still
    /// runs; few for the same reason as those that are [`queued`].
    fn held_up(&self, Pair { from, to }: Pair) -> f64 {
        let others = self.of.producers(to).filter(|&id| id != from);
        let ends = others.map(|id| self.of.span(id).end);
        let wait = ends.fold(0.0, f64::max) - self.of.span(from).start;
        wait.min(self.workload.item_seconds(&self.of.stages[from]))
    }
}

/// Before anything is run: they may share a job, and starting matters beside their work.
fn pays(a: &Stage, b: &Stage, workload: &Workload<'_>) -> bool {
    let short = |stage: &Stage| pack::is_short(stage, workload);
    let plain = |stage: &Stage| workload.dataflow.is_product(&stage.axes);
    // Where items tell of others, only what has the very same axes goes item by item.
    if !(plain(a) && plain(b)) && a.axes != b.axes {
        return false;
    }
    // What is picked is in any item of the other.
    let links = b.calls().flat_map(|call| workload.links.of(call));
    let mut picked = links.filter(|link| link.picks).map(|link| link.producer);
    if picked.any(|call| a.calls().any(|it| it == call)) {
        return false;
    }
    workload.knows(a)
        && workload.knows(b)
        && (short(a) || short(b))
        && alike(a.calls().chain(b.calls()), workload)
}

/// Whether tasks of both in one leave more of whole nodes unused than those of each: one that asks
/// for much keeps others from standing beside it all the time.
fn crowds_out(fused: &Stage, a: &Stage, b: &Stage, workload: &Workload<'_>) -> bool {
    let held = |stage| workload.held_abreast(stage);
    workload.site.nodes == NodeUse::Whole && held(fused) > held(a) + held(b) + EQUAL
}

/// Whether calls ask for the same kind of node, and nothing pins them apart.
pub(super) fn alike(mut calls: impl Iterator<Item = CallId>, workload: &Workload<'_>) -> bool {
    let may_fuse = |call: &CallId| {
        let is_pinned = workload.dataflow.process_of(*call).never_fuse;
        !is_pinned && workload.estimates.chain(*call).is_none()
    };
    let first = calls.next().filter(may_fuse);
    first.is_some_and(|first| {
        calls.all(|call| may_fuse(&call) && kind(call, workload) == kind(first, workload))
    })
}

/// What one request must say alike for all.
fn kind(call: CallId, workload: &Workload<'_>) -> impl PartialEq {
    let process = workload.dataflow.process_of(call);
    let asked = workload.dataflow.resources(call);
    (
        (asked.gpus, asked.nodes, asked.tasks),
        (&asked.partition, &asked.constraint, &asked.account),
        &asked.raw,
        (process.pack, process.never_pack, process.at_most),
    )
}

/// The calls of both in one stage, an item a task.
fn both(a: &Stage, b: &Stage, workload: &Workload<'_>) -> Stage {
    let calls: Vec<CallId> = a.calls().chain(b.calls()).collect();
    let shared = |axis: &&CallAxis| b.axes.iter().any(|it| it.axis == axis.axis);
    let axes: Vec<_> = a.axes.iter().filter(shared).cloned().collect();
    let items = workload.dataflow.points(&axes);
    Stage::new(vec![calls], axes, items)
}

/// Packed anew, with its reasons.
fn packed(mut stage: Stage, workload: &Workload<'_>) -> Stage {
    stage.loads = workload.loads(&stage);
    let reason = reason(&stage, workload);
    stage.decide(Pass::Fuse, reason);
    pack::pin(&mut stage, workload);
    pack::widen(&mut stage, workload);
    stage
}

fn reason(stage: &Stage, workload: &Workload<'_>) -> String {
    let names: Vec<_> = stage
        .calls()
        .map(|call| workload.dataflow.call(call).name.as_str())
        .collect();
    let saved = names.len().saturating_sub(1);
    let names = match names.as_slice() {
        [most @ .., last] if saved < 6 => format!("{} and {last}", most.join(", ")),
        names => format!("{} calls", names.len()),
    };
    let startups = counted(saved as u64, "start-up");
    let startup = coarse_duration(workload.site.startup);
    let wait = match follows(stage, workload) {
        true => " and the wait between",
        false => "",
    };
    let alike = match graph::is_plain(workload.dataflow, stage) {
        true => "shard by shard",
        false => "with all that is gathered",
    };
    format!("fused {names}: one after another, {alike}; saves {startups} of {startup}{wait}")
}

/// Whether a call reads another one of the stage.
fn follows(stage: &Stage, workload: &Workload<'_>) -> bool {
    let mut producers = stage
        .calls()
        .flat_map(|call| workload.links.producers(call));
    producers.any(|producer| stage.calls().any(|call| call == producer))
}

/// Seconds that calls of an item wait for others of it that they could run beside: its work beyond
/// its longest path.
///
/// However short the run gets by the costs that are given, with others these seconds may be lost
/// many times over; so they are kept few.
fn queued(stage: &Stage, workload: &Workload<'_>) -> f64 {
    let mut ends: BTreeMap<CallId, f64> = BTreeMap::new();
    let (mut work, mut path) = (0.0, 0.0_f64);
    for call in stage.calls() {
        let producers = workload.links.producers(call);
        let before = producers.filter_map(|producer| ends.get(&producer).copied());
        let seconds = workload.shard_seconds(call);
        let end = before.fold(0.0, f64::max) + seconds;
        ends.insert(call, end);
        path = path.max(end);
        work += workload.lot_seconds(stage, &[call]);
    }
    work - path
}
