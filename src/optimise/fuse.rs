//! Neighbouring stages in one: a chain over the same axes, a gather with what it gathers or what
//! follows it, short ones that start at about the same time. An item of the fused stage is a point
//! of the axes that all its calls have.
//!
//! Tried pair by pair, kept where the simulated run gets no longer and holds no more of the nodes:
//! then the start-ups and waits saved are worth more than what one request for all wastes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::dataflow::{CallAxis, CallId, Process, Resources};
use crate::simulate::Timeline;
use crate::site::NodeUse;

use super::trial::{EQUAL, Trial};
use super::{Input, Pass, Stage, Stages, graph, pack};

/// Beyond so many stages, trying each edge costs more than it gives.
const MOST: usize = 300;

/// How much longer a run may become in all by fusing what only starts at the same time: a job less
/// is worth that much.
const FOR_A_JOB: f64 = 1.001;

/// So many stages of a chain are looked at together.
const AHEAD: usize = 6;

/// A stage is tried with so many of those that start next.
const SOON: usize = 8;

pub(super) fn fuse(trial: Trial, input: Input<'_>) -> Trial {
    if trial.stages.stages.len() > MOST {
        return trial;
    }
    let longest = trial.makespan() * FOR_A_JOB;
    let mut tried = BTreeSet::new();
    let mut best = trial;
    while let Some(better) = better(&best, longest, &mut tried, input) {
        best = better;
    }
    best
}

