//! Neighbouring stages in one: a chain over the same axes, a gather with what it gathers or what
//! follows it, short ones that start at about the same time. An item of the fused stage is a point
//! of the axes that all its calls have.
//!
//! Tried pair by pair, kept where the simulated run gets no longer and holds no more of the nodes:
//! then the start-ups and waits saved are worth more than what one request for all wastes.

use std::collections::{BTreeMap, BTreeSet};

use crate::dataflow::{CallId, Process, Resources};
use crate::simulate::Timeline;

use super::{Input, Pass, Stage, Stages, graph, pack};

/// Beyond so many stages, trying each edge costs more than it gives.
const MOST: usize = 300;

/// Seconds that a simulated run may differ by for the way in which numbers are rounded.
const EQUAL: f64 = 0.001;

/// How much longer a run may become in all by fusing what only starts at the same time: a job less
/// is worth that much.
const FOR_A_JOB: f64 = 1.001;

/// So many stages of a chain are looked at together.
const AHEAD: usize = 6;

/// A stage is tried with so many of those that start next.
const SOON: usize = 8;

pub(super) fn fuse(stages: Stages, input: Input<'_>) -> Stages {
    if stages.stages.len() > MOST {
        return stages;
    }
    let mut stages = stages;
    let mut tried = BTreeSet::new();
    let mut best = input.run(&stages);
    let longest = best.makespan * FOR_A_JOB;
    loop {
        let neighbours = Neighbours::new(&stages, &best, input);
        let linked = neighbours.linked().map(|pair| (pair, true));
        let beside = neighbours.beside().into_iter().map(|pair| (pair, false));
        let better = linked.chain(beside).find_map(|(pair, linked)| {
            let name = neighbours.name(pair)?;
            if !tried.insert(name) {
                return None;
            }
            let trial = neighbours.fused(pair)?;
            if linked {
                return linked_worth_it(trial, name, &best, input);
            }
            let run = input.run(&trial);
            is_worth_it(&run, &best, longest).then_some((trial, run))
        });
        match better {
            Some((kept, run)) => (stages, best) = (kept, run),
            None => return stages,
        }
    }
}

/// Whether a run takes no more of the nodes, and ends by `limit` or no later than the best.
fn is_worth_it(run: &Timeline, best: &Timeline, limit: f64) -> bool {
    run.makespan <= limit.max(best.makespan + EQUAL)
        && run.node_seconds <= best.node_seconds + EQUAL
}

/// The trial, or what it becomes with its neighbours: of a chain whose steps follow one another
/// task by task, three in one may be worth what no two of them are.
fn linked_worth_it(
    trial: Stages,
    [(head, _), _]: Pair,
    best: &Timeline,
    input: Input<'_>,
) -> Option<(Stages, Timeline)> {
    let mut trial = trial;
    for _ in 0..AHEAD {
        let run = input.run(&trial);
        if is_worth_it(&run, best, best.makespan) {
            return Some((trial, run));
        }
        let neighbours = Neighbours::new(&trial, &run, input);
        let of_head = |&(from, to): &(usize, usize)| {
            let both = [from, to].into_iter();
            let both = both.filter_map(|at| trial.stages.get(at));
            both.flat_map(Stage::calls).any(|call| Some(call) == head)
        };
        let next = neighbours
            .linked()
            .filter(of_head)
            .find_map(|pair| neighbours.fused(pair))?;
        trial = next;
    }
    None
}

/// Two stages: the first calls and the number of calls of each.
type Pair = [(Option<CallId>, usize); 2];

/// Which stages may share a job.
struct Neighbours<'a> {
    stages: &'a Stages,
    run: &'a Timeline,
    edges: Vec<Vec<graph::Edge>>,
    input: Input<'a>,
}

impl<'a> Neighbours<'a> {
    fn new(stages: &'a Stages, run: &'a Timeline, input: Input<'a>) -> Self {
        Self {
            stages,
            run,
            edges: graph::edges(input.dataflow, stages, input.site),
            input,
        }
    }