/// With the first two stages in one that were not tried and are better so.
fn better(
    best: &Trial,
    longest: f64,
    tried: &mut BTreeSet<Pair>,
    input: Input<'_>,
) -> Option<Trial> {
    let neighbours = Neighbours { of: best, input };
    let linked = neighbours.linked().map(|pair| (pair, true));
    let beside = neighbours.beside().into_iter().map(|pair| (pair, false));
    linked.chain(beside).find_map(|(pair, linked)| {
        let name = neighbours.name(pair)?;
        if !tried.insert(name) {
            return None;
        }
        let fused = neighbours.fused(pair)?;
        if linked {
            return linked_worth_it(fused, name, best, input);
        }
        let trial = Trial::new(fused, input);
        is_worth_it(&trial, best, longest).then_some(trial)
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
    fused: Stages,
    [(head, _), _]: Pair,
    best: &Trial,
    input: Input<'_>,
) -> Option<Trial> {
    let mut fused = fused;
    for _ in 0..AHEAD {
        let trial = Trial::new(fused, input);
        if is_worth_it(&trial, best, best.makespan()) {
            return Some(trial);
        }
        let neighbours = Neighbours { of: &trial, input };
        let of_head = |&(from, to): &(usize, usize)| {
            let both = [from, to].into_iter();
            let both = both.filter_map(|at| neighbours.stage(at));
            both.flat_map(Stage::calls).any(|call| Some(call) == head)
        };
        fused = neighbours
            .linked()
            .filter(of_head)
            .find_map(|pair| neighbours.fused(pair))?;
    }
    None
}

/// Two stages: the first calls and the number of calls of each.
type Pair = [(Option<CallId>, usize); 2];

/// Which stages of a trial may share a job.
struct Neighbours<'a> {
    of: &'a Trial,
    input: Input<'a>,
}

impl<'a> Neighbours<'a> {
    fn stage(&self, at: usize) -> Option<&'a Stage> {
        self.of.stages.stages.get(at).map(Rc::as_ref)
    }

    /// One reads the other.
    fn linked(&self) -> impl Iterator<Item = (usize, usize)> {
        let each = self.of.edges.iter().enumerate();
        each.flat_map(|(to, edges)| edges.iter().map(move |edge| (edge.producer.0 as usize, to)))
    }

    /// Over the same axes, and one starts soon after the other; the nearest first.
    fn beside(&self) -> Vec<(usize, usize)> {
        let start = |at: &usize| self.of.run.jobs.get(*at).map_or(0.0, |span| span.start);
        let alike = |a: usize, b: usize| {
            let both = self.stage(a).zip(self.stage(b));
            both.is_some_and(|(a, b)| a.axes == b.axes && a.lots.len() == 1 && b.lots.len() == 1)
        };
        let mut order: Vec<usize> = (0..self.of.stages.stages.len()).collect();
        order.sort_by(|a, b| start(a).total_cmp(&start(b)));
        let each = (1..=SOON).flat_map(|apart| order.iter().zip(order.iter().skip(apart)));
        let each = each.map(|(&a, &b)| (a, b));
        each.filter(|&(a, b)| alike(a, b)).collect()
    }

    fn name(&self, (from, to): (usize, usize)) -> Option<Pair> {
        let name = |at: usize| {
            let stage = self.stage(at)?;
            Some((stage.calls().min(), stage.calls().count()))
        };
        Some([name(from)?, name(to)?])
    }

    /// Whether something else reads the first and is read by the last, maybe over others: it would
    /// have to run in the middle of both in one.
    fn is_between(&self, first: usize, last: usize) -> bool {
        let producers = |at: usize| {
            let edges = self.of.edges.get(at).into_iter().flatten();
            edges.map(|edge| edge.producer.0 as usize)
        };
        let mut open: Vec<usize> = producers(last).filter(|&at| at > first).collect();
        let mut seen: BTreeSet<usize> = open.iter().copied().collect();
        while let Some(at) = open.pop() {
            for producer in producers(at) {
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
    fn fused(&self, (from, to): (usize, usize)) -> Option<Stages> {
        let input = self.input;
        let (a, b) = (self.stage(from)?, self.stage(to)?);
        if !pays(a, b, input) || self.is_between(from.min(to), from.max(to)) {
            return None;
        }
        let others = self.of.edges.get(to)?.iter();
        let others = others.map(|edge| edge.producer.0 as usize);
        let both = both(a, b, input);
        let held_up = held_up(a, (from, others), &self.of.run, input);
        if queued(&both, input).max(held_up) > pack::long(input) {
            return None;
        }
        let fused = packed(both, input);
        if !pack::fits(&fused, input) || crowds_out(&fused, (a, b), input) {
            return None;
        }
        replaced(&self.of.stages, (from, to), fused, input)
    }
}

/// Before anything is run: they may share a job, and starting matters beside their work.
fn pays(a: &Stage, b: &Stage, input: Input<'_>) -> bool {
    let short = |stage: &Stage| pack::is_short(stage, input);
    let plain = |stage: &Stage| input.dataflow.is_product(&stage.axes);
    // Where items tell of others, only what has the very same axes goes item by item.
    if !(plain(a) && plain(b)) && a.axes != b.axes {
        return false;
    }
    // What is picked is in any item of the other.
    let links = b.calls().flat_map(|call| input.links.of(call));
    let mut picked = links.filter(|link| link.picks).map(|link| link.producer);
    if picked.any(|call| a.calls().any(|it| it == call)) {
        return false;
    }
    input.knows(a) && input.knows(b) && (short(a) || short(b)) && alike(a.calls(), b.calls(), input)
}

/// Whether tasks of both in one leave more of whole nodes unused than those of each: one that asks
/// for much keeps others from standing beside it all the time.
fn crowds_out(fused: &Stage, (a, b): (&Stage, &Stage), input: Input<'_>) -> bool {
    let held = |stage| input.held_abreast(stage);
    input.site.nodes == NodeUse::Whole && held(fused) > held(a) + held(b) + EQUAL
}

/// Whether calls ask for the same kind of node, and nothing pins them apart.
pub(super) fn alike(
    a: impl Iterator<Item = CallId> + Clone,
    b: impl Iterator<Item = CallId> + Clone,
    input: Input<'_>,
) -> bool {
    let of = |call| {
        (
            input.dataflow.process_of(call),
            input.dataflow.resources(call),
        )
    };
    let calls = a.chain(b);
    if calls.clone().any(|it| input.estimates.chain(it).is_some()) {
        return false;
    }
    let mut all = calls.map(of);
    let Some(first) = all.next() else { return true };
    !first.0.never_fuse && all.all(|other| !other.0.never_fuse && kind(first) == kind(other))
}

/// What one request must say alike for all.
fn kind<'a>((process, asked): (&'a Process, &'a Resources)) -> impl PartialEq + 'a {
    (
        (asked.gpus, asked.nodes, asked.tasks),
        (&asked.partition, &asked.constraint, &asked.account),
        asked.raw.clone(),
        (process.pack, process.never_pack, process.at_most),
    )
}

/// The calls of both in one stage, an item a task.
fn both(a: &Stage, b: &Stage, input: Input<'_>) -> Stage {
    let calls: Vec<CallId> = a.calls().chain(b.calls()).collect();
    let shared = |axis: &&CallAxis| b.axes.iter().any(|it| it.axis == axis.axis);
    let axes: Vec<_> = a.axes.iter().filter(shared).cloned().collect();
    let items = input.dataflow.points(&axes);
    Stage::new(vec![calls], axes, items)
}

/// Packed anew, with its reasons.
fn packed(mut stage: Stage, input: Input<'_>) -> Stage {
    stage.loads = input.loads(&stage);
    let reason = reason(&stage, input);
    stage.decide(Pass::Fuse, reason);
    pack::pin(&mut stage, input);
    pack::widen(&mut stage, input);
    stage
}

fn reason(stage: &Stage, input: Input<'_>) -> String {
    let names: Vec<_> = stage
        .calls()
        .map(|call| input.dataflow.call(call).name.as_str())
        .collect();
    let saved = names.len().saturating_sub(1);
    let names = match names.as_slice() {
        [most @ .., last] if saved < 6 => format!("{} and {last}", most.join(", ")),
        names => format!("{} calls", names.len()),
    };
    let startups = if saved == 1 { "start-up" } else { "start-ups" };
    let startup = pack::about(input.site.startup);
    let wait = match follows(stage, input) {
        true => " and the wait between",
        false => "",
    };
    let alike = match graph::is_plain(input.dataflow, stage) {
        true => "shard by shard",
        false => "with all that is gathered",
    };
    format!(
        "fused {names}: one after another, {alike}; saves {saved} {startups} of {startup}{wait}"
    )
}

/// Whether a call reads another one of the stage.
fn follows(stage: &Stage, input: Input<'_>) -> bool {
    let mut producers = stage.calls().flat_map(|call| input.links.producers(call));
    producers.any(|producer| stage.calls().any(|call| call == producer))
}

/// Seconds that calls of an item wait for others of it that they could run beside: its work beyond
/// its longest path.
///
/// However short the run gets by the costs that are given, with others these seconds may be lost
/// many times over; so they are kept few.
fn queued(stage: &Stage, input: Input<'_>) -> f64 {
    let mut ends: BTreeMap<CallId, f64> = BTreeMap::new();
    let (mut work, mut path) = (0.0, 0.0_f64);
    for call in stage.calls() {
        let producers = input.links.producers(call);
        let before = producers.filter_map(|producer| ends.get(&producer).copied());
        let seconds = input.shard_seconds(call);
        let end = before.fold(0.0, f64::max) + seconds;
        ends.insert(call, end);
        path = path.max(end);
        work += input.lot_seconds(stage, &[call]);
    }
    work - path
}

/// Seconds of work that a stage no longer does while what only the other waits for still runs; few
/// for the same reason.
fn held_up(
    a: &Stage,
    (from, others): (usize, impl Iterator<Item = usize>),
    run: &Timeline,
    input: Input<'_>,
) -> f64 {
    let span = |at: usize| run.jobs.get(at).copied().unwrap_or_default();
    let ends = others.filter(|&at| at != from).map(|at| span(at).end);
    let wait = ends.fold(0.0, f64::max) - span(from).start;
    wait.min(input.item_seconds(a))
}

/// The stages with two of them in one.
fn replaced(
    stages: &Stages,
    (from, to): (usize, usize),
    fused: Stage,
    input: Input<'_>,
) -> Option<Stages> {
    let kept = stages.stages.iter().enumerate();
    let kept = kept.filter(|(at, _)| *at != from && *at != to);
    let mut all: Vec<_> = kept.map(|(_, stage)| Rc::clone(stage)).collect();
    all.push(Rc::new(fused));
    graph::sorted(Stages { stages: all }, input)
}