    /// One reads the other.
    fn linked(&self) -> impl Iterator<Item = (usize, usize)> {
        let each = self.edges.iter().enumerate();
        each.flat_map(|(to, edges)| edges.iter().map(move |edge| (edge.producer.0 as usize, to)))
    }

    /// Over the same axes, and one starts soon after the other; the nearest first.
    fn beside(&self) -> Vec<(usize, usize)> {
        let stages = &self.stages.stages;
        let start = |at: &usize| self.run.jobs.get(*at).map_or(0.0, |span| span.start);
        let alike = |a: usize, b: usize| {
            let both = stages.get(a).zip(stages.get(b));
            both.is_some_and(|(a, b)| a.axes == b.axes && a.lots.len() == 1 && b.lots.len() == 1)
        };
        let mut order: Vec<usize> = (0..stages.len()).collect();
        order.sort_by(|a, b| start(a).total_cmp(&start(b)));
        let each = (1..=SOON).flat_map(|apart| order.iter().zip(order.iter().skip(apart)));
        let each = each.map(|(&a, &b)| (a, b));
        each.filter(|&(a, b)| alike(a, b)).collect()
    }

    fn name(&self, (from, to): (usize, usize)) -> Option<Pair> {
        let name = |at: usize| {
            let stage = self.stages.stages.get(at)?;
            Some((stage.calls().min(), stage.calls().count()))
        };
        Some([name(from)?, name(to)?])
    }

    /// The stages with these two in one, where little is at stake.
    fn fused(&self, (from, to): (usize, usize)) -> Option<Stages> {
        let input = self.input;
        let a = self.stages.stages.get(from)?;
        let b = self.stages.stages.get(to)?;
        if !pays(a, b, input) {
            return None;
        }
        let others = self.edges.get(to)?.iter();
        let others = others.map(|edge| edge.producer.0 as usize);
        let fused = fused(a, b, input);
        let held_up = held_up(a, (from, others), self.run, input);
        let risk = queued(&fused, input).max(held_up);
        if risk > pack::long(input) || !pack::fits(&fused, input) {
            return None;
        }
        replaced(self.stages, (from, to), fused, input)
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
    let picks = |call| a.calls().any(|of| graph::picks(input.dataflow, call, of));
    if b.calls().any(picks) {
        return false;
    }
    input.knows(a) && input.knows(b) && (short(a) || short(b)) && alike(a.calls(), b.calls(), input)
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

/// Both in one, packed anew.
fn fused(a: &Stage, b: &Stage, input: Input<'_>) -> Stage {
    let calls: Vec<CallId> = a.calls().chain(b.calls()).collect();
    let shared = |axis: &&crate::dataflow::CallAxis| b.axes.iter().any(|it| it.axis == axis.axis);
    let axes: Vec<_> = a.axes.iter().filter(shared).cloned().collect();
    let mut stage = Stage {
        lots: vec![calls],
        chains: Vec::new(),
        items: input.dataflow.points(&axes),
        pack: 1,
        loads: None,
        balanced: None,
        abreast: 1,
        decisions: Vec::new(),
        axes,
    };
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
    let mut links = stage
        .calls()
        .flat_map(|call| graph::links(input.dataflow, call));
    links.any(|(producer, _)| stage.calls().any(|call| call == producer))
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
        let links = graph::links(input.dataflow, call).into_iter();
        let before = links.filter_map(|(producer, _)| ends.get(&producer).copied());
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

/// The stages with two of them in one; `None` where something between the two would have to run in
/// the middle of it.
fn replaced(
    stages: &Stages,
    (from, to): (usize, usize),
    fused: Stage,
    input: Input<'_>,
) -> Option<Stages> {
    let kept = stages.stages.iter().enumerate();
    let kept = kept.filter(|(at, _)| *at != from && *at != to);
    let mut all: Vec<_> = kept.map(|(_, stage)| stage.clone()).collect();
    all.push(fused);
    graph::sorted(input.dataflow, Stages { stages: all })
}
